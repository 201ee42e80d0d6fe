use bookings::RefundStatus;
use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{DifferenceId, RefundId};
use platform::{
    App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{By, permissions::DifferenceSettle};

use crate::{
    input::{self, DifferenceInput},
    model::{Difference, DifferenceKind, DifferenceState, Settlement},
    store,
};

/// Settles a difference with a word. Where the provider is right, our books are corrected by opposite entries, bound to this
/// difference and no other.
pub(crate) async fn settle_difference(
    app: &App,
    db: &mut Client,
    by: &By<DifferenceSettle>,
    id: DifferenceId,
    once: Once,
    input: DifferenceInput,
) -> Result<Difference> {
    let word = input::text("word", Some(input.word), 1000)?
        .ok_or_else(|| Problem::invalid("word", "must say why, in a few words"))?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock_person(&*tx, by.staff_id).await?;
    if idempotency::find(&tx, by.staff_id, &once).await?.is_some() {
        return store::read_difference(&*tx, id).await;
    }
    let before = store::lock_difference(&*tx, id).await?;
    if before.state != DifferenceState::Open {
        return Err(Problem::conflict(
            "difference_closed",
            "This difference is closed already. Look at what became of it.",
        )
        .with("state", json!(before.state)));
    }
    if !before.settlements.contains(&input.outcome) {
        return Err(Problem::invalid("outcome", "does not fit this difference"));
    }
    store::settle_difference(&*tx, id, input.outcome, &word, by.staff_id, now).await?;
    match input.outcome {
        Settlement::Noted => {}
        Settlement::AcceptTheirs => take_back(&tx, &before, by, now).await?,
        Settlement::RecordTheirs => record_theirs(&tx, &before, by, &word, now).await?,
    }
    idempotency::keep(&tx, by.staff_id, &once, id.0, now).await?;
    let after = store::read_difference(&*tx, id).await?;
    let sum = before.theirs.as_ref().or(before.ours.as_ref()).map(|side| side.amount);
    let details =
        json!({ "kind": before.kind, "outcome": input.outcome, "amount": sum, "refundId": before.refund_id });
    let mut event = Event::change("difference.settled").on("difference", id.0).details(details);
    if let Some(customer) = before.customer_id {
        event = event.of_customer(customer);
    }
    let values = json!({ "ours": before.ours, "theirs": before.theirs, "word": word });
    tx.commit(&by.actor, event.values(None::<&()>, Some(&values))).await?;
    Ok(after)
}

/// The money is back with us: the refund has failed after all, and its sum can be refunded again.
async fn take_back(
    tx: &Tx<'_>,
    difference: &Difference,
    by: &By<DifferenceSettle>,
    now: Timestamp,
) -> Result<()> {
    let id = difference.refund_id.ok_or_else(changed)?;
    if store::lock_refund(&**tx, id).await?.status != RefundStatus::Succeeded {
        return Err(changed());
    }
    let step = store::Step {
        status: RefundStatus::Failed,
        detail: Some(
            "Stripe took it back after it had gone through: the customer's bank did not keep it. Issue it again as a bank transfer or store credit.",
        ),
        via: None,
        reference: None,
        settled_by: Some(by.staff_id),
        now,
    };
    store::advance_refund(&**tx, id, &step).await
}

/// The money went back over there: our books say so too.
async fn record_theirs(
    tx: &Tx<'_>,
    difference: &Difference,
    by: &By<DifferenceSettle>,
    word: &str,
    now: Timestamp,
) -> Result<()> {
    if difference.kind == DifferenceKind::RefundSucceededThere {
        let id = difference.refund_id.ok_or_else(changed)?;
        if store::lock_refund(&**tx, id).await?.status != RefundStatus::Failed {
            return Err(changed());
        }
        let step = store::Step {
            status: RefundStatus::Succeeded,
            detail: Some("It went through at Stripe after it had failed here."),
            via: None,
            reference: None,
            settled_by: Some(by.staff_id),
            now,
        };
        return store::advance_refund(&**tx, id, &step).await;
    }
    let (Some(payment), Some(theirs)) = (difference.payment_id, &difference.theirs) else {
        return Err(changed());
    };
    let new = store::TheirRefund {
        id: RefundId::new(now),
        payment,
        amount: theirs.amount,
        name: &difference.subject,
        notes: word,
        by: by.staff_id,
        now,
    };
    store::insert_their_refund(&**tx, &new, &theirs.currency).await
}

fn changed() -> Problem {
    Problem::conflict(
        "difference_changed",
        "What differed has changed meanwhile. Compare again before you settle it.",
    )
}
