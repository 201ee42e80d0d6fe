//! The SQL of periods and runs, and what is put together from the rules of the features.

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use kernel::{CustomerId, RetentionRunId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, retention::Rule};
use tokio_postgres::{
    Row,
    types::{Json, ToSql, Type},
};

use crate::{RetentionExample, RetentionRun, RuleReport};

/// Rows of [`Rule::due`] that may go. Who was erased has nothing left that could.
const FREE: &str = "(d.customer_id is null or not exists (select from legal_holds h where h.customer_id = person_of(d.customer_id) and h.lifted_at is null)
        and not exists (select from customers c where c.id = d.customer_id and c.erased_at is not null))";
const HELD: &str = "exists (select from legal_holds h where h.customer_id = person_of(d.customer_id) and h.lifted_at is null)";

/// A period that somebody has set.
pub(crate) struct Period {
    pub name: String,
    pub months: i32,
    pub version: i32,
    pub updated_at: Timestamp,
    pub updated_by_name: String,
}

pub(crate) async fn periods(db: &impl GenericClient) -> Result<Vec<Period>> {
    let sql = "select r.name, r.months, r.version, r.updated_at, s.name as by
        from retention_rules r join staff s on s.id = r.updated_by";
    let rows = db.query(sql, &[]).await?;
    Ok(rows
        .iter()
        .map(|row| Period {
            name: row.get(0),
            months: row.get(1),
            version: row.get(2),
            updated_at: row.get(3),
            updated_by_name: row.get(4),
        })
        .collect())
}

/// False: it has another version by now.
pub(crate) async fn save_period(
    db: &impl GenericClient,
    name: &str,
    months: i32,
    version: i32,
    by: StaffId,
    now: Timestamp,
) -> Result<bool> {
    let sql = if version == 1 {
        "insert into retention_rules (name, months, version, updated_at, updated_by) values ($1, $2, $3 + 1, $4, $5)
         on conflict (name) do nothing"
    } else {
        "update retention_rules set months = $2, version = $3 + 1, updated_at = $4, updated_by = $5
         where name = $1 and version = $3"
    };
    Ok(db.execute(sql, &[&name, &months, &version, &now, &by]).await? == 1)
}

/// Whether it is on, since when, and who said so. Locked until the transaction ends.
pub(crate) async fn lock_switch(db: &impl GenericClient) -> Result<bool> {
    Ok(db.query_one("select is_on from retention_switch for update", &[]).await?.get(0))
}

pub(crate) async fn read_switch(
    db: &impl GenericClient,
) -> Result<(bool, Option<Timestamp>, Option<String>)> {
    let sql = "select w.is_on, w.changed_at, s.name from retention_switch w left join staff s on s.id = w.changed_by";
    let row = db.query_one(sql, &[]).await?;
    Ok((row.get(0), row.get(1), row.get(2)))
}

pub(crate) async fn turn(db: &impl GenericClient, on: bool, by: StaffId, now: Timestamp) -> Result<()> {
    let sql = "update retention_switch set is_on = $1, changed_at = $2, changed_by = $3";
    db.execute(sql, &[&on, &now, &by]).await?;
    Ok(())
}

fn run(row: &Row) -> RetentionRun {
    let Json(report) = row.get("report");
    RetentionRun {
        id: row.get("id"),
        dry: row.get("dry"),
        requested_by_name: row.get("requested_by_name"),
        started_at: row.get("started_at"),
        finished_at: row.get("finished_at"),
        report,
    }
}

const RUN: &str = "select r.id, r.dry, s.name as requested_by_name, r.started_at, r.finished_at, r.report
    from retention_runs r left join staff s on s.id = r.requested_by";

pub(crate) async fn running(db: &impl GenericClient) -> Result<Option<RetentionRun>> {
    Ok(db.query_opt(&format!("{RUN} where r.finished_at is null"), &[]).await?.as_ref().map(run))
}

pub(crate) async fn last(db: &impl GenericClient, dry: bool) -> Result<Option<RetentionRun>> {
    let sql = format!(
        "{RUN} where r.finished_at is not null and r.dry = $1 order by r.started_at desc, r.id desc limit 1"
    );
    Ok(db.query_opt(&sql, &[&dry]).await?.as_ref().map(run))
}

/// False: another one is under way.
pub(crate) async fn insert_run(
    db: &impl GenericClient,
    id: RetentionRunId,
    dry: bool,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<bool> {
    let sql = "insert into retention_runs (id, dry, requested_by, started_at) values ($1, $2, $3, $4)
        on conflict ((true)) where finished_at is null do nothing";
    Ok(db.execute(sql, &[&id, &dry, &by, &now]).await? == 1)
}

/// False: the run has ended, by somebody else's hand.
pub(crate) async fn note(
    db: &impl GenericClient,
    id: RetentionRunId,
    report: &[RuleReport],
    finished: Option<Timestamp>,
) -> Result<bool> {
    let sql = "update retention_runs set report = $2, finished_at = $3 where id = $1 and finished_at is null";
    Ok(db.execute(sql, &[&id, &Json(report), &finished]).await? == 1)
}

/// How much may go, how much is held, and the oldest of what may.
pub(crate) async fn look(
    db: &Transaction<'_>,
    rule: &Rule,
    before: Timestamp,
) -> Result<(i64, i64, Vec<RetentionExample>)> {
    let due = rule.due;
    let counted =
        format!("select count(*) filter (where {FREE}), count(*) filter (where {HELD}) from ({due}) d");
    let row = typed(db, &counted, before).await?.pop();
    let row = row.ok_or_else(|| Problem::internal(&"a count without a row"))?;
    let oldest =
        format!("select d.id, d.customer_id, d.at from ({due}) d where {FREE} order by d.at, d.id limit 5");
    let examples = typed(db, &oldest, before).await?;
    let example = |row: &Row| RetentionExample { id: row.get(0), customer_id: row.get(1), at: row.get(2) };
    Ok((row.get(0), row.get(1), examples.iter().map(example).collect()))
}

async fn typed(db: &Transaction<'_>, sql: &str, before: Timestamp) -> Result<Vec<Row>> {
    Ok(db.query_typed(sql, &[(&before, Type::TIMESTAMPTZ)]).await?)
}

/// The oldest that may go, and whose they are.
pub(crate) async fn next(
    db: &Transaction<'_>,
    rule: &Rule,
    before: Timestamp,
    most: i64,
) -> Result<(Vec<String>, Vec<CustomerId>)> {
    let sql = format!(
        "select d.id, d.customer_id from ({}) d where {FREE} order by d.at, d.id limit {most}",
        rule.due
    );
    let rows = typed(db, &sql, before).await?;
    let mut customers: Vec<CustomerId> = rows.iter().filter_map(|row| row.get(1)).collect();
    customers.sort_unstable();
    customers.dedup();
    Ok((rows.iter().map(|row| row.get(0)).collect(), customers))
}

/// Whoever places a hold on one of them, or erases them, waits until this transaction has ended.
pub(crate) async fn lock_customers(db: &impl GenericClient, customers: &[CustomerId]) -> Result<()> {
    let sql = "select 1 from customers where id = any($1) order by id for share";
    db.query(sql, &[&customers]).await?;
    Ok(())
}

/// Of these, what may still go; gone when this returns: how much, and of whom. Nothing gone of what may is a mistake of the rule, which would be tried for ever.
pub(crate) async fn forget(
    db: &Transaction<'_>,
    rule: &Rule,
    before: Timestamp,
    ids: &[String],
    now: Timestamp,
) -> Result<(i64, Vec<CustomerId>)> {
    let sql = format!("select d.id, d.customer_id from ({}) d where {FREE} and d.id = any($2)", rule.due);
    let rows = db
        .query_typed(&sql, &[(&before as &(dyn ToSql + Sync), Type::TIMESTAMPTZ), (&ids, Type::TEXT_ARRAY)])
        .await?;
    let free: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    let gone = db
        .execute_typed(
            rule.forget,
            &[(&free as &(dyn ToSql + Sync), Type::TEXT_ARRAY), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    if gone == 0 && !free.is_empty() {
        return Err(Problem::internal(&format!("the rule {} leaves everything where it is", rule.name)));
    }
    let customers = rows.iter().filter_map(|row| row.get(1)).collect();
    Ok((i64::try_from(gone).unwrap_or(i64::MAX), customers))
}
