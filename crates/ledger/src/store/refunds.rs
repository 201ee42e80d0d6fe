use bookings::{RefundDestination, RefundStatus};
use jiff::Timestamp;
use kernel::{ApprovalId, CustomerId, PaymentId, Pence, RefundId, StaffId};
use platform::db::GenericClient;
use platform::{Cursor, Problem, Result, problem::violates, sql::word};
use tokio_postgres::Row;

use crate::{
    model::{RefundClaim, RefundPage, RefundReason, RefundRecord},
    rules,
};

const REFUND: &str = "select r.id, p.customer_id, c.name as customer_name, p.booking_id, b.reference as booking_reference,
    r.payment_id, r.amount, r.destination, r.reason_code, r.reason, r.notes, r.status, r.status_detail, r.via, r.reference,
    m.name as requested_by, r.approval_id, r.created_at, r.processed_at, r.claimed_by, r.claimed_at, k.name as claimed_by_name
    from refunds r join payments p on p.id = r.payment_id join bookings b on b.id = p.booking_id
    join customers c on c.id = p.customer_id left join staff m on m.id = r.requested_by
    left join staff k on k.id = r.claimed_by";

fn from_row(row: &Row) -> Result<RefundRecord> {
    Ok(RefundRecord {
        id: row.get("id"),
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        booking_id: row.get("booking_id"),
        booking_reference: row.get("booking_reference"),
        payment_id: row.get("payment_id"),
        amount: row.get("amount"),
        destination: word(row, "destination")?,
        reason_code: row.get("reason_code"),
        reason: row.get("reason"),
        notes: row.get("notes"),
        status: word(row, "status")?,
        status_detail: row.get("status_detail"),
        via: row.get("via"),
        reference: row.get("reference"),
        requested_by: row.get("requested_by"),
        approval_id: row.get("approval_id"),
        created_at: row.get("created_at"),
        processed_at: row.get("processed_at"),
        claim: claim(row),
    })
}

fn claim(row: &Row) -> Option<RefundClaim> {
    let (staff_id, at): (Option<StaffId>, Option<Timestamp>) = (row.get("claimed_by"), row.get("claimed_at"));
    let at = at?;
    Some(RefundClaim {
        staff_id: staff_id?,
        name: row.get("claimed_by_name"),
        at,
        until: rules::claim_until(at),
    })
}

/// Who makes its bank transfer from when on; nobody any more without.
pub(crate) async fn set_claim(
    db: &impl GenericClient,
    id: RefundId,
    claim: Option<(StaffId, Timestamp)>,
) -> Result<()> {
    let (by, at) = claim.unzip();
    db.execute("update refunds set claimed_by = $2, claimed_at = $3 where id = $1", &[&id, &by, &at]).await?;
    Ok(())
}

pub(crate) struct NewRefund<'a> {
    pub id: RefundId,
    pub payment_id: PaymentId,
    pub amount: Pence,
    pub destination: RefundDestination,
    pub reason: &'a RefundReason,
    pub notes: Option<&'a str>,
    pub status: RefundStatus,
    pub status_detail: Option<&'a str>,
    pub via: Option<&'a str>,
    pub requested_by: StaffId,
    pub request_key: &'a str,
    pub approval_id: Option<ApprovalId>,
    pub now: Timestamp,
}

/// As the database writes the words of our enums.
pub(crate) fn as_word(value: &impl serde::Serialize) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(Problem::internal(&format!("not a word: {other:?}"))),
    }
}

pub(crate) async fn insert_refund(db: &impl GenericClient, new: &NewRefund<'_>) -> Result<()> {
    let statement = db
        .prepare_cached(
            "insert into refunds (id, payment_id, amount, destination, reason_code, reason, notes, status, status_detail, via,
                requested_by, request_key, approval_id, created_at, updated_at, processed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14,
                case when $8 = 'succeeded' then $14::timestamptz end)",
        )
        .await?;
    db.execute(
        &statement,
        &[
            &new.id,
            &new.payment_id,
            &new.amount,
            &as_word(&new.destination)?,
            &new.reason.code,
            &new.reason.title,
            &new.notes,
            &as_word(&new.status)?,
            &new.status_detail,
            &new.via,
            &new.requested_by,
            &new.request_key,
            &new.approval_id,
            &new.now,
        ],
    )
    .await
    .map_err(|error| {
        // The lock on the payment makes this impossible; the constraint is there for whoever forgets it.
        if violates(&error, "payments_never_more_back_than_came_in") {
            rules::exceeds(Pence(0), Pence(0))
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// One that was made at the provider's own desk.
pub(crate) struct TheirRefund<'a> {
    pub id: RefundId,
    pub payment: PaymentId,
    pub amount: Pence,
    pub name: &'a str,
    pub notes: &'a str,
    pub by: StaffId,
    pub now: Timestamp,
}

/// It went through already; nobody asked for it here, and no ceiling counts it.
pub(crate) async fn insert_their_refund(
    db: &impl GenericClient,
    new: &TheirRefund<'_>,
    currency: &str,
) -> Result<()> {
    let made = db
        .execute(
            "insert into refunds (id, payment_id, amount, reason, notes, status, via, settled_by, provider_refund_id, created_at,
                updated_at, processed_at)
             select $1, id, $3, 'Made at Stripe', $4, 'succeeded', 'stripe', $5, $6, $7, $7, $7
             from payments where id = $2 and currency::text = $8",
            &[&new.id, &new.payment, &new.amount, &new.notes, &new.by, &new.name, &new.now, &currency],
        )
        .await
        .map_err(|error| {
            if violates(&error, "payments_never_more_back_than_came_in") {
                Problem::conflict(
                    "refund_exceeds_payment",
                    "More went back there than our books have left of this payment. Look at what else differs first.",
                )
            } else if violates(&error, "refunds_provider_refund_unique") {
                Problem::conflict("already_recorded", "This refund is in our books already. Compare again.")
            } else {
                error.into()
            }
        })?;
    if made == 1 {
        Ok(())
    } else {
        Err(Problem::conflict("other_currency", "This refund is in another currency than its payment."))
    }
}

pub(crate) async fn read_refund(db: &impl GenericClient, id: RefundId) -> Result<Option<RefundRecord>> {
    let statement = db.prepare_cached(&format!("{REFUND} where r.id = $1")).await?;
    db.query_opt(&statement, &[&id]).await?.as_ref().map(from_row).transpose()
}

/// The refund as it stands, until the transaction ends.
pub(crate) async fn lock_refund(db: &impl GenericClient, id: RefundId) -> Result<RefundRecord> {
    db.execute("select 1 from refunds where id = $1 for update", &[&id]).await?;
    read_refund(db, id).await?.ok_or_else(|| Problem::not_found("refund"))
}

/// A change of state, with what is to be said of it.
pub(crate) struct Step<'a> {
    pub status: RefundStatus,
    pub detail: Option<&'a str>,
    pub via: Option<&'a str>,
    pub reference: Option<&'a str>,
    pub settled_by: Option<StaffId>,
    pub now: Timestamp,
}

pub(crate) async fn advance_refund(db: &impl GenericClient, id: RefundId, step: &Step<'_>) -> Result<()> {
    let statement = db
        .prepare_cached(
            "update refunds set status = $2, status_detail = $3, via = coalesce($4, via),
                reference = coalesce($5, reference), settled_by = coalesce($6, settled_by), updated_at = $7,
                claimed_by = null, claimed_at = null,
                processed_at = case when $2 in ('succeeded', 'failed') then $7 else processed_at end
             where id = $1",
        )
        .await?;
    let status = as_word(&step.status)?;
    db.execute(
        &statement,
        &[&id, &status, &step.detail, &step.via, &step.reference, &step.settled_by, &step.now],
    )
    .await
    .map_err(|error| {
        if violates(&error, "refunds_transition") {
            Problem::conflict(
                "refund_moved_on",
                "This refund has moved on meanwhile. Look at where it stands now.",
            )
        } else {
            error.into()
        }
    })?;
    Ok(())
}

pub(crate) async fn refunds_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
) -> Result<Vec<RefundRecord>> {
    let statement = db
        .prepare_cached(&format!("{REFUND} where p.customer_id = $1 order by r.created_at desc, r.id desc"))
        .await?;
    db.query(&statement, &[&customer]).await?.iter().map(from_row).collect()
}

/// A page of refunds, latest first; `statuses` empty for all.
pub(crate) async fn list_refunds(
    db: &impl GenericClient,
    statuses: &[String],
    after: Option<&str>,
    limit: i64,
) -> Result<RefundPage> {
    let (at, id): (Option<Timestamp>, Option<RefundId>) =
        after.map(Cursor::read_instant).transpose()?.unzip();
    let statement = db
        .prepare_cached(&format!(
            "{REFUND} where (cardinality($1::text[]) = 0 or r.status = any ($1))
               and (r.created_at, r.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             order by r.created_at desc, r.id desc limit $4"
        ))
        .await?;
    let rows = db.query(&statement, &[&statuses, &at, &id, &(limit + 1)]).await?;
    let mut refunds = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = refunds.len() > wanted;
    refunds.truncate(wanted);
    let next = refunds.last().filter(|_| more).map(|last| Cursor::write(&(last.created_at, last.id)));
    Ok(RefundPage { refunds, next })
}

pub(crate) async fn list_reasons(db: &impl GenericClient) -> Result<Vec<RefundReason>> {
    let rows = db
        .query("select code, title, needs_note, retired_at is not null as retired from refund_reasons order by position, code", &[])
        .await?;
    Ok(rows.iter().map(reason).collect())
}

/// A reason that is in use.
pub(crate) async fn find_reason(db: &impl GenericClient, code: &str) -> Result<RefundReason> {
    let statement = db
        .prepare_cached(
            "select code, title, needs_note, false as retired from refund_reasons where code = $1 and retired_at is null",
        )
        .await?;
    db.query_opt(&statement, &[&code])
        .await?
        .as_ref()
        .map(reason)
        .ok_or_else(|| Problem::invalid("reason", "is not a reason of the catalogue"))
}

fn reason(row: &Row) -> RefundReason {
    RefundReason {
        code: row.get("code"),
        title: row.get("title"),
        needs_note: row.get("needs_note"),
        retired: row.get("retired"),
    }
}

pub(crate) async fn update_reason(
    db: &impl GenericClient,
    code: &str,
    title: &str,
    needs_note: bool,
    retired_at: Option<Timestamp>,
) -> Result<()> {
    let changed = db
        .execute(
            "update refund_reasons set title = $2, needs_note = $3,
                retired_at = case when $4::timestamptz is null then null else coalesce(retired_at, $4) end
             where code = $1",
            &[&code, &title, &needs_note, &retired_at],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Problem::not_found("reason")) }
}
