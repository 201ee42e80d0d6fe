use bookings::BookingStatus;
use deadpool_postgres::Client;
use kernel::{CreditId, CustomerId, Pence, london_day};
use platform::{
    Actor, App, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{
    By,
    permissions::{CreditIssue, CreditSpend},
};

use super::{Issued, Request, as_value, ask, money_event};
use crate::{
    input::{self, CreditInput, SpendInput},
    model::{CreditBalance, CreditLot, CreditReason, LimitedAct, Policy},
    rules, store,
};

/// Gives a customer store credit; above a ceiling the request waits for somebody else.
pub async fn issue_credit(
    app: &App,
    db: &mut Client,
    by: &By<CreditIssue>,
    customer: CustomerId,
    once: Once,
    input: CreditInput,
) -> Result<Issued<CreditLot>> {
    let now = app.clock.now();
    let amount = input::amount(input.amount)?;
    by.require_proof_of(app, amount)?;
    let notes = input::notes(input.notes)?;
    if input.reason == CreditReason::Refund {
        return Err(Problem::invalid("reason", "is for refunds; issue a refund to store credit instead"));
    }
    let tx = Tx::begin(db, app).await?;
    store::lock_asker(&*tx, by.staff_id).await?;
    if let Some(made) = idempotency::find(&tx, by.staff_id, &once).await? {
        // Either the credit, or the request that waits for it.
        let credit = store::read_credit(&*tx, CreditId(made)).await?;
        let approval = credit.is_none().then_some(kernel::ApprovalId(made));
        return Ok(Issued { made: credit, approval });
    }
    // Not before the key is known: an answer that was lost at midnight is given again after it.
    let expires_on = input::expiry(input.expires_on, london_day(now))?;
    store::lock_customer(&*tx, customer).await?;
    let limits = store::limits_of(&*tx, by.role, LimitedAct::Credit).await?;
    let spent = store::spent(&*tx, LimitedAct::Credit, customer, by.staff_id, now).await?;
    let exceeded = rules::exceeded(&limits, spent, amount);
    let policy = Policy { limits, spent, exceeded };
    let content = json!({
        "act": "issue_credit", "customerId": customer, "amount": amount, "reason": input.reason, "notes": notes,
        "expiresOn": expires_on,
    });
    let values = json!({ "credit": content, "policy": as_value(&policy) });
    if !policy.exceeded.is_empty() {
        let request = Request {
            act: LimitedAct::Credit,
            customer,
            booking: None,
            amount,
            content: &content,
            policy: &policy,
            by: by.staff_id,
        };
        let approval = ask(&tx, &request, now).await?;
        idempotency::keep(&tx, by.staff_id, &once, approval.0, now).await?;
        let event = money_event("credit.requested", customer, amount)
            .on("approval", approval.0)
            .values(None::<&()>, Some(&values));
        tx.commit(&by.actor, event).await?;
        return Ok(Issued { made: None, approval: Some(approval) });
    }
    let id = CreditId::new(now);
    let new = store::NewCredit {
        id,
        customer,
        amount,
        reason: input.reason,
        notes: notes.as_deref(),
        expires_on,
        refund_id: None,
        approval_id: None,
        issued_by: Some(by.staff_id),
        request_key: Some(once.key()),
        now,
    };
    store::insert_credit(&*tx, &new).await?;
    idempotency::keep(&tx, by.staff_id, &once, id.0, now).await?;
    let made = store::read_credit(&*tx, id).await?;
    let event =
        money_event("credit.issued", customer, amount).on("credit", id.0).values(None::<&()>, Some(&values));
    tx.commit(&by.actor, event).await?;
    Ok(Issued { made, approval: None })
}

/// Records that store credit pays for a booking: never more than is left of the credit, or is still to be paid.
pub async fn spend_credit(
    app: &App,
    db: &mut Client,
    by: &By<CreditSpend>,
    customer: CustomerId,
    once: Once,
    input: SpendInput,
) -> Result<CreditBalance> {
    let now = app.clock.now();
    let today = london_day(now);
    let amount = input::amount(input.amount)?;
    let notes = input::notes(input.notes)?;
    let tx = Tx::begin(db, app).await?;
    store::lock_person(&*tx, by.staff_id).await?;
    if idempotency::find(&tx, by.staff_id, &once).await?.is_some() {
        return store::credit_of(&*tx, customer, today).await;
    }
    store::lock_customer(&*tx, customer).await?;
    let booking = store::lock_booking(&*tx, customer, input.booking_id).await?;
    if matches!(booking.status, BookingStatus::Draft | BookingStatus::Cancelled) {
        return Err(Problem::invalid(
            "bookingId",
            "is a draft or cancelled; credit pays for moves that take place",
        ));
    }
    let before = store::spent_on(&*tx, booking.id).await?;
    let open = rules::outstanding(booking.total, booking.captured, before);
    if amount > open {
        let detail = if open.0 == 0 {
            format!("Nothing is left to pay for {}.", booking.reference)
        } else {
            format!("Only {open} is left to pay for {}.", booking.reference)
        };
        return Err(Problem::invalid("amount", detail).with("outstanding", json!(open)));
    }
    let lots = store::lock_spendable(&*tx, customer, today).await?;
    let uses: Vec<store::NewUse<'_>> = rules::draw(&lots, amount)?
        .into_iter()
        .map(|(credit, taken)| store::NewUse {
            credit,
            kind: "spent",
            amount: taken,
            booking: Some(booking.id),
            notes: notes.as_deref(),
            used_by: Some(by.staff_id),
            returns: None,
            now,
        })
        .collect();
    let made = store::insert_uses(&*tx, &uses).await?;
    idempotency::keep(&tx, by.staff_id, &once, made, now).await?;
    let balance = store::credit_of(&*tx, customer, today).await?;
    let event = money_event("credit.spent", customer, amount)
        .on("booking", booking.id.0)
        .values(None::<&()>, Some(&json!({ "amount": amount, "notes": notes, "balance": balance.balance })));
    tx.commit(&by.actor, event).await?;
    Ok(balance)
}

/// Writes off what is left of credits whose last day has passed, customer by customer; answers how many credits.
pub async fn expire_credits(app: &App, db: &mut Client) -> Result<usize> {
    let now = app.clock.now();
    let today = london_day(now);
    let mut expired = 0;
    while let Some(customer) = store::next_with_expired(&*db, today).await? {
        let tx = Tx::begin(db, app).await?;
        let lots = store::lock_expired(&*tx, customer, today).await?;
        let uses: Vec<store::NewUse<'_>> = lots
            .iter()
            .map(|(credit, left)| store::NewUse {
                credit: *credit,
                kind: "expired",
                amount: *left,
                booking: None,
                notes: None,
                used_by: None,
                returns: None,
                now,
            })
            .collect();
        store::insert_uses(&*tx, &uses).await?;
        let sum = Pence(lots.iter().map(|(_, left)| left.0).sum());
        // Somebody may have spent them since they were found.
        if !lots.is_empty() {
            let count = i64::try_from(lots.len()).unwrap_or(i64::MAX);
            tx.commit(&Actor::system(), money_event("credit.expired", customer, sum).items(count)).await?;
        }
        expired += lots.len();
    }
    Ok(expired)
}
