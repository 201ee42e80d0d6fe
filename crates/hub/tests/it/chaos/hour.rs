//! An hour without mail and without the card provider: everything waits, says that it waits, and is done once afterwards.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Behaviour, MailServer, TestApp, TestProvider, fresh_key, id_of};

#[tokio::test]
async fn an_hour_without_mail_and_the_card_provider_loses_nothing_and_doubles_nothing() {
    let (stripe, server) = (TestProvider::start().await, MailServer::start(&[Behaviour::Accept]).await);
    let app = TestApp::with(|settings| {
        settings.stripe = Some(stripe.settings());
        settings.smtp_url = Some(server.url());
        settings.smtp_timeout = std::time::Duration::from_millis(400);
        settings.mail_from = "Example Removals <desk@example.com>".to_owned();
    })
    .await;
    stripe.follow(&app.app.clock);
    let desk = app.as_role(Role::Ops).await;
    let customer = id_of(&desk.create_customer("Emma Davis", "emma@example.com").await);
    let path = format!("/api/admin/customers/{customer}/actions");
    let act = async |body: Value| {
        let boss = app.as_role(Role::Superadmin).await;
        boss.post(&path, &body).header("idempotency-key", &fresh_key()).await.ok()
    };
    let pass = async |minutes: i64| {
        for _ in 0..minutes / 5 {
            app.advance(SignedDuration::from_mins(5));
            app.run_jobs().await;
        }
    };

    stripe.down().await;
    server.down(true);
    let mut intents = Vec::new();
    for number in 0..6 {
        let intent = format!("pi_{number}");
        let booking = app.booking(customer).paid(45_000).intent(&intent).insert().await;
        act(json!({ "action": "issue_refund", "bookingId": booking, "amount": 1_200, "reason": "late" }))
            .await;
        act(json!({ "action": "resend_invoice", "bookingId": booking })).await;
        intents.push(intent);
        pass(10).await;
    }
    // An hour later: all of it waits, and is told as it is.
    let count = async |sql: &str| -> i64 { app.sql.query_one(sql, &[]).await.unwrap().get(0) };
    assert_eq!(count("select count(*) from refunds where status in ('succeeded', 'failed')").await, 0);
    assert_eq!(count("select count(*) from mails where state = 'queued'").await, 6);
    assert_eq!(count("select count(*) from jobs where state = 'dead'").await, 0);
    let boss = app.as_role(Role::Superadmin).await;
    assert_eq!(boss.get("/api/admin/finance").await.ok()["underWay"]["count"], 6);
    assert_eq!(server.received().len(), 0, "the control: nothing got through");

    stripe.up().await;
    server.down(false);
    pass(240).await;
    for intent in &intents {
        assert_eq!(stripe.made().iter().filter(|one| one.intent == *intent).count(), 1, "{intent}");
    }
    assert_eq!(count("select count(*) from refunds where status = 'succeeded'").await, 6);
    assert_eq!(count("select count(*) from mails where state = 'sent'").await, 6);
    assert_eq!(server.received().len(), 6, "each was delivered once");
    app.finish().await;
}
