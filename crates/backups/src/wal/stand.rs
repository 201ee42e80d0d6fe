//! How far the archive is: the slot that keeps the log for it, and one row of the database that everybody can ask.

use jiff::Timestamp;
use platform::db::GenericClient;
use platform::{App, address::Address};
use tokio_postgres::Client;

use super::segment::Segment;
use crate::{BackupError, jobs, model::Reach};

pub(crate) const SLOT: &str = "hub_log";
pub(crate) const FORGET: &str = "delete from log_archive";
/// A lock of the database: any number, as long as nothing else uses it.
const STANDING: i64 = 0x48_55_42_57_41_4C_53;

/// Of the cluster as it runs.
#[derive(Debug, Clone)]
pub(crate) struct Stand {
    /// Its identifier, which a cluster that was brought back has in common with the one it came from.
    pub system: String,
    pub timeline: u32,
    /// Whatever is before it is archived, or is not wanted.
    pub kept_from: u64,
    /// Since when the log is archived without a gap.
    pub unbroken_since: Timestamp,
}

impl Stand {
    /// Reads it; where no slot keeps the log, or it had to let go of some, begins anew.
    pub async fn take(client: &Client, now: Timestamp) -> Result<Self, BackupError> {
        client.execute("select pg_advisory_lock($1)", &[&STANDING]).await?;
        let stand = Self::take_alone(client, now).await;
        client.execute("select pg_advisory_unlock($1)", &[&STANDING]).await?;
        stand
    }

    async fn take_alone(client: &Client, now: Timestamp) -> Result<Self, BackupError> {
        let here = "select (select system_identifier::text from pg_control_system()), left(pg_walfile_name(pg_current_wal_lsn()), 8)";
        let row = client.query_one(here, &[]).await?;
        let (system, timeline): (String, String) = (row.get(0), row.get(1));
        let timeline = u32::from_str_radix(&timeline, 16).unwrap_or_default();
        let kept = match kept_from(client).await? {
            Some(position) => Some(position),
            None => {
                drop_slot(client).await?;
                None
            }
        };
        let known = "select unbroken_since from log_archive where system = $1 and timeline = $2";
        let row = client.query_opt(known, &[&system, &i64::from(timeline)]).await?;
        if let (Some(kept_from), Some(row)) = (kept, row) {
            return Ok(Self { system, timeline, kept_from, unbroken_since: row.get(0) });
        }
        let kept_from = match kept {
            Some(position) => position,
            None => make_slot(client).await?,
        };
        client
            .execute(
                "insert into log_archive (system, timeline, unbroken_since, noted_at) values ($1, $2, $3, $3)
                 on conflict (only_row) do update set system = excluded.system, timeline = excluded.timeline,
                     unbroken_since = excluded.unbroken_since, noted_at = excluded.noted_at",
                &[&system, &i64::from(timeline), &now],
            )
            .await?;
        // Nothing of it can be reached before it has one.
        ::jobs::bring_forward(client, jobs::BASE, now).await?;
        tracing::info!(system, timeline, "the archive of PostgreSQL's log begins here");
        Ok(Self { system, timeline, kept_from, unbroken_since: now })
    }

    pub fn segment(&self) -> Segment {
        Segment::at(self.timeline, self.kept_from)
    }
}

/// Where the log begins that the slot keeps; none: there is no slot, or it has lost some of it.
pub(crate) async fn kept_from(client: &Client) -> Result<Option<u64>, BackupError> {
    let sql = "select (restart_lsn - '0/0')::bigint from pg_replication_slots
        where slot_name = $1 and restart_lsn is not null and wal_status <> 'lost'";
    Ok(client.query_opt(sql, &[&SLOT]).await?.map(|row| row.get::<_, i64>(0).cast_unsigned()))
}

async fn make_slot(client: &Client) -> Result<u64, BackupError> {
    client.execute("select pg_create_physical_replication_slot($1, true)", &[&SLOT]).await?;
    let missing = || BackupError::Problem("the replication slot that was just made is not there".to_owned());
    kept_from(client).await?.ok_or_else(missing)
}

/// The log is not archived any more: nothing keeps it in the cluster, and nobody waits for it. `superuser`: of the cluster.
pub async fn give_up_log(superuser: &Address) -> Result<(), BackupError> {
    let client = superuser.connect().await?;
    drop_slot(&client).await?;
    client.execute(FORGET, &[]).await?;
    Ok(())
}

/// The same where the cluster is not said to be ours: what a copy says of another's is forgotten.
pub async fn forget_log(app: &App) -> Result<(), BackupError> {
    let db = app.db.client().await?;
    let sql =
        "delete from log_archive where not exists (select from pg_replication_slots where slot_name = $1)";
    db.execute(sql, &[&SLOT]).await?;
    Ok(())
}

/// One that somebody is connected to is not ours, and refused.
async fn drop_slot(client: &Client) -> Result<(), BackupError> {
    let sql = "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1";
    client.execute(sql, &[&SLOT]).await?;
    Ok(())
}

/// Log before `position` is archived.
pub(crate) async fn move_on(client: &Client, position: u64) -> Result<(), BackupError> {
    let sql = "select pg_replication_slot_advance($1, '0/0'::pg_lsn + $2::bigint::numeric)";
    client.execute(sql, &[&SLOT, &position.cast_signed()]).await?;
    Ok(())
}

/// A base of this stretch of log was made.
const HAS_BASE: &str = "exists (select from backups b where b.state = 'done' and b.file like '%.base' and b.started_at >= unbroken_since)";

/// All that was written is archived, or nothing more than waits for its turn; `until`: what was committed before it can be reached.
pub(crate) async fn note_good(client: &Client, until: Timestamp, now: Timestamp) -> Result<(), BackupError> {
    let sql = format!(
        "update log_archive set covered_until = case when {HAS_BASE} then greatest(covered_until, $1) else covered_until end,
             noted_at = $2, failing_since = null, failure = null"
    );
    client.execute(&sql, &[&until, &now]).await?;
    Ok(())
}

/// What was written is not archived, and why.
pub(crate) async fn note_bad(client: &Client, why: &str, now: Timestamp) -> Result<(), BackupError> {
    let sql = "update log_archive set failing_since = coalesce(failing_since, $2), failure = left($1, 1000), noted_at = $2";
    client.execute(sql, &[&why, &now]).await?;
    Ok(())
}

/// What people are told of it; none: no log is archived.
pub(crate) async fn read_reach(db: &impl GenericClient) -> platform::Result<Option<Reach>> {
    let sql = "select covered_until, failing_since, failure,
            (select min(finished_at) from backups b
             where b.state = 'done' and b.file like '%.base' and b.started_at >= unbroken_since) as covered_from
        from log_archive";
    Ok(db.query_opt(sql, &[]).await?.map(|row| Reach {
        from: row.get("covered_from"),
        until: row.get("covered_until"),
        failing_since: row.get("failing_since"),
        failure: row.get("failure"),
    }))
}
