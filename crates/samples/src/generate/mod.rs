//! Customers by the million, the same ones for the same seed.
//!
//! What was made is known from the events written with it (`customer.generated`, one a chunk, in the chunk's transaction),
//! so a run that was killed goes on where it stopped, a finished one changes nothing, and a larger one adds the
//! difference. The day on which the data set was begun is kept there too: everything counts from it.

mod calendar;
mod home;
mod make;
mod money;
mod moves;
mod person;
mod ranges;
mod support;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};
use tokio_postgres::{Client, Transaction};

use crate::batch::Encoded;
use crate::{Error, Result, event, ids};
use calendar::Calendar;
use ranges::Piece;

/// The most customers in one transaction. Larger ones hold more memory and lose more to a kill, smaller ones repeat the cost
/// of statements and of folding the totals more often.
const LARGEST_CHUNK: u64 = 10_000;
/// Small sets are cut smaller, so that their progress can be seen too.
const SMALLEST_CHUNK: u64 = 500;
const CHUNKS_OF_SMALL_SETS: u64 = 20;
const ACTION: &str = "customer.generated";

/// What to generate.
pub struct Options<P: Fn(u64)> {
    /// How many customers there shall be in all, those of earlier runs included.
    pub customers: u64,
    /// Which customers: a database holds those of one seed only.
    pub seed: u64,
    /// The first run's London day is where the six years of data end.
    pub now: Timestamp,
    /// Hears how many customers there are: first those of earlier runs, then after every chunk.
    pub progress: P,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// Customers made by this run.
    pub customers: u64,
    /// Rows written by this run, in all tables.
    pub rows: u64,
}

impl fmt::Display for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} customers added, {} rows in all tables", self.customers, self.rows)
    }
}

struct Chunk {
    piece: Piece,
    tables: [Encoded; 11],
}

/// Makes the customers that are missing, each with addresses, contacts, bookings, payments and tickets.
///
/// One connection keeps one core of the database busy; every further one in `helpers` another. With helpers chunks commit in
/// any order, so the numbers of tickets, which the database gives, differ from run to run; nothing else does.
pub async fn generate<P: Fn(u64)>(
    client: &mut Client,
    helpers: &mut [Client],
    options: Options<P>,
) -> Result<Generated> {
    let earlier = Earlier::read(client, options.seed).await?;
    let day = earlier.day.unwrap_or_else(|| kernel::london_day(options.now));
    let calendar = Arc::new(Calendar::of(day)?);
    let there = AtomicU64::new(earlier.done.iter().map(|range| range.end - range.start).sum());
    (options.progress)(there.load(Relaxed));

    let size = (options.customers / CHUNKS_OF_SMALL_SETS).clamp(SMALLEST_CHUNK, LARGEST_CHUNK);
    let pieces = ranges::left(earlier.sets, earlier.done, options.customers, size);
    let chunks = Mutex::new(make_ahead(options.seed, calendar, pieces));
    let (chunks, there, options) = (&chunks, &there, &options);
    let workers = std::iter::once(client).chain(helpers).map(|client| async move {
        let mut made = Generated { customers: 0, rows: 0 };
        loop {
            let Some(chunk) = chunks.lock().await.recv().await else { break };
            let customers = chunk.piece.range.end - chunk.piece.range.start;
            made.rows += send(client, &chunk, options.seed, day, options.now).await?;
            made.customers += customers;
            (options.progress)(there.fetch_add(customers, Relaxed) + customers);
        }
        Ok::<_, Error>(made)
    });
    let made = try_join_all(workers).await?;
    Ok(Generated {
        customers: made.iter().map(|part| part.customers).sum(),
        rows: made.iter().map(|part| part.rows).sum(),
    })
}

/// The next chunk is made while the database works on the one before.
fn make_ahead(seed: u64, calendar: Arc<Calendar>, pieces: Vec<Piece>) -> mpsc::Receiver<Chunk> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        for piece in pieces {
            let tables = make::batch(seed, &calendar, &piece).encode();
            if sender.blocking_send(Chunk { piece, tables }).is_err() {
                // Nobody waits any more: sending has failed and says so itself.
                break;
            }
        }
    });
    receiver
}

async fn send(client: &mut Client, chunk: &Chunk, seed: u64, day: Date, now: Timestamp) -> Result<u64> {
    let transaction = client.transaction().await?;
    prepare(&transaction).await?;
    // Once for a customer, not after each of the tables.
    transaction.batch_execute("set local hub.statistics = 'at commit'").await?;
    let Piece { set, range: Range { start, end } } = &chunk.piece;
    let event = ids::named(&format!("{ACTION} {seed} {day} {start} {end}"));
    event::name(&transaction, event).await?;
    let mut rows = 0;
    for table in &chunk.tables {
        rows += table.copy_into(&transaction, table.table).await?;
    }
    event::insert(
        &transaction,
        &event::Event {
            id: event,
            at: now,
            action: ACTION,
            customer_id: None,
            subject: None,
            item_count: Some((end - start) as i64),
            details: json!({
                "seed": seed.to_string(), "day": day, "from": start, "to": end,
                "setFrom": set.start, "setTo": set.end, "rows": rows,
            }),
        },
    )
    .await?;
    transaction.commit().await?;

    let transaction = client.transaction().await?;
    prepare(&transaction).await?;
    transaction.execute("select fold_customer_totals()", &[]).await?;
    transaction.commit().await?;
    Ok(rows)
}

/// A chunk takes longer than any request may. And of the whole pages that go into the write-ahead log after a checkpoint, a
/// bulk load writes so many that compressing them with pglz, which is what `on` means, takes longer than all the rest
/// together; lz4 takes a fraction of that. Only who may change the setting does.
async fn prepare(transaction: &Transaction<'_>) -> Result<()> {
    const PREPARE: &str = "
        set local statement_timeout = 0;
        set local idle_in_transaction_session_timeout = 0;
        select set_config(name, 'lz4', true) from pg_settings
        where name = 'wal_compression' and setting in ('on', 'pglz') and 'lz4' = any (enumvals)
            and has_parameter_privilege(name, 'set')";
    transaction.batch_execute(PREPARE).await?;
    Ok(())
}

/// What earlier runs left in this database.
struct Earlier {
    day: Option<Date>,
    sets: Vec<Range<u64>>,
    done: Vec<Range<u64>>,
}

impl Earlier {
    async fn read(client: &Client, seed: u64) -> Result<Self> {
        let rows =
            client.query("select details from events where action = $1 order by at, id", &[&ACTION]).await?;
        let mut earlier = Self { day: None, sets: Vec::new(), done: Vec::with_capacity(rows.len()) };
        for row in rows {
            let details: Value = row.try_get(0)?;
            let number = |field: &str| details[field].as_u64();
            let text = |field: &str| details[field].as_str().unwrap_or_default();
            if text("seed") != seed.to_string() {
                return Err(Error::OtherSeed { found: text("seed").to_owned(), asked: seed });
            }
            earlier.day = Some(text("day").parse()?);
            let range = |from: &str, to: &str| number(from).zip(number(to)).map(|(from, to)| from..to);
            earlier.done.extend(range("from", "to"));
            if let Some(set) = range("setFrom", "setTo").filter(|set| !earlier.sets.contains(set)) {
                earlier.sets.push(set);
            }
        }
        Ok(earlier)
    }
}
