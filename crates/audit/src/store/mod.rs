//! The SQL of the trail. Of events it only reads.

pub(crate) mod looks;
pub(crate) mod verifications;

use std::net::IpAddr;

use deadpool_postgres::{Client, Transaction};
use kernel::EventId;
use platform::db::GenericClient;
use platform::{
    Problem, Result, Values,
    sql::Sql,
    values::{Content, Opened},
};
use tokio_postgres::{Row, RowStream, types::Type};

use crate::{
    AuditAction, AuditActorKind, AuditEvent, AuditEventDetail, AuditKind, AuditValues,
    rules::{ActionFilter, Filter, Position},
};

/// The columns of an [`AuditEvent`], from `e`, `s` and `c`.
const COLUMNS: &str = "e.id, e.at, e.action, e.kind, e.actor_kind, e.staff_id, s.name as staff_name, e.role, \
    e.session_id, e.request_id, e.ip, e.user_agent, e.customer_id, c.name as customer_name, e.subject_type, \
    e.subject_id, e.item_count, e.details, \
    (select k.name from api_keys k where k.id::text = e.details ->> 'apiKeyId') as via_key";

fn unknown(what: &str, name: &str) -> Problem {
    Problem::internal(&format!("unknown {what} {name}"))
}

fn kind(name: &str) -> Result<AuditKind> {
    AuditKind::from_name(name).ok_or_else(|| unknown("kind of event", name))
}

pub(crate) fn event(row: &Row) -> Result<AuditEvent> {
    let actor_kind: &str = row.get("actor_kind");
    Ok(AuditEvent {
        id: row.get("id"),
        at: row.get("at"),
        action: row.get("action"),
        kind: kind(row.get("kind"))?,
        actor_kind: AuditActorKind::from_name(actor_kind).ok_or_else(|| unknown("actor", actor_kind))?,
        staff_id: row.get("staff_id"),
        staff_name: row.get("staff_name"),
        role: row.get("role"),
        session_id: row.get("session_id"),
        request_id: row.get("request_id"),
        ip: row.get::<_, Option<IpAddr>>("ip").map(|ip| ip.to_string()),
        user_agent: row.get("user_agent"),
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        subject_type: row.get("subject_type"),
        subject_id: row.get("subject_id"),
        item_count: row.get("item_count"),
        details: row.get("details"),
        via_key: row.get("via_key"),
    })
}

/// The newest `limit` events below `after` that pass the filter.
pub(crate) async fn list_events(
    db: &Client,
    filter: &Filter,
    after: Option<Position>,
    limit: usize,
) -> Result<Vec<AuditEvent>> {
    let names = if filter.is_by_names() { Some(filter.select(list_actions(db).await?)) } else { None };
    if names.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    statement(filter, names, after, limit).query(db).await?.iter().map(event).collect()
}

/// Kinds and beginnings of names have no index of their own, so they come as the `names` they stand for. Where nothing
/// else narrows the trail, it is read name by name, each along `events_by_action`, and merged: a page costs the same
/// however rare what it shows is.
fn statement(filter: &Filter, names: Option<Vec<String>>, after: Option<Position>, limit: i64) -> Sql {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(" from (");
    match names {
        Some(names) if !filter.is_narrow() => {
            sql.push("select e.* from unnest(").bind(names, Type::TEXT_ARRAY);
            sql.push(") as named (action) cross join lateral (");
            sql.push("select e.* from events e where e.action = named.action");
            narrow(&mut sql, filter, after);
            newest(&mut sql, limit).push(") e");
        }
        Some(names) => {
            sql.push("select e.* from events e where e.action = any(")
                .bind(names, Type::TEXT_ARRAY)
                .push(")");
            narrow(&mut sql, filter, after);
        }
        None => {
            sql.push("select e.* from events e where true");
            if let Some(ActionFilter::Exact(name)) = &filter.action {
                sql.push(" and e.action = ").bind(name.clone(), Type::TEXT);
            }
            narrow(&mut sql, filter, after);
        }
    }
    newest(&mut sql, limit);
    sql.push(") e left join staff s on s.id = e.staff_id left join customers c on c.id = e.customer_id");
    sql.push(" order by e.at desc, e.id desc");
    sql
}

fn newest(sql: &mut Sql, limit: i64) -> &mut Sql {
    sql.push(" order by e.at desc, e.id desc limit ").bind(limit, Type::INT8)
}

/// The conditions that every form of the statement shares.
fn narrow(sql: &mut Sql, filter: &Filter, after: Option<Position>) {
    if let Some(staff) = filter.staff {
        sql.push(" and e.staff_id = ").bind(staff, Type::UUID);
    }
    if let Some(customer) = filter.customer {
        sql.push(" and e.customer_id = any ((select same_person(")
            .bind(customer, Type::UUID)
            .push("))::uuid[])");
    }
    if let Some(ip) = filter.ip {
        sql.push(" and e.ip = ").bind(ip, Type::INET);
    }
    if !filter.kinds.is_empty() {
        let kinds: Vec<&'static str> = filter.kinds.iter().map(|kind| kind.name()).collect();
        sql.push(" and e.kind = any(").bind(kinds, Type::TEXT_ARRAY).push(")");
    }
    if let Some(from) = filter.from {
        sql.push(" and e.at >= ").bind(from, Type::TIMESTAMPTZ);
    }
    if let Some(to) = filter.to {
        sql.push(" and e.at < ").bind(to, Type::TIMESTAMPTZ);
    }
    if let Some((at, id)) = after {
        sql.push(" and (e.at, e.id) < (")
            .bind(at, Type::TIMESTAMPTZ)
            .push(", ")
            .bind(id, Type::UUID)
            .push(")");
    }
}

/// Every event of the filter, newest first, as they come.
pub(crate) async fn stream_events(tx: &Transaction<'_>, filter: &Filter) -> Result<RowStream> {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(
        " from events e left join staff s on s.id = e.staff_id left join customers c on c.id = e.customer_id where true",
    );
    push_wanted(&mut sql, tx, filter).await?;
    sql.push(" order by e.at desc, e.id desc");
    Ok(sql.stream_in(tx).await?)
}

pub(crate) async fn count_events(tx: &Transaction<'_>, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from events e where true");
    push_wanted(&mut sql, tx, filter).await?;
    Ok(sql.query_in(tx).await?.first().map_or(0, |row| row.get(0)))
}

async fn push_wanted(sql: &mut Sql, tx: &Transaction<'_>, filter: &Filter) -> Result<()> {
    if filter.is_by_names() {
        let names = filter.select(list_actions(tx).await?);
        sql.push(" and e.action = any(").bind(names, Type::TEXT_ARRAY).push(")");
    }
    if let Some(ActionFilter::Exact(name)) = &filter.action {
        sql.push(" and e.action = ").bind(name.clone(), Type::TEXT);
    }
    narrow(sql, filter, None);
    Ok(())
}

pub(crate) async fn find_event(
    db: &impl GenericClient,
    kept: &Values,
    id: EventId,
) -> Result<Option<AuditEventDetail>> {
    let statement = db
        .prepare_cached(&format!(
            "select {COLUMNS}, v.before, v.after, v.filter, v.sealed, k.wrapped
             from events e left join event_values v on v.event_id = e.id
                 left join value_keys k on k.id = value_key(v.sealed)
                 left join staff s on s.id = e.staff_id left join customers c on c.id = e.customer_id
             where e.id = $1"
        ))
        .await?;
    let Some(row) = db.query_opt(&statement, &[&id]).await? else { return Ok(None) };
    let (content, values) = match row.get::<_, Option<&[u8]>>("sealed") {
        Some(sealed) => match kept.open(id, sealed, row.get("wrapped")) {
            Opened::Content(content) => (content, AuditValues::Kept),
            Opened::Erased => (Content::default(), AuditValues::Erased),
            Opened::Unreadable => (Content::default(), AuditValues::Unreadable),
        },
        None => {
            let (before, after, filter) = (row.get("before"), row.get("after"), row.get("filter"));
            (Content { before, after, filter }, AuditValues::Kept)
        }
    };
    let Content { before, after, filter } = content;
    Ok(Some(AuditEventDetail { event: event(&row)?, values, before, after, filter }))
}

/// Jumps along `events_by_action` from name to name, so that it costs one look-up a name and not one a row.
pub(crate) async fn list_actions(db: &impl GenericClient) -> Result<Vec<AuditAction>> {
    let statement = db
        .prepare_cached(
            "with recursive known (action, kind) as (
                 (select action, kind from events order by action limit 1)
                 union all
                 select next.action, next.kind
                 from known cross join lateral (
                     select action, kind from events where action > known.action order by action limit 1
                 ) next
             )
             select action, kind from known",
        )
        .await?;
    let rows = db.query(&statement, &[]).await?;
    rows.iter().map(|row| Ok(AuditAction { action: row.get(0), kind: kind(row.get(1))? })).collect()
}
