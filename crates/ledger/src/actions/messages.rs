//! What a provider tells by itself. It is written down and believed in one thing only: that there is something to ask about.

use deadpool_postgres::Client;
use jobs::{Job, Outcome};
use kernel::EventId;
use platform::{Actor, App, Event, Problem, RequestInfo, Result, Tx};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{disputes, reconcile::compare_refund, watch_refunds};
use crate::{
    provider::{self, Provider, ProviderError, Stripe},
    store,
};

/// The kind of the job that asks about what a message names.
pub(crate) const HANDLE_MESSAGE: &str = "provider.message";

#[derive(Deserialize)]
struct Message {
    id: String,
    r#type: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

/// Keeps a message of Stripe's, once; the same one again changes nothing.
pub(crate) async fn receive_message(
    app: &App,
    db: &mut Client,
    request: RequestInfo,
    signature: &str,
    body: &[u8],
) -> Result<()> {
    let now = app.clock.now();
    let secret = app.settings.stripe.as_ref().and_then(|stripe| stripe.webhook_secret.as_ref());
    let secret = secret.ok_or_else(|| Problem::not_found("webhook: Stripe's secret is not set"))?;
    if !provider::verify_signature(&secret.0, signature, body, now) {
        return Err(Problem::malformed(
            "invalid_signature",
            "The signature is not Stripe's for these bytes, or is too old.",
        ));
    }
    let unreadable = || Problem::malformed("unreadable_message", "This is not an event of Stripe's.");
    let text = std::str::from_utf8(body).map_err(|_| unreadable())?;
    let message: Message = serde_json::from_str(text).map_err(|_| unreadable())?;
    let fits = |text: &str, most| (1..=most).contains(&text.chars().count()) && !text.contains('\0');
    if !fits(&message.id, 200) || !fits(&message.r#type, 100) {
        return Err(unreadable());
    }
    let subject = subject(&message.data.object).filter(|name| fits(name, 200));
    let id = EventId::new(now).0;
    let new = store::NewMessage {
        id,
        provider: "stripe",
        event_id: &message.id,
        kind: &message.r#type,
        object_id: subject,
        body: text,
        now,
    };
    let tx = Tx::begin(db, app).await?;
    if !store::insert_message(&*tx, &new).await? {
        return Ok(());
    }
    let job = jobs::New::now(HANDLE_MESSAGE, json!({ "messageId": id }), now);
    jobs::enqueue(&*tx, job.key(format!("message:{id}")), now).await?;
    let event = Event::change("provider.message_received")
        .on("provider_message", id)
        .details(json!({ "provider": "stripe", "kind": message.r#type, "eventId": message.id }));
    tx.commit(&Actor::nobody(request), event).await?;
    Ok(())
}

/// What to ask about: the refund or dispute itself, or the payment whose refunds may have changed.
fn subject(object: &Value) -> Option<&str> {
    match object["object"].as_str() {
        Some("refund" | "dispute") => object["id"].as_str(),
        _ => object["payment_intent"].as_str(),
    }
}

/// Asks the provider about what the message names.
pub(crate) async fn handle_message(app: &App, stripe: &Stripe, job: &Job) -> Outcome {
    let Some(id) = job.payload["messageId"].as_str().and_then(|text| text.parse().ok()) else {
        return Outcome::dead("it names no message");
    };
    match look(app, stripe, id).await {
        Ok(None) => Outcome::Done,
        Ok(Some(error)) => Outcome::retry(error.to_string()),
        Err(problem) => Outcome::retry(problem.detail),
    }
}

async fn look(app: &App, stripe: &Stripe, id: Uuid) -> Result<Option<ProviderError>> {
    let mut db = app.db.client().await?;
    let Some((kind, subject)) = store::open_message(&db, id).await? else { return Ok(None) };
    drop(db);
    let asked = match subject.as_deref() {
        None => Ok(()),
        Some(dispute) if kind.starts_with("charge.dispute.") => {
            disputes::ask_after(app, stripe, dispute).await?
        }
        Some(intent) if intent.starts_with("pi_") => {
            watch_refunds::check_payment(app, stripe, intent).await?
        }
        Some(refund) => match stripe.read(refund).await {
            Ok(found) => {
                watch_refunds::take_over(app, found.clone()).await?;
                // Where the two sides still differ, a person decides.
                compare_refund(app, found).await?;
                Ok(())
            }
            // There is no such refund: nothing of ours, then.
            Err(ProviderError::Refused { .. }) => Ok(()),
            Err(error) => Err(error),
        },
    };
    if let Err(error) = asked {
        return Ok(Some(error));
    }
    db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    store::close_message(&*tx, id, app.clock.now()).await?;
    let event = Event::change("provider.message_handled").on("provider_message", id);
    tx.commit(&Actor::system(), event).await?;
    Ok(None)
}
