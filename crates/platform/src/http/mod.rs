//! What stands around every request: its id, its origin, its bounds, and headers on every answer.

mod extract;
mod guard;
mod headers;
mod tagged;

pub use extract::{Bounded, IfMatch, Path, ValidJson, ValidQuery};
pub use guard::{client, guard, origin_is_ours};
pub use headers::{Nonce, security_headers};
pub use tagged::{Fields, Tagged, ValidTagged};

tokio::task_local! {
    static REQUEST: String;
}

/// The id of the request being answered; empty outside one.
pub fn request_id() -> String {
    REQUEST.try_with(Clone::clone).unwrap_or_default()
}

/// An `ETag` that is the version of a record (RFC 9110 8.8.3).
pub fn etag(version: i32) -> (axum::http::HeaderName, String) {
    (axum::http::header::ETAG, format!("\"{version}\""))
}
