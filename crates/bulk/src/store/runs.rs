use std::collections::HashMap;

use customers::FlagKind;
use jiff::Timestamp;
use kernel::{BulkRunId, CustomerId, FlagId, SelectionId, StaffId};
use platform::db::GenericClient;
use platform::{Cursor, Problem, Result, problem::violates, sql::word};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use staff::Mandate;
use tokio_postgres::Row;

use crate::{
    input::BulkAct,
    model::{BulkAction, BulkCustomer, BulkMay, BulkOutcome, BulkRun, BulkState, Fate, Work},
    rules::{self, Past},
};

const RUN: &str = "select r.id, r.action, r.given ->> 'kind' as kind, r.given ->> 'expiresOn' as expires_on, r.undoes, u.id as undone_by,
    r.total, r.changed, r.skipped, r.refused, r.state, m.name as requested_by_name, r.started_at, r.finished_at,
    s.name as stopped_by_name
    from bulk_runs r join staff m on m.id = r.requested_by left join staff s on s.id = r.stopped_by
    left join bulk_runs u on u.undoes = r.id and u.state <> 'stopped'";

/// What the person who asks may do is said afterwards.
fn from_row(row: &Row) -> Result<BulkRun> {
    let unknown = || BulkMay { allowed: false, reason: None };
    let expires_on: Option<&str> = row.get("expires_on");
    Ok(BulkRun {
        id: row.get("id"),
        action: word(row, "action")?,
        kind: row.get::<_, Option<&str>>("kind").map(FlagKind::from_name),
        expires_on: expires_on.and_then(|day| day.parse().ok()),
        undoes: row.get("undoes"),
        undone_by: row.get("undone_by"),
        total: row.get("total"),
        changed: row.get("changed"),
        skipped: row.get("skipped"),
        refused: row.get("refused"),
        state: word(row, "state")?,
        requested_by_name: row.get("requested_by_name"),
        started_at: row.get("started_at"),
        finished_at: row.get("finished_at"),
        stopped_by_name: row.get("stopped_by_name"),
        stop: unknown(),
        undo: unknown(),
    })
}

pub(crate) async fn read_run(db: &impl GenericClient, id: BulkRunId) -> Result<BulkRun> {
    let row = db.query_opt(&format!("{RUN} where r.id = $1"), &[&id]).await?;
    row.as_ref().map(from_row).transpose()?.ok_or_else(|| Problem::not_found("run"))
}

/// The latest first.
pub(crate) async fn list_runs(
    db: &impl GenericClient,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<BulkRun>, Option<String>)> {
    let (at, id): (Option<Timestamp>, Option<BulkRunId>) =
        after.map(Cursor::read_instant).transpose()?.unzip();
    let text = format!(
        "{RUN} where (r.started_at, r.id) < (coalesce($1::timestamptz, 'infinity'), coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
         order by r.started_at desc, r.id desc limit $3"
    );
    let rows = db.query(&text, &[&at, &id, &(limit + 1)]).await?;
    let mut runs = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = runs.len() > wanted;
    runs.truncate(wanted);
    let next = runs.last().filter(|_| more).map(|last| Cursor::write(&(last.started_at, last.id)));
    Ok((runs, next))
}

/// A run that is of one's own making, by the key it was asked for with.
pub(crate) async fn find_mine(db: &impl GenericClient, id: BulkRunId, by: StaffId) -> Result<BulkRun> {
    let row = db.query_opt(&format!("{RUN} where r.id = $1 and r.requested_by = $2"), &[&id, &by]).await?;
    row.as_ref().map(from_row).transpose()?.ok_or_else(|| Problem::not_found("run"))
}

pub(crate) async fn insert_run(
    db: &impl GenericClient,
    id: BulkRunId,
    act: &BulkAct,
    (selection, total): (SelectionId, i32),
    undoes: Option<BulkRunId>,
    by: &Mandate,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into bulk_runs (id, action, given, selection_id, total, undoes, requested_by, session_id, api_key_id, request_id, ip,
            user_agent, started_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            &id,
            &act.action().name(),
            &act.given(),
            &selection,
            &total,
            &undoes,
            &by.staff_id,
            &by.session_id,
            &by.api_key_id,
            &by.request_id,
            &by.ip,
            &by.user_agent,
            &now,
        ],
    )
    .await
    .map_err(|error| {
        if violates(&error, "bulk_runs_undone_once") {
            Problem::conflict("run_undone", "This run is taken back already.")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// The run, locked until the transaction ends.
pub(crate) async fn lock_work(db: &impl GenericClient, id: BulkRunId) -> Result<Work> {
    let statement = db
        .prepare_cached(
            "select action, given, selection_id, undoes, total, parts_done, state, requested_by, session_id, api_key_id, request_id,
                ip, user_agent
             from bulk_runs where id = $1 for update",
        )
        .await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("run"))?;
    let action: BulkAction = word(&row, "action")?;
    let state: BulkState = word(&row, "state")?;
    let given: Value = row.get("given");
    Ok(Work {
        // Its words are gone when it has ended, and nobody goes on with it.
        act: if state == BulkState::Running { BulkAct::kept(action, given)? } else { BulkAct::Restore },
        selection: row.get("selection_id"),
        undoes: row.get("undoes"),
        total: row.get("total"),
        parts_done: row.get("parts_done"),
        state,
        mandate: Mandate {
            staff_id: row.get("requested_by"),
            session_id: row.get("session_id"),
            api_key_id: row.get("api_key_id"),
            request_id: row.get("request_id"),
            ip: row.get("ip"),
            user_agent: row.get("user_agent"),
        },
    })
}

/// What there is to know about a run before it is stopped or taken back; locked.
pub(crate) async fn lock_past(db: &impl GenericClient, id: BulkRunId) -> Result<Past> {
    let sql = "select r.action, r.state, r.changed, r.undoes is not null as is_undo,
            exists (select from bulk_runs u where u.undoes = r.id and u.state <> 'stopped') as is_undone
         from bulk_runs r where r.id = $1 for update of r";
    let row = db.query_opt(sql, &[&id]).await?.ok_or_else(|| Problem::not_found("run"))?;
    Ok(Past {
        action: word(&row, "action")?,
        state: word(&row, "state")?,
        changed: row.get("changed"),
        is_undo: row.get("is_undo"),
        is_undone: row.get("is_undone"),
    })
}

/// What the run that is taken back did to these customers: which flag it added, and whether they were archived anew since. They
/// are locked, in the order in which everybody locks them.
pub(crate) async fn fates_of(
    db: &impl GenericClient,
    run: BulkRunId,
    customers: &[CustomerId],
) -> Result<HashMap<CustomerId, (Option<FlagId>, bool)>> {
    let statement = db
        .prepare_cached(
            "select o.customer_id, o.flag_id, c.archived_at is not null and c.archived_at <> o.at as anew
             from bulk_outcomes o join customers c on c.id = o.customer_id
             where o.run_id = $1 and o.customer_id = any($2) order by o.customer_id for update of c",
        )
        .await?;
    let rows = db.query(&statement, &[&run, &customers]).await?;
    Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
}

pub(crate) async fn insert_outcomes(
    db: &impl GenericClient,
    run: BulkRunId,
    fates: &[Fate],
    at: Timestamp,
) -> Result<()> {
    let customers: Vec<CustomerId> = fates.iter().map(|fate| fate.customer).collect();
    let positions: Vec<i32> = fates.iter().map(|fate| fate.position).collect();
    let outcomes: Vec<&str> = fates.iter().map(|fate| fate.outcome.name()).collect();
    let codes: Vec<Option<&str>> = fates.iter().map(|fate| fate.code).collect();
    let flags: Vec<Option<FlagId>> = fates.iter().map(|fate| fate.flag).collect();
    let statement = db
        .prepare_cached(
            "insert into bulk_outcomes (run_id, customer_id, position, outcome, code, flag_id, at)
             select $1, g.*, $2 from unnest($3::uuid[], $4::integer[], $5::text[], $6::text[], $7::uuid[]) g",
        )
        .await?;
    db.execute(&statement, &[&run, &at, &customers, &positions, &outcomes, &codes, &flags]).await?;
    Ok(())
}

/// Counts a part as done; with the last one the run has finished, and its words go.
pub(crate) async fn count_done(
    db: &impl GenericClient,
    run: BulkRunId,
    [changed, skipped, refused]: [i32; 3],
    finished: Option<Timestamp>,
) -> Result<()> {
    let statement = db
        .prepare_cached(
            "update bulk_runs set parts_done = parts_done + 1, changed = changed + $2, skipped = skipped + $3, refused = refused + $4,
                state = case when $5::timestamptz is null then state else 'finished' end, finished_at = $5,
                given = case when $5::timestamptz is null then given else given - array['reason', 'notes'] end
             where id = $1",
        )
        .await?;
    db.execute(&statement, &[&run, &changed, &skipped, &refused, &finished]).await?;
    Ok(())
}

pub(crate) async fn set_stopped(
    db: &impl GenericClient,
    run: BulkRunId,
    by: Option<StaffId>,
    now: Timestamp,
) -> Result<()> {
    let sql = "update bulk_runs set state = 'stopped', stopped_by = $2, finished_at = $3, given = given - array['reason', 'notes']
        where id = $1";
    db.execute(sql, &[&run, &by, &now]).await?;
    Ok(())
}

/// Behind whom a page begins.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    position: i32,
}

/// What became of the customers of a run, those of one outcome, in the order of the selection.
pub(crate) async fn list_customers(
    db: &impl GenericClient,
    run: BulkRunId,
    outcome: BulkOutcome,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<BulkCustomer>, Option<String>)> {
    let after = after.map(Cursor::read::<Place>).transpose()?.map_or(0, |place| place.position);
    let statement = db
        .prepare_cached(
            "select o.position, o.customer_id, c.name, o.outcome, o.code, o.at
             from bulk_outcomes o join customers c on c.id = o.customer_id
             where o.run_id = $1 and o.outcome = $2 and o.position > $3 order by o.position limit $4",
        )
        .await?;
    let rows = db.query(&statement, &[&run, &outcome.name(), &after, &(limit + 1)]).await?;
    let shown = usize::try_from(limit).unwrap_or(0);
    let next =
        (rows.len() > shown).then(|| Cursor::write(&Place { position: rows[shown - 1].get("position") }));
    let customers = rows
        .iter()
        .take(shown)
        .map(|row| {
            let code: Option<String> = row.get("code");
            Ok(BulkCustomer {
                customer_id: row.get("customer_id"),
                customer_name: row.get("name"),
                outcome: word(row, "outcome")?,
                reason: code.as_deref().map(|code| rules::words(code).to_owned()),
                code,
                at: row.get("at"),
            })
        })
        .collect::<Result<_>>()?;
    Ok((customers, next))
}
