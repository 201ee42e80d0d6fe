//! Bounds how fast one caller may ask or try: so many at once, then one after each interval (a "generic cell rate" clock). Counted
//! in the database, so that several processes count as one.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Problem, Result, db::GenericClient};

/// What is counted, and how much of it may be.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    key: Uuid,
    burst: i32,
    interval: SignedDuration,
}

impl Limit {
    /// `what` names it for all processes alike; only its hash is kept.
    pub fn new(what: &str, burst: i32, interval: SignedDuration) -> Self {
        let hash = Sha256::digest(what.as_bytes());
        let key = Uuid::from_slice(&hash[..16]).unwrap_or_default();
        Self { key, burst: burst.max(1), interval }
    }
}

/// Counts one try under all of them. `Err` holds the seconds to wait when one has had too many; that try is not counted.
pub async fn take(db: &impl GenericClient, limits: &[Limit], now: Timestamp) -> Result<Result<(), u64>> {
    let (keys, intervals) = columns(limits);
    let bursts: Vec<i32> = limits.iter().map(|limit| limit.burst).collect();
    let statement = db.prepare_cached("select take_rate_limits($1, $2, $3, $4)").await?;
    let wait: Option<i64> = db.query_one(&statement, &[&keys, &intervals, &bursts, &now]).await?.get(0);
    Ok(wait.map_or(Ok(()), |seconds| Err(seconds.unsigned_abs())))
}

/// As if one try had not been.
pub async fn give_back(db: &impl GenericClient, limits: &[Limit]) -> Result<()> {
    let (keys, intervals) = columns(limits);
    let statement = db
        .prepare_cached(
            "with locked as (
                 select r.key, g.every from unnest($1::uuid[], $2::bigint[]) as g (key, every) join rate_limits r on r.key = g.key
                 order by r.key for update of r)
             update rate_limits r set paid_off_at = r.paid_off_at - l.every * interval '1 microsecond' from locked l where r.key = l.key",
        )
        .await?;
    db.execute(&statement, &[&keys, &intervals]).await?;
    Ok(())
}

/// As if there had never been a try.
pub async fn forget(db: &impl GenericClient, limit: Limit) -> Result<()> {
    let statement = db.prepare_cached("delete from rate_limits where key = $1").await?;
    db.execute(&statement, &[&limit.key]).await?;
    Ok(())
}

/// Removes what is paid off and means nothing any more.
pub async fn tidy(db: &impl GenericClient, now: Timestamp) -> Result<()> {
    db.execute("delete from rate_limits where paid_off_at < $1", &[&now]).await?;
    Ok(())
}

/// Refuses an API key that asks more often than so many times a minute.
pub async fn take_for_key(db: &impl GenericClient, key: Uuid, per_minute: i32, now: Timestamp) -> Result<()> {
    let per_minute = per_minute.max(1);
    let interval = SignedDuration::from_mins(1) / per_minute;
    let limit = Limit::new(&format!("API key {key}"), per_minute, interval);
    take(db, &[limit], now).await?.map_err(|seconds| {
        let mut problem = Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            format!("This key may ask {per_minute} times a minute."),
        );
        problem.retry_after_s = Some(seconds);
        problem
    })
}

fn columns(limits: &[Limit]) -> (Vec<Uuid>, Vec<i64>) {
    let micros = |limit: &Limit| i64::try_from(limit.interval.as_micros()).unwrap_or(i64::MAX);
    limits.iter().map(|limit| (limit.key, micros(limit))).unzip()
}
