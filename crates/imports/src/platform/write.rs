//! What every batch leaves besides its rows: the links that make the next run skip them, and the events that say what happened.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use ::platform::values::{Content, ValueKey, Values, ValuesError, Whose};
use jiff::Timestamp;
use kernel::{CustomerId, EventId};
use serde::Serialize;
use serde_json::{Value, json};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Json;
use tokio_postgres::{Error, Transaction};
use uuid::Uuid;

use super::Kind;
use super::batch::{Change, Planned};

/// A row as the `insert_*.sql` and `update_*.sql` files take it, with what the plan decided about it.
#[derive(Debug, Serialize)]
struct Out<'a, W> {
    id: Uuid,
    customer_id: Option<Uuid>,
    stamp: Timestamp,
    #[serde(flatten)]
    row: &'a W,
}

/// Runs a statement over rows given as one `jsonb` parameter; nothing to do for none.
pub async fn put<'a, W: Serialize + Debug + Sync + 'a, P: 'a>(
    tx: &Transaction<'_>,
    sql: &str,
    rows: impl Iterator<Item = (&'a Planned<P>, &'a W)>,
) -> Result<(), Error> {
    let rows: Vec<Out<'_, W>> = rows
        .map(|(planned, row)| Out {
            id: planned.our_id,
            customer_id: planned.customer_id,
            stamp: planned.stamp,
            row,
        })
        .collect();
    if !rows.is_empty() {
        tx.execute(sql, &[&Json(rows)]).await?;
    }
    Ok(())
}

/// The rows of a batch that are made (`Create`) or brought up to date (`Update`).
pub fn rows_of<'a, W>(
    planned: &'a [&'a Planned<W>],
    change: Change,
) -> impl Iterator<Item = (&'a Planned<W>, &'a W)> + 'a {
    planned.iter().filter(move |one| one.change == change).filter_map(|one| Some((*one, one.row.as_ref()?)))
}

pub async fn save_links<W>(
    tx: &Transaction<'_>,
    planned: &[&Planned<W>],
    now: Timestamp,
) -> Result<(), Error> {
    let linked: Vec<_> = planned.iter().filter(|one| one.links).collect();
    let kinds: Vec<&str> = linked.iter().map(|one| one.kind.as_str()).collect();
    let external_ids: Vec<&str> = linked.iter().map(|one| one.external_id.as_str()).collect();
    let our_ids: Vec<Uuid> = linked.iter().map(|one| one.our_id).collect();
    let hashes: Vec<&[u8]> = linked.iter().map(|one| one.hash.as_slice()).collect();
    let stamps: Vec<Timestamp> = linked.iter().map(|one| one.stamp).collect();
    let sql = include_str!("sql/save_links.sql");
    tx.execute(sql, &[&kinds, &external_ids, &our_ids, &hashes, &stamps, &now]).await?;
    Ok(())
}

/// One event as `save_events.sql` takes it. The header has ids only; values stand apart.
#[derive(Debug, Serialize)]
struct EventOut {
    id: EventId,
    at: Timestamp,
    action: String,
    customer_id: Option<Uuid>,
    subject_type: &'static str,
    subject_id: Option<Uuid>,
    item_count: i64,
    details: Value,
    #[serde(skip)]
    content: Content,
    /// As PostgreSQL reads bytes.
    sealed: Option<String>,
    leaf: String,
}

impl EventOut {
    fn whose(&self) -> Whose {
        Whose::of(::platform::event::Kind::Change, self.customer_id.map(CustomerId), self.at)
    }

    /// With its values encrypted and the hash of itself, once nothing of it changes any more.
    fn hashed(mut self, keys: &HashMap<Whose, ValueKey>) -> Self {
        let key = keys.get(&self.whose()).filter(|_| self.content != Content::default());
        let sealed = key.map(|key| self.content.sealed(key, self.id));
        let leaf = chain::Event {
            id: self.id.0,
            at: self.at,
            action: &self.action,
            kind: "change",
            actor_kind: "system",
            customer_id: self.customer_id,
            subject_type: Some(self.subject_type),
            subject_id: self.subject_id,
            item_count: Some(self.item_count),
            details: &self.details,
            values: sealed.as_deref().map(|sealed| chain::Values {
                customer_id: self.customer_id,
                sealed: Some(sealed),
                ..chain::Values::default()
            }),
            staff_id: None,
            role: None,
            session_id: None,
            request_id: None,
            ip: None,
            user_agent: None,
        }
        .leaf();
        self.leaf = bytes(&leaf);
        self.sealed = sealed.as_deref().map(bytes);
        self
    }
}

fn bytes(bytes: &[u8]) -> String {
    format!("\\x{}", chain::hex(bytes))
}

/// The event that this batch's entries in the books will name.
pub async fn name_event(tx: &Transaction<'_>, now: Timestamp) -> Result<EventId, Error> {
    let event = EventId::new(now);
    tx.batch_execute(&format!("set local hub.event = '{event}'")).await?;
    Ok(event)
}

/// One event per customer and action; a second one only for another kind of change, and one for all that moved money.
pub async fn save_events<W>(
    tx: &Transaction<'_>,
    vault: &Values,
    run_id: Uuid,
    planned: &[&Planned<W>],
    books: EventId,
    now: Timestamp,
) -> Result<(), ValuesError> {
    let mut events: BTreeMap<(&'static str, Change, Option<Uuid>), EventOut> = BTreeMap::new();
    for one in planned {
        let subject = one.kind.subject();
        // Each member of staff has an event of its own, though none has a customer.
        let about = if one.kind == Kind::Staff { Some(one.our_id) } else { one.customer_id };
        events
            .entry((subject, one.change, about))
            .and_modify(|event| {
                event.item_count += 1;
                event.subject_id = None;
            })
            .or_insert_with(|| {
                let (before, after) = changed_values(one.values.clone());
                EventOut {
                    id: EventId::new(now),
                    at: now,
                    action: format!("{subject}.{}", verb(one.change)),
                    customer_id: one.customer_id,
                    subject_type: subject,
                    subject_id: Some(one.our_id),
                    item_count: 1,
                    details: json!({ "system": super::SYSTEM, "run": run_id }),
                    content: Content { before, after, filter: None },
                    sealed: None,
                    leaf: String::new(),
                }
            });
    }
    if !events.is_empty() {
        let mut rows: Vec<EventOut> = events.into_values().collect();
        if planned.iter().any(|one| one.kind.moves_money()) {
            rows.push(EventOut {
                id: books,
                at: now,
                action: "ledger.imported".to_owned(),
                customer_id: None,
                subject_type: "import",
                subject_id: Some(run_id),
                item_count: i64::try_from(planned.len()).unwrap_or(i64::MAX),
                details: json!({ "system": super::SYSTEM, "run": run_id }),
                content: Content::default(),
                sealed: None,
                leaf: String::new(),
            });
        }
        let valued = rows.iter().filter(|event| event.content != Content::default());
        let whose: Vec<Whose> = valued.map(EventOut::whose).collect();
        let keys = vault.keys(tx, &whose, now).await?;
        let rows: Vec<EventOut> = rows.into_iter().map(|event| event.hashed(&keys)).collect();
        tx.execute(include_str!("sql/save_events.sql"), &[&Json(rows)]).await?;
    }
    Ok(())
}

fn verb(change: Change) -> &'static str {
    match change {
        Change::Create => "imported",
        Change::Update => "import_updated",
        Change::Match => "import_matched",
    }
}

/// Fields that did not change are left out of both sides.
fn changed_values(values: Option<(Option<Value>, Value)>) -> (Option<Value>, Option<Value>) {
    match values {
        Some((Some(Value::Object(mut before)), Value::Object(mut after))) => {
            before.retain(|key, value| after.get(key) != Some(value));
            after.retain(|key, _| before.contains_key(key));
            (Some(before.into()), Some(after.into()))
        }
        Some((before, after)) => (before, Some(after)),
        None => (None, None),
    }
}

fn of_database(error: &ValuesError) -> Option<&Error> {
    match error {
        ValuesError::Database(error) => Some(error),
        ValuesError::NoVault | ValuesError::Misfit(_) => None,
    }
}

/// Whether the database refused the content of a row, so that the rows beside it may still pass.
pub fn is_refusal(error: &ValuesError) -> bool {
    let code = of_database(error).and_then(Error::code);
    // Class 22: values it cannot hold; 23: constraints; P0001 and 42501: our own triggers.
    code.is_some_and(|code| matches!(code.code().get(..2), Some("22" | "23")))
        || matches!(code, Some(&SqlState::RAISE_EXCEPTION | &SqlState::INSUFFICIENT_PRIVILEGE))
}

/// Whether the same batch will pass when nobody is in the way.
pub fn is_passing(error: &ValuesError) -> bool {
    let code = of_database(error).and_then(Error::code);
    matches!(code, Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
}

/// A refusal in words that hold no personal value: the constraint's name, else the code.
pub fn told(error: &ValuesError) -> String {
    let refused_by = |by: &str| format!("refused by the database: {by}");
    match of_database(error).and_then(Error::as_db_error) {
        Some(db) => refused_by(db.constraint().or(db.column()).unwrap_or(db.code().code())),
        None => refused_by("unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_keeps_only_what_changed() {
        let (before, after) = changed_values(Some((
            Some(json!({"name": "A", "email": "a@b.co"})),
            json!({"name": "B", "email": "a@b.co"}),
        )));
        assert_eq!((before, after), (Some(json!({"name": "A"})), Some(json!({"name": "B"}))));
        assert_eq!(changed_values(Some((None, json!({"name": "A"})))), (None, Some(json!({"name": "A"}))));
    }
}
