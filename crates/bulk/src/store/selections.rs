use jiff::Timestamp;
use kernel::{BulkRunId, CustomerId, SelectionId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, Tx, sql::Sql};
use tokio_postgres::types::Type;

use crate::{input::Chosen, model::NamedCustomer};

/// The customers of a selection (`$1`), each with its place from 1.
pub(crate) const CHOSEN: &str = "select u.id as customer_id, p.part * 100 + u.n::integer as position
    from selection_parts p cross join unnest(p.customer_ids) with ordinality u (id, n) where p.selection_id = $1";

/// What stands before and after the query of the ids; together one statement, whatever their number.
const BEFORE: &str = "with parts as (
        insert into selection_parts (selection_id, part, customer_ids)
        select ";
const IDS: &str = ", ((u.n - 1) / 100)::integer, array_agg(u.id order by u.n)
        from unnest(array(";
const AFTER: &str = ")) with ordinality u (id, n) group by 2
        returning cardinality(customer_ids) as size
    )
    insert into selections (id, made_by, made_at, expires_at, size) select ";

/// Freezes who was chosen, `most` and one more at most, and says how many they are.
pub(crate) async fn freeze(
    tx: &Tx<'_>,
    id: SelectionId,
    by: StaffId,
    chosen: &Chosen,
    most: i32,
    (now, ends): (Timestamp, Timestamp),
) -> Result<i32> {
    let mut sql = Sql::new(BEFORE);
    sql.bind(id, Type::UUID).push(IDS);
    match chosen {
        Chosen::Ticked(ids) => {
            sql.push("select c.id from unnest(").bind(ids.clone(), Type::UUID_ARRAY);
            sql.push(") with ordinality g (id, n) join customers c on c.id = g.id order by g.n");
        }
        Chosen::Matching(filter, by, order) => customers::push_matching(&mut sql, filter, *by, *order, now),
    }
    sql.push(" limit ").bind(i64::from(most) + 1, Type::INT8);
    finish(tx, sql, id, by, now, ends).await
}

/// Freezes whom a run has changed.
pub(crate) async fn freeze_changed(
    tx: &Tx<'_>,
    id: SelectionId,
    by: StaffId,
    run: BulkRunId,
    (now, ends): (Timestamp, Timestamp),
) -> Result<i32> {
    let mut sql = Sql::new(BEFORE);
    sql.bind(id, Type::UUID).push(IDS);
    sql.push("select customer_id from bulk_outcomes where outcome = 'changed' and run_id = ");
    sql.bind(run, Type::UUID).push(" order by position");
    finish(tx, sql, id, by, now, ends).await
}

async fn finish(
    tx: &Tx<'_>,
    mut sql: Sql,
    id: SelectionId,
    by: StaffId,
    now: Timestamp,
    ends: Timestamp,
) -> Result<i32> {
    sql.push(AFTER).bind(id, Type::UUID).push(", ").bind(by, Type::UUID).push(", ");
    sql.bind(now, Type::TIMESTAMPTZ).push(", ").bind(ends, Type::TIMESTAMPTZ);
    sql.push(", sum(size) from parts having count(*) > 0 returning size");
    Ok(sql.query_in(tx).await?.first().map_or(0, |row| row.get(0)))
}

/// How many a person's own selection holds, and until when; while it can be acted on.
pub(crate) async fn read_selection(
    db: &impl GenericClient,
    id: SelectionId,
    by: StaffId,
    now: Timestamp,
) -> Result<i32> {
    let sql = "select size, expires_at > $3 from selections where id = $1 and made_by = $2";
    let row = db.query_opt(sql, &[&id, &by, &now]).await?.ok_or_else(|| Problem::not_found("selection"))?;
    if row.get(1) {
        Ok(row.get(0))
    } else {
        Err(Problem::conflict("selection_expired", "This selection was made too long ago. Choose again."))
    }
}

/// The first ten.
pub(crate) async fn sample(db: &impl GenericClient, id: SelectionId) -> Result<Vec<NamedCustomer>> {
    let sql = "select c.id, c.name from selection_parts p cross join unnest(p.customer_ids[1:10]) with ordinality u (id, n)
        join customers c on c.id = u.id where p.selection_id = $1 and p.part = 0 order by u.n";
    let rows = db.query(sql, &[&id]).await?;
    Ok(rows.iter().map(|row| NamedCustomer { id: row.get(0), name: row.get(1) }).collect())
}

pub(crate) async fn part(db: &impl GenericClient, id: SelectionId, part: i32) -> Result<Vec<CustomerId>> {
    let sql = "select customer_ids from selection_parts where selection_id = $1 and part = $2";
    let row = db.query_opt(&db.prepare_cached(sql).await?, &[&id, &part]).await?;
    row.map(|row| row.get(0)).ok_or_else(|| Problem::internal(&"a part of a selection is missing"))
}

/// Who was chosen for what has ended, a hundred selections at most: what became of them stands in the outcomes. A selection that was
/// acted on keeps its row. Returns how many rows went.
pub(crate) async fn delete_ended(db: &impl GenericClient, now: Timestamp) -> Result<i64> {
    let row = db
        .query_one(
            "with ended as (
                select s.id from selections s
                where s.expires_at < $1 and exists (select from selection_parts p where p.selection_id = s.id)
                    and not exists (select from bulk_runs r where r.selection_id = s.id and r.state = 'running')
                order by s.expires_at, s.id limit 100
             ), parts as (
                delete from selection_parts where selection_id in (select id from ended) returning 1
             ), unused as (
                delete from selections s where s.id in (select id from ended)
                    and not exists (select from bulk_runs r where r.selection_id = s.id) returning 1
             )
             select (select count(*) from parts) + (select count(*) from unused)",
            &[&now],
        )
        .await?;
    Ok(row.get(0))
}
