use bookings::RefundStatus;
use deadpool_postgres::Client;
use kernel::RefundId;
use platform::{
    App, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{By, permissions::RefundSettle};

use super::{claim::check_waits, money_event};
use crate::{
    input::{self, SettleInput, SettleOutcome},
    model::RefundRecord,
    rules, store,
};

/// A person says what became of a refund that waits for a person: the transfer was made, with its reference, or it cannot be.
pub(crate) async fn settle_refund(
    app: &App,
    db: &mut Client,
    by: &By<RefundSettle>,
    id: RefundId,
    once: Once,
    input: SettleInput,
) -> Result<RefundRecord> {
    let reference = input.reference.as_deref().map(|text| input::line("reference", text, 140)).transpose()?;
    let reason = input::text("reason", input.reason, 500)?;
    match input.outcome {
        SettleOutcome::Paid if reference.is_none() => {
            return Err(Problem::invalid("reference", "is needed: the bank's reference of the transfer"));
        }
        SettleOutcome::Failed | SettleOutcome::Cancelled if reason.is_none() => {
            return Err(Problem::invalid("reason", "is needed: why the money does not go back"));
        }
        _ => {}
    }
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_refund(&*tx, id).await?;
    if idempotency::find(&tx, by.staff_id, &once).await?.is_some() {
        return Ok(before);
    }
    check_waits(&before)?;
    rules::check_claim(before.claim.as_ref(), by.staff_id, now)?;
    let (status, action) = match input.outcome {
        SettleOutcome::Paid => (RefundStatus::Succeeded, "refund.paid"),
        SettleOutcome::Failed => (RefundStatus::Failed, "refund.failed"),
        SettleOutcome::Cancelled => (RefundStatus::Cancelled, "refund.cancelled"),
    };
    let step = store::Step {
        status,
        detail: reason.as_deref(),
        via: None,
        reference: reference.as_deref(),
        settled_by: Some(by.staff_id),
        now,
    };
    store::advance_refund(&*tx, id, &step).await?;
    idempotency::keep(&tx, by.staff_id, &once, id.0, now).await?;
    let after = store::lock_refund(&*tx, id).await?;
    let told = |refund: &RefundRecord| json!({ "status": refund.status, "reference": refund.reference, "statusDetail": refund.status_detail });
    let event = money_event(action, before.customer_id, before.amount)
        .on("refund", id.0)
        .values(Some(&told(&before)), Some(&told(&after)));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}
