//! The page behind a one-time link: for somebody without a sign-in, plain, without script. Looking at it uses nothing up (mail servers
//! open links to look for harm); the button does. Whoever has no right link learns nothing, and is slowed.

use std::net::IpAddr;

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::stream;
use kernel::london_day;
use platform::{App, Result, http::client, random};
use staff::{Guess, throttle};

use crate::{
    Token, actions,
    content::{cells::instant, hex, html::escaped},
    rules::Door,
};

/// No operations of the API: what they answer is for people, and no sign-in opens or closes them.
pub fn pages() -> Router<App> {
    Router::new().route("/export/{token}", get(read_export_page).post(fetch_export))
}

async fn read_export_page(
    State(app): State<App>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response> {
    let attempt = Attempt::begin(&app, &token, client(request.extensions()).ip).await?;
    let Some(token) = attempt.token() else { return Ok(attempt.refused(&app)) };
    let door = actions::look(&app, &app.db.client().await?, token).await?;
    if door != Door::Closed {
        attempt.was_right(&app).await?;
    }
    Ok(match door {
        Door::Ready(until) => {
            let until = escaped(&instant(until));
            let text = format!(
                "<p>This is a copy of everything that we hold about you, as one file (ZIP).</p>\
                 <p><strong>You can download it once</strong>, until {until}. Do it on your own computer or phone, not on a shared one, and keep the file in a safe place.</p>\
                 <form method=\"post\"><button type=\"submit\">Download my data</button></form>\
                 <p class=\"quiet\">Open the file and then the page index.html in it: it reads like a letter and needs no internet.</p>"
            );
            page(&app, StatusCode::OK, "Your data", &text)
        }
        Door::InTheMaking => page(
            &app,
            StatusCode::OK,
            "Your data is being put together",
            "<p>It is not ready yet. Open this link again in a few minutes.</p>",
        ),
        Door::Closed => closed(&app),
    })
}

async fn fetch_export(
    State(app): State<App>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response> {
    let attempt = Attempt::begin(&app, &token, client(request.extensions()).ip).await?;
    let Some(token) = attempt.token() else { return Ok(attempt.refused(&app)) };
    let info = client(request.extensions());
    let Some(fetched) = actions::fetch_export(&app, app.db.client().await?, token, info).await? else {
        return Ok(closed(&app));
    };
    attempt.was_right(&app).await?;
    let name = format!("attachment; filename=\"your-data-{}.zip\"", london_day(app.clock.now()));
    let pieces =
        stream::unfold(fetched.pieces, |mut pieces| async move { Some((pieces.recv().await?, pieces)) });
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(fetched.size));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    keep_private(&mut response);
    Ok(response)
}

/// A try at a link, counted as failed until it turns out right.
struct Attempt {
    account: String,
    address: Option<IpAddr>,
    outcome: Result<Option<Token>, u64>,
}

impl Attempt {
    async fn begin(app: &App, text: &str, address: Option<IpAddr>) -> Result<Self> {
        let token = Token::read(text);
        // What cannot be a link of ours at all counts together.
        let account = token.as_ref().map_or_else(|| "no link".to_owned(), |token| hex(&token.hash()));
        let db = app.db.client().await?;
        let counted = throttle::attempt(&db, Guess::Link(&account), address, app.clock.now()).await?;
        Ok(Self { account, address, outcome: counted.map(|()| token) })
    }

    fn token(&self) -> Option<&Token> {
        self.outcome.as_ref().ok().and_then(Option::as_ref)
    }

    async fn was_right(&self, app: &App) -> Result<()> {
        throttle::succeeded(&app.db.client().await?, Guess::Link(&self.account), self.address).await
    }

    fn refused(&self, app: &App) -> Response {
        let Err(seconds) = self.outcome else { return closed(app) };
        let text =
            "<p>This was tried too often from where you are. Wait a few minutes and open the link again.</p>";
        let mut response = page(app, StatusCode::TOO_MANY_REQUESTS, "Please wait", text);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        response
    }
}

fn closed(app: &App) -> Response {
    let company = escaped(&app.settings.invoice.seller_name);
    let text = format!(
        "<p>A link like this works once, and only for some days. It may have been used already, or not be complete: copy it whole, from “http” to its last letter.</p>\
         <p>If you still need a copy of your data, ask {company} for a new link.</p>"
    );
    page(app, StatusCode::NOT_FOUND, "This link opens nothing", &text)
}

const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;color:#1c2430;background:#fff;margin:0 auto;max-width:38rem;padding:1.5rem}\
h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0 1rem}button{font:inherit;font-weight:600;color:#fff;background:#0b57a4;border:0;\
border-radius:.5rem;padding:.75rem 1.25rem;min-height:3rem;cursor:pointer}button:focus-visible{outline:3px solid #1c2430;outline-offset:3px}\
.quiet{color:#465366}@media(prefers-color-scheme:dark){body{color:#e8ecf2;background:#12161d}.quiet{color:#a9b4c4}\
button{color:#0b1320;background:#8fc1ff}button:focus-visible{outline-color:#fff}}";

fn page(app: &App, status: StatusCode, title: &str, text: &str) -> Response {
    let nonce = random::token();
    let company = escaped(&app.settings.invoice.seller_name);
    let body = format!(
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · {company}</title>\n<style nonce=\"{nonce}\">{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<p class=\"quiet\">{company}</p>\n<h1>{title}</h1>\n{text}\n</main>\n</body>\n</html>\n"
    );
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    keep_private(&mut response);
    response
}

fn keep_private(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
}
