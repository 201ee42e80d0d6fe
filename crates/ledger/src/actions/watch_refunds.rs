//! Asks after refunds that stand at the provider, in case it tells nothing by itself, and looks after those whose job is gone.

use bookings::RefundStatus::{self, Approved, InDoubt, ManualReview, RequiresAction, Sending, Submitted};
use jiff::SignedDuration;
use jobs::{Job, Outcome};
use kernel::RefundId;
use platform::{Actor, App, Result, Tx};
use serde_json::json;

use super::{
    money_event,
    send_refund::{enqueue_send, refund_of, told},
};
use crate::{
    provider::{Provider, ProviderError, ProviderRefund},
    rules, store,
};

/// The kind of the job that asks after one refund.
pub(crate) const CHECK_REFUND: &str = "refund.check";
const ON_THEIR_WAY: [RefundStatus; 3] = [Approved, Sending, InDoubt];
const WATCHED: [RefundStatus; 3] = [Submitted, RequiresAction, ManualReview];
/// Longer than any provider takes.
const WATCHED_FOR: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Enqueues a job for each; one that has a job already gets no second.
pub(crate) async fn watch_refunds(app: &App) -> Result<()> {
    let now = app.clock.now();
    let since = now.saturating_sub(WATCHED_FOR).unwrap_or(now);
    let db = app.db.client().await?;
    for id in store::refunds_at_provider(&db, None, &ON_THEIR_WAY, since).await? {
        enqueue_send(&db, id, now).await?;
    }
    for id in store::refunds_at_provider(&db, None, &WATCHED, since).await? {
        let job = jobs::New::now(CHECK_REFUND, json!({ "refundId": id }), now);
        jobs::enqueue(&db, job.key(format!("check:{id}")), now).await?;
    }
    Ok(())
}

/// A provider that does not answer is asked at the next turn.
pub(crate) async fn check_refund(app: &App, provider: &impl Provider, job: &Job) -> Outcome {
    let Some(id) = refund_of(job) else { return Outcome::dead("it names no refund") };
    match check(app, provider, id).await {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(error)) => {
            tracing::warn!(refund = %id, %error, "a refund was not asked after");
            Outcome::Done
        }
        Err(problem) => Outcome::retry(problem.detail),
    }
}

/// Asks after all refunds of a payment that are not decided yet.
pub(super) async fn check_payment(
    app: &App,
    provider: &impl Provider,
    intent: &str,
) -> Result<Result<(), ProviderError>> {
    let now = app.clock.now();
    let since = now.saturating_sub(WATCHED_FOR).unwrap_or(now);
    let db = app.db.client().await?;
    let open = [Sending, InDoubt, Submitted, RequiresAction, ManualReview];
    let refunds = store::refunds_at_provider(&db, Some(intent), &open, since).await?;
    drop(db);
    for id in refunds {
        if let Err(error) = check(app, provider, id).await? {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

async fn check(app: &App, provider: &impl Provider, id: RefundId) -> Result<Result<(), ProviderError>> {
    let db = app.db.client().await?;
    let Some(refund) = store::read_sending(&db, id).await? else { return Ok(Ok(())) };
    drop(db);
    let found = match &refund.provider_refund_id {
        Some(name) => provider.read(name).await.map(Some),
        None => provider.find(&refund.order).await,
    };
    match found {
        Ok(Some(found)) => take_over(app, found).await?,
        Ok(None) => {}
        Err(error) => return Ok(Err(error)),
    }
    Ok(Ok(()))
}

/// Writes down what the provider shows of one of our refunds; of others, and of what is decided here, nothing, but that what
/// had gone through came back.
pub(super) async fn take_over(app: &App, found: ProviderRefund) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let known = store::refund_named(&db, &found.id).await?;
    let Some(id) = known.or(found.refund) else { return Ok(()) };
    let tx = Tx::begin(&mut db, app).await?;
    let Some(refund) = store::lock_sending(&*tx, id).await? else { return Ok(()) };
    if found.intent.as_ref() != Some(&refund.order.intent) {
        tracing::warn!(refund = %id, theirs = found.id, "names a refund of another payment");
        return Ok(());
    }
    let before = refund.standing.status;
    if let Some(detail) =
        rules::came_back(before, refund.provider_refund_id.as_deref(), &refund.order, &found)
    {
        store::insert_return(&*tx, id, &found, now).await?;
        let step = store::Step {
            status: RefundStatus::Failed,
            detail: Some(&detail),
            via: None,
            reference: None,
            settled_by: None,
            now,
        };
        store::advance_refund(&*tx, id, &step).await?;
        let event =
            money_event("refund.came_back", refund.customer, refund.amount).on("refund", id.0).values(
                Some(&json!({ "status": before })),
                Some(&json!({ "status": RefundStatus::Failed, "statusDetail": detail })),
            );
        tx.commit(&Actor::system(), event).await?;
        return Ok(());
    }
    let Some(judgement) = rules::change(before, refund.amount, found) else { return Ok(()) };
    store::record_judgement(&*tx, id, refund.standing.attempts, &judgement, now).await?;
    let event = money_event(judgement.event, refund.customer, refund.amount).on("refund", id.0);
    tx.commit(&Actor::system(), told(event, before, &judgement)).await?;
    Ok(())
}
