//! What customers' banks ask back: told by Stripe, asked after there, held in the books, and never refunded a second time.

use serde_json::{Value, json};

use super::Desk;
use crate::support::{Fault, id};

impl Desk {
    /// Captured, refunded, reserved, disputed.
    async fn sums(&self, intent: &str) -> (i64, i64, i64, i64) {
        let text = "select captured, refunded, reserved, disputed from payments where intent_id = $1";
        let row = self.app.sql.query_one(text, &[&intent]).await.unwrap();
        (row.get(0), row.get(1), row.get(2), row.get(3))
    }

    async fn money(&self) -> Value {
        self.boss.get(&format!("/api/admin/customers/{}/money", id(&self.customer))).await.ok()
    }

    /// Stripe tells what it has to tell, and what comes of it is done.
    async fn hear(&self) {
        self.app.advance(jiff::SignedDuration::from_mins(1));
        for message in self.stripe.messages() {
            self.tell(&message).await.ok();
        }
        self.app.run_jobs().await;
    }

    /// Kinds of the customer's entries in the books about disputes, oldest first.
    async fn entries(&self) -> Vec<String> {
        let path = format!("/api/admin/customers/{}/transfers?limit=200", id(&self.customer));
        let page = self.boss.get(&path).await.ok();
        let kinds = page["transfers"].as_array().unwrap().iter().rev();
        kinds
            .map(|entry| entry["kind"].as_str().unwrap().to_owned())
            .filter(|kind| kind.contains("disput"))
            .collect()
    }

    /// What the timeline tells of disputes, oldest first.
    async fn timeline_of_disputes(&self) -> Vec<String> {
        let path = format!("/api/admin/customers/{}/timeline?limit=200", id(&self.customer));
        let page = self.boss.get(&path).await.ok();
        let entries = page["entries"].as_array().unwrap().iter().rev();
        entries
            .filter(|entry| entry["action"].as_str().unwrap().starts_with("dispute."))
            .map(|entry| entry["summary"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn disputed_money_is_held_and_not_refunded_and_comes_back_when_it_is_won() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    let booking = desk.paid(45_000, "pi_1").await;
    let name = desk.stripe.dispute("pi_1", 40_000, "needs_response");
    let told = desk.stripe.messages();
    desk.tell(&told[0]).await.ok();
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 0), "a message moves no money by itself");
    desk.tell(&told[0]).await.changed_nothing();
    desk.app.run_jobs().await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 40_000));
    assert_eq!(desk.entries().await, ["payment_disputed"]);

    let money = desk.money().await;
    let dispute = &money["disputes"][0];
    assert_eq!(
        (&dispute["status"], &dispute["held"], &dispute["providerDisputeId"]),
        (&json!("needs_response"), &json!(40_000), &json!(name))
    );
    assert!(
        dispute["statusDetail"]
            .as_str()
            .unwrap()
            .starts_with("The bank has taken it back for now. Answer at Stripe by ")
    );
    assert_eq!((&money["ltv"], &money["lostInDisputes"]), (&json!(45_000), &json!(0)));
    let shown = desk.boss.get(&format!("/api/admin/bookings/{booking}")).await.ok();
    assert_eq!(shown["payments"][0]["disputes"][0]["status"], "needs_response");
    let day = desk.boss.get("/api/admin/finance").await.ok();
    assert_eq!(day["disputed"], json!({ "count": 1, "amount": 40_000 }));
    assert_eq!(day["disputesToAnswer"], json!({ "count": 1, "amount": 40_000 }));

    let path = format!("/api/admin/customers/{}/actions", id(&desk.customer));
    let body = json!({ "action": "issue_refund", "bookingId": booking, "amount": 5_001, "reason": "late" });
    let refused = desk.boss.post(&path, &body).header("idempotency-key", "a").await;
    let problem = refused.problem(422, "refund_exceeds_payment");
    assert_eq!(problem["remaining"], 5_000);

    desk.stripe.change_dispute(&name, |one| one.status = "under_review");
    desk.hear().await;
    desk.stripe.change_dispute(&name, |one| one.status = "won");
    desk.hear().await;
    // What was told before it was decided comes late, and is asked after: nothing changes.
    desk.tell(&json!({ "id": "evt_late", "type": "charge.dispute.updated", "data": { "object": { "object": "dispute", "id": name,
        "status": "needs_response", "amount": 1 } } }))
    .await
    .ok();
    desk.app.run_jobs().await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 0));
    assert_eq!(desk.entries().await, ["payment_disputed", "dispute_ended"]);
    desk.boss.post(&path, &body).header("idempotency-key", "b").await.ok();
    desk.app.run_jobs().await;
    let timeline = desk.timeline_of_disputes().await;
    assert_eq!(timeline.len(), 3, "{timeline:?}");
    assert!(timeline[0].starts_with("£400.00 for ") && timeline[0].ends_with(" disputed: the bank holds it"));
    assert!(timeline[2].ends_with("won: the money is back"), "{timeline:?}");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_lost_dispute_is_gone_counts_apart_from_ltv_and_may_still_be_won() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    desk.paid(45_000, "pi_1").await;
    let name = desk.stripe.dispute("pi_1", 45_000, "needs_response");
    desk.hear().await;
    desk.stripe.change_dispute(&name, |one| one.status = "lost");
    desk.hear().await;
    let money = desk.money().await;
    assert_eq!(
        (&money["ltv"], &money["lostInDisputes"], &money["payments"][0]["refundable"]),
        (&json!(45_000), &json!(45_000), &json!(0))
    );
    assert_eq!(money["actions"]["issueRefund"]["code"], "nothing_left_to_refund");
    let why = format!("/api/admin/customers/{}/explain?figure=lost_in_disputes", id(&desk.customer));
    let told = desk.boss.get(&why).await.ok();
    assert_eq!((&told["value"], &told["sum"], &told["count"]), (&json!(45_000), &json!(45_000), &json!(1)));
    assert_eq!(
        (&told["entries"][0]["kind"], &told["entries"][0]["amount"]),
        (&json!("dispute"), &json!(45_000))
    );
    assert_eq!(told["entries"][0]["id"], money["disputes"][0]["id"]);
    let page = desk.boss.get(&format!("/api/admin/customers/{}", id(&desk.customer))).await.ok();
    assert_eq!(page["stats"]["totalLtv"], 45_000, "one definition everywhere");
    assert_eq!(desk.entries().await, ["payment_disputed", "dispute_lost"]);
    let lost = desk.boss.get("/api/admin/disputes?state=lost").await.ok();
    assert_eq!(lost["disputes"].as_array().unwrap().len(), 1);
    assert_eq!(desk.boss.get("/api/admin/disputes?state=open").await.ok()["disputes"], json!([]));

    desk.stripe.change_dispute(&name, |one| one.status = "won");
    desk.hear().await;
    assert_eq!(
        desk.entries().await,
        ["payment_disputed", "dispute_lost", "dispute_loss_reversed", "dispute_ended"]
    );
    assert_eq!(
        (desk.sums("pi_1").await, &desk.money().await["lostInDisputes"]),
        ((45_000, 0, 0, 0), &json!(0))
    );
    let told = desk.boss.get(&why).await.ok();
    assert_eq!((&told["value"], &told["entries"]), (&json!(0), &json!([])), "nothing is lost any more");
    desk.app.finish().await;
}

#[tokio::test]
async fn an_inquiry_holds_nothing_until_it_becomes_a_dispute() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    desk.paid(45_000, "pi_1").await;
    let name = desk.stripe.dispute("pi_1", 45_000, "warning_needs_response");
    desk.hear().await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 0));
    let day = desk.boss.get("/api/admin/finance").await.ok();
    assert_eq!(day["disputesToAnswer"]["count"], 1);
    // No message comes; it is asked after by itself.
    desk.stripe.change_dispute(&name, |one| one.status = "needs_response");
    desk.stripe.messages();
    desk.pass(15).await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 45_000));
    let timeline = desk.timeline_of_disputes().await;
    assert!(timeline[0].starts_with("The bank asks about £450.00"), "{timeline:?}");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_dispute_holds_what_a_refund_left_and_the_rest_when_that_fails() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    desk.stripe.plan([Fault::LateFailure]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    desk.stripe.dispute("pi_1", 45_000, "needs_response");
    desk.hear().await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 1_200, 43_800));
    desk.app.advance(jiff::SignedDuration::from_mins(11));
    desk.compare(ledger::compare).await;
    let found = desk.differences("open").await;
    let amounts: Vec<_> = found.iter().filter(|one| one["kind"] == "dispute_amount").collect();
    assert_eq!(amounts.len(), 1, "the bank took more than was left: {found:?}");
    desk.pass(60).await;
    assert_eq!(desk.stands(refund).await.0, "failed");
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 45_000), "before anybody can refund it another way");
    desk.compare(ledger::compare).await;
    assert_eq!(desk.facts().await.len(), 0);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_comparison_takes_in_disputes_nobody_told_of_and_finds_what_does_not_fit() {
    let desk = Desk::open().await;
    for number in 1..=4 {
        let intent = format!("pi_{number}");
        desk.stripe.pay(&intent, 10_000);
        desk.paid_today(10_000, &intent).await;
    }
    desk.stripe.dispute("pi_1", 10_000, "needs_response");
    let lost = desk.stripe.dispute("pi_2", 10_000, "needs_response");
    desk.hear().await;
    let euros = desk.stripe.dispute("pi_3", 10_000, "needs_response");
    desk.stripe.change_dispute(&euros, |one| one.currency = "eur");
    let elsewhere = desk.stripe.dispute("pi_elsewhere", 700, "lost");
    let back = desk.stripe.dispute("pi_4", 2_500, "needs_response");
    desk.stripe.lose_dispute(&lost);
    desk.stripe.messages();
    desk.compare(ledger::compare).await;
    assert_eq!(desk.sums("pi_4").await.3, 2_500, "one that nobody told of is taken in");
    assert_eq!(desk.sums("pi_3").await.3, 0);
    let found = desk.facts().await;
    let mut facts: Vec<(&str, &str)> =
        found.iter().map(|(kind, subject, ..)| (kind.as_str(), subject.as_str())).collect();
    facts.sort_unstable();
    assert_eq!(
        facts,
        [
            ("dispute_missing_here", euros.as_str()),
            ("dispute_missing_here", elsewhere.as_str()),
            ("dispute_missing_there", lost.as_str())
        ]
    );
    // A state that cannot come after the one we know is shown to a person.
    desk.stripe.change_dispute(&back, |one| one.status = "won");
    desk.hear().await;
    desk.stripe.change_dispute(&back, |one| one.status = "under_review");
    desk.hear().await;
    assert_eq!(desk.sums("pi_4").await.3, 0);
    assert!(desk.facts().await.iter().any(|(kind, subject, ..)| kind == "dispute_state" && *subject == back));
    desk.app.finish().await;
}

#[tokio::test]
async fn what_stripe_says_of_disputes_in_words_we_do_not_know_changes_nothing() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    desk.paid(45_000, "pi_1").await;
    let name = desk.stripe.dispute("pi_1", 45_000, "prevented_somehow");
    let told = desk.stripe.messages();
    desk.tell(&told[0]).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 0));
    desk.stripe.change_dispute(&name, |one| {
        one.status = "lost";
        one.amount = -5;
    });
    desk.pass(10).await;
    assert_eq!(desk.sums("pi_1").await, (45_000, 0, 0, 0));
    let strange = json!({ "id": "evt_s", "type": "charge.dispute.created", "data": { "object": { "object": "dispute", "id": "dp_99" } } });
    desk.tell(&strange).await.ok();
    desk.stripe.change_dispute(&name, |one| one.amount = 45_000);
    desk.pass(60).await;
    assert_eq!(desk.sums("pi_1").await.3, 45_000, "and is asked after again until it is understood");
    assert_eq!(desk.app.sql.query("select from disputes", &[]).await.unwrap().len(), 1);
    desk.app.finish().await;
}
