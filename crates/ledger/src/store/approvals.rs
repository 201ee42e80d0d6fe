use jiff::Timestamp;
use kernel::{ApprovalId, BookingId, CustomerId, Pence, StaffId};
use platform::db::GenericClient;
use platform::{Cursor, Problem, Result, sql::word};
use serde_json::Value;
use tokio_postgres::Row;

use super::as_word;
use crate::model::{Approval, ApprovalPage, ApprovalState, LimitedAct, Permitted};

const APPROVAL: &str = "select a.id, a.act, a.customer_id, c.name as customer_name, a.booking_id, b.reference as booking_reference,
    a.amount, a.request, encode(a.request_hash, 'hex') as request_hash, a.policy, a.state, a.requested_by,
    q.name as requested_by_name, a.requested_at, d.name as decided_by_name, a.decided_at, a.word,
    r.id as refund_id, k.id as credit_id
    from approvals a join customers c on c.id = a.customer_id join staff q on q.id = a.requested_by
    left join bookings b on b.id = a.booking_id left join staff d on d.id = a.decided_by
    left join refunds r on r.approval_id = a.id left join credits k on k.approval_id = a.id";

fn from_row(row: &Row) -> Result<Approval> {
    let unknown = || Permitted { allowed: false, code: None, reason: None };
    Ok(Approval {
        id: row.get("id"),
        act: word(row, "act")?,
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        booking_id: row.get("booking_id"),
        booking_reference: row.get("booking_reference"),
        amount: row.get("amount"),
        request: row.get("request"),
        request_hash: row.get("request_hash"),
        policy: row.get("policy"),
        state: word(row, "state")?,
        requested_by: row.get("requested_by"),
        requested_by_name: row.get("requested_by_name"),
        requested_at: row.get("requested_at"),
        decided_by_name: row.get("decided_by_name"),
        decided_at: row.get("decided_at"),
        word: row.get("word"),
        refund_id: row.get("refund_id"),
        credit_id: row.get("credit_id"),
        // Who looks is known further up.
        decide: unknown(),
        withdraw: unknown(),
    })
}

pub(crate) struct NewApproval<'a> {
    pub id: ApprovalId,
    pub act: LimitedAct,
    pub customer: CustomerId,
    pub booking: Option<BookingId>,
    pub amount: Pence,
    pub request: &'a Value,
    pub request_hash: &'a [u8],
    pub policy: &'a Value,
    pub requested_by: StaffId,
    pub now: Timestamp,
}

pub(crate) async fn insert_approval(db: &impl GenericClient, new: &NewApproval<'_>) -> Result<()> {
    db.execute(
        "insert into approvals (id, act, customer_id, booking_id, amount, request, request_hash, policy, state, requested_by,
            requested_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10)",
        &[
            &new.id,
            &new.act.name(),
            &new.customer,
            &new.booking,
            &new.amount,
            &new.request,
            &new.request_hash,
            &new.policy,
            &new.requested_by,
            &new.now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn read_approval(db: &impl GenericClient, id: ApprovalId) -> Result<Approval> {
    let statement = db.prepare_cached(&format!("{APPROVAL} where a.id = $1")).await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("request"))?;
    from_row(&row)
}

pub(crate) async fn lock_approval(db: &impl GenericClient, id: ApprovalId) -> Result<Approval> {
    db.execute("select 1 from approvals where id = $1 for update", &[&id]).await?;
    read_approval(db, id).await
}

pub(crate) async fn decide_approval(
    db: &impl GenericClient,
    id: ApprovalId,
    state: ApprovalState,
    word: Option<&str>,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update approvals set state = $2, word = $3, decided_by = $4, decided_at = $5 where id = $1 and state = 'pending'",
        &[&id, &as_word(&state)?, &word, &by, &now],
    )
    .await?;
    Ok(())
}

/// A page, latest first; those that wait, or those that are decided, or all.
pub(crate) async fn list_approvals(
    db: &impl GenericClient,
    pending: Option<bool>,
    after: Option<&str>,
    limit: i64,
) -> Result<ApprovalPage> {
    let (at, id): (Option<Timestamp>, Option<ApprovalId>) =
        after.map(Cursor::read_instant).transpose()?.unzip();
    let statement = db
        .prepare_cached(&format!(
            "{APPROVAL} where ($1::boolean is null or (a.state = 'pending') = $1)
               and (a.requested_at, a.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             order by a.requested_at desc, a.id desc limit $4"
        ))
        .await?;
    let rows = db.query(&statement, &[&pending, &at, &id, &(limit + 1)]).await?;
    let mut approvals = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = approvals.len() > wanted;
    approvals.truncate(wanted);
    let next = approvals.last().filter(|_| more).map(|last| Cursor::write(&(last.requested_at, last.id)));
    Ok(ApprovalPage { approvals, pending: count_pending(db).await?, next })
}

pub(crate) async fn count_pending(db: &impl GenericClient) -> Result<i64> {
    Ok(db.query_one("select count(*) from approvals where state = 'pending'", &[]).await?.get(0))
}

pub(crate) async fn pending_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
) -> Result<Vec<Approval>> {
    let statement = db
        .prepare_cached(&format!(
            "{APPROVAL} where a.customer_id = $1 and a.state = 'pending' order by a.requested_at desc, a.id desc"
        ))
        .await?;
    db.query(&statement, &[&customer]).await?.iter().map(from_row).collect()
}
