//! Signing in with what somebody else says (OpenID Connect: authorization code with PKCE, state and nonce). It lets in who is a staff
//! member already; it makes nobody one.

use std::time::Duration;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use platform::{
    Actor, App, Event, RequestInfo, Tx,
    call::{self, Bytes, Full, Request},
    random,
    settings::{SingleSignOnSettings, split_url},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::sign_in::{Entered, open_session};
use crate::{
    authorized::hash_token,
    model::FirstFactor,
    rules::id_token::{Discovery, Fault, vouched_email},
    store,
    throttle::{self, Guess},
};

const PURPOSE: &str = "single sign-on";
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(10);
pub(crate) const CALLBACK: &str = "/single-sign-on/callback";

/// Why somebody comes back to the sign-in page; it says so in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It took too long, was answered before, or was begun in another browser.
    Expired,
    /// The provider cannot be asked, or what it says is not right.
    Provider,
    /// Nobody here has that address.
    Unknown,
    TooMany,
}

impl Trouble {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Provider => "provider",
            Self::Unknown => "unknown",
            Self::TooMany => "too-many",
        }
    }
}

/// Where the browser goes, and what it keeps until it comes back.
pub(crate) struct Begun {
    pub location: String,
    pub kept: String,
}

/// Sealed, in a cookie: of the browser that has begun, and of no other.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    back: String,
    expires_at: Timestamp,
}

pub(crate) async fn begin_single_sign_on(app: &App, back: &str) -> Result<Begun, Trouble> {
    let ours = ours(app)?;
    let discovery = discover(ours).await.map_err(|_| Trouble::Provider)?;
    let now = app.clock.now();
    let kept = Kept {
        state: random::token(),
        nonce: random::token(),
        verifier: random::token(),
        back: back.to_owned(),
        expires_at: now.saturating_add(LIFETIME).unwrap_or(now),
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(kept.verifier.as_bytes()));
    let query = form(&[
        ("response_type", "code"),
        ("client_id", &ours.client_id),
        ("redirect_uri", &redirect_uri(app)),
        ("scope", "openid email"),
        ("state", &kept.state),
        ("nonce", &kept.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let endpoint = discovery.authorization_endpoint;
    let joint = if endpoint.contains('?') { '&' } else { '?' };
    let content = serde_json::to_vec(&kept).map_err(|_| Trouble::Provider)?;
    let sealed = app.vault().map_err(|_| Trouble::Provider)?.seal(PURPOSE, b"", &content);
    Ok(Begun { location: format!("{endpoint}{joint}{query}"), kept: URL_SAFE_NO_PAD.encode(sealed) })
}

/// The browser is back with a code. Answers with the session, and where it was to go.
pub(crate) async fn complete_single_sign_on(
    app: &App,
    request: &RequestInfo,
    kept: &str,
    state: &str,
    code: Option<&str>,
) -> Result<(Entered, String), Trouble> {
    let ours = ours(app)?;
    let now = app.clock.now();
    let db = app.db.client().await.map_err(|_| Trouble::Provider)?;
    let counted = throttle::attempt(&db, Guess::SingleSignOn, request.ip, now).await;
    counted.map_err(|_| Trouble::Provider)?.map_err(|_| Trouble::TooMany)?;
    drop(db);
    let kept = opened(app, kept).filter(|kept| kept.expires_at > now && kept.state == state);
    let kept = kept.ok_or(Trouble::Expired)?;
    use_once(app, request, &kept).await?;
    // None: the person has said no, or the provider has.
    let code = code.ok_or(Trouble::Provider)?;
    let email = match vouched(app, ours, &kept, code).await {
        Ok(email) => email,
        Err(fault) => {
            refused(app, request, fault.name()).await?;
            return Err(Trouble::Provider);
        }
    };
    let mut db = app.db.client().await.map_err(|_| Trouble::Provider)?;
    let found = store::find_member_by_email(&db, &email).await.map_err(|_| Trouble::Provider)?;
    let Some(member) = found.filter(|member| member.disabled_at.is_none()) else {
        refused(app, request, "unknown").await?;
        return Err(Trouble::Unknown);
    };
    throttle::succeeded(&db, Guess::SingleSignOn, request.ip).await.map_err(|_| Trouble::Provider)?;
    let entered = open_session(app, &mut db, request, member.id, FirstFactor::SingleSignOn).await;
    entered.map(|entered| (entered, kept.back)).map_err(|_| Trouble::Unknown)
}

fn ours(app: &App) -> Result<&SingleSignOnSettings, Trouble> {
    app.settings.access.single_sign_on.as_ref().ok_or(Trouble::Provider)
}

fn redirect_uri(app: &App) -> String {
    format!("{}{CALLBACK}", app.settings.public_url)
}

fn opened(app: &App, kept: &str) -> Option<Kept> {
    let sealed = URL_SAFE_NO_PAD.decode(kept).ok()?;
    serde_json::from_slice(&app.vault().ok()?.open(PURPOSE, b"", &sealed)?).ok()
}

/// What comes back is taken once, whatever comes of it.
async fn use_once(app: &App, request: &RequestInfo, kept: &Kept) -> Result<(), Trouble> {
    let mut db = app.db.client().await.map_err(|_| Trouble::Provider)?;
    let tx = Tx::begin(&mut db, app).await.map_err(|_| Trouble::Provider)?;
    let hash = hash_token(&kept.state);
    let first = store::use_challenge(&*tx, &hash, kept.expires_at, app.clock.now()).await;
    if !first.map_err(|_| Trouble::Provider)? {
        return Err(Trouble::Expired);
    }
    let event = Event::sign_in("staff.single_sign_on_returned");
    tx.commit(&Actor::nobody(request.clone()), event).await.map_err(|_| Trouble::Provider)?;
    Ok(())
}

async fn refused(app: &App, request: &RequestInfo, why: &str) -> Result<(), Trouble> {
    let mut db = app.db.client().await.map_err(|_| Trouble::Provider)?;
    let event = Event::sign_in("staff.single_sign_on_refused").details(json!({ "fault": why }));
    let tx = Tx::begin(&mut db, app).await.map_err(|_| Trouble::Provider)?;
    tx.commit(&Actor::nobody(request.clone()), event).await.map_err(|_| Trouble::Provider)?;
    Ok(())
}

async fn discover(ours: &SingleSignOnSettings) -> Result<Discovery, Fault> {
    let url = format!("{}/.well-known/openid-configuration", ours.issuer.trim_end_matches('/'));
    Discovery::read(&get(&url).await?, &ours.issuer)
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

/// Exchanges the code, and reads what the provider says of whom.
async fn vouched(app: &App, ours: &SingleSignOnSettings, kept: &Kept, code: &str) -> Result<String, Fault> {
    let discovery = discover(ours).await?;
    let redirect = redirect_uri(app);
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", kept.verifier.as_str()),
    ];
    let mut authorization = None;
    if discovery.wants_secret_in_form() {
        fields.extend([
            ("client_id", ours.client_id.as_str()),
            ("client_secret", ours.client_secret.0.as_str()),
        ]);
    } else {
        // RFC 6749 2.3.1: both are encoded before they are joined.
        let pair = format!("{}:{}", encode(&ours.client_id), encode(&ours.client_secret.0));
        authorization = Some(format!("Basic {}", STANDARD.encode(pair)));
    }
    let mut request = Request::post(path(&discovery.token_endpoint)?)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json");
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let request = request.body(Full::new(Bytes::from(form(&fields)))).map_err(|_| Fault::Provider)?;
    let tokens: Tokens = serde_json::from_slice(&send(&discovery.token_endpoint, request).await?)
        .map_err(|_| Fault::Provider)?;
    let keys = get(&discovery.jwks_uri).await?;
    vouched_email(&tokens.id_token, &keys, ours, &kept.nonce, app.clock.now())
}

async fn get(url: &str) -> Result<Bytes, Fault> {
    let request = Request::get(path(url)?).header("accept", "application/json").body(Full::default());
    send(url, request.map_err(|_| Fault::Provider)?).await
}

async fn send(url: &str, request: Request<Full<Bytes>>) -> Result<Bytes, Fault> {
    let (origin, _) = split_url(url).ok_or(Fault::Provider)?;
    let answer = call::send(&origin, request, CALL_TIMEOUT).await.map_err(|_| Fault::Provider)?;
    if answer.status == 200 { Ok(answer.body) } else { Err(Fault::Provider) }
}

fn path(url: &str) -> Result<String, Fault> {
    let (_, path) = split_url(url).ok_or(Fault::Provider)?;
    Ok(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    pairs.join("&")
}
