use bookings::{Payment, RefundDestination, RefundStatus};
use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{CreditId, CustomerId, Pence, RefundId};
use platform::{
    App, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{By, permissions::RefundIssue};

use super::{Issued, Request, as_value, ask, money_event, send_refund::enqueue_send};
use crate::{
    input::{self, RefundInput},
    model::{CreditReason, LimitedAct, Policy, RefundReason, RefundRecord},
    rules::{self, Via},
    store,
};

/// Says of a transfer by hand what has to be done.
pub(super) const MAKE_TRANSFER: &str = "Make the bank transfer, then mark it as paid with its reference.";

/// Reserves a refund and sets it on its way; above a ceiling it waits for somebody else. Asked again with the same key, the
/// first one is the answer.
pub async fn issue_refund(
    app: &App,
    db: &mut Client,
    by: &By<RefundIssue>,
    customer: CustomerId,
    once: Once,
    input: RefundInput,
) -> Result<Issued<RefundRecord>> {
    let amount = input::amount(input.amount)?;
    by.require_proof_of(app, amount)?;
    let code = input::line("reason", &input.reason, 40)?;
    let notes = input::notes(input.notes)?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    // First, so that the same request sent twice at once waits here and finds what the other has made.
    store::lock_asker(&*tx, by.staff_id).await?;
    if let Some(made) = idempotency::find(&tx, by.staff_id, &once).await? {
        let refund = store::read_refund(&*tx, RefundId(made)).await?;
        let approval = refund.as_ref().and_then(|refund| refund.approval_id);
        return Ok(Issued { made: refund, approval });
    }
    store::lock_customer(&*tx, customer).await?;
    let booking = store::lock_booking(&*tx, customer, input.booking_id).await?;
    let reason = store::find_reason(&*tx, &code).await?;
    if reason.needs_note && notes.is_none() {
        return Err(platform::Problem::invalid(
            "notes",
            format!("are needed for the reason \"{}\"", reason.title),
        ));
    }
    let payment = rules::choose_payment(&booking.payments, input.payment_id, amount)?;

    let limits = store::limits_of(&*tx, by.role, LimitedAct::Refund).await?;
    let spent = store::spent(&*tx, LimitedAct::Refund, customer, by.staff_id, now).await?;
    let exceeded = rules::exceeded(&limits, spent, amount);
    let policy = Policy { limits, spent, exceeded };
    let content = json!({
        "act": "issue_refund", "customerId": customer, "bookingId": booking.id, "paymentId": payment.id,
        "amount": amount, "destination": input.destination, "reason": reason.code, "notes": notes,
    });
    let approval = if policy.exceeded.is_empty() {
        None
    } else {
        let request = Request {
            act: LimitedAct::Refund,
            customer,
            booking: Some(booking.id),
            amount,
            content: &content,
            policy: &policy,
            by: by.staff_id,
        };
        Some(ask(&tx, &request, now).await?)
    };

    let id = RefundId::new(now);
    let via = rules::via(payment, app.settings.stripe.is_some());
    let new = New {
        id,
        payment,
        amount,
        destination: input.destination,
        via,
        reason: &reason,
        notes: notes.as_deref(),
    };
    let status =
        if approval.is_some() { RefundStatus::PendingApproval } else { start(input.destination, via) };
    insert(&tx, &new, status, by, once.key(), approval, now).await?;
    match status {
        RefundStatus::Succeeded => keep_as_credit(&tx, customer, id, amount, now).await?,
        RefundStatus::Approved => enqueue_send(&*tx, id, now).await?,
        _ => {}
    }
    idempotency::keep(&tx, by.staff_id, &once, id.0, now).await?;
    let refund = store::lock_refund(&*tx, id).await?;
    let action = if approval.is_some() { "refund.requested" } else { "refund.issued" };
    let event = money_event(action, customer, amount)
        .on("refund", id.0)
        .values(None::<&()>, Some(&json!({ "refund": content, "policy": as_value(&policy) })));
    tx.commit(&by.actor, event).await?;
    Ok(Issued { made: Some(refund), approval })
}

/// Where an approved refund begins: store credit is given at once, anything else has to be carried out, by a provider's job or
/// by a person.
pub(super) const fn start(destination: RefundDestination, via: Via) -> RefundStatus {
    match (destination, via) {
        (RefundDestination::StoreCredit, _) => RefundStatus::Succeeded,
        (RefundDestination::Original, Via::Stripe) => RefundStatus::Approved,
        (RefundDestination::Original, Via::Manual) => RefundStatus::RequiresAction,
    }
}

struct New<'a> {
    id: RefundId,
    payment: &'a Payment,
    amount: Pence,
    destination: RefundDestination,
    via: Via,
    reason: &'a RefundReason,
    notes: Option<&'a str>,
}

async fn insert(
    tx: &Tx<'_>,
    new: &New<'_>,
    status: RefundStatus,
    by: &By<RefundIssue>,
    request_key: &str,
    approval_id: Option<kernel::ApprovalId>,
    now: Timestamp,
) -> Result<()> {
    let goes_back = new.destination == RefundDestination::Original;
    store::insert_refund(
        &**tx,
        &store::NewRefund {
            id: new.id,
            payment_id: new.payment.id,
            amount: new.amount,
            destination: new.destination,
            reason: new.reason,
            notes: new.notes,
            status,
            status_detail: (status == RefundStatus::RequiresAction).then_some(MAKE_TRANSFER),
            via: goes_back.then_some(new.via.name()),
            requested_by: by.staff_id,
            request_key,
            approval_id,
            now,
        },
    )
    .await
}

/// What went back to store credit becomes a credit of the customer.
pub(super) async fn keep_as_credit(
    tx: &Tx<'_>,
    customer: CustomerId,
    refund: RefundId,
    amount: Pence,
    now: Timestamp,
) -> Result<()> {
    store::insert_credit(
        &**tx,
        &store::NewCredit {
            id: CreditId::new(now),
            customer,
            amount,
            reason: CreditReason::Refund,
            notes: None,
            expires_on: None,
            refund_id: Some(refund),
            approval_id: None,
            issued_by: None,
            request_key: None,
            now,
        },
    )
    .await
}
