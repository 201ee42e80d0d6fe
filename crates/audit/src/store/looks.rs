//! Who looked at whom: reads of customers' data, counted.

use jiff::Timestamp;
use kernel::{CustomerId, StaffId};
use platform::Result;
use platform::db::GenericClient;

use crate::{LookDay, LookedAt, LookedThrough, Looker};

/// From the one, before the other.
pub(crate) type Period = (Timestamp, Timestamp);

pub(crate) async fn find_customer_name(db: &impl GenericClient, id: CustomerId) -> Result<Option<String>> {
    let row = db.query_opt("select name from customers where id = $1", &[&id]).await?;
    Ok(row.map(|row| row.get(0)))
}

pub(crate) async fn find_staff_name(db: &impl GenericClient, id: StaffId) -> Result<Option<String>> {
    let row = db.query_opt("select name from staff where id = $1", &[&id]).await?;
    Ok(row.map(|row| row.get(0)))
}

pub(crate) async fn list_lookers(
    db: &impl GenericClient,
    customer: CustomerId,
    (from, to): Period,
) -> Result<Vec<Looker>> {
    let sql = "
        select e.staff_id, s.name, array_agg(distinct e.role order by e.role) filter (where e.role is not null) as roles,
               count(*) as looks, min(e.at) as first_at, max(e.at) as last_at
        from events e left join staff s on s.id = e.staff_id
        where e.customer_id = any ((select same_person($1))::uuid[]) and e.kind = 'access' and e.at >= $2 and e.at < $3
        group by e.staff_id, s.name order by count(*) desc, max(e.at) desc";
    let rows = db.query(sql, &[&customer, &from, &to]).await?;
    let looker = |row: &tokio_postgres::Row| Looker {
        staff_id: row.get("staff_id"),
        staff_name: row.get("name"),
        roles: row.get::<_, Option<Vec<String>>>("roles").unwrap_or_default(),
        looks: row.get("looks"),
        first_at: row.get("first_at"),
        last_at: row.get("last_at"),
    };
    Ok(rows.iter().map(looker).collect())
}

/// The most looked at, and how many there are in all.
pub(crate) async fn list_looked_at(
    db: &impl GenericClient,
    staff: StaffId,
    (from, to): Period,
    most: i64,
) -> Result<(Vec<LookedAt>, i64)> {
    let sql = "
        select l.customer_id, c.name, l.looks, l.first_at, l.last_at, l.customers
        from (
            select customer_id, count(*) as looks, min(at) as first_at, max(at) as last_at, count(*) over () as customers
            from events
            where staff_id = $1 and kind = 'access' and customer_id is not null and at >= $2 and at < $3
            group by customer_id order by count(*) desc, max(at) desc limit $4
        ) l left join customers c on c.id = l.customer_id
        order by l.looks desc, l.last_at desc";
    let rows = db.query(sql, &[&staff, &from, &to, &most]).await?;
    let looked_at = |row: &tokio_postgres::Row| LookedAt {
        customer_id: row.get("customer_id"),
        customer_name: row.get("name"),
        looks: row.get("looks"),
        first_at: row.get("first_at"),
        last_at: row.get("last_at"),
    };
    let all = rows.first().map_or(0, |row| row.get("customers"));
    Ok((rows.iter().map(looked_at).collect(), all))
}

pub(crate) async fn list_looked_through(
    db: &impl GenericClient,
    staff: StaffId,
    (from, to): Period,
) -> Result<Vec<LookedThrough>> {
    let sql = "
        select action, count(*) as looks, coalesce(sum(item_count), 0)::bigint as records from events
        where staff_id = $1 and kind = 'access' and customer_id is null and at >= $2 and at < $3
        group by action order by count(*) desc, action";
    let rows = db.query(sql, &[&staff, &from, &to]).await?;
    let through = |row: &tokio_postgres::Row| LookedThrough {
        action: row.get("action"),
        looks: row.get("looks"),
        records: row.get("records"),
    };
    Ok(rows.iter().map(through).collect())
}

fn day(row: &tokio_postgres::Row) -> LookDay {
    LookDay { day: row.get("day"), role: row.get("role"), looks: row.get("looks") }
}

pub(crate) async fn days_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
    (from, to): Period,
) -> Result<Vec<LookDay>> {
    let sql = "select london_day(at) as day, role, count(*) as looks from events
               where customer_id = any ((select same_person($1))::uuid[]) and kind = 'access' and at >= $2 and at < $3
               group by 1, 2 order by 1 desc, 3 desc";
    Ok(db.query(sql, &[&customer, &from, &to]).await?.iter().map(day).collect())
}

pub(crate) async fn days_of_staff(
    db: &impl GenericClient,
    staff: StaffId,
    (from, to): Period,
) -> Result<Vec<LookDay>> {
    let sql = "select london_day(at) as day, role, count(*) as looks from events
               where staff_id = $1 and kind = 'access' and customer_id is not null and at >= $2 and at < $3
               group by 1, 2 order by 1 desc, 3 desc";
    Ok(db.query(sql, &[&staff, &from, &to]).await?.iter().map(day).collect())
}
