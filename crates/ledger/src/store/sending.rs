//! Refunds on their way to a provider.

use bookings::RefundStatus;
use jiff::Timestamp;
use kernel::{CustomerId, Pence, RefundId};
use platform::db::GenericClient;
use platform::{Result, sql::word};

use super::as_word;
use crate::{
    provider::{Order, ProviderRefund},
    rules::{Judgement, Standing},
};

/// A refund that a provider carries out.
pub(crate) struct Sending {
    pub customer: CustomerId,
    pub amount: Pence,
    pub standing: Standing,
    pub order: Order,
    pub provider_refund_id: Option<String>,
}

/// The refund, locked until the transaction ends; None when it is not a provider's.
pub(crate) async fn lock_sending(db: &impl GenericClient, id: RefundId) -> Result<Option<Sending>> {
    let lock = db.prepare_cached("select 1 from refunds where id = $1 for update").await?;
    db.execute(&lock, &[&id]).await?;
    read_sending(db, id).await
}

/// What shows, in this transaction, that a refund which had gone through failed.
pub(crate) async fn insert_return(
    db: &impl GenericClient,
    id: RefundId,
    found: &ProviderRefund,
    now: Timestamp,
) -> Result<()> {
    let failure: Option<String> = found.failure.as_ref().map(|why| why.chars().take(200).collect());
    db.execute(
        "insert into refund_returns (refund_id, provider_refund_id, failure, found_at, event_id)
         values ($1, $2, $3, $4, current_event())",
        &[&id, &found.id, &failure, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn read_sending(db: &impl GenericClient, id: RefundId) -> Result<Option<Sending>> {
    let statement = db
        .prepare_cached(
            "select p.customer_id, r.amount, r.status, r.attempts, r.reason_code, r.provider_refund_id, p.intent_id,
                p.currency::text as currency, a.first_reached, a.last_started
             from refunds r join payments p on p.id = r.payment_id
             cross join lateral (
                select max(started_at) as last_started, min(started_at) filter (
                    where outcome is null or outcome not in ('not_sent', 'rate_limited', 'unauthorized')) as first_reached
                from refund_attempts where refund_id = r.id
             ) a
             where r.id = $1 and r.via = 'stripe' and r.destination = 'original' and p.intent_id is not null",
        )
        .await?;
    let Some(row) = db.query_opt(&statement, &[&id]).await? else { return Ok(None) };
    let amount = row.get("amount");
    Ok(Some(Sending {
        customer: row.get("customer_id"),
        amount,
        standing: Standing {
            status: word(&row, "status")?,
            attempts: row.get("attempts"),
            first_reached: row.get("first_reached"),
            last_started: row.get("last_started"),
        },
        order: Order {
            refund: id,
            intent: row.get("intent_id"),
            amount,
            currency: row.get("currency"),
            reason: row.get("reason_code"),
            idempotency_key: id.to_string(),
        },
        provider_refund_id: row.get("provider_refund_id"),
    }))
}

/// The next attempt begins; its number fences off those before.
pub(crate) async fn begin_attempt(
    db: &impl GenericClient,
    id: RefundId,
    number: i32,
    now: Timestamp,
) -> Result<()> {
    let update = db
        .prepare_cached(
            "update refunds set status = 'sending', attempts = $2, status_detail = null, updated_at = $3 where id = $1",
        )
        .await?;
    let insert = db
        .prepare_cached("insert into refund_attempts (refund_id, number, started_at) values ($1, $2, $3)")
        .await?;
    db.execute(&update, &[&id, &number, &now]).await?;
    db.execute(&insert, &[&id, &number, &now]).await?;
    Ok(())
}

/// What came of an attempt, and where that leaves the refund.
pub(crate) async fn record_judgement(
    db: &impl GenericClient,
    id: RefundId,
    attempt: i32,
    judgement: &Judgement,
    now: Timestamp,
) -> Result<()> {
    let detail: Option<String> = judgement.detail.as_ref().map(|text| text.chars().take(500).collect());
    let finish = db
        .prepare_cached(
            "update refund_attempts set finished_at = $3, outcome = $4, detail = $5
             where refund_id = $1 and number = $2 and (outcome is null or outcome = 'unknown')",
        )
        .await?;
    let update = db
        .prepare_cached(
            "update refunds set status = $2, status_detail = $3, provider_refund_id = coalesce($4, provider_refund_id),
                updated_at = $5, processed_at = case when $2 in ('succeeded', 'failed') then $5 else processed_at end,
                claimed_by = null, claimed_at = null
             where id = $1",
        )
        .await?;
    db.execute(&finish, &[&id, &attempt, &now, &judgement.outcome, &detail]).await?;
    let status = as_word(&judgement.status)?;
    db.execute(&update, &[&id, &status, &detail, &judgement.provider_refund_id, &now]).await?;
    Ok(())
}

/// Which of our refunds carries this name at the provider.
pub(crate) async fn refund_named(db: &impl GenericClient, name: &str) -> Result<Option<RefundId>> {
    let statement = db.prepare_cached("select id from refunds where provider_refund_id = $1").await?;
    Ok(db.query_opt(&statement, &[&name]).await?.map(|row| row.get(0)))
}

/// Refunds of the payment with this name, or of all, that stand at a provider in one of these states, oldest first.
pub(crate) async fn refunds_at_provider(
    db: &impl GenericClient,
    intent: Option<&str>,
    statuses: &[RefundStatus],
    since: Timestamp,
) -> Result<Vec<RefundId>> {
    let statuses = statuses.iter().map(as_word).collect::<Result<Vec<_>>>()?;
    let statement = db
        .prepare_cached(
            "select r.id from refunds r join payments p on p.id = r.payment_id
             where r.via = 'stripe' and r.status = any ($1) and ($2::text is null or p.intent_id = $2) and r.created_at >= $3
             order by r.created_at, r.id limit 5000",
        )
        .await?;
    let rows = db.query(&statement, &[&statuses, &intent, &since]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
