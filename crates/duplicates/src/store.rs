//! The SQL of merges. What moves is moved by functions of the database (`merge_rows`, `unmerge_rows`), by the journal they write.

pub(crate) mod found;

use customers::{Act, Customer};
use jiff::Timestamp;
use kernel::{CustomerId, MergeId, Pence, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, problem::violates};
use serde_json::Value;
use tokio_postgres::Row;

use crate::{
    Merge, MergeCounts, MergeKeep, MergeSide,
    rules::{Since, Standing},
};

/// Locks both until the transaction ends, always in the same order, and reads them as they are then.
pub(crate) async fn lock_both(
    db: &impl GenericClient,
    ids: (CustomerId, CustomerId),
    now: Timestamp,
) -> Result<(Customer, Customer)> {
    let sql = "select 1 from customers where id = any ($1) order by id for update";
    db.execute(sql, &[&vec![ids.0, ids.1]]).await?;
    read_both(db, ids, now).await
}

pub(crate) async fn read_both(
    db: &impl GenericClient,
    ids: (CustomerId, CustomerId),
    now: Timestamp,
) -> Result<(Customer, Customer)> {
    let survivor = customers::read(db, ids.0, now).await?.ok_or_else(|| Problem::not_found("customer"))?;
    let other = customers::read(db, ids.1, now).await?;
    Ok((survivor, other.ok_or_else(|| Problem::invalid("otherId", "is not a customer"))?))
}

/// What stands in the way of merging, or parting, this record.
pub(crate) async fn standing(db: &impl GenericClient, id: CustomerId) -> Result<Standing> {
    let statement = db
        .prepare_cached(
            "select c.name, c.erased_at is not null as erased, c.merged_into is not null as merged, c.archived_at is not null as archived,
                exists (select from erasures where customer_id = any (p.ids) and state not in ('withdrawn', 'stopped', 'done')) as erasure,
                exists (select from legal_holds where customer_id = any (p.ids) and lifted_at is null) as held,
                array(select number from data_requests where customer_id = any (p.ids) and outcome is null order by number) as requests,
                (select count(*) from payments m join refunds r on r.payment_id = m.id join refund_states s on s.name = r.status
                 where m.customer_id = any (p.ids) and s.class in ('held', 'payable')) as refunds,
                (select count(*) from approvals where customer_id = any (p.ids) and state = 'pending') as approvals,
                exists (select from personal_exports where customer_id = any (p.ids) and state = 'asked') as export
             from customers c, lateral (select same_person(c.id)) p (ids) where c.id = $1",
        )
        .await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("customer"))?;
    Ok(Standing {
        name: row.get("name"),
        erased: row.get("erased"),
        merged: row.get("merged"),
        archived: row.get("archived"),
        erasure_open: row.get("erasure"),
        held: row.get("held"),
        requests: row.get("requests"),
        refunds_under_way: row.get("refunds"),
        approvals_pending: row.get("approvals"),
        export_in_the_making: row.get("export"),
    })
}

/// What would move from this record, and the store credit among it.
pub(crate) async fn moves_of(db: &impl GenericClient, id: CustomerId) -> Result<(MergeCounts, Pence)> {
    let sql = "select jsonb_build_object(
            'addresses', (select count(*) from addresses where customer_id = $1),
            'contacts', (select count(*) from contacts where customer_id = $1),
            'notes', (select count(*) from notes where customer_id = $1),
            'flags', (select count(*) from flags where customer_id = $1),
            'bookings', (select count(*) from bookings where customer_id = $1),
            'payments', (select count(*) from payments where customer_id = $1),
            'tickets', (select count(*) from tickets where customer_id = $1),
            'credits', (select count(*) from credits where customer_id = $1)),
        (select coalesce(sum(remaining), 0)::bigint from credits where customer_id = $1)";
    let row = db.query_one(&db.prepare_cached(sql).await?, &[&id]).await?;
    Ok((counts(row.get(0))?, row.get(1)))
}

fn counts(value: Value) -> Result<MergeCounts> {
    serde_json::from_value(value).map_err(|error| Problem::internal(&error))
}

pub(crate) struct NewMerge<'a> {
    pub id: MergeId,
    pub survivor: CustomerId,
    pub other: CustomerId,
    pub keep: MergeKeep,
    pub reason: &'a str,
    pub leftovers: Value,
    pub by: StaffId,
    pub now: Timestamp,
}

/// Writes the merge down and moves everything; the survivor's details before and after.
pub(crate) async fn merge(db: &impl GenericClient, new: &NewMerge<'_>) -> Result<(Value, Value)> {
    let other = |side: MergeSide| side == MergeSide::Other;
    let row = db
        .query_one(
            "insert into customer_merges (id, survivor_id, merged_id, reason, merged_by, merged_at, before, after)
             select $1, s.id, o.id, $4, $5, $6,
                jsonb_build_object('name', s.name, 'email', s.email, 'emailVerifiedAt', s.email_verified_at, 'phone', s.phone,
                    'phoneE164', s.phone_e164),
                jsonb_build_object(
                    'name', case when $7 then o.name else s.name end,
                    'email', case when $8 then o.email else s.email end,
                    'emailVerifiedAt', case when $8 then o.email_verified_at else s.email_verified_at end,
                    'phone', case when $9 then o.phone else s.phone end,
                    'phoneE164', case when $9 then o.phone_e164 else s.phone_e164 end)
             from customers s, customers o where s.id = $2 and o.id = $3
             returning before, after",
            &[
                &new.id,
                &new.survivor,
                &new.other,
                &new.reason,
                &new.by,
                &new.now,
                &other(new.keep.name),
                &other(new.keep.email),
                &other(new.keep.phone),
            ],
        )
        .await?;
    db.execute("select merge_rows($1, $2)", &[&new.id, &new.leftovers]).await?;
    Ok((row.get(0), row.get(1)))
}

pub(crate) async fn undo(
    db: &impl GenericClient,
    id: MergeId,
    reason: &str,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    let sql = "update customer_merges set undone_by = $2, undone_at = $3, undo_reason = $4, undo_event_id = current_event()
               where id = $1";
    db.execute(sql, &[&id, &by, &now, &reason]).await?;
    db.execute("select unmerge_rows($1)", &[&id]).await.map_err(|error| {
        // Somebody has taken it in this very moment.
        if violates(&error, "customers_email_unique") {
            Problem::conflict(
                "email_taken",
                "Another customer has the e-mail address by now that would go back.",
            )
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// Survivor and other of a merge.
pub(crate) async fn sides(db: &impl GenericClient, id: MergeId) -> Result<(CustomerId, CustomerId)> {
    let sql = "select survivor_id, merged_id from customer_merges where id = $1";
    let row = db.query_opt(sql, &[&id]).await?.ok_or_else(|| Problem::not_found("merge"))?;
    Ok((row.get(0), row.get(1)))
}

/// What came since that keeps the two from being parted.
pub(crate) async fn since(db: &impl GenericClient, id: MergeId) -> Result<Since> {
    let statement = db
        .prepare_cached(
            "select m.undone_at is not null as undone,
                -- With what the survivor would have then: its own address back, unless it was changed since.
                (select c.name from customers c
                 where c.archived_at is null and c.id not in (m.survivor_id, m.merged_id)
                    and lower(c.email) in (lower(o.email), lower(e.after))
                 union all
                 select s.name where lower(e.after) = lower(o.email) limit 1) as email_owner,
                (select coalesce(sum(case u.kind when 'returned' then -u.amount else u.amount end), 0)::bigint
                 from credit_uses u, lateral (select u.credit_id = any (credits_of_merge(m.id)),
                    exists (select from customer_merge_rows j where j.merge_id = m.id and j.kind = 'booking' and j.row_id = u.booking_id))
                    goes (credit, booking)
                 where u.booking_id is not null and goes.credit <> goes.booking and (
                    u.credit_id = any (credits_of_merge(m.id)) or u.booking_id in (
                        select j.row_id from customer_merge_rows j where j.merge_id = m.id and j.kind = 'booking'))) as spent
             from customer_merges m join customers s on s.id = m.survivor_id join customers o on o.id = m.merged_id,
                lateral (select case when m.before ->> 'email' is distinct from m.after ->> 'email'
                    and s.email is not distinct from m.after ->> 'email' then m.before ->> 'email' else s.email end) e (after)
             where m.id = $1",
        )
        .await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("merge"))?;
    Ok(Since {
        undone: row.get("undone"),
        email_owner: row.get("email_owner"),
        credit_spent: row.get("spent"),
    })
}

const MERGE: &str = "select m.id, m.survivor_id, m.merged_id, o.name as merged_name, m.reason, b.name as merged_by_name, m.merged_at,
        m.undone_at, u.name as undone_by_name, m.undo_reason,
        (select jsonb_build_object(
            'addresses', count(*) filter (where kind = 'address'), 'contacts', count(*) filter (where kind = 'contact'),
            'notes', count(*) filter (where kind = 'note'), 'flags', count(*) filter (where kind = 'flag'),
            'bookings', count(*) filter (where kind = 'booking'), 'payments', count(*) filter (where kind = 'payment'),
            'tickets', count(*) filter (where kind = 'ticket'), 'credits', count(*) filter (where kind = 'credit'))
         from customer_merge_rows where merge_id = m.id) as moved
    from customer_merges m join customers o on o.id = m.merged_id join staff b on b.id = m.merged_by
    left join staff u on u.id = m.undone_by where ";

fn from_row(row: &Row) -> Result<Merge> {
    Ok(Merge {
        id: row.get("id"),
        survivor_id: row.get("survivor_id"),
        merged_id: row.get("merged_id"),
        merged_name: row.get("merged_name"),
        reason: row.get("reason"),
        merged_by_name: row.get("merged_by_name"),
        merged_at: row.get("merged_at"),
        moved: counts(row.get("moved"))?,
        undone_at: row.get("undone_at"),
        undone_by_name: row.get("undone_by_name"),
        undo_reason: row.get("undo_reason"),
        undo: Act { allowed: false, code: None, reason: None },
    })
}

pub(crate) async fn read(db: &impl GenericClient, id: MergeId) -> Result<Merge> {
    let statement = db.prepare_cached(&format!("{MERGE} m.id = $1")).await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("merge"))?;
    from_row(&row)
}

/// Of whom others were merged into, latest first.
pub(crate) async fn merges_of(db: &impl GenericClient, survivor: CustomerId) -> Result<Vec<Merge>> {
    let sql = format!("{MERGE} m.survivor_id = $1 order by m.merged_at desc, m.id desc limit 200");
    let statement = db.prepare_cached(&sql).await?;
    db.query(&statement, &[&survivor]).await?.iter().map(from_row).collect()
}
