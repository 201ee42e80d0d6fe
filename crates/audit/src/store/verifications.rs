//! How far the trail is sealed, and the runs that verify it.

use jiff::Timestamp;
use kernel::{StaffId, VerificationId};
use platform::db::GenericClient;
use platform::{Problem, Result, sql};
use serde_json::Value;
use tokio_postgres::{Row, types::Json};

use crate::{TrailFinding, TrailOutcome, TrailVerification};

/// Rows without a seal are counted up to here.
const WAITING_MOST: i64 = 10_000;

/// The last checkpoint: its seal, when it was signed, and the transaction below which everything is sealed.
pub(crate) async fn find_head(db: &impl GenericClient) -> Result<Option<(i64, Timestamp, i64)>> {
    let last = "select number, at, below from checkpoints order by number desc limit 1";
    Ok(db.query_opt(last, &[]).await?.map(|row| (row.get(0), row.get(1), row.get(2))))
}

/// How many events wait for their seal, and since when. Only what was written since the last pass is looked at.
pub(crate) async fn count_waiting(db: &impl GenericClient, below: i64) -> Result<(i64, Option<Timestamp>)> {
    let sql = "select count(*), min(at) from (
                   select e.at from events e
                   where e.xid >= $1::bigint::text::xid8 and not exists (select from seals s where s.event_id = e.id)
                   limit $2) open";
    let row = db.query_one(sql, &[&below, &WAITING_MOST]).await?;
    Ok((row.get(0), row.get(1)))
}

const COLUMNS: &str = "v.id, v.requested_by, s.name as requested_by_name, v.requested_at, v.done, v.total, v.finished_at, \
    v.outcome, v.upto, v.signed_at, v.findings, v.more";

fn from_row(row: &Row) -> Result<TrailVerification> {
    let Json(findings): Json<Vec<TrailFinding>> = row.get("findings");
    Ok(TrailVerification {
        id: row.get("id"),
        requested_by: row.get("requested_by"),
        requested_by_name: row.get("requested_by_name"),
        requested_at: row.get("requested_at"),
        done: row.get("done"),
        total: row.get("total"),
        finished_at: row.get("finished_at"),
        outcome: match row.get::<_, Option<&str>>("outcome") {
            Some(_) => Some(sql::word(row, "outcome")?),
            None => None,
        },
        upto: row.get("upto"),
        signed_at: row.get("signed_at"),
        findings,
        more: row.get("more"),
    })
}

async fn find(db: &impl GenericClient, narrowed: &'static str) -> Result<Option<TrailVerification>> {
    let sql = format!(
        "select {COLUMNS} from trail_verifications v join staff s on s.id = v.requested_by where {narrowed}
         order by v.requested_at desc, v.id desc limit 1"
    );
    db.query_opt(&sql, &[]).await?.as_ref().map(from_row).transpose()
}

pub(crate) async fn find_running(db: &impl GenericClient) -> Result<Option<TrailVerification>> {
    find(db, "v.finished_at is null").await
}

pub(crate) async fn find_last(db: &impl GenericClient) -> Result<Option<TrailVerification>> {
    find(db, "v.finished_at is not null").await
}

/// False: another one runs.
pub(crate) async fn insert(
    db: &impl GenericClient,
    id: VerificationId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool> {
    let sql =
        "insert into trail_verifications (id, requested_by, requested_at, heard_at) values ($1, $2, $3, $3)
               on conflict ((true)) where finished_at is null do nothing";
    Ok(db.execute(sql, &[&id, &by, &now]).await? > 0)
}

/// Those that nobody has heard of since then will not end by themselves.
pub(crate) async fn end_silent(db: &impl GenericClient, since: Timestamp, now: Timestamp) -> Result<u64> {
    let sql = "update trail_verifications set finished_at = $2, outcome = 'failed'
               where finished_at is null and heard_at < $1";
    Ok(db.execute(sql, &[&since, &now]).await?)
}

/// False: it has ended.
pub(crate) async fn note_progress(
    db: &impl GenericClient,
    id: VerificationId,
    (done, total): (u64, u64),
    now: Timestamp,
) -> Result<bool> {
    let count = |count| i64::try_from(count).unwrap_or(i64::MAX);
    let sql = "update trail_verifications set done = $2, total = $3, heard_at = $4 where id = $1 and finished_at is null";
    Ok(db.execute(sql, &[&id, &count(done), &count(total), &now]).await? > 0)
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub outcome: TrailOutcome,
    pub upto: Option<i64>,
    pub signed_at: Option<Timestamp>,
    pub done: i64,
    pub findings: Vec<TrailFinding>,
    pub more: i64,
}

/// False: it had ended.
pub(crate) async fn finish(
    db: &impl GenericClient,
    id: VerificationId,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<bool> {
    let outcome = serde_json::to_value(verdict.outcome).map_err(|error| Problem::internal(&error))?;
    let outcome = outcome.as_str().unwrap_or_default();
    let findings: Value =
        serde_json::to_value(&verdict.findings).map_err(|error| Problem::internal(&error))?;
    let sql =
        "update trail_verifications set finished_at = $2, outcome = $3, upto = $4, signed_at = $5, done = $6,
                   total = greatest(total, $6), findings = $7, more = $8
               where id = $1 and finished_at is null";
    let changed = db
        .execute(
            sql,
            &[
                &id,
                &now,
                &outcome,
                &verdict.upto,
                &verdict.signed_at,
                &verdict.done,
                &findings,
                &verdict.more,
            ],
        )
        .await?;
    Ok(changed > 0)
}
