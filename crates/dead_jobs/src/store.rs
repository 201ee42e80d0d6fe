//! What is read of the jobs' table; only the jobs' own crate writes it.

use jiff::Timestamp;
use kernel::JobId;
use platform::db::GenericClient;
use platform::{Cursor, Problem, Result};

use crate::{
    model::{DeadJob, DeadJobPage},
    rules,
};

const DEAD: &str =
    "select id, kind, payload, attempt, last_error, created_at, finished_at from jobs where state = 'dead'";

fn from_row(row: &tokio_postgres::Row) -> DeadJob {
    DeadJob {
        id: row.get("id"),
        kind: row.get("kind"),
        payload: row.get("payload"),
        attempts: row.get("attempt"),
        last_error: row.get::<_, Option<&str>>("last_error").map(rules::without_people),
        created_at: row.get("created_at"),
        died_at: row.get("finished_at"),
    }
}

pub(crate) async fn list_dead(
    db: &impl GenericClient,
    after: Option<&str>,
    limit: i64,
) -> Result<DeadJobPage> {
    let (at, id): (Option<Timestamp>, Option<JobId>) = after.map(Cursor::read_instant).transpose()?.unzip();
    let statement = db
        .prepare_cached(&format!(
            "{DEAD} and (finished_at, id) < (coalesce($1::timestamptz, 'infinity'), coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             order by finished_at desc, id desc limit $3"
        ))
        .await?;
    let rows = db.query(&statement, &[&at, &id, &(limit + 1)]).await?;
    let mut jobs: Vec<DeadJob> = rows.iter().map(from_row).collect();
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = jobs.len() > wanted;
    jobs.truncate(wanted);
    let next = jobs.last().filter(|_| more).map(|last| Cursor::write(&(last.died_at, last.id)));
    let total = db.query_one("select count(*) from jobs where state = 'dead'", &[]).await?.get(0);
    Ok(DeadJobPage { jobs, total, next })
}

/// The dead job, locked until the transaction ends.
pub(crate) async fn lock_dead(db: &impl GenericClient, id: JobId) -> Result<DeadJob> {
    let row = db.query_opt(&format!("{DEAD} and id = $1 for update"), &[&id]).await?;
    if let Some(row) = row {
        return Ok(from_row(&row));
    }
    match db.query_opt("select from jobs where id = $1", &[&id]).await? {
        Some(_) => Err(moved_on()),
        None => Err(Problem::not_found("job")),
    }
}

pub(crate) fn moved_on() -> Problem {
    Problem::conflict(
        "job_not_dead",
        "This job is not dead any more, or another like it is at work. Look at the list again.",
    )
}
