//! The access log: every read of personal data leaves an event, and is only answered once that event is durable.
//! Reads that happen at the same time share one commit, so the log costs a fraction of a disk flush each.

use deadpool_postgres::Pool;
use kernel::{Clock, EventId};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::{Actor, Event, Problem, Result, tx::RECORD_EVENTS};

const QUEUE: usize = 4096;
const BATCH: usize = 256;

#[derive(Clone)]
pub struct AccessLog {
    queue: mpsc::Sender<Entry>,
    clock: Clock,
}

struct Entry {
    row: Value,
    written: oneshot::Sender<Result<(), String>>,
}

impl AccessLog {
    pub fn start(pool: Pool, clock: Clock) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        tokio::spawn(write(pool, entries));
        Self { queue, clock }
    }

    /// Returns once the event is committed; when it cannot be, the read must not be answered.
    pub async fn record(&self, actor: &Actor, event: Event) -> Result<()> {
        let at = self.clock.now();
        let row = event.to_row(EventId::new(at), at, actor);
        let (written, outcome) = oneshot::channel();
        let lost = || Problem::unavailable(&"the access log has stopped");
        self.queue.send(Entry { row, written }).await.map_err(|_| lost())?;
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => Err(Problem::unavailable(&cause)),
            Err(_) => Err(lost()),
        }
    }
}

async fn write(pool: Pool, mut entries: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let rows = Value::Array(batch.iter_mut().map(|entry| entry.row.take()).collect());
        let outcome = insert(&pool, &rows).await.map_err(|error| error.to_string());
        for entry in batch.drain(..) {
            // The asker may have gone; its read was not answered then.
            let _ = entry.written.send(outcome.clone());
        }
    }
}

async fn insert(pool: &Pool, rows: &Value) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let client = pool.get().await?;
    let statement = client.prepare_cached(RECORD_EVENTS).await?;
    client.execute(&statement, &[rows, &None::<String>]).await?;
    Ok(())
}
