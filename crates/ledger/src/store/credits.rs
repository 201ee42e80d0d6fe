use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use kernel::{ApprovalId, BookingId, CreditId, CustomerId, Pence, RefundId, StaffId};
use platform::db::GenericClient;
use platform::{Result, sql::word};
use tokio_postgres::Row;
use uuid::Uuid;

use super::as_word;
use crate::model::{CreditBalance, CreditLot, CreditReason, CreditUse};

pub(crate) struct NewCredit<'a> {
    pub id: CreditId,
    pub customer: CustomerId,
    pub amount: Pence,
    pub reason: CreditReason,
    pub notes: Option<&'a str>,
    pub expires_on: Option<Date>,
    pub refund_id: Option<RefundId>,
    pub approval_id: Option<ApprovalId>,
    pub issued_by: Option<StaffId>,
    /// None for what follows from another act, which has the key.
    pub request_key: Option<&'a str>,
    pub now: Timestamp,
}

pub(crate) async fn insert_credit(db: &impl GenericClient, new: &NewCredit<'_>) -> Result<()> {
    let statement = db
        .prepare_cached(
            "insert into credits (id, customer_id, amount, reason, notes, expires_on, refund_id, approval_id, issued_by,
                request_key, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .await?;
    db.execute(
        &statement,
        &[
            &new.id,
            &new.customer,
            &new.amount,
            &as_word(&new.reason)?,
            &new.notes,
            &new.expires_on,
            &new.refund_id,
            &new.approval_id,
            &new.issued_by,
            &new.request_key,
            &new.now,
        ],
    )
    .await?;
    Ok(())
}

/// Lots that can be spent on `today`, the first to expire first, and what is left of each; locked.
pub(crate) async fn lock_spendable(
    db: &impl GenericClient,
    customer: CustomerId,
    today: Date,
) -> Result<Vec<(CreditId, Pence)>> {
    let statement = db
        .prepare_cached(
            "select id, remaining from credits
             where customer_id = $1 and used < amount and (expires_on is null or expires_on >= $2)
             order by expires_on nulls last, created_at, id for update",
        )
        .await?;
    let rows = db.query(&statement, &[&customer, &today]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

pub(crate) struct NewUse<'a> {
    pub credit: CreditId,
    pub kind: &'a str,
    pub amount: Pence,
    pub booking: Option<BookingId>,
    pub notes: Option<&'a str>,
    pub used_by: Option<StaffId>,
    /// The use that this takes back.
    pub returns: Option<Uuid>,
    pub now: Timestamp,
}

/// The id of the first, or a fresh one for none.
pub(crate) async fn insert_uses(db: &impl GenericClient, uses: &[NewUse<'_>]) -> Result<Uuid> {
    let statement = db
        .prepare_cached(
            "insert into credit_uses (id, credit_id, kind, amount, booking_id, notes, used_by, created_at, returns_use_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .await?;
    let mut first = None;
    for one in uses {
        let id = CreditId::new(one.now).0;
        db.execute(
            &statement,
            &[
                &id,
                &one.credit,
                &one.kind,
                &one.amount,
                &one.booking,
                &one.notes,
                &one.used_by,
                &one.now,
                &one.returns,
            ],
        )
        .await?;
        first.get_or_insert(id);
    }
    Ok(first.unwrap_or_default())
}

/// What was spent of store credit on this booking, and did not come back.
pub(crate) async fn spent_on(db: &impl GenericClient, booking: BookingId) -> Result<Pence> {
    let statement = db
        .prepare_cached("select coalesce(sum(case kind when 'spent' then amount else -amount end), 0)::bigint from credit_uses where booking_id = $1")
        .await?;
    Ok(db.query_one(&statement, &[&booking]).await?.get(0))
}

/// A cancelled booking on which credit was spent that has not come back, and whose it is.
pub(crate) async fn next_cancelled_with_credit(
    db: &impl GenericClient,
) -> Result<Option<(BookingId, CustomerId)>> {
    let row = db
        .query_opt(
            "select b.id, c.customer_id from credit_uses u join bookings b on b.id = u.booking_id join credits c on c.id = u.credit_id
             where u.kind = 'spent' and b.status = 'CANCELLED'
               and not exists (select from credit_uses r where r.returns_use_id = u.id) limit 1",
            &[],
        )
        .await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// What was spent on a booking and has not come back.
pub(crate) struct Spent {
    pub id: Uuid,
    pub credit: CreditId,
    pub amount: Pence,
    pub spent_at: Timestamp,
    pub expires_on: Option<Date>,
}

/// While the booking is cancelled; it and its credits are locked.
pub(crate) async fn lock_unreturned(db: &impl GenericClient, booking: BookingId) -> Result<Vec<Spent>> {
    db.execute("select 1 from bookings where id = $1 for no key update", &[&booking]).await?;
    let rows = db
        .query(
            "select u.id, u.credit_id, u.amount, u.created_at, c.expires_on
             from credit_uses u join credits c on c.id = u.credit_id join bookings b on b.id = u.booking_id
             where u.booking_id = $1 and u.kind = 'spent' and b.status = 'CANCELLED'
               and not exists (select from credit_uses r where r.returns_use_id = u.id)
             order by u.credit_id, u.id for update of c",
            &[&booking],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Spent {
            id: row.get(0),
            credit: row.get(1),
            amount: row.get(2),
            spent_at: row.get(3),
            expires_on: row.get(4),
        })
        .collect())
}

/// Somebody who has credit whose last day has passed.
pub(crate) async fn next_with_expired(db: &impl GenericClient, today: Date) -> Result<Option<CustomerId>> {
    let row = db
        .query_opt(
            "select customer_id from credits where used < amount and expires_on < $1 order by expires_on, id limit 1",
            &[&today],
        )
        .await?;
    Ok(row.map(|row| row.get(0)))
}

/// The customer's lots whose last day has passed, and what is left of each; locked.
pub(crate) async fn lock_expired(
    db: &impl GenericClient,
    customer: CustomerId,
    today: Date,
) -> Result<Vec<(CreditId, Pence)>> {
    let rows = db
        .query(
            "select id, remaining from credits where customer_id = $1 and used < amount and expires_on < $2
             order by expires_on nulls last, created_at, id for update",
            &[&customer, &today],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

pub(crate) async fn credit_of(
    db: &impl GenericClient,
    customer: CustomerId,
    today: Date,
) -> Result<CreditBalance> {
    let statement = db
        .prepare_cached(
            "select k.id, k.amount, k.remaining, k.reason, k.notes, k.expires_on, k.refund_id, m.name as issued_by, k.created_at
             from credits k left join staff m on m.id = k.issued_by
             where k.customer_id = $1 order by k.created_at desc, k.id desc",
        )
        .await?;
    let rows = db.query(&statement, &[&customer]).await?;
    let mut uses = uses_of(db, &rows.iter().map(|row| row.get("id")).collect::<Vec<_>>()).await?;
    let lots = rows
        .iter()
        .map(|row| lot(row, uses.remove(&row.get("id")).unwrap_or_default()))
        .collect::<Result<Vec<_>>>()?;
    let balance =
        db.prepare_cached("select coalesce(sum(remaining), 0)::bigint from rows_of_credit($1, $2)").await?;
    let balance = db.query_one(&balance, &[&customer, &today]).await?.get(0);
    Ok(CreditBalance { balance, lots })
}

pub(crate) async fn read_credit(db: &impl GenericClient, id: CreditId) -> Result<Option<CreditLot>> {
    let statement = db
        .prepare_cached(
            "select k.id, k.amount, k.remaining, k.reason, k.notes, k.expires_on, k.refund_id, m.name as issued_by, k.created_at
             from credits k left join staff m on m.id = k.issued_by where k.id = $1",
        )
        .await?;
    let Some(row) = db.query_opt(&statement, &[&id]).await? else { return Ok(None) };
    let uses = uses_of(db, &[id]).await?.remove(&id).unwrap_or_default();
    lot(&row, uses).map(Some)
}

async fn uses_of(db: &impl GenericClient, lots: &[CreditId]) -> Result<HashMap<CreditId, Vec<CreditUse>>> {
    let statement = db
        .prepare_cached(
            "select u.credit_id, u.kind, u.amount, u.booking_id, b.reference, m.name as used_by, u.created_at
             from credit_uses u left join bookings b on b.id = u.booking_id left join staff m on m.id = u.used_by
             where u.credit_id = any ($1) order by u.created_at, u.id",
        )
        .await?;
    let mut uses: HashMap<CreditId, Vec<CreditUse>> = HashMap::new();
    for row in db.query(&statement, &[&lots]).await? {
        uses.entry(row.get("credit_id")).or_default().push(CreditUse {
            kind: word(&row, "kind")?,
            amount: row.get("amount"),
            booking_id: row.get("booking_id"),
            booking_reference: row.get("reference"),
            used_by: row.get("used_by"),
            created_at: row.get("created_at"),
        });
    }
    Ok(uses)
}

fn lot(row: &Row, uses: Vec<CreditUse>) -> Result<CreditLot> {
    Ok(CreditLot {
        id: row.get("id"),
        amount: row.get("amount"),
        remaining: row.get("remaining"),
        reason: word(row, "reason")?,
        notes: row.get("notes"),
        expires_on: row.get("expires_on"),
        refund_id: row.get("refund_id"),
        issued_by: row.get("issued_by"),
        created_at: row.get("created_at"),
        uses,
    })
}
