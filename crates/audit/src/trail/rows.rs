//! Rows as they stand now, and the leaf each of them makes.

use chain::{Event, Hash, Transfer, Values};
use platform::db::GenericClient;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

/// An event with its values, from `e` and `v`.
pub(super) const EVENT: &str = "e.id, e.at, e.action, e.kind as event_kind, e.actor_kind, e.staff_id, e.role, e.session_id, \
    e.request_id, e.ip, masklen(e.ip) as mask, e.user_agent, e.customer_id, e.subject_type, e.subject_id, e.item_count, \
    e.details, e.leaf as own_leaf, e.xid::text::bigint as event_xid, v.event_id as values_of, v.customer_id as values_customer, \
    v.before, v.after, v.filter, v.sealed";
/// A transfer, from `t`.
pub(super) const TRANSFER: &str = "t.number as transfer_number, t.at as transfer_at, t.kind as transfer_kind, t.debit, \
    t.credit, t.amount, t.currency, t.customer_id as transfer_customer, t.payment_id, t.refund_id, t.credit_id, \
    t.credit_use_id, t.event_id as transfer_event, t.xid::text::bigint as transfer_xid";

/// The leaf of the event in this row, which selects [`EVENT`].
pub(super) fn event_leaf(row: &Row) -> Hash {
    let details: Value = row.get("details");
    let (before, after, filter): (Option<Value>, Option<Value>, Option<Value>) =
        (row.get("before"), row.get("after"), row.get("filter"));
    let mask = row.get::<_, Option<i32>>("mask").and_then(|mask| u8::try_from(mask).ok());
    Event {
        id: row.get("id"),
        at: row.get("at"),
        action: row.get("action"),
        kind: row.get("event_kind"),
        actor_kind: row.get("actor_kind"),
        staff_id: row.get("staff_id"),
        role: row.get("role"),
        session_id: row.get("session_id"),
        request_id: row.get("request_id"),
        ip: row.get::<_, Option<_>>("ip").zip(mask),
        user_agent: row.get("user_agent"),
        customer_id: row.get("customer_id"),
        subject_type: row.get("subject_type"),
        subject_id: row.get("subject_id"),
        item_count: row.get("item_count"),
        details: &details,
        values: row.get::<_, Option<Uuid>>("values_of").map(|_| Values {
            customer_id: row.get("values_customer"),
            before: before.as_ref(),
            after: after.as_ref(),
            filter: filter.as_ref(),
            sealed: row.get("sealed"),
        }),
    }
    .leaf()
}

/// The leaf of the transfer in this row, which selects [`TRANSFER`].
pub(super) fn transfer_leaf(row: &Row) -> Hash {
    Transfer {
        number: row.get("transfer_number"),
        at: row.get("transfer_at"),
        kind: row.get("transfer_kind"),
        debit: row.get("debit"),
        credit: row.get("credit"),
        amount: row.get("amount"),
        currency: row.get("currency"),
        customer_id: row.get("transfer_customer"),
        payment_id: row.get("payment_id"),
        refund_id: row.get("refund_id"),
        credit_id: row.get("credit_id"),
        credit_use_id: row.get("credit_use_id"),
        event_id: row.get("transfer_event"),
    }
    .leaf()
}

pub(super) fn hash(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or_default()
}

/// The leaves of these events as they are found, by id.
pub(super) async fn events(
    db: &impl GenericClient,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Hash)>, tokio_postgres::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "select {EVENT} from events e left join event_values v on v.event_id = e.id where e.id = any ($1)"
    );
    let rows = db.query(&sql, &[&ids]).await?;
    Ok(rows.iter().map(|row| (row.get("id"), event_leaf(row))).collect())
}

pub(super) async fn transfers(
    db: &impl GenericClient,
    numbers: &[i64],
) -> Result<Vec<(i64, Hash)>, tokio_postgres::Error> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("select {TRANSFER} from transfers t where t.number = any ($1)");
    let rows = db.query(&sql, &[&numbers]).await?;
    Ok(rows.iter().map(|row| (row.get("transfer_number"), transfer_leaf(row))).collect())
}
