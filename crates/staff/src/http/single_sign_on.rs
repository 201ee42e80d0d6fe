//! The two addresses a browser goes through when somebody else vouches for its owner. They answer with ways, not with data, and stand
//! outside the API's document.

use axum::{
    Extension, Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
    routing::get,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::App;
use serde::Deserialize;

use super::auth::entrance_cookie;
use crate::{
    actions::{self, Begun, Trouble},
    authorized::{is_https, read_cookie},
};

const BEGIN: &str = "/single-sign-on/begin";
const COOKIE: &str = "hub_single_sign_on";
const HOME: &str = "/admin/customers";

pub fn pages() -> Router<App> {
    Router::new().route(BEGIN, get(begin)).route(actions::CALLBACK, get(callback))
}

fn cookie_name(app: &App) -> String {
    format!("{}{COOKIE}", if is_https(app) { "__Host-" } else { "" })
}

fn cookie(app: &App, value: &str, seconds: u32) -> HeaderValue {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let name = cookie_name(app);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn to(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/sign-in")]).into_response(),
    }
}

fn troubled(trouble: Trouble) -> Response {
    to(&format!("/sign-in?trouble={}", trouble.name()))
}

/// An address of ours, never another site's.
fn safe(back: &str) -> &str {
    let ours = back.starts_with('/') && !back[1..].starts_with(['/', '\\']) && back.is_ascii();
    if ours { back } else { HOME }
}

#[derive(Deserialize)]
struct Beginning {
    #[serde(default)]
    back: String,
}

async fn begin(State(app): State<App>, Query(given): Query<Beginning>) -> Response {
    match actions::begin_single_sign_on(&app, safe(&given.back)).await {
        Ok(Begun { location, kept }) => {
            (AppendHeaders([(header::SET_COOKIE, cookie(&app, &kept, 600))]), to(&location)).into_response()
        }
        Err(trouble) => troubled(trouble),
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
}

async fn callback(
    State(app): State<App>,
    Extension(request): Extension<platform::RequestInfo>,
    headers: HeaderMap,
    Query(given): Query<Answer>,
) -> Response {
    let kept = read_cookie(&headers, &cookie_name(&app)).unwrap_or_default();
    let code = given.code.as_deref();
    let outcome = actions::complete_single_sign_on(&app, &request, kept, &given.state, code).await;
    let gone = AppendHeaders([(header::SET_COOKIE, cookie(&app, "", 0))]);
    match outcome {
        Ok((entered, back)) => {
            let (session, pending) = entrance_cookie(&app, &entered);
            let back = safe(&back);
            let location = if pending {
                format!("/sign-in?step=code&back={}", utf8_percent_encode(back, NON_ALPHANUMERIC))
            } else {
                back.to_owned()
            };
            (session, gone, to(&location)).into_response()
        }
        Err(trouble) => (gone, troubled(trouble)).into_response(),
    }
}
