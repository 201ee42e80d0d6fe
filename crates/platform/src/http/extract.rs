//! Extractors whose refusals are problems that name the field.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{Problem, Result};

/// The largest JSON body that is read.
const BODY_LIMIT: usize = 256 * 1024;

/// A JSON body of type `T`; unknown fields are refused by `T` itself (`deny_unknown_fields`).
pub struct ValidJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ValidJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        check_json(request.headers())?;
        let Bounded(body) = Bounded::from_request(request, &()).await?;
        read_json(&body).map(Self)
    }
}

/// Nothing at all where a body is not needed.
impl<S: Send + Sync, T: DeserializeOwned> OptionalFromRequest<S> for ValidJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Option<Self>> {
        let is_json = check_json(request.headers());
        let Bounded(body) = Bounded::from_request(request, &()).await?;
        match is_json {
            Err(_) if body.is_empty() => Ok(None),
            Err(problem) => Err(problem),
            Ok(()) => read_json(&body).map(|value| Some(Self(value))),
        }
    }
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // Or a list would be read as the fields of an object, in their order.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(wrong_field("", "invalid type: sequence, expected an object"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        // An enum given as a number is a syntax error to serde_json, although the JSON is right.
        if cause.is_data() || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
            wrong_field(&path, &cause.to_string())
        } else {
            Problem::malformed("broken_json", format!("The body is not valid JSON: {cause}."))
        }
    })?;
    json.end().map_err(|_| Problem::malformed("broken_json", "There is something after the JSON value."))?;
    Ok(value)
}

/// A body of at most [`BODY_LIMIT`] bytes.
pub struct Bounded(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Bounded {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        axum::body::to_bytes(request.into_body(), BODY_LIMIT).await.map(Self).map_err(|_| {
            Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("The body is larger than {} kB, or broke off.", BODY_LIMIT / 1024),
            )
        })
    }
}

fn check_json(headers: &HeaderMap) -> Result<()> {
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if is_json {
        Ok(())
    } else {
        Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "Send the body as application/json.",
        ))
    }
}

/// The query string as `T`.
pub struct ValidQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ValidQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        let given = serde_urlencoded::Deserializer::new(form_pairs(query));
        serde_path_to_error::deserialize(given).map(Self).map_err(|error| {
            let path = error.path().to_string();
            let cause = error.into_inner().to_string();
            let field = named_field(&cause).unwrap_or(path);
            Problem::invalid(field, cause)
        })
    }
}

fn form_pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// serde names some fields in words only: "unknown field `x`, expected …", "missing field `x`", "duplicate field `x`".
fn named_field(message: &str) -> Option<String> {
    ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.split_once('`'))
        .map(|(field, _)| field.to_owned())
}

pub(super) fn wrong_field(path: &str, cause: &str) -> Problem {
    let field = named_field(cause).unwrap_or_else(|| path.trim_start_matches('.').to_owned());
    Problem::invalid(field, without_position(cause))
}

fn without_position(message: &str) -> String {
    message.rfind(" at line ").map_or(message, |end| &message[..end]).to_owned()
}

/// Path parameters; one that cannot be read names nothing that exists.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| {
                Problem::malformed(
                    "invalid_id",
                    "The address of this resource holds an id that is not a UUID.",
                )
                .on_field("id")
            })
    }
}

/// `If-Match: "7"`: the version the change was made from (RFC 9110 13.1.1).
pub struct IfMatch(pub i32);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?.ok_or_else(|| {
            Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "version_required",
                "Send If-Match with the version this change was made from.",
            )
        })
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>> {
        let Some(given) = parts.headers.get(header::IF_MATCH) else { return Ok(None) };
        given
            .to_str()
            .ok()
            .and_then(|text| text.trim().trim_matches('"').parse().ok())
            .map(|version| Some(Self(version)))
            .ok_or_else(|| {
                Problem::malformed("invalid_if_match", "If-Match must be a version in quotes, such as \"3\".")
            })
    }
}
