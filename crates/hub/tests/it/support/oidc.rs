//! A small provider of OpenID Connect that can be made to lie.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, Uri},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "the hub";
pub const SECRET: &str = "p%ss w:rd";

/// What the next token says, where that is not the truth.
#[derive(Default, Clone)]
pub struct Lies {
    /// Over the claims; null takes one away.
    pub claims: Value,
    pub header: Value,
    /// Signs with a key that is not published.
    pub other_key: bool,
    /// The last part of the token.
    pub signature: Option<&'static str>,
    /// Of the discovery document.
    pub discovery: Value,
    pub keys: Option<Value>,
}

struct Inner {
    issuer: String,
    pair: EcdsaKeyPair,
    other: EcdsaKeyPair,
    claims: Mutex<Value>,
    lies: Mutex<Lies>,
    /// Code, its challenge and where it goes.
    code: Mutex<Option<(String, String, String)>>,
}

#[derive(Clone)]
pub struct OidcProvider(Arc<Inner>);

fn pair() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap()
}

fn over(mut truth: Value, lies: &Value) -> Value {
    for (name, lie) in lies.as_object().into_iter().flatten() {
        if lie.is_null() {
            truth.as_object_mut().unwrap().remove(name);
        } else {
            truth[name] = lie.clone();
        }
    }
    truth
}

impl OidcProvider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://127.0.0.1:{}/tenant", listener.local_addr().unwrap().port());
        let provider = Self(Arc::new(Inner {
            issuer,
            pair: pair(),
            other: pair(),
            claims: Mutex::default(),
            lies: Mutex::default(),
            code: Mutex::default(),
        }));
        let routes = Router::new()
            .route("/tenant/.well-known/openid-configuration", get(discovery))
            .route("/tenant/keys", get(keys))
            .route("/tenant/token", post(token))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        provider
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    pub fn lie(&self, lies: Lies) {
        *self.0.lies.lock().unwrap() = lies;
    }

    /// The person has signed in there: what the browser comes back with.
    pub fn consent(&self, asked: &Value, claims: Value) -> String {
        let code = platform::random::token();
        let text = |name: &str| asked[name].as_str().unwrap().to_owned();
        *self.0.code.lock().unwrap() = Some((code.clone(), text("code_challenge"), text("redirect_uri")));
        *self.0.claims.lock().unwrap() = over(
            json!({ "iss": self.0.issuer, "aud": CLIENT, "sub": "4711", "nonce": asked["nonce"], "email_verified": true }),
            &claims,
        );
        format!("code={code}&state={}", text("state"))
    }

    fn sign(&self, claims: &Value) -> String {
        let lies = self.0.lies.lock().unwrap().clone();
        let header = over(json!({ "alg": "ES256", "kid": "one", "typ": "JWT" }), &lies.header);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&over(claims.clone(), &lies.claims)));
        let pair = if lies.other_key { &self.0.other } else { &self.0.pair };
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        let signature =
            lies.signature.map_or_else(|| URL_SAFE_NO_PAD.encode(signature.as_ref()), str::to_owned);
        format!("{message}.{signature}")
    }
}

/// What a query or a form says.
pub fn fields(text: &str) -> Value {
    let uri: Uri = format!("/?{text}").parse().unwrap();
    Query::<Value>::try_from_uri(&uri).unwrap().0
}

async fn discovery(State(provider): State<OidcProvider>) -> Json<Value> {
    let issuer = provider.issuer();
    let truth = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    });
    Json(over(truth, &provider.0.lies.lock().unwrap().discovery))
}

async fn keys(State(provider): State<OidcProvider>) -> Json<Value> {
    if let Some(keys) = provider.0.lies.lock().unwrap().keys.clone() {
        return Json(keys);
    }
    let point = provider.0.pair.public_key().as_ref();
    let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = (coordinate(&point[1..33]), coordinate(&point[33..]));
    Json(json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "one", "x": x, "y": y }] }))
}

async fn token(
    State(provider): State<OidcProvider>,
    headers: HeaderMap,
    body: String,
) -> Result<Json<Value>, StatusCode> {
    let given = fields(&body);
    let basic = format!("Basic {}", STANDARD.encode("the%20hub:p%25ss%20w%3Ard"));
    let in_form = given["client_id"] == CLIENT && given["client_secret"] == SECRET;
    if headers.get("authorization").is_none_or(|value| *value != *basic) && !in_form {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let (code, challenge, redirect) =
        provider.0.code.lock().unwrap().take().ok_or(StatusCode::BAD_REQUEST)?;
    let verifier = given["code_verifier"].as_str().unwrap_or_default();
    let right = given["code"] == code.as_str()
        && given["grant_type"] == "authorization_code"
        && given["redirect_uri"] == redirect.as_str()
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge;
    if !right {
        return Err(StatusCode::BAD_REQUEST);
    }
    let claims = provider.0.claims.lock().unwrap().clone();
    Ok(Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": provider.sign(&claims) })))
}
