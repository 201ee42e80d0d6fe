mod claim;
mod credits;
mod decide;
mod disputes;
mod issue_refund;
mod limits;
mod messages;
mod reconcile;
mod return_credit;
mod send_refund;
mod settle;
mod settle_difference;
mod watch_refunds;

pub(crate) use claim::{claim_refund, release_refund};
pub use credits::{expire_credits, issue_credit, spend_credit};
pub(crate) use decide::{Verdict, decide, withdraw};
pub(crate) use disputes::{CHECK_DISPUTE, check_dispute, watch_disputes};
pub use issue_refund::issue_refund;
pub(crate) use limits::{update_limits, update_reason};
pub(crate) use messages::{HANDLE_MESSAGE, handle_message, receive_message};
pub use reconcile::{RECONCILE, reconcile};
pub(crate) use reconcile::{run_daily, run_reconciliation};
pub use return_credit::return_credits;
pub use send_refund::{SEND_REFUND, send_refund};
pub(crate) use settle::settle_refund;
pub(crate) use settle_difference::settle_difference;
pub(crate) use watch_refunds::{CHECK_REFUND, check_refund, watch_refunds};

use kernel::{ApprovalId, BookingId, CustomerId, Pence, StaffId};
use platform::{Event, Result, Tx};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    model::{LimitedAct, Policy},
    store,
};

/// What an act has made: the thing itself, or the request that somebody else decides on, or both.
#[derive(Debug)]
pub struct Issued<T> {
    pub made: Option<T>,
    pub approval: Option<ApprovalId>,
}

/// What an approval is bound to: the SHA-256 of the act as it will be done.
fn fingerprint(request: &Value) -> Vec<u8> {
    // `Value` keeps its keys in order, so equal acts have equal text.
    Sha256::digest(request.to_string().as_bytes()).to_vec()
}

/// An act above a ceiling, on its way to somebody else.
struct Request<'a> {
    act: LimitedAct,
    customer: CustomerId,
    booking: Option<BookingId>,
    amount: Pence,
    content: &'a Value,
    policy: &'a Policy,
    by: StaffId,
}

async fn ask(tx: &Tx<'_>, request: &Request<'_>, now: jiff::Timestamp) -> Result<ApprovalId> {
    let id = ApprovalId::new(now);
    store::insert_approval(
        &**tx,
        &store::NewApproval {
            id,
            act: request.act,
            customer: request.customer,
            booking: request.booking,
            amount: request.amount,
            request: request.content,
            request_hash: &fingerprint(request.content),
            policy: &as_value(request.policy),
            requested_by: request.by,
            now,
        },
    )
    .await?;
    Ok(id)
}

fn as_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// An event about money: the sum stands in its header, because a sum names nobody.
fn money_event(action: &'static str, customer: CustomerId, amount: Pence) -> Event {
    Event::change(action).of_customer(customer).details(json!({ "amount": amount }))
}
