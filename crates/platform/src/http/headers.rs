//! Security headers on every answer, errors included.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::App;

/// The page's script nonce, in the extensions of the response that carries the page.
#[derive(Clone)]
pub struct Nonce(pub String);

impl Nonce {
    /// 256 bits that cannot be guessed.
    pub fn new() -> Self {
        Self(crate::random::token())
    }
}

impl Default for Nonce {
    fn default() -> Self {
        Self::new()
    }
}

pub async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let personal = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let policy = response.extensions().get::<Nonce>().map_or_else(
        || "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'".to_owned(),
        |Nonce(nonce)| {
            format!(
                "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
                 style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
                 manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
            )
        },
    );
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::X_FRAME_OPTIONS, "DENY");
    put(header::REFERRER_POLICY, "same-origin");
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=()",
    );
    if personal {
        put(header::CACHE_CONTROL, "no-store");
    }
    if app.settings.public_url.starts_with("https://") {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}
