//! The access log: every read of personal data leaves an event, and is only answered once that event is durable.
//! Reads that happen at the same time share one commit, so the log costs a fraction of a disk flush each.

use deadpool_postgres::Pool;
use kernel::{Clock, EventId};
use tokio::sync::{mpsc, oneshot};

use crate::{Actor, Event, Problem, Result, event::Rows};

const QUEUE: usize = 4096;
const BATCH: usize = 256;

#[derive(Clone)]
pub struct AccessLog {
    queue: mpsc::Sender<Entry>,
}

struct Entry {
    actor: Actor,
    event: Event,
    written: oneshot::Sender<Result<(), String>>,
}

impl AccessLog {
    pub fn start(pool: Pool, clock: Clock) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        tokio::spawn(write(pool, clock, entries));
        Self { queue }
    }

    /// Returns once the event is committed; when it cannot be, the read must not be answered.
    pub async fn record(&self, actor: &Actor, event: Event) -> Result<()> {
        let (written, outcome) = oneshot::channel();
        let lost = || Problem::unavailable(&"the access log has stopped");
        self.queue.send(Entry { actor: actor.clone(), event, written }).await.map_err(|_| lost())?;
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(cause)) => Err(Problem::unavailable(&cause)),
            Err(_) => Err(lost()),
        }
    }
}

async fn write(pool: Pool, clock: Clock, mut entries: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let now = clock.now();
        let mut rows = Rows::default();
        let mut askers = Vec::with_capacity(batch.len());
        for entry in batch.drain(..) {
            rows.push(EventId::new(now), now, &entry.actor, entry.event);
            askers.push(entry.written);
        }
        let outcome = insert(&pool, &rows).await.map_err(|error| error.to_string());
        for asker in askers {
            // The asker may have gone; its read was not answered then.
            let _ = asker.send(outcome.clone());
        }
    }
}

async fn insert(pool: &Pool, rows: &Rows) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let client = pool.get().await?;
    Ok(rows.record(&client, None).await?)
}
