use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kernel::AlertId;
use platform::db::GenericClient;
use platform::{
    Result,
    metrics::{Failed, PLACES, Total},
};
use tokio_postgres::Row;

use crate::{
    Counted, RULES,
    model::{Alert, AlertState, FailedRequest, OperationTimes, SlowStatement},
    rules::{Living, Rule, percentile},
};

/// So old that nobody compares with it any more.
const KEPT: &str = "8 days";
const MOST_FAILED: i64 = 1_000;

pub(crate) async fn add_response_times(
    db: &impl GenericClient,
    now: Timestamp,
    totals: &[Total],
) -> Result<()> {
    if totals.is_empty() {
        return Ok(());
    }
    let column = |of: fn(&Total) -> u64| -> Vec<i64> { totals.iter().map(|one| whole(of(one))).collect() };
    let routes: Vec<&str> = totals.iter().map(|one| one.route.as_str()).collect();
    let methods: Vec<&str> = totals.iter().map(|one| one.method).collect();
    let (requests, failed) = (column(|one| one.requests), column(|one| one.failed));
    let counts: Vec<i64> = totals.iter().flat_map(|one| one.counts.map(whole)).collect();
    let statement = db
        .prepare_cached(
            "insert into response_times as t (quarter, route, method, requests, failed, counts)
             select date_bin('15 minutes', $1::timestamptz, 'epoch'), r.route, r.method, r.requests, r.failed,
                    ($6::bigint[])[(r.at::integer - 1) * $7::integer + 1 : r.at::integer * $7::integer]
             from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[]) with ordinality r (route, method, requests, failed, at)
             order by r.route, r.method
             on conflict (quarter, route, method) do update
             set requests = t.requests + excluded.requests, failed = t.failed + excluded.failed,
                 counts = array(select c.kept + c.new from unnest(t.counts, excluded.counts) with ordinality c (kept, new, at) order by c.at)",
        )
        .await?;
    let places = i32::try_from(PLACES).unwrap_or(i32::MAX);
    db.execute(&statement, &[&now, &routes, &methods, &requests, &failed, &counts, &places]).await?;
    Ok(())
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) async fn add_minute(
    db: &impl GenericClient,
    now: Timestamp,
    counts: &[i64; Counted::ALL.len()],
) -> Result<()> {
    let names = Counted::ALL.map(Counted::name);
    let statement = db
        .prepare_cached(
            "insert into measured_minutes as m (minute, what, count)
             select date_bin('1 minute', $1::timestamptz, 'epoch'), c.what, c.count
             from unnest($2::text[], $3::bigint[]) c (what, count) where c.count > 0 order by c.what
             on conflict (minute, what) do update set count = m.count + excluded.count",
        )
        .await?;
    db.execute(&statement, &[&now, &names.as_slice(), &counts.as_slice()]).await?;
    Ok(())
}

pub(crate) async fn add_failed(db: &impl GenericClient, failed: &[Failed]) -> Result<()> {
    if failed.is_empty() {
        return Ok(());
    }
    let texts = |of: fn(&Failed) -> &str| -> Vec<&str> { failed.iter().map(of).collect() };
    let at: Vec<Timestamp> = failed.iter().map(|one| one.at).collect();
    let statuses: Vec<i16> = failed.iter().map(|one| i16::try_from(one.status).unwrap_or(500)).collect();
    let statement = db
        .prepare_cached(
            "insert into failed_requests (request_id, at, route, method, status)
             select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::smallint[]) on conflict do nothing",
        )
        .await?;
    let (ids, routes) = (texts(|one| &one.request_id), texts(|one| &one.route));
    db.execute(&statement, &[&ids, &at, &routes, &texts(|one| one.method), &statuses]).await?;
    Ok(())
}

/// Removes what nobody looks at any more.
pub async fn forget_old(db: &impl GenericClient, now: Timestamp) -> Result<()> {
    let days = "delete from response_times where quarter < $1::timestamptz - $2::text::interval";
    db.execute(days, &[&now, &KEPT]).await?;
    db.execute("delete from measured_minutes where minute < $1::timestamptz - interval '2 hours'", &[&now])
        .await?;
    let failed =
        "delete from failed_requests where at < $1::timestamptz - $2::text::interval or (at, request_id) < (
            select at, request_id from failed_requests order by at desc, request_id desc offset $3 limit 1)";
    db.execute(failed, &[&now, &KEPT, &(MOST_FAILED - 1)]).await?;
    db.execute("delete from alerts where resolved_at < $1::timestamptz - interval '90 days'", &[&now])
        .await?;
    Ok(())
}

/// How many of each, in each of the latest minutes.
pub(crate) struct Minutes(Vec<(Timestamp, String, i64)>);

impl Minutes {
    pub async fn read(db: &impl GenericClient, now: Timestamp) -> Result<Self> {
        let sql = "select minute, what, count from measured_minutes where minute > $1::timestamptz - interval '1 hour'";
        let statement = db.prepare_cached(sql).await?;
        let rows = db.query(&statement, &[&now]).await?;
        Ok(Self(rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()))
    }

    pub fn sum(&self, what: Counted, minutes: u32, now: Timestamp) -> f64 {
        let from = now.saturating_sub(SignedDuration::from_mins(minutes.into())).unwrap_or(now);
        let wanted = self.0.iter().filter(|(minute, name, _)| *minute > from && name == what.name());
        wanted.map(|(_, _, count)| *count as f64).sum()
    }
}

/// The alerts that are not over, by rule.
pub(crate) async fn living(db: &impl GenericClient) -> Result<BTreeMap<String, (AlertId, Living)>> {
    let sql = "select id, rule, since, fired_at, quiet_since from alerts where resolved_at is null";
    let living = |row: &Row| {
        let living = Living {
            since: row.get("since"),
            fired_at: row.get("fired_at"),
            quiet_since: row.get("quiet_since"),
        };
        (row.get("rule"), (row.get("id"), living))
    };
    Ok(db.query(sql, &[]).await?.iter().map(living).collect())
}

pub(crate) async fn begin(
    db: &impl GenericClient,
    id: AlertId,
    rule: &Rule,
    value: f64,
    now: Timestamp,
) -> Result<()> {
    let sql = "insert into alerts (id, rule, since, value) values ($1, $2, $3, $4) on conflict do nothing";
    db.execute(sql, &[&id, &rule.name, &now, &value]).await?;
    Ok(())
}

pub(crate) async fn hold(db: &impl GenericClient, id: AlertId, value: f64) -> Result<()> {
    let sql = "update alerts set value = $2, quiet_since = null where id = $1 and resolved_at is null
        and (value <> $2 or quiet_since is not null)";
    db.execute(sql, &[&id, &value]).await?;
    Ok(())
}

pub(crate) async fn forget(db: &impl GenericClient, id: AlertId) -> Result<()> {
    db.execute("delete from alerts where id = $1 and fired_at is null", &[&id]).await?;
    Ok(())
}

pub(crate) async fn quiet(db: &impl GenericClient, id: AlertId, now: Timestamp) -> Result<()> {
    db.execute("update alerts set quiet_since = $2 where id = $1 and quiet_since is null", &[&id, &now])
        .await?;
    Ok(())
}

/// False: another has said so already.
pub(crate) async fn fire(db: &impl GenericClient, id: AlertId, value: f64, now: Timestamp) -> Result<bool> {
    let sql = "update alerts set fired_at = $2, value = $3 where id = $1 and fired_at is null";
    Ok(db.execute(sql, &[&id, &now, &value]).await? == 1)
}

/// False: another has said so already.
pub(crate) async fn resolve(db: &impl GenericClient, id: AlertId, now: Timestamp) -> Result<bool> {
    let sql = "update alerts set resolved_at = $2 where id = $1 and resolved_at is null";
    Ok(db.execute(sql, &[&id, &now]).await? == 1)
}

const ALERT: &str = "select id, rule, since, fired_at, resolved_at, value from alerts";

/// None of a rule that this release does not know.
fn alert(row: &Row) -> Option<Alert> {
    let rule = RULES.iter().find(|rule| rule.name == row.get::<_, &str>("rule"))?;
    let (fired_at, resolved_at): (Option<Timestamp>, Option<Timestamp>) =
        (row.get("fired_at"), row.get("resolved_at"));
    Some(Alert {
        id: row.get("id"),
        rule: rule.name.to_owned(),
        severity: rule.severity,
        title: rule.title.to_owned(),
        meaning: rule.meaning.to_owned(),
        runbook: rule.runbook(),
        state: match (fired_at, resolved_at) {
            (None, _) => AlertState::Pending,
            (Some(_), None) => AlertState::Firing,
            (Some(_), Some(_)) => AlertState::Over,
        },
        since: row.get("since"),
        fired_at,
        resolved_at,
        value: row.get("value"),
    })
}

pub(crate) async fn alert_of(db: &impl GenericClient, id: AlertId) -> Result<Option<Alert>> {
    Ok(db.query_opt(&format!("{ALERT} where id = $1"), &[&id]).await?.and_then(|row| alert(&row)))
}

/// Those that are not over, what fires first; and the latest that are.
pub(crate) async fn alerts(db: &impl GenericClient, past: i64) -> Result<(Vec<Alert>, Vec<Alert>)> {
    let living = format!("{ALERT} where resolved_at is null order by fired_at is null, since desc, id desc");
    let over = format!("{ALERT} where resolved_at is not null order by resolved_at desc, id desc limit $1");
    let read = |rows: Vec<Row>| -> Vec<Alert> { rows.iter().filter_map(alert).collect() };
    Ok((read(db.query(&living, &[]).await?), read(db.query(&over, &[&past]).await?)))
}

/// Since the beginning of that quarter of an hour, what is asked for most first.
pub(crate) async fn response_times(db: &impl GenericClient, since: Timestamp) -> Result<Vec<OperationTimes>> {
    let statement = db
        .prepare_cached(
            "with summed as (
                 select route, method, sum(requests)::bigint as requests, sum(failed)::bigint as failed
                 from response_times where quarter >= $1 group by route, method
             ), places as (
                 select t.route, t.method, c.at, sum(c.count)::bigint as count
                 from response_times t, unnest(t.counts) with ordinality c (count, at) where t.quarter >= $1 group by 1, 2, 3
             )
             select s.route, s.method, s.requests, s.failed,
                    array(select p.count from places p where (p.route, p.method) = (s.route, s.method) order by p.at) as counts
             from summed s order by s.requests desc, s.route, s.method",
        )
        .await?;
    let times = |row: &Row| {
        let counts: Vec<i64> = row.get("counts");
        OperationTimes {
            method: row.get("method"),
            route: row.get("route"),
            requests: row.get("requests"),
            failed: row.get("failed"),
            half_us: percentile(&counts, 50),
            most_us: percentile(&counts, 95),
            nearly_all_us: percentile(&counts, 99),
        }
    };
    Ok(db.query(&statement, &[&since]).await?.iter().map(times).collect())
}

pub(crate) async fn failed(
    db: &impl GenericClient,
    since: Timestamp,
    most: i64,
) -> Result<Vec<FailedRequest>> {
    let sql = "select request_id, at, route, method, status from failed_requests where at >= $1 order by at desc, request_id desc limit $2";
    let failed = |row: &Row| FailedRequest {
        request_id: row.get("request_id"),
        at: row.get("at"),
        route: row.get("route"),
        method: row.get("method"),
        status: row.get("status"),
    };
    Ok(db.query(sql, &[&since, &most]).await?.iter().map(failed).collect())
}

/// None where PostgreSQL does not count them.
pub(crate) async fn statements(db: &impl GenericClient, most: i64) -> Result<Option<Vec<SlowStatement>>> {
    let installed = "select to_regclass('pg_stat_statements') is not null";
    if !db.query_one(installed, &[]).await?.get::<_, bool>(0) {
        return Ok(None);
    }
    // Values stand in it as $1, as PostgreSQL writes them; commands are left out, because theirs do not.
    let sql = "select left(regexp_replace(query, '\\s+', ' ', 'g'), 400) as query, calls, total_exec_time as spent_ms,
               mean_exec_time as mean_ms, 100 * total_exec_time / nullif(sum(total_exec_time) over (), 0) as share
        from pg_stat_statements s
        where s.dbid = (select oid from pg_database where datname = current_database()) and s.userid = current_user::regrole
            and query ~* '^\\s*(select|insert|update|delete|with)\\M'
        order by total_exec_time desc limit $1";
    let rows = match db.query(sql, &[&most]).await {
        Ok(rows) => rows,
        // Made in the database and not loaded by the server.
        Err(error)
            if error.code() == Some(&tokio_postgres::error::SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let statement = |row: &Row| SlowStatement {
        query: row.get("query"),
        calls: row.get("calls"),
        spent_ms: row.get("spent_ms"),
        mean_ms: row.get("mean_ms"),
        share: row.get::<_, Option<f64>>("share").unwrap_or_default(),
    };
    Ok(Some(rows.iter().map(statement).collect()))
}
