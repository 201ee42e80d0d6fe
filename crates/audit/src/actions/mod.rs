//! Reading the trail, and having it verified.

mod looks;
mod verify;

pub(crate) use looks::{list_lookers, list_looks};
pub(crate) use verify::{VERIFY, read_trail, run, verify_trail};

use deadpool_postgres::Client;
use kernel::{CustomerId, EventId};
use platform::{Actor, App, Cursor, Event, Problem, Result};
use serde::Serialize;

use crate::{
    AuditAction, AuditEventDetail, AuditKind, AuditPage, Shown,
    rules::{self, Filter, Position},
    store,
};

/// A page of the trail, recorded as read together with the filter as it was `given`.
pub(crate) async fn list_events(
    app: &App,
    db: &Client,
    actor: &Actor,
    filter: &Filter,
    after: Option<Position>,
    limit: usize,
    given: &impl Serialize,
) -> Result<AuditPage> {
    let page = page(db, filter, after, limit).await?;
    let count = i64::try_from(page.events.len()).unwrap_or(i64::MAX);
    let mut event = Event::access("audit.listed").items(count).filter(given);
    event.customer = filter.customer;
    app.access.record(actor, event).await?;
    Ok(page)
}

/// One event with its values, recorded as read.
pub(crate) async fn read_event(
    app: &App,
    db: &Client,
    actor: &Actor,
    id: EventId,
) -> Result<AuditEventDetail> {
    let found = store::find_event(db, &app.values, id).await?.ok_or_else(|| Problem::not_found("event"))?;
    let mut event = Event::access("audit.event_read").on("event", id.0);
    event.customer = found.event.customer_id;
    app.access.record(actor, event).await?;
    Ok(found)
}

/// Every action that occurs in the trail, by name.
pub(crate) async fn list_event_actions(db: &Client) -> Result<Vec<AuditAction>> {
    store::list_actions(db).await
}

/// A customer's events, newest first, at most `limit` (1 to 200) of them, from below the cursor `after`.
/// Does not record that they were read: who shows them says so.
pub async fn of_customer(
    db: &Client,
    customer: CustomerId,
    after: Option<&str>,
    limit: usize,
    shown: Shown,
) -> Result<AuditPage> {
    let kinds = match shown {
        Shown::Changes => vec![AuditKind::Change],
        Shown::ChangesAndAccesses => vec![AuditKind::Change, AuditKind::Access],
    };
    let filter = Filter { customer: Some(customer), kinds, ..Filter::default() };
    page(db, &filter, rules::read_position(after)?, rules::check_limit(Some(limit))?).await
}

async fn page(db: &Client, filter: &Filter, after: Option<Position>, limit: usize) -> Result<AuditPage> {
    // One more than is shown tells whether there is a next page.
    let mut events = store::list_events(db, filter, after, limit + 1).await?;
    let more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| more).map(|last| Cursor::write(&(last.at, last.id)));
    Ok(AuditPage { events, next })
}
