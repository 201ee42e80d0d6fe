//! The filtered trail as a file: every event of the filter, newest first, streamed while the database reads it. Headers only; the values
//! before and after, which may be personal, stay behind.

use axum::body::Bytes;
use deadpool_postgres::Client;
use futures_util::{StreamExt, pin_mut};
use kernel::{EventId, harmless_cell};
use platform::{
    Actor, App, Event, Problem, Result,
    csv::{CsvFile, Export},
    db::snapshot,
};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

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

type Pieces = mpsc::Sender<std::io::Result<Bytes>>;

/// The access event is written before the first byte leaves; a second event says whether the file was finished.
pub(crate) async fn start(
    app: App,
    mut db: Client,
    actor: Actor,
    filter: Filter,
    given: impl Serialize + Send + Sync + 'static,
) -> Result<Export> {
    let (begun, told) = oneshot::channel();
    let (pieces, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut sent = 0;
        let outcome = produce(&app, &mut db, &actor, &filter, &given, begun, &pieces, &mut sent).await;
        let action = match &outcome {
            Ok(true) => "audit.export_finished",
            Ok(false) | Err(_) => "audit.export_interrupted",
        };
        if let Err(problem) = outcome {
            // Too late for a status: the connection breaks, so that nobody takes the file for whole.
            let _ = pieces.send(Err(std::io::Error::other(problem.detail))).await;
        }
        if let Err(problem) = app.access.record(&actor, Event::access(action).items(sent)).await {
            tracing::error!(detail = problem.detail, "the end of an export was not recorded");
        }
    });
    let (rows, event) = told.await.map_err(|_| Problem::internal(&"the export ended before it began"))??;
    Ok(Export { rows, event, pieces: receiver })
}

/// Returns whether everything was handed over; false when the receiver has gone.
#[expect(
    clippy::too_many_arguments,
    reason = "the ends of two channels and a counter that outlives a failure"
)]
async fn produce(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    filter: &Filter,
    given: &impl Serialize,
    begun: oneshot::Sender<Result<(i64, EventId)>>,
    pieces: &Pieces,
    sent: &mut i64,
) -> Result<bool> {
    let begin = async {
        let tx = snapshot(db).await?;
        // A million rows to a slow reader take as long as they take.
        tx.batch_execute("set local statement_timeout = 0").await?;
        let (total, rows) = store::stream_events(&tx, filter).await?;
        let mut event = Event::access("audit.exported").items(total).filter(given);
        event.customer = filter.customer;
        let event = app.access.record(actor, event).await?;
        Ok((tx, rows, total, event))
    };
    let (tx, rows, event) = match begin.await {
        Ok((tx, rows, total, event)) => {
            if begun.send(Ok((total, event))).is_err() {
                return Ok(false);
            }
            (tx, rows, event)
        }
        Err(problem) => {
            let told: Problem = problem;
            let _ = begun.send(Err(told));
            return Ok(false);
        }
    };
    pin_mut!(rows);
    let mut file = CsvFile::new(&HEADER, event)?;
    while let Some(row) = rows.next().await {
        write(&mut file, store::event(&row?)?)?;
        *sent += 1;
        if file.is_full() && pieces.send(Ok(file.take()?)).await.is_err() {
            return Ok(false);
        }
    }
    tx.commit().await?;
    Ok(pieces.send(Ok(file.take()?)).await.is_ok())
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
