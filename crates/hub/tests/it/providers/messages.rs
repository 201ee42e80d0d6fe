//! What Stripe tells by itself: believed when it is signed, kept once, and only a reason to ask.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::Desk;
use crate::support::{Answer, Fault, WEBHOOK_SECRET};

fn signed(body: &str, at: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_SECRET.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

impl Desk {
    async fn post(&self, body: String, signature: &str) -> Answer {
        let stripe = self.app.client().without("sec-fetch-site");
        let request = stripe.request(axum::http::Method::POST, "/api/webhooks/stripe");
        request.body("application/json; charset=utf-8", body).header("stripe-signature", signature).await
    }

    pub(super) async fn tell(&self, message: &Value) -> Answer {
        let body = message.to_string();
        let signature = signed(&body, self.app.now().as_second());
        self.post(body, &signature).await
    }

    async fn kept(&self) -> (i64, i64) {
        let row = self
            .app
            .sql
            .query_one("select count(*), count(processed_at) from provider_inbox", &[])
            .await
            .unwrap();
        (row.get(0), row.get(1))
    }
}

#[tokio::test]
async fn a_message_settles_a_refund_before_it_is_asked_after() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::LateSuccess]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "submitted");
    desk.app.advance(jiff::SignedDuration::from_mins(60));
    let messages = desk.stripe.messages();
    assert_eq!(messages.len(), 2);
    // The later one first, and twice.
    desk.tell(&messages[1]).await.ok();
    desk.tell(&messages[1]).await.changed_nothing();
    desk.tell(&messages[0]).await.ok();
    desk.app.run_jobs().await;
    assert_eq!((desk.stands(refund).await.0.as_str(), desk.kept().await), ("succeeded", (2, 2)));
    desk.tell(&messages[1]).await.changed_nothing();
    desk.app.finish().await;
}

#[tokio::test]
async fn a_message_that_comes_before_the_answer_counts_and_the_answer_changes_nothing() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::Held]);
    let refund = desk.refund().await;
    let told = async {
        let message = loop {
            if let Some(message) = desk.stripe.messages().pop() {
                break message;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        };
        desk.tell(&message).await.ok();
        desk.app.run_jobs().await;
        let stands = desk.stands(refund).await.0;
        desk.stripe.release();
        stands
    };
    let (_, stood) = tokio::join!(desk.app.run_jobs(), told);
    assert_eq!(stood, "succeeded");
    assert_eq!((desk.stands(refund).await.0.as_str(), desk.stripe.made().len()), ("succeeded", 1));
    assert_eq!(desk.events(refund).await, ["refund.sending", "refund.succeeded"]);
    assert_eq!(desk.outcomes(refund).await, ["found"]);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_message_moves_no_money_by_itself() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::LateFailure]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    let mut lie = desk.stripe.messages().remove(0);
    lie["data"]["object"]["status"] = json!("succeeded");
    lie["data"]["object"]["amount"] = json!(1);
    desk.tell(&lie).await.ok();
    let charge = json!({ "id": "evt_c", "type": "charge.refunded",
        "data": { "object": { "object": "charge", "id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 1_200 } } });
    desk.tell(&charge).await.ok();
    let strange = json!({ "id": "evt_r", "type": "refund.updated", "data": { "object": { "object": "refund", "id": "re_99" } } });
    desk.tell(&strange).await.ok();
    let other = json!({ "id": "evt_o", "type": "payout.paid", "data": { "object": { "object": "payout" } } });
    desk.tell(&other).await.ok();
    desk.app.run_jobs().await;
    assert_eq!((desk.stands(refund).await.0.as_str(), desk.kept().await), ("submitted", (4, 4)));
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refund_that_had_gone_through_fails_when_stripe_shows_that_it_came_back() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "succeeded");
    // A lie, and one of another amount, change nothing.
    let mut lie = desk.stripe.messages().pop().unwrap();
    (lie["id"], lie["data"]["object"]["status"]) = (json!("evt_lie"), json!("failed"));
    desk.tell(&lie).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "succeeded");
    desk.stripe.change_refund("re_1", |made| (made.status, made.amount) = ("failed", 1_100));
    let other = desk.stripe.messages().pop().unwrap();
    desk.tell(&other).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "succeeded");
    desk.stripe.change_refund("re_1", |made| made.amount = 1_200);
    let told = desk.stripe.messages().pop().unwrap();
    desk.tell(&told).await.ok();
    desk.app.run_jobs().await;
    let (status, detail, _) = desk.stands(refund).await;
    assert_eq!(status, "failed");
    assert!(detail.contains("sent it back (expired_or_canceled_card). Ask them"), "{detail}");
    assert_eq!(desk.payment("pi_1").await, (45_000, 0, 0));
    assert_eq!(desk.events(refund).await.last().unwrap(), "refund.came_back");
    let error = desk.app.sql.execute("update refunds set status = 'succeeded'", &[]).await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23514");
    desk.compare(ledger::compare).await;
    assert_eq!(desk.facts().await.len(), 0, "and nothing is left to settle");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refund_of_another_payment_with_our_name_on_it_changes_nothing() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::LateFailure]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    desk.stripe.seed_ours("pi_other", 1_200, &refund.to_string());
    let message = json!({ "id": "evt_x", "type": "refund.updated", "data": { "object": { "object": "refund", "id": "re_2" } } });
    desk.tell(&message).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "submitted");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_is_not_signed_or_not_an_event_is_refused_and_not_kept() {
    let desk = Desk::open().await;
    let now = desk.app.now().as_second();
    let body = json!({ "id": "evt_1", "type": "refund.updated", "data": { "object": {} } }).to_string();
    for signature in ["", "t=1,v1=00", &signed(&body, now - 301), &signed("{}", now)] {
        desk.post(body.clone(), signature).await.problem(400, "invalid_signature");
    }
    for wrong in [
        "{}".to_owned(),
        "[".to_owned(),
        body.replace("evt_1", ""),
        body.replace("evt_1", &"e".repeat(201)),
        body.replace("evt_1", "\\u0000"),
    ] {
        let signature = signed(&wrong, now);
        desk.post(wrong, &signature).await.problem(400, "unreadable_message");
    }
    let huge = "x".repeat(257 * 1024);
    let signature = signed(&huge, now);
    desk.post(huge, &signature).await.problem(413, "too_large");
    assert_eq!(desk.kept().await, (0, 0));
    desk.app.finish().await;
}

#[tokio::test]
async fn without_stripe_there_is_nobody_to_hear_from() {
    let app = crate::support::TestApp::new().await;
    let body = json!({ "id": "evt_1", "type": "refund.updated", "data": { "object": {} } });
    app.client().post("/api/webhooks/stripe", &body).await.problem(404, "not_found");
    app.finish().await;
}
