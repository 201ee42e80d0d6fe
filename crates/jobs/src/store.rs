use jiff::Timestamp;
use kernel::JobId;
use queries::GenericClient;
use tokio_postgres::{Error, Row};
use trace::Trace;

use crate::{Job, New, handlers::Schedule, rules::Verdict};

/// A schedule's job is tried so often before the schedule's next turn makes another.
const SCHEDULED_ATTEMPTS: i32 = 3;
const VANISHED: &str = "the worker vanished while it ran";
const STOPPED: &str = "the process that ran it was stopped";

/// Enqueues in the transaction passed in, and in the chain of calls at hand; nothing is run before that has committed. None: a job with this key is waiting or running.
pub async fn enqueue(db: &impl GenericClient, new: New, now: Timestamp) -> Result<Option<JobId>, Error> {
    let statement = db
        .prepare_cached(
            "insert into jobs (id, kind, payload, state, run_at, max_attempts, key, created_at, trace)
             values ($1, $2, $3, 'ready', $4, $5, $6, $7, $8)
             on conflict (key) where state in ('ready', 'running') do nothing returning id",
        )
        .await?;
    let id = JobId::new(now);
    let trace = trace::current().map(|trace| trace.to_string());
    let row = db
        .query_opt(
            &statement,
            &[&id, &new.kind, &new.payload, &new.run_at, &new.max_attempts, &new.key, &now, &trace],
        )
        .await?;
    Ok(row.map(|row| row.get(0)))
}

/// Makes a dead job ready again, with as many further attempts as it had at first. False: it is not dead, or another job has
/// taken its key since.
pub async fn retry_dead(db: &impl GenericClient, id: JobId, now: Timestamp) -> Result<bool, Error> {
    let changed = db
        .execute(
            "update jobs set state = 'ready', run_at = $2, max_attempts = attempt + greatest(max_attempts - attempt, 1), finished_at = null
             where id = $1 and state = 'dead' and not exists (
                 select from jobs other where other.key = jobs.key and other.state in ('ready', 'running'))",
            &[&id, &now],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets a dead job go. False: it is not dead.
pub async fn discard_dead(db: &impl GenericClient, id: JobId, now: Timestamp) -> Result<bool, Error> {
    let changed = db
        .execute(
            "update jobs set state = 'discarded', finished_at = $2 where id = $1 and state = 'dead'",
            &[&id, &now],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets dead jobs with the ids `$1` (text[]) go, without a word of what went wrong.
pub const FORGET_DEAD: &str =
    "update jobs set state = 'discarded', last_error = null where id = any ($1::uuid[]) and state = 'dead'";

/// Jobs of these kinds that are due, as many as asked for, oldest first; they are the caller's until the lease ends. Behind a
/// fence those that leave the house wait.
pub(crate) async fn claim(
    db: &impl GenericClient,
    kinds: &[&str],
    leaving: &[&str],
    most: i64,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<Job>, Error> {
    let statement = db
        .prepare_cached(
            "update jobs set state = 'running', attempt = attempt + 1, lease_until = $4
             where id = any(array(
                 select id from jobs where state = 'ready' and run_at <= $3 and kind = any($1)
                     and (kind <> all($5) or not exists (select from epochs where accepted_at is null))
                 order by run_at, id limit $2 for update skip locked))
             returning id, kind, payload, attempt, max_attempts, trace",
        )
        .await?;
    let mut jobs: Vec<Job> =
        db.query(&statement, &[&kinds, &most, &now, &lease_until, &leaving]).await?.iter().map(job).collect();
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

fn job(row: &Row) -> Job {
    Job {
        id: row.get(0),
        kind: row.get(1),
        payload: row.get(2),
        attempt: row.get(3),
        max_attempts: row.get(4),
        trace: row.get::<_, Option<&str>>(5).and_then(Trace::parse),
    }
}

/// False: the job is no longer this attempt's.
pub(crate) async fn renew(db: &impl GenericClient, job: &Job, lease_until: Timestamp) -> Result<bool, Error> {
    let statement = db
        .prepare_cached(
            "update jobs set lease_until = $3 where id = $1 and attempt = $2 and state = 'running'",
        )
        .await?;
    Ok(db.execute(&statement, &[&job.id, &job.attempt, &lease_until]).await? == 1)
}

/// False: the job is no longer this attempt's, and nothing was changed.
pub(crate) async fn complete(
    db: &impl GenericClient,
    job: &Job,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<bool, Error> {
    let (state, run_at, why) = match verdict {
        Verdict::Done => ("done", None, None),
        Verdict::Again { run_at, why } => ("ready", Some(*run_at), Some(why)),
        Verdict::Dead { why } => ("dead", None, Some(why)),
    };
    let finished = (state != "ready").then_some(now);
    let statement = db
        .prepare_cached(
            "update jobs set state = $3, run_at = coalesce($4, run_at), last_error = coalesce($5, last_error),
                 lease_until = null, finished_at = $6
             where id = $1 and attempt = $2 and state = 'running'",
        )
        .await?;
    Ok(db.execute(&statement, &[&job.id, &job.attempt, &state, &run_at, &why, &finished]).await? == 1)
}

/// Ready again at once. The attempt does not count against the job, whose process was stopped; its number stays, so that whatever still
/// runs of it is fenced off.
pub(crate) async fn give_back(db: &impl GenericClient, job: &Job, now: Timestamp) -> Result<(), Error> {
    db.execute(
        "update jobs set state = 'ready', run_at = $3, lease_until = null, max_attempts = max_attempts + 1, last_error = $4
         where id = $1 and attempt = $2 and state = 'running'",
        &[&job.id, &job.attempt, &now, &STOPPED],
    )
    .await?;
    Ok(())
}

/// After a clock that was ahead was put back: jobs that are enqueued in what is now the future come when they were to come, and
/// schedules take no longer than their interval.
pub(crate) async fn put_right(db: &impl GenericClient, now: Timestamp) -> Result<(), Error> {
    let jobs = db
        .prepare_cached(
            "update jobs set run_at = run_at - (created_at - $1::timestamptz), created_at = $1::timestamptz
             where state = 'ready' and run_at > $1::timestamptz + interval '1 minute' and created_at > $1::timestamptz + interval '1 minute'",
        )
        .await?;
    db.execute(&jobs, &[&now]).await?;
    let schedules = db
        .prepare_cached(
            "update schedules set next_run_at = $1::timestamptz + make_interval(secs => every_seconds)
             where next_run_at > $1::timestamptz + make_interval(secs => every_seconds) + interval '1 minute'",
        )
        .await?;
    db.execute(&schedules, &[&now]).await?;
    Ok(())
}

/// Jobs whose lease has ended, or would end after a time that no lease takes (a clock was ahead), are ready again, or dead when that was their last attempt. Returns the dead ones.
pub(crate) async fn release_expired(db: &impl GenericClient, now: Timestamp) -> Result<Vec<JobId>, Error> {
    let statement = db
        .prepare_cached(
            "update jobs set lease_until = null, last_error = $2,
                 state = case when attempt < max_attempts then 'ready' else 'dead' end,
                 finished_at = case when attempt < max_attempts then null else $1::timestamptz end
             where id = any(array(
                 select id from jobs where state = 'running' and (lease_until <= $1::timestamptz or lease_until > $1::timestamptz + interval '1 hour')
                 for update skip locked))
             returning id, state = 'dead'",
        )
        .await?;
    let rows = db.query(&statement, &[&now, &VANISHED]).await?;
    Ok(rows.iter().filter(|row| row.get(1)).map(|row| row.get(0)).collect())
}

/// A schedule that is new is due at once; one whose interval has changed is due after the new one at the latest.
pub(crate) async fn register(
    db: &impl GenericClient,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<(), Error> {
    db.execute(
        "insert into schedules (name, every_seconds, next_run_at) values ($1, $2, $3)
         on conflict (name) do update set every_seconds = excluded.every_seconds,
             next_run_at = least(schedules.next_run_at, excluded.next_run_at + make_interval(secs => excluded.every_seconds))
         where schedules.every_seconds <> excluded.every_seconds",
        &[&schedule.name, &schedule.every_seconds, &now],
    )
    .await?;
    Ok(())
}

/// A schedule's turn comes at this instant, unless it comes sooner.
pub async fn bring_forward(db: &tokio_postgres::Client, schedule: &str, at: Timestamp) -> Result<(), Error> {
    let sql = "update schedules set next_run_at = $2 where name = $1 and next_run_at > $2";
    db.execute(sql, &[&schedule, &at]).await?;
    Ok(())
}

/// When a schedule's job comes next; none: nobody has registered it yet.
pub async fn next_run_at(db: &impl GenericClient, schedule: &str) -> Result<Option<Timestamp>, Error> {
    let sql = "select next_run_at from schedules where name = $1";
    Ok(db.query_opt(sql, &[&schedule]).await?.map(|row| row.get(0)))
}

/// Enqueues the jobs of the schedules whose turn it is; a schedule whose last job is still waiting or running misses its turn.
pub(crate) async fn enqueue_scheduled(
    db: &impl GenericClient,
    schedules: &[Schedule],
    now: Timestamp,
) -> Result<(), Error> {
    let names: Vec<&str> = schedules.iter().map(|one| one.name).collect();
    let kinds: Vec<&str> = schedules.iter().map(|one| one.kind).collect();
    let ids: Vec<JobId> = schedules.iter().map(|_| JobId::new(now)).collect();
    let statement = db
        .prepare_cached(
            "with due as (
                 select name from schedules where next_run_at <= $1 and name = any($2) for update skip locked
             ), turned as (
                 update schedules set next_run_at = $1 + make_interval(secs => every_seconds)
                 where name in (select name from due) returning name
             )
             insert into jobs (id, kind, payload, state, run_at, max_attempts, key, created_at)
             select known.id, known.kind, '{}', 'ready', $1, $5, 'schedule:' || turned.name, $1
             from turned join unnest($2::text[], $3::text[], $4::uuid[]) as known (name, kind, id) using (name)
             on conflict (key) where state in ('ready', 'running') do nothing",
        )
        .await?;
    db.execute(&statement, &[&now, &names, &kinds, &ids, &SCHEDULED_ATTEMPTS]).await?;
    Ok(())
}

/// Removes jobs done or discarded before `before`, a thousand at most; dead ones stay.
pub(crate) async fn tidy(db: &impl GenericClient, before: Timestamp) -> Result<u64, Error> {
    db.execute(
        "delete from jobs where id = any(array(
             select id from jobs where state in ('done', 'discarded') and finished_at < $1 limit 1000 for update skip locked))",
        &[&before],
    )
    .await
}
