//! Carries the log away: what is whole of it, and every so often the rest.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use kernel::Clock;
use tokio_postgres::Client;

use super::{
    Wal,
    segment::{Archived, LENGTH, Segment, second_before},
    shelf::{Shelf, is_segment},
    stand::{self, Stand},
};
use crate::{BackupError, actions::blocking};

/// Who carries, of several processes.
const SHIPPING: i64 = 0x48_55_42_53_48_49_50;
const LOOK_EVERY: Duration = Duration::from_secs(2);
const LET_GO: Duration = Duration::from_secs(2);
/// Or while another process carries.
const AFTER_ERROR: Duration = Duration::from_secs(10);

/// Carries the log of one cluster into one place, alone.
pub struct Shipper {
    wal: Wal,
    shelf: Shelf,
    clock: Clock,
}

/// What it remembers from round to round, on one connection.
struct Way {
    client: Client,
    stand: Stand,
    /// Archived already, as far as it was looked at.
    known: Vec<Archived>,
    /// The last mark that was set, and where; it counts once its segment is archived.
    mark: Option<(Segment, Timestamp)>,
    until: Timestamp,
    marked_at: Option<Instant>,
    /// The next transaction's number after our own last.
    next_xid: i64,
}

impl Shipper {
    pub fn new(wal: Wal, shelf: Shelf, clock: Clock) -> Self {
        Self { wal, shelf, clock }
    }

    /// For ever; whatever goes wrong is waited out, written down, and tried again.
    pub async fn run(self) {
        let mut way = None;
        loop {
            let pause = match self.step(&mut way).await {
                Ok(()) if way.is_none() => AFTER_ERROR.min(self.wal.every),
                Ok(()) => LOOK_EVERY.min(self.wal.every),
                Err(error) => {
                    tracing::warn!(%error, "PostgreSQL's log is not archived");
                    AFTER_ERROR.min(self.wal.every)
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Everything that was written so far, at once. Nothing, where another process is at it.
    pub async fn once(&self) -> Result<(), BackupError> {
        let began = Instant::now();
        loop {
            match self.begin().await? {
                Some(mut way) => return self.round(&mut way, true).await,
                // A connection that was just let go may still be closing.
                None if began.elapsed() < LET_GO => tokio::time::sleep(LET_GO / 20).await,
                None => return Ok(()),
            }
        }
    }

    async fn step(&self, way: &mut Option<Way>) -> Result<(), BackupError> {
        if way.is_none() {
            *way = self.begin().await?;
        }
        let Some(at) = way else { return Ok(()) };
        let outcome = self.round(at, false).await;
        if let Err(error) = &outcome {
            let told = stand::note_bad(&at.client, &error.to_string(), self.clock.now()).await;
            // Another log than was kept, or no connection any more: from the beginning.
            if told.is_err() || matches!(error, BackupError::LogLost) {
                *way = None;
            }
        }
        outcome
    }

    /// None: another process carries.
    async fn begin(&self) -> Result<Option<Way>, BackupError> {
        let client = self.wal.database.connect().await?;
        if !client.query_one("select pg_try_advisory_lock($1)", &[&SHIPPING]).await?.get::<_, bool>(0) {
            return Ok(None);
        }
        let stand = Stand::take(&client, self.clock.now()).await?;
        let until = stand.unbroken_since;
        let way = Way { client, stand, known: Vec::new(), mark: None, until, marked_at: None, next_xid: 0 };
        Ok(Some(way))
    }

    async fn round(&self, way: &mut Way, now: bool) -> Result<(), BackupError> {
        self.carry(way).await?;
        let due = now || way.marked_at.is_none_or(|at| at.elapsed() >= self.wal.every);
        if due && (now || way.was_written_to().await?) {
            way.close().await?;
            self.carry(way).await?;
            way.marked_at = Some(Instant::now());
        }
        Ok(())
    }

    /// Archives what is whole, segment by segment, and lets the slot go on behind it.
    async fn carry(&self, way: &mut Way) -> Result<(), BackupError> {
        let written = "select (pg_current_wal_flush_lsn() - '0/0')::bigint";
        let written: i64 = way.client.query_one(written, &[]).await?.get(0);
        let next = Segment::at(way.stand.timeline, written.cast_unsigned());
        let first = way.stand.segment();
        if first.number >= next.number {
            return Ok(());
        }
        if way.known.is_empty() {
            self.carry_histories(way).await?;
            let (shelf, system) = (self.shelf.clone(), way.stand.system.clone());
            way.known = blocking(move || shelf.log(&system)).await?;
        }
        for number in first.number..next.number {
            let segment = Segment { number, ..first };
            self.carry_one(way, segment).await?;
            way.stand.kept_from = (number + 1) * LENGTH;
            stand::move_on(&way.client, way.stand.kept_from).await?;
        }
        stand::note_good(&way.client, way.until, self.clock.now()).await?;
        way.next_xid = way.xid().await?;
        Ok(())
    }

    async fn carry_one(&self, way: &mut Way, segment: Segment) -> Result<(), BackupError> {
        let bytes = way.read(segment).await?;
        let until = match way.mark {
            Some((marked, until)) if segment.number >= marked.number => until,
            _ => way.until,
        };
        let (shelf, system) = (self.shelf.clone(), way.stand.system.clone());
        // Looked for among those of the same number only: the list is long.
        let known: Vec<Archived> = way.known.iter().filter(|one| one.segment == segment).copied().collect();
        let new = Archived { segment, until, bytes: 0 };
        let put = blocking(move || shelf.put_segment(&system, &known, new, &bytes)).await?;
        way.until = way.until.max(put.until);
        way.known.retain(|one| one.segment.number > segment.number);
        way.known.push(put);
        Ok(())
    }

    /// Who brings this cluster back must not take a timeline that there was.
    async fn carry_histories(&self, way: &Way) -> Result<(), BackupError> {
        let sql = "select name, pg_read_binary_file('pg_wal/' || name) from pg_ls_waldir() where name ~ '^[0-9A-F]{8}[.]history$'";
        for row in way.client.query(sql, &[]).await? {
            let (name, bytes): (String, Vec<u8>) = (row.get(0), row.get(1));
            let (shelf, system) = (self.shelf.clone(), way.stand.system.clone());
            blocking(move || shelf.put_history(&system, &name, &bytes)).await?;
        }
        Ok(())
    }
}

impl Way {
    /// The slot keeps it; if it had to let go meanwhile, what was read may be another's.
    async fn read(&self, segment: Segment) -> Result<Vec<u8>, BackupError> {
        let sql = "select pg_read_binary_file('pg_wal/' || $1, 0, $2, true)";
        let bytes: Option<Vec<u8>> =
            self.client.query_one(sql, &[&segment.name(), &LENGTH.cast_signed()]).await?.get(0);
        let kept = stand::kept_from(&self.client).await?;
        match bytes {
            Some(bytes) if kept.is_some() && is_segment(&bytes, segment) => Ok(bytes),
            _ => Err(BackupError::LogLost),
        }
    }

    async fn xid(&self) -> Result<i64, BackupError> {
        let sql = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
        Ok(self.client.query_one(sql, &[]).await?.get(0))
    }

    async fn was_written_to(&self) -> Result<bool, BackupError> {
        Ok(self.xid().await? != self.next_xid)
    }

    /// Leaves a commit to stop at, and ends the segment after it.
    async fn close(&mut self) -> Result<(), BackupError> {
        // By PostgreSQL's clock, as commits are.
        let sql = "select pg_current_xact_id()::text, clock_timestamp()";
        let at: Timestamp = self.client.query_one(sql, &[]).await?.get(1);
        let ended: String =
            self.client.query_one("select pg_walfile_name(pg_switch_wal())", &[]).await?.get(0);
        let segment = Segment::parse(&ended)
            .ok_or_else(|| BackupError::Problem(format!("PostgreSQL calls a segment of its log {ended}")))?;
        self.mark = Some((segment, second_before(at)));
        Ok(())
    }
}
