//! The filtered trail as a file: every event of the filter, newest first, streamed while the database reads it. Headers only; the values
//! before and after, which may be personal, stay behind.

use deadpool_postgres::{Client, Transaction};
use jiff::Timestamp;
use kernel::harmless_cell;
use platform::{
    Actor, App, Event, Result,
    csv::{CsvFile, Export, Source, export},
};
use serde::Serialize;
use tokio_postgres::{Row, RowStream};

use crate::{AuditActorKind, AuditEvent, rules::Filter, store};

const HEADER: [&str; 17] = [
    "id",
    "at",
    "action",
    "kind",
    "actor",
    "staff_id",
    "staff_name",
    "role",
    "ip",
    "user_agent",
    "request_id",
    "customer_id",
    "customer_name",
    "subject_type",
    "subject_id",
    "item_count",
    "details",
];

/// `given`: the filter as it was asked for, for the trail.
struct Events<G> {
    filter: Filter,
    given: G,
}

pub(crate) async fn start(
    app: App,
    db: Client,
    actor: Actor,
    filter: Filter,
    given: impl Serialize + Send + Sync + 'static,
) -> Result<Export> {
    export(app, db, actor, Events { filter, given }).await
}

impl<G: Serialize + Send + Sync + 'static> Source for Events<G> {
    const HEADER: &'static [&'static str] = &HEADER;
    const FINISHED: &'static str = "audit.export_finished";
    const INTERRUPTED: &'static str = "audit.export_interrupted";

    async fn count(&self, tx: &Transaction<'_>, _: Timestamp) -> Result<(i64, Event)> {
        let mut event = Event::access("audit.exported").filter(&self.given);
        event.customer = self.filter.customer;
        Ok((store::count_events(tx, &self.filter).await?, event))
    }

    async fn rows(&self, tx: &Transaction<'_>, _: Timestamp) -> Result<RowStream> {
        store::stream_events(tx, &self.filter).await
    }

    fn write(file: &mut CsvFile, row: &Row, _: Timestamp) -> Result<()> {
        write(file, store::event(row)?)
    }
}

fn write(file: &mut CsvFile, event: AuditEvent) -> Result<()> {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let actor = match event.actor_kind {
        AuditActorKind::Staff => "staff",
        AuditActorKind::System => "system",
        AuditActorKind::Nobody => "nobody",
    };
    let details = match event.details.as_object() {
        Some(nothing) if nothing.is_empty() => String::new(),
        _ => event.details.to_string(),
    };
    file.write(&[
        event.id.to_string(),
        event.at.to_string(),
        event.action,
        event.kind.name().to_owned(),
        actor.to_owned(),
        text(event.staff_id),
        harmless_cell(&event.staff_name.unwrap_or_default()),
        text(event.role),
        text(event.ip),
        harmless_cell(&event.user_agent.unwrap_or_default()),
        harmless_cell(&event.request_id.unwrap_or_default()),
        text(event.customer_id),
        harmless_cell(&event.customer_name.unwrap_or_default()),
        text(event.subject_type),
        text(event.subject_id),
        text(event.item_count),
        details,
    ])
}
