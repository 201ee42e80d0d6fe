//! Carries a refund out through a provider: what is to be done is committed before the provider is asked, and what came of it
//! afterwards; no transaction is open while it is asked.

use bookings::RefundStatus;
use jiff::Timestamp;
use jobs::{Job, Outcome};
use kernel::RefundId;
use platform::db::GenericClient;
use platform::{Actor, App, Event, Result, Tx};
use serde_json::json;

use super::money_event;
use crate::{
    provider::{Order, Provider, ProviderError, ProviderRefund},
    rules::{self, Judgement, Missing, Move, Standing, Then},
    store::{self, Sending},
};

/// The kind of the job that carries a refund out.
pub const SEND_REFUND: &str = "refund.send";
/// With waits that grow to an hour: longer than a day, after which a person has to look anyway.
const ATTEMPTS: i32 = 40;

/// The refund's job begins when the transaction commits; while one is under way there is no second.
pub(super) async fn enqueue_send(db: &impl GenericClient, id: RefundId, now: Timestamp) -> Result<()> {
    let job = jobs::New::now(SEND_REFUND, json!({ "refundId": id }), now).key(format!("refund:{id}"));
    jobs::enqueue(db, job.attempts(ATTEMPTS), now).await?;
    Ok(())
}

/// One run of the job.
pub async fn send_refund(app: &App, provider: &impl Provider, job: &Job) -> Outcome {
    let Some(id) = refund_of(job) else { return Outcome::dead("it names no refund") };
    match carry_out(app, provider, id).await {
        Ok(Then::Over) => Outcome::Done,
        Ok(Then::Again { why, .. }) if job.is_last_attempt() => match give_up(app, id, &why).await {
            Ok(()) => Outcome::Done,
            Err(problem) => Outcome::retry(problem.detail),
        },
        Ok(Then::Again { why, after }) => Outcome::Retry { why, after },
        Err(problem) => Outcome::retry(problem.detail),
    }
}

pub(super) fn refund_of(job: &Job) -> Option<RefundId> {
    job.payload["refundId"].as_str()?.parse().ok()
}

/// What was committed before the provider is asked.
enum Prepared {
    Over,
    Send(Order, Standing),
    LookUp(Order, Standing),
}

async fn carry_out(app: &App, provider: &impl Provider, id: RefundId) -> Result<Then> {
    loop {
        let (order, standing) = match prepare(app, id).await? {
            Prepared::Over => return Ok(Then::Over),
            Prepared::Send(order, standing) => {
                let outcome = ask(provider, &order, &standing).await;
                return record(app, id, &standing, rules::judge(order.amount, outcome)).await;
            }
            Prepared::LookUp(order, standing) => (order, standing),
        };
        let judgement = match provider.find(&order).await {
            Ok(Some(found)) => rules::has(order.amount, found, "found"),
            Ok(None) => match rules::missing(&standing, app.clock.now()) {
                Missing::Wait(after) => {
                    let why = "Stripe does not have it yet".to_owned();
                    return Ok(Then::Again { why, after: Some(after) });
                }
                Missing::SendAgain => {
                    record(app, id, &standing, rules::not_found()).await?;
                    continue;
                }
                Missing::GiveUp(why) => rules::given_up(why),
            },
            // Nothing is known that was not known before.
            Err(error) => {
                return Ok(Then::Again { why: format!("looking it up at Stripe: {error}"), after: None });
            }
        };
        return record(app, id, &standing, judgement).await;
    }
}

async fn prepare(app: &App, id: RefundId) -> Result<Prepared> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some(Sending { customer, amount, mut standing, order, .. }) = store::lock_sending(&*tx, id).await?
    else {
        return Ok(Prepared::Over);
    };
    let event = |action| money_event(action, customer, amount).on("refund", id.0);
    match rules::next_move(&standing, now) {
        Move::Nothing => Ok(Prepared::Over),
        Move::LookUp => Ok(Prepared::LookUp(order, standing)),
        Move::Send => {
            // What was known before this attempt decides how a refusal is read.
            let first_reached = standing.first_reached;
            standing.attempts += 1;
            store::begin_attempt(&*tx, id, standing.attempts, now).await?;
            let details = json!({ "amount": amount, "attempt": standing.attempts });
            tx.commit(&Actor::system(), event("refund.sending").details(details)).await?;
            let standing = Standing { status: RefundStatus::Sending, first_reached, ..standing };
            Ok(Prepared::Send(order, standing))
        }
        Move::Doubt => {
            let doubt = rules::judge(amount, Err(ProviderError::Unknown("who sent it vanished".to_owned())));
            store::record_judgement(&*tx, id, standing.attempts, &doubt, now).await?;
            tx.commit(&Actor::system(), told(event(doubt.event), standing.status, &doubt)).await?;
            standing.status = doubt.status;
            Ok(Prepared::LookUp(order, standing))
        }
        Move::GiveUp(why) => {
            let end = rules::given_up(why);
            store::record_judgement(&*tx, id, standing.attempts, &end, now).await?;
            tx.commit(&Actor::system(), told(event(end.event), standing.status, &end)).await?;
            Ok(Prepared::Over)
        }
    }
}

/// A refusal of what may have been done before is no answer until that has been looked up: the refund it stumbles over may be
/// this very one.
async fn ask(
    provider: &impl Provider,
    order: &Order,
    standing: &Standing,
) -> Result<ProviderRefund, ProviderError> {
    let outcome = provider.refund(order).await;
    if standing.first_reached.is_none() || !matches!(outcome, Err(ProviderError::Refused { .. })) {
        return outcome;
    }
    match provider.find(order).await {
        Ok(Some(found)) => Ok(found),
        Ok(None) => outcome,
        Err(error) => Err(ProviderError::Unknown(error.to_string())),
    }
}

/// Unless it has moved on meanwhile: another worker has it then, or a message of the provider has settled it.
async fn record(app: &App, id: RefundId, asked: &Standing, judgement: Judgement) -> Result<Then> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some(found) = store::lock_sending(&*tx, id).await? else { return Ok(Then::Over) };
    if (found.standing.attempts, found.standing.status) != (asked.attempts, asked.status) {
        tracing::info!(refund = %id, attempt = asked.attempts, "has moved on; this answer comes too late");
        return Ok(Then::Over);
    }
    store::record_judgement(&*tx, id, asked.attempts, &judgement, now).await?;
    let event = money_event(judgement.event, found.customer, found.amount).on("refund", id.0);
    tx.commit(&Actor::system(), told(event, asked.status, &judgement)).await?;
    Ok(judgement.then)
}

async fn give_up(app: &App, id: RefundId, why: &str) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let Some(found) = store::lock_sending(&*tx, id).await? else { return Ok(()) };
    if rules::next_move(&found.standing, now) == Move::Nothing {
        return Ok(());
    }
    let end = rules::given_up(why);
    store::record_judgement(&*tx, id, found.standing.attempts, &end, now).await?;
    let event = money_event(end.event, found.customer, found.amount).on("refund", id.0);
    tx.commit(&Actor::system(), told(event, found.standing.status, &end)).await?;
    Ok(())
}

/// The event with what has changed of the refund.
pub(super) fn told(event: Event, before: RefundStatus, judgement: &Judgement) -> Event {
    event.values(
        Some(&json!({ "status": before })),
        Some(&json!({
            "status": judgement.status,
            "statusDetail": judgement.detail,
            "providerRefundId": judgement.provider_refund_id,
        })),
    )
}
