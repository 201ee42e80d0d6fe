use jiff::Timestamp;
use kernel::{BackupId, DrillId};
use platform::Result;
use platform::db::GenericClient;
use serde_json::Value;
use tokio_postgres::Row;

use crate::{Backup, BackupState, Drill, DrillState, wal};

/// Written once, before the work begins.
pub(crate) async fn begin_backup(
    db: &impl GenericClient,
    id: BackupId,
    file: &str,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into backups (id, state, file, started_at) values ($1, 'running', $2, $3)",
        &[&id, &file, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn end_backup(
    db: &impl GenericClient,
    id: BackupId,
    outcome: Result<(i64, &Value), &str>,
    now: Timestamp,
) -> Result<()> {
    let (state, bytes, manifest, failure) = match outcome {
        Ok((bytes, manifest)) => ("done", Some(bytes), Some(manifest), None),
        Err(failure) => ("failed", None, None, Some(failure)),
    };
    db.execute(
        "update backups set state = $2, bytes = $3, manifest = $4, failure = $5, finished_at = $6 where id = $1 and state = 'running'",
        &[&id, &state, &bytes, &manifest, &failure, &now],
    )
    .await?;
    Ok(())
}

/// Whoever made it is gone.
pub(crate) async fn give_up_backups(db: &impl GenericClient, why: &str, now: Timestamp) -> Result<()> {
    let sql = "update backups set state = 'failed', failure = $1, finished_at = $2 where state = 'running'";
    db.execute(sql, &[&why, &now]).await?;
    Ok(())
}

/// Whoever carried it out is gone.
pub(crate) async fn give_up_drills(db: &impl GenericClient, why: &str, now: Timestamp) -> Result<()> {
    let sql = "update drills set state = 'failed', findings = to_jsonb(array[$1::text]), finished_at = $2 where state = 'running'";
    db.execute(sql, &[&why, &now]).await?;
    Ok(())
}

/// Where the log of another cluster was archived says nothing of this one.
pub(crate) async fn forget_archive(db: &impl GenericClient) -> Result<()> {
    db.execute(wal::FORGET, &[]).await?;
    Ok(())
}

pub(crate) async fn mark_pruned(db: &impl GenericClient, files: &[String]) -> Result<u64> {
    Ok(db
        .execute("update backups set state = 'pruned' where file = any ($1) and state = 'done'", &[&files])
        .await?)
}

/// The newest first.
pub(crate) async fn backups(db: &impl GenericClient, most: i64) -> Result<Vec<Backup>> {
    let sql = "select id, state, file, started_at, finished_at, bytes, (manifest #>> '{facts,tables,customers}')::bigint as customers,
            failure
        from backups order by started_at desc, id desc limit $1";
    let backup = |row: &Row| Backup {
        id: row.get("id"),
        state: match row.get("state") {
            "running" => BackupState::Running,
            "done" => BackupState::Done,
            "pruned" => BackupState::Pruned,
            _ => BackupState::Failed,
        },
        file: row.get("file"),
        started_at: row.get("started_at"),
        finished_at: row.get("finished_at"),
        bytes: row.get("bytes"),
        customers: row.get("customers"),
        failure: row.get("failure"),
    };
    Ok(db.query(sql, &[&most]).await?.iter().map(backup).collect())
}

pub(crate) async fn begin_drill(
    db: &impl GenericClient,
    id: DrillId,
    file: &str,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into drills (id, state, file, started_at) values ($1, 'running', $2, $3)";
    db.execute(sql, &[&id, &file, &now]).await?;
    Ok(())
}

pub(crate) async fn end_drill(
    db: &impl GenericClient,
    id: DrillId,
    findings: &[String],
    now: Timestamp,
) -> Result<()> {
    let state = if findings.is_empty() { "passed" } else { "failed" };
    db.execute(
        "update drills set state = $2, findings = to_jsonb($3::text[]), finished_at = $4 where id = $1 and state = 'running'",
        &[&id, &state, &findings, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn drills(db: &impl GenericClient, most: i64) -> Result<Vec<Drill>> {
    let sql = "select id, state, file, started_at, finished_at, array(select jsonb_array_elements_text(findings)) as findings
        from drills order by started_at desc, id desc limit $1";
    let drill = |row: &Row| Drill {
        id: row.get("id"),
        state: match row.get("state") {
            "running" => DrillState::Running,
            "passed" => DrillState::Passed,
            _ => DrillState::Failed,
        },
        file: row.get("file"),
        started_at: row.get("started_at"),
        finished_at: row.get("finished_at"),
        findings: row.get("findings"),
    };
    Ok(db.query(sql, &[&most]).await?.iter().map(drill).collect())
}

pub(crate) async fn is_waiting(db: &impl GenericClient, kind: &str) -> Result<bool> {
    let sql = "select exists (select from jobs where kind = $1 and state in ('ready', 'running'))";
    Ok(db.query_one(sql, &[&kind]).await?.get(0))
}
