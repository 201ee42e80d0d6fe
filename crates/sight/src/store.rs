use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, RevealId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use staff::{Permission, Role, permissions::PersonalRead};
use tokio_postgres::Row;

use crate::model::{Reader, SightLimits};

/// Whose contact details this person has revealed, and may still see.
pub(crate) async fn revealed(
    db: &impl GenericClient,
    staff: StaffId,
    now: Timestamp,
) -> Result<HashSet<CustomerId>> {
    // A reveal ends on the day it began or on the next.
    let statement = db
        .prepare_cached(
            "select customer_id from reveals
             where staff_id = $1 and day >= ($2::timestamptz at time zone 'Europe/London')::date - 1 and until > $2",
        )
        .await?;
    Ok(db.query(&statement, &[&staff, &now]).await?.iter().map(|row| row.get(0)).collect())
}

/// Until when the latest reveal of this customer shows their details; nothing when it is over.
pub(crate) async fn revealed_until(
    db: &impl GenericClient,
    staff: StaffId,
    customer: CustomerId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let text = "select max(until) from reveals where staff_id = $1 and customer_id = $2 and until > $3";
    Ok(db.query_one(text, &[&staff, &customer, &now]).await?.get(0))
}

/// How many different customers this person has revealed on the day.
pub(crate) async fn revealed_on(db: &impl GenericClient, staff: StaffId, day: Date) -> Result<i32> {
    let text = "select count(distinct customer_id)::integer from reveals where staff_id = $1 and day = $2";
    Ok(db.query_one(text, &[&staff, &day]).await?.get(0))
}

/// So that two reveals of one person at once do not both take the last of the day.
pub(crate) async fn lock_person(db: &impl GenericClient, staff: StaffId) -> Result<()> {
    db.execute("select 1 from staff where id = $1 for no key update", &[&staff]).await?;
    Ok(())
}

pub(crate) struct NewReveal {
    pub id: RevealId,
    pub staff: StaffId,
    pub customer: CustomerId,
    pub at: Timestamp,
    pub until: Timestamp,
    pub day: Date,
}

pub(crate) async fn insert_reveal(db: &impl GenericClient, new: &NewReveal) -> Result<()> {
    db.execute(
        "insert into reveals (id, staff_id, customer_id, at, until, day) values ($1, $2, $3, $4, $5, $6)",
        &[&new.id, &new.staff, &new.customer, &new.at, &new.until, &new.day],
    )
    .await?;
    Ok(())
}

const LIMITS: &str = "select role, reveals, alarm, stop, version from sight_limits";

pub(crate) async fn limits_of(db: &impl GenericClient, role: Role) -> Result<SightLimits> {
    limits(&db.query_one(&format!("{LIMITS} where role = $1"), &[&role.name()]).await?)
}

pub(crate) async fn lock_limits(db: &impl GenericClient, role: Role) -> Result<SightLimits> {
    limits(&db.query_one(&format!("{LIMITS} where role = $1 for update"), &[&role.name()]).await?)
}

pub(crate) async fn list_limits(db: &impl GenericClient) -> Result<Vec<SightLimits>> {
    let text = format!("{LIMITS} l order by (select position from roles r where r.name = l.role)");
    db.query(&text, &[]).await?.iter().map(limits).collect()
}

pub(crate) async fn update_limits(
    db: &impl GenericClient,
    limits: &SightLimits,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update sight_limits set reveals = $2, alarm = $3, stop = $4, version = $5, updated_at = $6, updated_by = $7
         where role = $1",
        &[&limits.role.name(), &limits.reveals, &limits.alarm, &limits.stop, &limits.version, &now, &by],
    )
    .await?;
    Ok(())
}

fn limits(row: &Row) -> Result<SightLimits> {
    let name: &str = row.get("role");
    let role = Role::from_name(name).ok_or_else(|| Problem::internal(&format!("unknown role {name}")))?;
    Ok(SightLimits {
        role,
        hidden: !PersonalRead::ROLES.contains(&role),
        reveals: row.get("reveals"),
        alarm: row.get("alarm"),
        stop: row.get("stop"),
        version: row.get("version"),
    })
}

/// Who has reached an alarm, or a stop, on this day without being told of yet.
pub(crate) async fn eager_readers(db: &impl GenericClient, day: Date) -> Result<Vec<Reader>> {
    let text = "
        with read as (
            select staff_id, count(distinct customer_id) as customers from events
            where at >= $1::date::timestamp at time zone 'Europe/London' and kind = 'access'
              and staff_id is not null and customer_id is not null
            group by staff_id)
        select s.id, s.name, s.role, r.customers, coalesce(r.customers >= l.stop, false) as stopped
        from read r join staff s on s.id = r.staff_id join sight_limits l on l.role = s.role
             left join read_alarms a on a.staff_id = s.id and a.day = $1
        where r.customers >= least(l.alarm, l.stop)
          and (a.staff_id is null or a.stopped_at is null and r.customers >= l.stop)
        order by s.id";
    let rows = db.query(text, &[&day]).await?;
    Ok(rows
        .iter()
        .map(|row| Reader {
            staff: row.get("id"),
            name: row.get("name"),
            role: row.get("role"),
            customers: row.get("customers"),
            stopped: row.get("stopped"),
        })
        .collect())
}

/// Whether this is news: another process may have told of it meanwhile.
pub(crate) async fn keep_alarm(
    db: &impl GenericClient,
    reader: &Reader,
    day: Date,
    now: Timestamp,
) -> Result<bool> {
    let stopped_at = reader.stopped.then_some(now);
    let kept = db
        .execute(
            "insert into read_alarms (staff_id, day, at, stopped_at) values ($1, $2, $3, $4)
             on conflict (staff_id, day) do update set stopped_at = excluded.stopped_at
             where read_alarms.stopped_at is null and excluded.stopped_at is not null",
            &[&reader.staff, &day, &now, &stopped_at],
        )
        .await?;
    Ok(kept == 1)
}

/// Whom to tell: name and address of everybody who manages the bounds, but the reader.
pub(crate) async fn keepers(
    db: &impl GenericClient,
    roles: &[&str],
    reader: StaffId,
) -> Result<Vec<(String, String)>> {
    let text =
        "select name, email from staff where role = any($1) and disabled_at is null and id <> $2 order by id";
    Ok(db.query(text, &[&roles, &reader]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}
