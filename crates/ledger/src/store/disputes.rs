//! Money that customers' banks ask back. What of it is held, and what the books say, is kept by triggers.

use std::collections::HashMap;

use bookings::DisputeStatus;
use jiff::Timestamp;
use kernel::{CustomerId, DisputeId, PaymentId};
use platform::db::GenericClient;
use platform::{Cursor, Result, sql::word};
use tokio_postgres::Row;

use super::{as_word, payments_named};
use crate::{
    model::{DisputePage, DisputeRecord, ReconciliationRun},
    provider::ProviderDispute,
    rules::{self, OurDispute, Pair},
};

const DISPUTE: &str = "select d.id, p.customer_id, c.name as customer_name, p.booking_id, b.reference as booking_reference,
    d.payment_id, d.provider_dispute_id, d.amount, d.held, d.reason, d.status, d.evidence_due_by, d.opened_at, d.updated_at
    from disputes d join payments p on p.id = d.payment_id join bookings b on b.id = p.booking_id
    join customers c on c.id = p.customer_id";

fn from_row(row: &Row) -> Result<DisputeRecord> {
    let status: DisputeStatus = word(row, "status")?;
    let (amount, held) = (row.get("amount"), row.get("held"));
    let evidence_due_by = row.get("evidence_due_by");
    Ok(DisputeRecord {
        id: row.get("id"),
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        booking_id: row.get("booking_id"),
        booking_reference: row.get("booking_reference"),
        payment_id: row.get("payment_id"),
        provider_dispute_id: row.get("provider_dispute_id"),
        amount,
        held,
        reason: row.get("reason"),
        status,
        status_detail: rules::dispute_in_words(status, amount, held, evidence_due_by),
        evidence_due_by,
        opened_at: row.get("opened_at"),
        updated_at: row.get("updated_at"),
    })
}

/// The payment that Stripe knows by this name, locked until the transaction ends: whose it is, and in which currency.
pub(crate) async fn lock_payment_named(
    db: &impl GenericClient,
    intent: &str,
) -> Result<Option<(PaymentId, CustomerId, String)>> {
    let row = db
        .query_opt(
            "select id, customer_id, currency::text from payments where provider = 'stripe' and intent_id = $1
             order by created_at, id limit 1 for update",
            &[&intent],
        )
        .await?;
    Ok(row.map(|row| (row.get(0), row.get(1), row.get(2))))
}

pub(crate) async fn dispute_named(db: &impl GenericClient, name: &str) -> Result<Option<DisputeRecord>> {
    let row = db.query_opt(&format!("{DISPUTE} where d.provider_dispute_id = $1"), &[&name]).await?;
    row.as_ref().map(from_row).transpose()
}

pub(crate) async fn insert_dispute(
    db: &impl GenericClient,
    id: DisputeId,
    payment: PaymentId,
    theirs: &ProviderDispute,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into disputes (id, payment_id, provider, provider_dispute_id, amount, reason, status, evidence_due_by, opened_at,
            created_at, updated_at) values ($1, $2, 'stripe', $3, $4, $5, $6, $7, $8, $9, $9)",
        &[
            &id,
            &payment,
            &theirs.id,
            &theirs.amount,
            &theirs.reason,
            &as_word(&theirs.status)?,
            &theirs.due_by,
            &theirs.created,
            &now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update_dispute(
    db: &impl GenericClient,
    id: DisputeId,
    theirs: &ProviderDispute,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update disputes set amount = $2, reason = $3, status = $4, evidence_due_by = $5, updated_at = $6 where id = $1",
        &[&id, &theirs.amount, &theirs.reason, &as_word(&theirs.status)?, &theirs.due_by, &now],
    )
    .await?;
    Ok(())
}

/// Whether what is said now can be newer than what was said before.
pub(crate) async fn dispute_may_become(
    db: &impl GenericClient,
    before: DisputeStatus,
    after: DisputeStatus,
) -> Result<bool> {
    let row = db
        .query_one(
            "select $1 = $2 or exists (select from dispute_transitions where before = $1 and after = $2)",
            &[&as_word(&before)?, &as_word(&after)?],
        )
        .await?;
    Ok(row.get(0))
}

/// Stripe's names for those that are not over.
pub(crate) async fn living_disputes(db: &impl GenericClient) -> Result<Vec<String>> {
    let rows = db
        .query(
            "select provider_dispute_id from disputes where status not in ('warning_closed', 'won', 'lost') order by evidence_due_by, id",
            &[],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

pub(crate) async fn disputes_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
) -> Result<Vec<DisputeRecord>> {
    let statement = db
        .prepare_cached(&format!("{DISPUTE} where p.customer_id = $1 order by d.opened_at desc, d.id desc"))
        .await?;
    db.query(&statement, &[&customer]).await?.iter().map(from_row).collect()
}

/// A page, latest first; `statuses` empty for all.
pub(crate) async fn list_disputes(
    db: &impl GenericClient,
    statuses: &[String],
    after: Option<&str>,
    limit: i64,
) -> Result<DisputePage> {
    let (at, id): (Option<Timestamp>, Option<DisputeId>) =
        after.map(Cursor::read_instant).transpose()?.unzip();
    let statement = db
        .prepare_cached(&format!(
            "{DISPUTE} where (cardinality($1::text[]) = 0 or d.status = any ($1))
               and (d.opened_at, d.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
             order by d.opened_at desc, d.id desc limit $4"
        ))
        .await?;
    let rows = db.query(&statement, &[&statuses, &at, &id, &(limit + 1)]).await?;
    let mut disputes = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = disputes.len() > wanted;
    disputes.truncate(wanted);
    let next = disputes.last().filter(|_| more).map(|last| Cursor::write(&(last.opened_at, last.id)));
    Ok(DisputePage { disputes, next })
}

const OUR_DISPUTE: &str = "select d.id, d.payment_id, d.provider_dispute_id, d.held, p.currency::text as currency, d.status, d.opened_at
    from disputes d join payments p on p.id = d.payment_id";

fn our_dispute(row: &Row) -> Result<OurDispute> {
    Ok(OurDispute {
        id: row.get("id"),
        payment: row.get("payment_id"),
        name: row.get("provider_dispute_id"),
        held: row.get("held"),
        currency: row.get("currency"),
        status: word(row, "status")?,
        opened: row.get("opened_at"),
    })
}

/// Ours beside theirs, by Stripe's name.
pub(crate) async fn pair_disputes(
    db: &impl GenericClient,
    theirs: Vec<ProviderDispute>,
) -> Result<Vec<Pair>> {
    let names: Vec<&str> = theirs.iter().map(|one| one.id.as_str()).collect();
    let intents: Vec<&str> = theirs.iter().filter_map(|one| one.intent.as_deref()).collect();
    let rows = db.query(&format!("{OUR_DISPUTE} where d.provider_dispute_id = any ($1)"), &[&names]).await?;
    let ours = rows.iter().map(our_dispute).collect::<Result<Vec<_>>>()?;
    let mut ours: HashMap<String, OurDispute> = ours.into_iter().map(|one| (one.name.clone(), one)).collect();
    let payments = payments_named(db, &intents).await?;
    Ok(theirs
        .into_iter()
        .map(|one| Pair::Dispute {
            ours: ours.remove(&one.id),
            payment: one.intent.as_ref().and_then(|intent| payments.get(intent).copied()),
            theirs: Some(one),
        })
        .collect())
}

/// Disputes that Stripe did not show in this run, a hundred at most.
pub(crate) async fn disputes_not_seen(
    db: &impl GenericClient,
    run: &ReconciliationRun,
) -> Result<Vec<OurDispute>> {
    let rows = db
        .query(
            &format!(
                "{OUR_DISPUTE} where d.opened_at >= $2 and d.opened_at < $3
                   and not exists (select from reconciliation_seen s where s.run_id = $1 and s.name = d.provider_dispute_id)
                 order by d.opened_at, d.id limit 100"
            ),
            &[&run.id, &run.since, &run.started_at],
        )
        .await?;
    rows.iter().map(our_dispute).collect()
}
