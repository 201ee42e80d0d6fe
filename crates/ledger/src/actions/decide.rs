use bookings::{RefundDestination, RefundStatus};
use deadpool_postgres::Client;
use kernel::{ApprovalId, CreditId};
use platform::{
    App, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::{Value, json};
use staff::{
    By,
    permissions::{ApprovalDecide, CustomerAct},
};

use super::{
    as_value, fingerprint,
    issue_refund::{MAKE_TRANSFER, keep_as_credit, start},
    money_event,
    send_refund::enqueue_send,
};
use crate::{
    input::{self, DecisionInput},
    model::{Approval, ApprovalState, CreditReason, LimitedAct},
    rules::{self, Via},
    store,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Approve,
    Reject,
}

/// Decides on somebody else's request, exactly as it was shown.
pub(crate) async fn decide(
    app: &App,
    db: &mut Client,
    by: &By<ApprovalDecide>,
    id: ApprovalId,
    verdict: Verdict,
    once: Once,
    input: DecisionInput,
) -> Result<Approval> {
    let word = input::text("word", Some(input.word), 1000)?
        .ok_or_else(|| Problem::invalid("word", "must say why, in a few words"))?;
    if input.request_hash.len() != 64 || !input.request_hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::invalid(
            "requestHash",
            "must be the 64 hexadecimal digits that the request shows",
        ));
    }
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    // What is approved counts to the day of who asked: none of their acts may run beside it.
    store::lock_person(&*tx, store::read_approval(&*tx, id).await?.requested_by).await?;
    let approval = store::lock_approval(&*tx, id).await?;
    if idempotency::find(&tx, by.staff_id, &once).await?.is_some() {
        return Ok(approval);
    }
    check_pending(&approval)?;
    if verdict == Verdict::Approve {
        by.require_proof_of(app, approval.amount)?;
    }
    if approval.requested_by == by.staff_id {
        return Err(Problem::forbidden(
            "own_request",
            "Somebody else has to decide: this request is your own.",
        ));
    }
    let is_what_was_asked = fingerprint(&approval.request) == decode(&approval.request_hash)
        && approval.request["amount"] == json!(approval.amount)
        && approval.request["customerId"] == json!(approval.customer_id);
    if input.request_hash != approval.request_hash || !is_what_was_asked {
        return Err(Problem::conflict(
            "request_changed",
            "This is not the request that you were shown. Look at it again before you decide.",
        ));
    }
    let state = match verdict {
        Verdict::Approve => ApprovalState::Approved,
        Verdict::Reject => ApprovalState::Rejected,
    };
    if verdict == Verdict::Approve {
        store::lock_customer(&*tx, approval.customer_id).await?;
    }
    store::decide_approval(&*tx, id, state, Some(&word), by.staff_id, now).await?;
    idempotency::keep(&tx, by.staff_id, &once, id.0, now).await?;
    match approval.act {
        LimitedAct::Refund => decide_refund(app, &tx, &approval, verdict, now).await?,
        LimitedAct::Credit if verdict == Verdict::Approve => give_credit(&tx, &approval, now).await?,
        LimitedAct::Credit => {}
    }
    let after = store::read_approval(&*tx, id).await?;
    let action = match (approval.act, verdict) {
        (LimitedAct::Refund, Verdict::Approve) => "refund.approved",
        (LimitedAct::Refund, Verdict::Reject) => "refund.rejected",
        (LimitedAct::Credit, Verdict::Approve) => "credit.approved",
        (LimitedAct::Credit, Verdict::Reject) => "credit.rejected",
    };
    let event = money_event(action, approval.customer_id, approval.amount).on("approval", id.0).values(
        None::<&()>,
        Some(&json!({ "request": approval.request, "policy": approval.policy, "word": word })),
    );
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// Takes one's own request back.
pub(crate) async fn withdraw(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    id: ApprovalId,
) -> Result<Approval> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let approval = store::lock_approval(&*tx, id).await?;
    check_pending(&approval)?;
    if approval.requested_by != by.staff_id {
        return Err(Problem::forbidden("not_own_request", "Only who made a request can withdraw it."));
    }
    store::decide_approval(&*tx, id, ApprovalState::Withdrawn, None, by.staff_id, now).await?;
    if let Some(refund) = approval.refund_id {
        let step = step(RefundStatus::Cancelled, Some("Withdrawn by the person who asked for it."), now);
        store::advance_refund(&*tx, refund, &step).await?;
    }
    let after = store::read_approval(&*tx, id).await?;
    let event = money_event("approval.withdrawn", approval.customer_id, approval.amount)
        .on("approval", id.0)
        .values(None::<&()>, Some(&json!({ "request": approval.request })));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

fn check_pending(approval: &Approval) -> Result<()> {
    let how = match approval.state {
        ApprovalState::Pending => return Ok(()),
        ApprovalState::Approved => "approved",
        ApprovalState::Rejected => "rejected",
        ApprovalState::Withdrawn => "withdrawn",
    };
    let who = approval.decided_by_name.as_deref().unwrap_or("somebody");
    Err(Problem::conflict("already_decided", format!("This request was {how} by {who} already."))
        .with("approval", as_value(approval)))
}

async fn decide_refund(
    app: &App,
    tx: &Tx<'_>,
    approval: &Approval,
    verdict: Verdict,
    now: jiff::Timestamp,
) -> Result<()> {
    let id = approval.refund_id.ok_or_else(|| Problem::internal(&"an approval without its refund"))?;
    if verdict == Verdict::Reject {
        return store::advance_refund(&**tx, id, &step(RefundStatus::Rejected, None, now)).await;
    }
    store::advance_refund(&**tx, id, &step(RefundStatus::Approved, None, now)).await?;
    let refund = store::read_refund(&**tx, id).await?.ok_or_else(|| Problem::not_found("refund"))?;
    let booking = store::lock_booking(&**tx, refund.customer_id, refund.booking_id).await?;
    let payment = booking.payments.iter().find(|payment| payment.id == refund.payment_id);
    // What it is carried out by is settled now: Stripe may have been connected, or taken away, since it was asked for.
    let via = payment.map_or(Via::Manual, |payment| rules::via(payment, app.settings.stripe.is_some()));
    let begins = start(refund.destination, via);
    let detail = (begins == RefundStatus::RequiresAction).then_some(MAKE_TRANSFER);
    let goes_back = refund.destination == RefundDestination::Original;
    let step = store::Step { via: goes_back.then_some(via.name()), ..step(begins, detail, now) };
    store::advance_refund(&**tx, id, &step).await?;
    match begins {
        RefundStatus::Succeeded => keep_as_credit(tx, refund.customer_id, id, refund.amount, now).await,
        RefundStatus::Approved => enqueue_send(&**tx, id, now).await,
        _ => Ok(()),
    }
}

fn step(status: RefundStatus, detail: Option<&str>, now: jiff::Timestamp) -> store::Step<'_> {
    store::Step { status, detail, via: None, reference: None, settled_by: None, now }
}

/// The credit as it was asked for; one whose last day has passed meanwhile is refused.
async fn give_credit(tx: &Tx<'_>, approval: &Approval, now: jiff::Timestamp) -> Result<()> {
    let asked = &approval.request;
    let text = |name: &str| asked.get(name).and_then(Value::as_str);
    let reason: CreditReason =
        serde_json::from_value(asked["reason"].clone()).map_err(|e| Problem::internal(&e))?;
    let expires_on =
        text("expiresOn").map(str::parse).transpose().map_err(|e: jiff::Error| Problem::internal(&e))?;
    input::expiry(expires_on, kernel::london_day(now)).map_err(|_| {
        Problem::conflict(
            "expired_meanwhile",
            "The credit would have expired already. Reject it and ask for a new one.",
        )
    })?;
    store::insert_credit(
        &**tx,
        &store::NewCredit {
            id: CreditId::new(now),
            customer: approval.customer_id,
            amount: approval.amount,
            reason,
            notes: text("notes"),
            expires_on,
            refund_id: None,
            approval_id: Some(approval.id),
            issued_by: Some(approval.requested_by),
            request_key: None,
            now,
        },
    )
    .await
}

fn decode(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        hex.chars().filter_map(|c| c.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
