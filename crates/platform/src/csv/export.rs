//! A file that is handed out while the database reads it.

use axum::body::Bytes;
use deadpool_postgres::{Client, Transaction};
use futures_util::{StreamExt, pin_mut};
use jiff::Timestamp;
use kernel::EventId;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{Row, RowStream};

use super::{CsvFile, Export};
use crate::{
    Actor, App, Event, Problem, Result,
    db::{GenericClient as _, snapshot},
};

/// What a file is made of, and what the trail says of it.
pub trait Source: Send + Sync + 'static {
    const HEADER: &'static [&'static str];
    /// The event of a file that was handed over whole.
    const FINISHED: &'static str;
    /// Of one that was not.
    const INTERRUPTED: &'static str;

    /// How many rows there are, and the event that tells of them.
    fn count(
        &self,
        tx: &Transaction<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<(i64, Event)>> + Send;

    /// The rows themselves, in the same snapshot.
    fn rows(&self, tx: &Transaction<'_>, now: Timestamp) -> impl Future<Output = Result<RowStream>> + Send;

    fn write(file: &mut CsvFile, row: &Row, now: Timestamp) -> Result<()>;
}

/// The access event is written before the first byte leaves; a second event says whether the file was finished.
pub async fn export<S: Source>(app: App, mut db: Client, actor: Actor, source: S) -> Result<Export> {
    let (begun, told) = oneshot::channel();
    let (pieces, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        let mut sent = 0;
        let outcome = produce(&app, &mut db, &actor, &source, begun, &pieces, &mut sent).await;
        let action = match &outcome {
            Ok(true) => S::FINISHED,
            Ok(false) | Err(_) => S::INTERRUPTED,
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
async fn produce<S: Source>(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    source: &S,
    begun: oneshot::Sender<Result<(i64, EventId)>>,
    pieces: &mpsc::Sender<std::io::Result<Bytes>>,
    sent: &mut i64,
) -> Result<bool> {
    let now = app.clock.now();
    let begin = async {
        let tx = snapshot(db).await?;
        // A million rows to a slow reader take as long as they take.
        tx.batch_execute("set local statement_timeout = 0").await?;
        let (total, event) = source.count(&tx, now).await?;
        let event = app.access.record(actor, event.items(total)).await?;
        Ok((tx, total, event))
    };
    let (tx, event) = match begin.await {
        Ok((tx, total, event)) => {
            if begun.send(Ok((total, event))).is_err() {
                return Ok(false);
            }
            (tx, event)
        }
        Err(problem) => {
            let told: Problem = problem;
            let _ = begun.send(Err(told));
            return Ok(false);
        }
    };
    let mut file = CsvFile::new(S::HEADER, event)?;
    // A million rows are sorted before the first one comes; whoever waits for the file sees at once that it is coming.
    if pieces.send(Ok(file.take()?)).await.is_err() {
        return Ok(false);
    }
    let rows = source.rows(&tx, now).await?;
    pin_mut!(rows);
    while let Some(row) = rows.next().await {
        S::write(&mut file, &row?, now)?;
        *sent += 1;
        if file.is_full() && pieces.send(Ok(file.take()?)).await.is_err() {
            return Ok(false);
        }
    }
    tx.commit().await?;
    Ok(pieces.send(Ok(file.take()?)).await.is_ok())
}
