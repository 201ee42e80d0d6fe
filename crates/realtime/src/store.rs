//! The SQL of real time: reads of staff's tables only.

use deadpool_postgres::GenericClient;
use jiff::Timestamp;
use kernel::SessionId;
use platform::Result;

/// Whether the session has neither ended nor grown too old, was seen after `idle_since`, and is of an enabled person.
pub(crate) async fn session_lives(
    db: &impl GenericClient,
    id: SessionId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<bool> {
    let statement = db
        .prepare_cached(
            "select exists (
                 select from sessions s join staff m on m.id = s.staff_id
                 where s.id = $1 and s.ended_at is null and s.expires_at > $2 and s.last_seen_at > $3
                   and m.disabled_at is null)",
        )
        .await?;
    Ok(db.query_one(&statement, &[&id, &now, &idle_since]).await?.get(0))
}
