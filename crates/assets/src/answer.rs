//! What a request for the web app is answered with.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use platform::{Problem, Result, http::Nonce};

use crate::{
    encoding::{Encoding, accepted},
    files::{File, content_type},
};

/// Stands in index.html where each answer has its own nonce.
const NONCE: &str = "__CSP_NONCE__";
/// The names of these files change with their content.
const HASHED: &str = "assets/";
const NOT_BUILT: &str = "The web app has not been built, so this hub has only its API.\n\n\
    Build it with `make web`, then build and start the hub again.\n";

/// `find` knows the files by their paths, without a slash in front.
pub(crate) fn answer(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    find: impl Fn(&str) -> Option<File>,
) -> Result<Response> {
    if path == "/api" || path.starts_with("/api/") {
        return Err(Problem::not_found("endpoint"));
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        let problem = Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "Pages and files can only be read.",
        );
        return Ok(([(header::ALLOW, "GET, HEAD")], problem).into_response());
    }
    let path = path.trim_start_matches('/');
    let mut response = if is_page(path) {
        page(find("index.html"))
    } else if is_clean(path) {
        file(path, headers, find)?
    } else {
        return Err(Problem::not_found("file"));
    };
    if *method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    Ok(response)
}

/// The app's own addresses have no dot in their last part.
fn is_page(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    path == "index.html" || !(last.contains('.') || path.starts_with(HASHED))
}

/// Nothing hidden, and nothing that leads out of the folder.
fn is_clean(path: &str) -> bool {
    let usual = |c: char| c.is_ascii_alphanumeric() || "-_.~@+".contains(c);
    path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(usual))
}

fn page(index: Option<File>) -> Response {
    let Some(index) = index else {
        let mut response = with_body(Bytes::from_static(NOT_BUILT.as_bytes()), "not-built.txt", "no-store");
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return response;
    };
    let nonce = Nonce::new();
    let html = String::from_utf8_lossy(&index.bytes).replace(NONCE, &nonce.0);
    let mut response = with_body(Bytes::from(html), "index.html", "no-cache");
    response.extensions_mut().insert(nonce);
    response
}

fn file(path: &str, headers: &HeaderMap, find: impl Fn(&str) -> Option<File>) -> Result<Response> {
    let plain = find(path).ok_or_else(|| Problem::not_found("file"))?;
    let compressed = |encoding: Encoding| find(&format!("{path}{}", encoding.extension()));
    let chosen = accepted(headers).into_iter().find_map(|encoding| Some((encoding, compressed(encoding)?)));
    let varies = chosen.is_some() || Encoding::ALL.into_iter().any(|encoding| compressed(encoding).is_some());
    let (encoding, File { bytes, tag }) = match chosen {
        Some((encoding, file)) => (Some(encoding), file),
        None => (None, plain),
    };
    let caching = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = if is_known(headers, &tag) {
        (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, caching)]).into_response()
    } else {
        with_body(bytes, path, caching)
    };
    let fresh = response.status() == StatusCode::OK;
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    put(header::ETAG, &tag);
    if varies {
        put(header::VARY, "accept-encoding");
    }
    if let Some(encoding) = encoding.filter(|_| fresh) {
        put(header::CONTENT_ENCODING, encoding.name());
    }
    Ok(response)
}

fn with_body(bytes: Bytes, path: &str, caching: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type(path))),
        (header::CONTENT_LENGTH, HeaderValue::from(bytes.len())),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    (headers, Body::from(bytes)).into_response()
}

/// Whether the client already holds the file under this tag (RFC 9110 13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

#[cfg(test)]
mod tests;
