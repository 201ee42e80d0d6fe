//! The access log: every read of personal data leaves an event, and is only answered once that event is durable.
//! Reads that happen at the same time share one commit, so the log costs a fraction of a disk flush each.

use deadpool_postgres::Pool;
use jiff::Timestamp;
use kernel::{Clock, EventId};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::error::SqlState;

use crate::{
    Actor, Event, Problem, Result,
    address::causes,
    event::Rows,
    metrics::Metrics,
    problem::violates,
    tx::KEY_IS_GONE,
    values::{Content, Values, ValuesError, Whose},
};

const QUEUE: usize = 4096;
const BATCH: usize = 256;

#[derive(Clone)]
pub struct AccessLog {
    queue: mpsc::Sender<Entry>,
    clock: Clock,
}

struct Entry {
    id: EventId,
    actor: Actor,
    event: Event,
    written: oneshot::Sender<Result<(), Unwritten>>,
}

/// Why they were not written, for each who asks.
#[derive(Clone)]
struct Unwritten {
    why: String,
    is_full: bool,
}

impl AccessLog {
    pub fn start(pool: Pool, clock: Clock, values: Values, metrics: Metrics) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        tokio::spawn(write(pool, clock.clone(), values, metrics, entries));
        Self { queue, clock }
    }

    /// Returns the event's id once it is committed; when it cannot be, the read must not be answered.
    pub async fn record(&self, actor: &Actor, event: Event) -> Result<EventId> {
        let (written, outcome) = oneshot::channel();
        let lost = || Problem::unavailable(&"the access log has stopped");
        let id = EventId::new(self.clock.now());
        self.queue.send(Entry { id, actor: actor.clone(), event, written }).await.map_err(|_| lost())?;
        match outcome.await {
            Ok(Ok(())) => Ok(id),
            Ok(Err(Unwritten { why, is_full: true })) => Err(Problem::storage_full(&why)),
            Ok(Err(Unwritten { why, is_full: false })) => Err(Problem::unavailable(&why)),
            Err(_) => Err(lost()),
        }
    }
}

async fn write(
    pool: Pool,
    clock: Clock,
    values: Values,
    metrics: Metrics,
    mut entries: mpsc::Receiver<Entry>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let now = clock.now();
        let mut read = Vec::with_capacity(batch.len());
        let mut askers = Vec::with_capacity(batch.len());
        for entry in batch.drain(..) {
            read.push((entry.id, entry.actor, entry.event));
            askers.push(entry.written);
        }
        let mut outcome = insert(&pool, &values, now, &read).await;
        if matches!(outcome, Err(Failure::KeyIsGone)) {
            // Destroyed by another process and remembered here: it has been forgotten, and another is made.
            outcome = insert(&pool, &values, now, &read).await;
        }
        if outcome.is_ok() {
            metrics.happened(&read.iter().map(|(_, _, event)| event.action).collect::<Vec<_>>());
        }
        let outcome = outcome.map_err(|error| Unwritten {
            is_full: matches!(&error, Failure::Database(error) if error.code() == Some(&SqlState::DISK_FULL)),
            why: causes(&error),
        });
        for asker in askers {
            // The asker may have gone; its read was not answered then.
            let _ = asker.send(outcome.clone());
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the key of this month is gone")]
    KeyIsGone,
    #[error(transparent)]
    Pool(#[from] deadpool_postgres::PoolError),
    #[error(transparent)]
    Values(#[from] ValuesError),
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
}

/// The filters of all of them are sealed under the key of the month.
async fn insert(
    pool: &Pool,
    values: &Values,
    now: Timestamp,
    read: &[(EventId, Actor, Event)],
) -> Result<(), Failure> {
    let client = pool.get().await?;
    let mut rows = Rows::default();
    for (id, actor, event) in read {
        let (id, mut event) = (*id, event.clone());
        let whose = Whose::of(event.kind, event.customer, now);
        let sealed = match Content::take(&mut event) {
            Some(content) => {
                let key = values.key(&**client, whose, now).await?;
                values.remember(whose, key.clone());
                Some(content.sealed(&key, id))
            }
            None => None,
        };
        rows.push(id, now, actor, event, sealed);
    }
    rows.record(&client, &[]).await.map_err(|error| {
        if !violates(&error, KEY_IS_GONE) {
            return error.into();
        }
        for (_, _, event) in read {
            values.forget(Whose::of(event.kind, event.customer, now));
        }
        Failure::KeyIsGone
    })
}
