//! Before two people make the same bank transfer, one says that they are at it.

use bookings::RefundStatus;
use deadpool_postgres::Client;
use kernel::RefundId;
use platform::{App, Problem, Result, Tx};
use serde_json::json;
use staff::{By, permissions::RefundSettle};

use super::money_event;
use crate::{model::RefundRecord, rules, store};

/// Says that one is making the transfer; said again, it counts from now.
pub(crate) async fn claim_refund(
    app: &App,
    db: &mut Client,
    by: &By<RefundSettle>,
    id: RefundId,
) -> Result<RefundRecord> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_refund(&*tx, id).await?;
    check_waits(&before)?;
    rules::check_claim(before.claim.as_ref(), by.staff_id, now)?;
    store::set_claim(&*tx, id, Some((by.staff_id, now))).await?;
    let after = store::lock_refund(&*tx, id).await?;
    let event = money_event("refund.claimed", before.customer_id, before.amount).on("refund", id.0);
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// Gives one's own claim back; one that has run out is anybody's to clear.
pub(crate) async fn release_refund(
    app: &App,
    db: &mut Client,
    by: &By<RefundSettle>,
    id: RefundId,
) -> Result<RefundRecord> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_refund(&*tx, id).await?;
    if before.claim.is_none() {
        return Err(Problem::conflict("refund_not_claimed", "Nobody is making this transfer."));
    }
    rules::check_claim(before.claim.as_ref(), by.staff_id, now)?;
    store::set_claim(&*tx, id, None).await?;
    let after = store::lock_refund(&*tx, id).await?;
    let event = money_event("refund.released", before.customer_id, before.amount).on("refund", id.0);
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// Refunds that wait for a person.
pub(super) fn check_waits(refund: &RefundRecord) -> Result<()> {
    if matches!(refund.status, RefundStatus::RequiresAction | RefundStatus::ManualReview) {
        return Ok(());
    }
    Err(Problem::conflict(
        "refund_not_waiting",
        "This refund does not wait for anybody. Look at where it stands now.",
    )
    .with("status", json!(refund.status)))
}
