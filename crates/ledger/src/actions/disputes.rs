//! Money that customers' banks ask back: Stripe is asked, and what it shows is written down. Nobody here decides about it.

use jobs::{Job, Outcome};
use kernel::DisputeId;
use platform::{Actor, App, Result, Tx};
use serde_json::json;

use super::{money_event, reconcile::compare_dispute};
use crate::{
    provider::{ProviderDispute, ProviderError, Stripe},
    rules, store,
};

/// The kind of the job that asks after one dispute.
pub(crate) const CHECK_DISPUTE: &str = "dispute.check";

/// Enqueues a job for each that is not over, in case Stripe's messages do not come.
pub(crate) async fn watch_disputes(app: &App) -> Result<()> {
    let now = app.clock.now();
    let db = app.db.client().await?;
    for name in store::living_disputes(&db).await? {
        let job = jobs::New::now(CHECK_DISPUTE, json!({ "dispute": name }), now);
        jobs::enqueue(&db, job.key(format!("dispute:{name}").chars().take(200).collect::<String>()), now)
            .await?;
    }
    Ok(())
}

/// A provider that does not answer is asked at the next turn.
pub(crate) async fn check_dispute(app: &App, stripe: &Stripe, job: &Job) -> Outcome {
    let Some(name) = job.payload["dispute"].as_str() else {
        return Outcome::dead("it names no dispute");
    };
    match ask_after(app, stripe, name).await {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(error)) => {
            tracing::warn!(dispute = name, %error, "a dispute was not asked after");
            Outcome::Done
        }
        Err(problem) => Outcome::retry(problem.detail),
    }
}

/// Asks Stripe about a dispute, writes down what it shows, and what still differs.
pub(super) async fn ask_after(
    app: &App,
    stripe: &Stripe,
    name: &str,
) -> Result<std::result::Result<(), ProviderError>> {
    match stripe.look_for_dispute(name).await {
        Ok(Some(found)) => {
            take_in(app, &found).await?;
            compare_dispute(app, found).await?;
        }
        // There is no such dispute. If we have one, the day's comparison finds that out.
        Ok(None) => {}
        Err(error) => return Ok(Err(error)),
    }
    Ok(Ok(()))
}

/// Writes down what Stripe shows of a dispute of one of our payments, in that payment's currency. Whatever does not fit, and
/// what is older than what we know, is left to the comparison.
pub(super) async fn take_in(app: &App, theirs: &ProviderDispute) -> Result<()> {
    let now = app.clock.now();
    let Some(intent) = &theirs.intent else { return Ok(()) };
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some((payment, customer, currency)) = store::lock_payment_named(&*tx, intent).await? else {
        return Ok(());
    };
    if currency != theirs.currency {
        return Ok(());
    }
    let before = store::dispute_named(&*tx, &theirs.id).await?;
    let id = match &before {
        None => {
            let id = DisputeId::new(now);
            store::insert_dispute(&*tx, id, payment, theirs, now).await?;
            id
        }
        Some(ours) => {
            let same = (ours.amount, ours.status, ours.evidence_due_by, &ours.reason)
                == (theirs.amount, theirs.status, theirs.due_by, &theirs.reason);
            if same
                || ours.payment_id != payment
                || !store::dispute_may_become(&*tx, ours.status, theirs.status).await?
            {
                return Ok(());
            }
            store::update_dispute(&*tx, ours.id, theirs, now).await?;
            ours.id
        }
    };
    let after = store::dispute_named(&*tx, &theirs.id).await?;
    let told = |dispute: &crate::model::DisputeRecord| {
        json!({
            "status": dispute.status, "amount": dispute.amount, "held": dispute.held, "reason": dispute.reason,
            "evidenceDueBy": dispute.evidence_due_by, "providerDisputeId": dispute.provider_dispute_id,
        })
    };
    let action = rules::dispute_event(before.as_ref().map(|ours| ours.status), theirs.status);
    let event = money_event(action, customer, theirs.amount)
        .on("dispute", id.0)
        .values(before.as_ref().map(told).as_ref(), after.as_ref().map(told).as_ref());
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}
