//! Nothing is written without saying so: the event goes into the same transaction.

use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::{Error, Transaction};
use uuid::Uuid;

pub(crate) struct Event<'a> {
    pub id: Uuid,
    pub at: Timestamp,
    pub action: &'a str,
    pub customer_id: Option<Uuid>,
    /// Type and id of what was made.
    pub subject: Option<(&'a str, Uuid)>,
    pub item_count: Option<i64>,
    pub details: Value,
}

/// Says which event the entries in the books will name that this transaction makes.
pub(crate) async fn name(transaction: &Transaction<'_>, id: Uuid) -> Result<(), Error> {
    transaction.batch_execute(&format!("set local hub.event = '{id}'")).await
}

pub(crate) async fn insert(transaction: &Transaction<'_>, event: &Event<'_>) -> Result<(), Error> {
    const INSERT: &str = "
        insert into events (id, at, action, kind, actor_kind, customer_id, subject_type, subject_id, item_count, details, leaf)
        values ($1, $2, $3, 'change', 'system', $4, $5, $6, $7, $8, $9)";
    let (subject_type, subject_id) = event.subject.unzip();
    let leaf = chain::Event {
        id: event.id,
        at: event.at,
        action: event.action,
        kind: "change",
        actor_kind: "system",
        customer_id: event.customer_id,
        subject_type,
        subject_id,
        item_count: event.item_count,
        details: &event.details,
        staff_id: None,
        role: None,
        session_id: None,
        request_id: None,
        ip: None,
        user_agent: None,
        values: None,
    };
    transaction
        .execute(
            INSERT,
            &[
                &event.id,
                &event.at,
                &event.action,
                &event.customer_id,
                &subject_type,
                &subject_id,
                &event.item_count,
                &event.details,
                &leaf.leaf().as_slice(),
            ],
        )
        .await?;
    Ok(())
}
