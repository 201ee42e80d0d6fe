//! Errors as the wire knows them: RFC 9457 `application/problem+json` with a stable `code`.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{address::causes, http::request_id};

/// The content type of every error answer.
pub const MEDIA_TYPE: &str = "application/problem+json";

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// A refusal or a failure, with what a client may know of it.
#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    pub field: Option<String>,
    pub extra: Map<String, Value>,
    pub retry_after_s: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), field: None, extra: Map::new(), retry_after_s: None }
    }

    /// 422: the request is well formed but a field is wrong.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", detail);
        problem.field = Some(field.into());
        problem
    }

    /// 400: the request cannot be read.
    pub fn malformed(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 412: made from a version that is not the latest; `current` is what it holds now.
    pub fn changed_meanwhile(current: &impl Serialize) -> Self {
        let detail = "Somebody else has changed this meanwhile. Look at what it holds now before you decide.";
        Self::new(StatusCode::PRECONDITION_FAILED, "changed_meanwhile", detail)
            .with("current", serde_json::to_value(current).unwrap_or_default())
    }

    /// 409: what is asked about became part of another customer.
    pub fn merged() -> Self {
        Self::conflict("merged", "This customer was merged into another one. Go on there.")
    }

    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "Sign in first.")
    }

    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub fn unavailable(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(request_id = request_id(), trace_id = trace::current_id(), %cause, "database unavailable");
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "database_unavailable",
            "The database cannot be reached just now. Nothing was changed; try again in a moment.",
        );
        problem.retry_after_s = Some(2);
        problem
    }

    /// 503: this program is newer than the database, which somebody has yet to migrate.
    pub fn not_migrated() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_migrated",
            "The database is not at this release. `hub migrate` brings it there.",
        )
    }

    /// 503: the connection broke between asking for the commit and hearing of it. Whoever says more than that lies half of the time.
    pub fn outcome_unknown(cause: &dyn std::fmt::Display) -> Self {
        tracing::warn!(request_id = request_id(), %cause, "the connection broke during a commit");
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "outcome_unknown",
            "The database broke off while this was being saved: it may be saved, or not. Look before you do it again. Sent \
             again with the same Idempotency-Key it is done once.",
        );
        problem.retry_after_s = Some(2);
        problem
    }

    /// 503: PostgreSQL has no room left to write.
    pub fn storage_full(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(request_id = request_id(), %cause, "the database's disk is full");
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "storage_full",
            "The disk of the database is full. Nothing was changed; whoever runs the hub has to make room first.",
        );
        problem.retry_after_s = Some(30);
        problem
    }

    /// 409: nobody writes about somebody who is going.
    pub fn being_erased() -> Self {
        Self::conflict(
            "being_erased",
            "This customer is being erased. Nothing about them can be written any more.",
        )
    }

    /// 503: stopped by a time limit.
    pub fn too_slow() -> Self {
        let mut problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_slow",
            "This took too long and was stopped. Nothing was changed; narrow it down or try again.",
        );
        problem.retry_after_s = Some(5);
        problem
    }

    /// 500: logged here, once; the client learns the request id and nothing else.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(request_id = request_id(), trace_id = trace::current_id(), %cause, "internal error");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side. It has been logged.",
        )
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }

    #[must_use]
    pub fn on_field(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = self.extra;
        body.insert("type".into(), json!("about:blank"));
        body.insert("title".into(), json!(self.status.canonical_reason().unwrap_or("Error")));
        body.insert("status".into(), json!(self.status.as_u16()));
        body.insert("code".into(), json!(self.code));
        body.insert("detail".into(), json!(self.detail));
        body.insert("requestId".into(), json!(request_id()));
        if let Some(field) = self.field {
            body.insert("field".into(), json!(field));
        }
        let mut response = (self.status, Value::Object(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Errors of the database: what is temporary is 503, what two writers did to each other is 409, the rest is ours.
impl From<tokio_postgres::Error> for Problem {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        // A guard of the database, whichever feature runs into it.
        if violates(&error, "customers_erased") {
            return Self::conflict(
                "erased",
                "This customer was erased. Nothing about them can be written any more.",
            );
        }
        if violates(&error, "customers_being_erased") {
            return Self::being_erased();
        }
        if violates(&error, "customers_merged") {
            return Self::merged();
        }
        let Some(code) = error.code().cloned() else {
            return if error.is_closed() || has_io_cause(&error) {
                Self::unavailable(&Full(&error))
            } else {
                Self::internal(&Full(&error))
            };
        };
        match code {
            SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::LOCK_NOT_AVAILABLE => Self::conflict(
                "try_again",
                "Somebody else changed the same thing at the same moment. Try again.",
            ),
            SqlState::QUERY_CANCELED => Self::too_slow(),
            SqlState::DISK_FULL => Self::storage_full(&Full(&error)),
            SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::TOO_MANY_CONNECTIONS
            | SqlState::OUT_OF_MEMORY => Self::unavailable(&Full(&error)),
            _ => Self::internal(&Full(&error)),
        }
    }
}

impl Problem {
    /// Of an error in answer to `commit`: what the database refused has not happened, and of the rest nobody knows.
    pub(crate) fn of_commit(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let refused = error
            .code()
            .is_some_and(|code| !matches!(*code, SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN));
        if refused { error.into() } else { Self::outcome_unknown(&Full(&error)) }
    }
}

impl From<deadpool_postgres::PoolError> for Problem {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::unavailable(&causes(&error))
    }
}

/// Whether the database refused because of this named constraint.
pub fn violates(error: &tokio_postgres::Error, constraint: &str) -> bool {
    error.as_db_error().and_then(|e| e.constraint()) == Some(constraint)
}

fn has_io_cause(error: &tokio_postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<std::io::Error>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The error and its causes; the values of rows, which PostgreSQL puts into DETAIL, are left out of the log.
struct Full<'a>(&'a tokio_postgres::Error);

impl std::fmt::Display for Full<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_db_error() {
            Some(db) => {
                write!(
                    f,
                    "{} {} ({})",
                    db.code().code(),
                    db.message(),
                    db.constraint().unwrap_or("no constraint")
                )?;
                match db.where_() {
                    Some(place) => write!(f, " at {}", place.lines().next().unwrap_or_default()),
                    None => Ok(()),
                }
            }
            None => f.write_str(&causes(self.0)),
        }
    }
}

/// The shape of every error answer, for the OpenAPI document.
#[derive(utoipa::ToSchema, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Always `about:blank`; `code` tells the kind.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// Stable, for programs: `invalid_field`, `not_found`, `email_taken`, `active_bookings`, …
    pub code: String,
    /// For people: what happened and what to do.
    pub detail: String,
    /// The field of the request that is at fault, as a path such as `address.postcode`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Names this request in the log.
    pub request_id: String,
}
