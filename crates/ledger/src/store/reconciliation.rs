//! Runs that compare the two sides, and what is compared.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::{PaymentId, ReconciliationId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, sql::word};
use tokio_postgres::Row;

use super::as_word;
use crate::{
    model::{ReconciliationRun, ReconciliationStage},
    provider::{ProviderPayment, ProviderRefund},
    rules::{OurPayment, OurRefund, Pair},
};

const RUN: &str = "select n.id, m.name as requested_by, n.started_at, n.since, n.stage, n.after, n.compared, n.finished_at, n.failure
    from reconciliation_runs n left join staff m on m.id = n.requested_by";

fn run(row: &Row) -> Result<ReconciliationRun> {
    Ok(ReconciliationRun {
        id: row.get("id"),
        requested_by: row.get("requested_by"),
        started_at: row.get("started_at"),
        since: row.get("since"),
        stage: word(row, "stage")?,
        compared: row.get("compared"),
        finished_at: row.get("finished_at"),
        failure: row.get("failure"),
    })
}

/// Of those who begin at once, one does; the others find its run.
pub(crate) async fn insert_run(
    db: &impl GenericClient,
    id: ReconciliationId,
    by: Option<StaffId>,
    since: Timestamp,
    stage: ReconciliationStage,
    now: Timestamp,
) -> Result<bool> {
    let made = db
        .execute(
            "insert into reconciliation_runs (id, requested_by, started_at, since, stage) values ($1, $2, $3, $4, $5)
             on conflict ((true)) where finished_at is null do nothing",
            &[&id, &by, &now, &since, &as_word(&stage)?],
        )
        .await?;
    Ok(made == 1)
}

pub(crate) async fn read_run(db: &impl GenericClient, id: ReconciliationId) -> Result<ReconciliationRun> {
    let row = db.query_opt(&format!("{RUN} where n.id = $1"), &[&id]).await?;
    run(&row.ok_or_else(|| Problem::not_found("run"))?)
}

pub(crate) async fn unfinished_run(db: &impl GenericClient) -> Result<Option<ReconciliationRun>> {
    db.query_opt(&format!("{RUN} where n.finished_at is null"), &[]).await?.as_ref().map(run).transpose()
}

/// Ten at most, latest first.
pub(crate) async fn last_runs(db: &impl GenericClient) -> Result<Vec<ReconciliationRun>> {
    let rows = db.query(&format!("{RUN} order by n.started_at desc, n.id desc limit 10"), &[]).await?;
    rows.iter().map(run).collect()
}

pub(crate) async fn last_started(db: &impl GenericClient) -> Result<Option<Timestamp>> {
    Ok(db.query_one("select max(started_at) from reconciliation_runs", &[]).await?.get(0))
}

/// Where a run stands, locked: None when it has ended.
pub(crate) async fn lock_run(
    db: &impl GenericClient,
    id: ReconciliationId,
) -> Result<Option<(ReconciliationStage, Option<String>)>> {
    let row = db
        .query_opt(
            "select stage, after from reconciliation_runs where id = $1 and finished_at is null for update",
            &[&id],
        )
        .await?;
    row.map(|row| Ok((word(&row, "stage")?, row.get("after")))).transpose()
}

pub(crate) async fn advance_run(
    db: &impl GenericClient,
    id: ReconciliationId,
    stage: ReconciliationStage,
    after: Option<&str>,
    compared: i32,
    finished: Option<Timestamp>,
) -> Result<()> {
    db.execute(
        "update reconciliation_runs set stage = $2, after = $3, compared = compared + $4, finished_at = $5 where id = $1",
        &[&id, &as_word(&stage)?, &after, &compared, &finished],
    )
    .await?;
    Ok(())
}

pub(crate) async fn fail_run(
    db: &impl GenericClient,
    id: ReconciliationId,
    why: &str,
    now: Timestamp,
) -> Result<()> {
    let why: String = why.chars().take(500).collect();
    db.execute(
        "update reconciliation_runs set failure = $2, finished_at = $3 where id = $1 and finished_at is null",
        &[&id, &why, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn mark_seen(
    db: &impl GenericClient,
    run: ReconciliationId,
    names: &[String],
) -> Result<()> {
    db.execute(
        "insert into reconciliation_seen (run_id, name) select $1, unnest($2::text[]) on conflict do nothing",
        &[&run, &names],
    )
    .await?;
    Ok(())
}

pub(crate) async fn forget_seen(db: &impl GenericClient, run: ReconciliationId) -> Result<()> {
    db.execute("delete from reconciliation_seen where run_id = $1", &[&run]).await?;
    Ok(())
}

const OUR_REFUND: &str =
    "select r.id, r.payment_id, p.intent_id, r.provider_refund_id, r.amount, p.currency::text as currency,
    r.status, r.created_at, coalesce(r.updated_at, r.created_at) as changed_at
    from refunds r join payments p on p.id = r.payment_id";

fn our_refund(row: &Row) -> Result<OurRefund> {
    Ok(OurRefund {
        id: row.get("id"),
        payment: row.get("payment_id"),
        intent: row.get("intent_id"),
        name: row.get("provider_refund_id"),
        amount: row.get("amount"),
        currency: row.get("currency"),
        status: word(row, "status")?,
        created: row.get("created_at"),
        changed: row.get("changed_at"),
    })
}

/// Ours beside theirs: by the provider's name, else by our id that they bear, else, of what was taken over from before
/// without a name, by payment and amount.
pub(crate) async fn pair_refunds(db: &impl GenericClient, theirs: Vec<ProviderRefund>) -> Result<Vec<Pair>> {
    let names: Vec<&str> = theirs.iter().map(|one| one.id.as_str()).collect();
    let ids: Vec<_> = theirs.iter().filter_map(|one| one.refund).collect();
    let intents: Vec<&str> = theirs.iter().filter_map(|one| one.intent.as_deref()).collect();
    let rows = db
        .query(
            &format!(
                "{OUR_REFUND} where r.provider_refund_id = any ($1) or r.id = any ($2)
                 union all {OUR_REFUND} where p.intent_id = any ($3) and r.via is null and r.provider_refund_id is null
                    and r.destination = 'original' and r.status = 'succeeded'"
            ),
            &[&names, &ids, &intents],
        )
        .await?;
    let mut ours = rows.iter().map(our_refund).collect::<Result<Vec<_>>>()?;
    let payments = payments_named(db, &intents).await?;
    let mut take =
        |fits: &dyn Fn(&OurRefund) -> bool| ours.iter().position(fits).map(|place| ours.swap_remove(place));
    let mut pairs = Vec::with_capacity(theirs.len());
    for one in theirs {
        let ours = take(&|ours| ours.name.as_ref() == Some(&one.id))
            .or_else(|| {
                take(&|ours| ours.name.is_none() && Some(ours.id) == one.refund && ours.intent == one.intent)
            })
            .or_else(|| {
                take(&|ours| {
                    ours.name.is_none()
                        && one.refund.is_none()
                        && ours.intent == one.intent
                        && ours.amount == one.amount
                        && ours.status == bookings::RefundStatus::Succeeded
                })
            });
        let payment = one.intent.as_ref().and_then(|intent| payments.get(intent).copied());
        pairs.push(Pair::Refund { ours, theirs: Some(one), payment });
    }
    Ok(pairs)
}

pub(super) async fn payments_named(
    db: &impl GenericClient,
    intents: &[&str],
) -> Result<HashMap<String, PaymentId>> {
    let rows = db
        .query(
            "select distinct on (intent_id) intent_id, id from payments where provider = 'stripe' and intent_id = any ($1)
             order by intent_id, created_at, id",
            &[&intents],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Refunds that the provider must have and did not show in this run, a hundred at most.
pub(crate) async fn refunds_not_seen(
    db: &impl GenericClient,
    run: &ReconciliationRun,
) -> Result<Vec<OurRefund>> {
    let rows = db
        .query(
            &format!(
                "{OUR_REFUND} where p.provider = 'stripe' and r.provider_refund_id is not null
                   and r.status in ('succeeded', 'submitted') and r.created_at >= $2 and r.created_at < $3
                   and not exists (select from reconciliation_seen s where s.run_id = $1 and s.name = r.provider_refund_id)
                 order by r.created_at, r.id limit 100"
            ),
            &[&run.id, &run.since, &run.started_at],
        )
        .await?;
    rows.iter().map(our_refund).collect()
}

const OUR_PAYMENT: &str = "select (array_agg(p.id order by p.created_at, p.id))[1] as payment, p.intent_id,
    sum(p.captured)::bigint as captured, min(p.currency::text) as currency, min(coalesce(p.captured_at, p.created_at)) as began
    from payments p where p.provider = 'stripe'";

fn our_payment(row: &Row) -> OurPayment {
    OurPayment {
        payment: row.get("payment"),
        intent: row.get("intent_id"),
        captured: row.get("captured"),
        currency: row.get("currency"),
        created: row.get("began"),
    }
}

pub(crate) async fn pair_payments(
    db: &impl GenericClient,
    theirs: Vec<ProviderPayment>,
) -> Result<Vec<Pair>> {
    let intents: Vec<&str> = theirs.iter().map(|one| one.intent.as_str()).collect();
    let rows = db
        .query(&format!("{OUR_PAYMENT} and p.intent_id = any ($1) group by p.intent_id"), &[&intents])
        .await?;
    let mut ours: HashMap<String, OurPayment> =
        rows.iter().map(our_payment).map(|one| (one.intent.clone(), one)).collect();
    Ok(theirs
        .into_iter()
        .map(|one| Pair::Payment { ours: ours.remove(&one.intent), theirs: Some(one) })
        .collect())
}

/// Payments that the provider must have and did not show in this run, a hundred at most.
pub(crate) async fn payments_not_seen(
    db: &impl GenericClient,
    run: &ReconciliationRun,
) -> Result<Vec<OurPayment>> {
    let rows = db
        .query(
            &format!(
                "{OUR_PAYMENT} and p.intent_id is not null and p.captured > 0
                   and coalesce(p.captured_at, p.created_at) >= $2 and coalesce(p.captured_at, p.created_at) < $3
                   and not exists (select from reconciliation_seen s where s.run_id = $1 and s.name = p.intent_id)
                 group by p.intent_id order by began, p.intent_id limit 100"
            ),
            &[&run.id, &run.since, &run.started_at],
        )
        .await?;
    Ok(rows.iter().map(our_payment).collect())
}
