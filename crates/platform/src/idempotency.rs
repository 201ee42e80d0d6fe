//! A request that carries an `Idempotency-Key` is done once, however often it is sent
//! (draft-ietf-httpapi-idempotency-key-header).

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use jiff::Timestamp;
use kernel::StaffId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Problem, Result, Tx, db::GenericClient as _, problem::violates};

/// The key as it came, 1 to 200 visible ASCII characters.
pub struct IdempotencyKey(pub String);

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>> {
        let Some(given) = parts.headers.get("idempotency-key") else { return Ok(None) };
        given
            .to_str()
            .ok()
            .filter(|key| (1..=200).contains(&key.len()))
            .map(|key| Some(Self(key.to_owned())))
            .ok_or_else(|| {
                Problem::malformed(
                    "invalid_idempotency_key",
                    "Idempotency-Key must be 1 to 200 visible characters.",
                )
            })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state)
            .await?
            .ok_or_else(key_required)
    }
}

/// Of a request that must carry a key, because doing it twice would cost somebody money.
pub fn key_required() -> Problem {
    Problem::malformed("idempotency_key_required", "Send an Idempotency-Key with this request.")
}

/// What was sent under the keys `$1` (text[], with whose they are before them) is forgotten: they stay taken, and whatever is sent
/// under them now is refused as something else.
pub(crate) const FORGET: &str = "update idempotency set content_hash = decode(repeat('00', 32), 'hex') where staff_id || ' ' || key = any ($1)";

/// A key, and what it was used for.
pub struct Once {
    key: String,
    operation: &'static str,
    content: Vec<u8>,
}

impl Once {
    pub fn new(key: IdempotencyKey, operation: &'static str, content: &impl Serialize) -> Self {
        let content = Sha256::digest(serde_json::to_vec(content).unwrap_or_default()).to_vec();
        Self { key: key.0, operation, content }
    }

    pub fn key(&self) -> &str {
        &self.key
    }
}

/// What the first request with this key made; with other content the key is refused.
pub async fn find(tx: &Tx<'_>, staff: StaffId, once: &Once) -> Result<Option<Uuid>> {
    let row = tx
        .query_opt(
            "select operation, content_hash, made from idempotency where staff_id = $1 and key = $2",
            &[&staff, &once.key],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    if row.get::<_, &str>(0) == once.operation && row.get::<_, &[u8]>(1) == once.content {
        return Ok(Some(row.get(2)));
    }
    Err(Problem::new(
        axum::http::StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request. Make a new one.",
    ))
}

/// Remembers what was made. Of two that run at once, the second waits here and is refused.
pub async fn keep(tx: &Tx<'_>, staff: StaffId, once: &Once, made: Uuid, now: Timestamp) -> Result<()> {
    tx.execute(
        "insert into idempotency (staff_id, key, operation, content_hash, made, created_at) values ($1, $2, $3, $4, $5, $6)",
        &[&staff, &once.key, &once.operation, &once.content, &made, &now],
    )
    .await
    .map_err(|error| {
        if violates(&error, "idempotency_pkey") {
            Problem::conflict("still_running", "The same request is being carried out just now.")
        } else {
            error.into()
        }
    })?;
    Ok(())
}
