//! Which chain of calls a request belongs to, and what it causes (W3C trace context).

use serde_json::json;
use staff::Role;

use crate::{
    logs::Log,
    support::{TestApp, TestProvider, id_of},
};

const GIVEN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// What Stripe is told of the refund that a request with this header asked for, and the request's id.
async fn told(header: Option<&[u8]>) -> (Vec<String>, String) {
    let stripe = TestProvider::start().await;
    let app = TestApp::with(|settings| settings.stripe = Some(stripe.settings())).await;
    stripe.follow(&app.app.clock);
    let boss = app.as_role(Role::Superadmin).await;
    let customer = id_of(&boss.create_customer("Emma Davis", "emma@example.com").await);
    let booking = app.booking(customer).paid(45_000).intent("pi_1").insert().await;
    let body = json!({ "action": "issue_refund", "bookingId": booking, "amount": 1_200, "reason": "duplicate_payment" });
    let asking = boss
        .post(&format!("/api/admin/customers/{customer}/actions"), &body)
        .header("idempotency-key", "one");
    let answer = match header {
        Some(header) => asking.raw_header("traceparent", header).await,
        None => asking.await,
    };
    answer.ok();
    app.run_jobs().await;
    let asked = stripe.asked();
    let sent = asked.iter().zip(stripe.traces()).filter(|(asked, _)| asked.starts_with("POST /v1/refunds"));
    let sent = sent.map(|(_, trace)| trace).collect();
    let request = answer.header("x-request-id").to_owned();
    app.finish().await;
    (sent, request)
}

#[tokio::test]
async fn a_chain_goes_on_through_jobs_to_who_is_called() {
    assert_eq!(told(Some(GIVEN.as_bytes())).await.0, [GIVEN]);
}

#[tokio::test]
async fn what_is_malformed_begins_a_chain_of_its_own() {
    let long = "0".repeat(5_000);
    for header in [None, Some("00-4bf9"), Some("not-a-trace"), Some(long.as_str()), Some("é")] {
        let (sent, request) = told(header.map(str::as_bytes)).await;
        let begun = format!("00-{request}-{}-00", &request[16..]);
        assert_eq!(sent, [begun], "{header:?}");
    }
}

#[tokio::test]
async fn a_failure_says_its_chain_in_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_env_filter("warn").with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    app.app.db.pool().close();
    let failed = emma.get("/api/admin/customers").header("traceparent", GIVEN).may_fail().await;
    failed.problem(503, "database_unavailable");
    let text = log.text();
    let chain = "4bf92f3577b34da6a3ce929d0e0e4736";
    let said = |words: &str| text.lines().any(|line| line.contains(words) && line.contains(chain));
    assert!(said("database unavailable") && said("a request failed"), "{text}");
    assert!(text.contains(failed.header("x-request-id")) && text.contains("/api/admin/customers"), "{text}");
    app.abandon();
}
