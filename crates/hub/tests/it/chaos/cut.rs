//! The connection to the database is reset in the middle of a commit. Nobody can know then whether it happened: whoever asked is
//! told just that, and what is sent again with its key is done once.

use hub::app::handlers;
use jiff::SignedDuration;
use platform::db::Db;
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Answer, Client, Cut, Proxy, TestApp, TestProvider, fresh_key, id_of};

struct Desk {
    app: TestApp,
    proxy: Proxy,
    client: Client,
    customer: Uuid,
    booking: Uuid,
}

impl Desk {
    async fn new() -> Self {
        let proxy = Proxy::start().await;
        let app = TestApp::through(&proxy, |_| {}).await;
        let client = app.as_role(Role::Superadmin).await;
        let customer = id_of(&client.create_customer("Emma Davis", "emma@example.com").await);
        let booking = app.booking(customer).paid(45_000).insert().await;
        Self { app, proxy, client, customer, booking }
    }

    async fn act(&self, body: &Value, key: &str) -> Answer {
        let path = format!("/api/admin/customers/{}/actions", self.customer);
        self.client.post(&path, body).header("idempotency-key", key).may_fail().await
    }

    async fn count(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table}");
        self.app.sql.query_one(&sql, &[]).await.unwrap().get(0)
    }
}

/// What is said of it, which is the truth whatever became of it.
#[track_caller]
fn unknown(answer: &Answer) {
    let problem = answer.problem(503, "outcome_unknown");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("may be saved, or not") && !detail.contains("Nothing was changed"), "{detail}");
    assert!(!answer.header("retry-after").is_empty());
}

fn happened(cut: Cut) -> i64 {
    i64::from(cut == Cut::After)
}

#[tokio::test]
async fn an_act_of_money_whose_commit_broke_off_is_done_once_when_it_is_sent_again() {
    let desk = Desk::new().await;
    let credit = json!({ "action": "issue_credit", "amount": 500, "reason": "goodwill" });
    let refund =
        json!({ "action": "issue_refund", "bookingId": desk.booking, "amount": 1_200, "reason": "late" });
    for (table, body) in [("credits", credit), ("refunds", refund)] {
        for cut in [Cut::Before, Cut::After] {
            let (before, key) = (desk.count(table).await, fresh_key());
            desk.proxy.cut(0, cut);
            unknown(&desk.act(&body, &key).await);
            assert_eq!(desk.count(table).await, before + happened(cut), "the commit was cut {cut:?}");
            let again = desk.act(&body, &key).await;
            let made = if cut == Cut::After { again.changed_nothing() } else { again.ok() };
            assert_eq!(desk.count(table).await, before + 1, "{cut:?}");
            assert_eq!(desk.act(&body, &key).await.changed_nothing(), made);
            let other =
                desk.act(&json!({ "action": body["action"], "amount": 1, "reason": "late" }), &key).await;
            assert!(other.status.is_client_error(), "the key is taken");
        }
    }
    assert_eq!(desk.proxy.cuts(), 4);
    desk.app.leave_jobs();
    desk.app.finish().await;
}

/// The control: without a key what is sent again is done again, and the count shows it.
#[tokio::test]
async fn without_a_key_nobody_knows_and_nothing_is_promised() {
    let desk = Desk::new().await;
    for (number, cut) in [Cut::Before, Cut::After].into_iter().enumerate() {
        let note = json!({ "body": format!("Note {number}") });
        let path = format!("/api/admin/customers/{}/notes", desk.customer);
        let before = desk.count("notes").await;
        desk.proxy.cut(0, cut);
        unknown(&desk.client.post(&path, &note).may_fail().await);
        assert_eq!(desk.count("notes").await, before + happened(cut));
        desk.client.post(&path, &note).await.ok();
        assert_eq!(desk.count("notes").await, before + happened(cut) + 1);
    }
    assert_eq!(desk.proxy.cuts(), 2);
    desk.app.finish().await;
}

/// Whichever commit of the work on a refund breaks off, and however: the provider makes it once, and here it ends well.
#[tokio::test]
async fn a_refund_is_made_once_at_the_provider_whichever_commit_breaks_off() {
    let (proxy, stripe) = (Proxy::start().await, TestProvider::start().await);
    let app = TestApp::through(&proxy, |settings| settings.stripe = Some(stripe.settings())).await;
    stripe.follow(&app.app.clock);
    let boss = app.as_role(Role::Superadmin).await;
    let customer = id_of(&boss.create_customer("Emma Davis", "emma@example.com").await);
    let path = format!("/api/admin/customers/{customer}/actions");
    // What claims and completes jobs has a connection of its own, as in `hub serve`.
    let jobs = Db::new(&app.database.url(), 1).unwrap();
    let worker =
        || jobs::Worker::new(jobs.pool().clone(), app.app.clock.clone(), handlers(), app.app.clone());
    for passing in 0..4 {
        for cut in [Cut::Before, Cut::After] {
            let intent = format!("pi_{passing}_{cut:?}");
            let booking = app.booking(customer).paid(45_000).intent(&intent).insert().await;
            let body =
                json!({ "action": "issue_refund", "bookingId": booking, "amount": 1_200, "reason": "late" });
            let made = boss.post(&path, &body).header("idempotency-key", &fresh_key()).await.ok();
            proxy.cut(passing, cut);
            worker().run_due().await;
            // What was planned and did not come is forgotten.
            proxy.cuts();
            for _ in 0..24 {
                app.advance(SignedDuration::from_mins(5));
                worker().run_due().await;
            }
            let status = "select status from refunds where id = $1";
            let status: String = app.sql.query_one(status, &[&id_of(&made["refund"])]).await.unwrap().get(0);
            let made = stripe.made().iter().filter(|one| one.intent == intent).count();
            assert_eq!((status.as_str(), made), ("succeeded", 1), "{intent}");
        }
    }
    assert!(proxy.cuts() >= 4, "only {} commits broke off", proxy.cuts());
    app.leave_jobs();
    app.finish().await;
}
