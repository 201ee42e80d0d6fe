//! Comparing with Stripe: what differs is found, all of it and nothing else, and a person settles it.

use std::collections::BTreeSet;

use axum::http::Method;
use jiff::SignedDuration;
use jobs::Handlers;
use ledger::{Compare, Pair, Stripe};
use platform::App;
use serde_json::{Value, json};

use super::Desk;
use crate::support::{Answer, Client, Dice, Fault, fresh_key, id, id_of};

const PAYMENTS: i64 = 230;
const PLANTED: usize = 200;

/// Kind, subject, and what the two sides say of the amount.
type Fact = (String, String, Option<i64>, Option<i64>);

impl Desk {
    async fn start_run(&self) -> Answer {
        self.boss.request(Method::POST, "/api/admin/reconciliation/run").await
    }

    /// Begins a run and waits for its end, however often the provider has to be asked.
    pub(super) async fn compare(&self, compare: Compare) -> Value {
        self.app.advance(SignedDuration::from_mins(11));
        let run = self.start_run().await.ok();
        let handlers = move || {
            Handlers::new().on(ledger::RECONCILE, move |app: App, job| async move {
                let stripe = Stripe::of(&app.settings).unwrap();
                ledger::reconcile(&app, Some(&stripe), compare, &job).await
            })
        };
        let app = &self.app.app;
        for _ in 0..200 {
            jobs::Worker::new(app.db.pool().clone(), app.clock.clone(), handlers(), app.clone())
                .run_due()
                .await;
            let page = self.boss.get("/api/admin/reconciliation?limit=1").await.ok();
            let same = page["runs"].as_array().unwrap().iter().find(|one| one["id"] == run["id"]).unwrap();
            if same["finishedAt"].is_string() {
                assert_eq!((&same["stage"], &same["failure"]), (&json!("done"), &json!(null)));
                return same.clone();
            }
            self.app.advance(SignedDuration::from_mins(2));
        }
        panic!("the run has not ended");
    }

    pub(super) async fn differences(&self, state: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page =
                self.boss.get(&format!("/api/admin/reconciliation?limit=60&state={state}{after}")).await.ok();
            found.extend(page["differences"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return found,
            }
        }
    }

    pub(super) async fn facts(&self) -> BTreeSet<Fact> {
        let found = self.differences("open").await;
        let facts: BTreeSet<Fact> = found.iter().map(fact).collect();
        assert_eq!(facts.len(), found.len(), "none is there twice");
        facts
    }

    async fn settle(&self, difference: &Value, outcome: &str, key: &str) -> Answer {
        let path = format!("/api/admin/reconciliation/differences/{}/settle", id(difference));
        let body = json!({ "outcome": outcome, "word": "Seen at Stripe" });
        self.boss.post(&path, &body).header("idempotency-key", key).await
    }

    /// Captured, refunded, reserved of the payment with this name.
    pub(super) async fn payment(&self, intent: &str) -> (i64, i64, i64) {
        let text = "select captured, refunded, reserved from payments where intent_id = $1";
        let row = self.app.sql.query_one(text, &[&intent]).await.unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    /// Payments that both sides have, and a refund of each that went through.
    async fn busy_month(&self) {
        for number in 0..PAYMENTS {
            let intent = format!("pi_{number}");
            self.stripe.pay(&intent, 5_000 + number);
            let booking = self.paid_today(5_000 + number, &intent).await;
            // Every tenth fails at the customer's bank an hour later.
            self.stripe.plan([if number % 10 == 9 { Fault::LateFailure } else { Fault::None }]);
            self.act(&self.boss, booking, 1_000 + number, &format!("k{number}")).await;
            self.app.run_jobs().await;
        }
        self.pass(90).await;
    }

    pub(super) async fn paid_today(&self, pence: i64, intent: &str) -> uuid::Uuid {
        let now = self.app.now().to_string();
        self.app.booking(id_of(&self.customer)).at(&now).paid(pence).intent(intent).insert().await
    }

    /// Two hundred things that went otherwise at the provider, and what must be found of them.
    fn plant(&self, seed: u64) -> BTreeSet<Fact> {
        let mut dice = Dice::new(seed);
        let mut planted = BTreeSet::new();
        let made = self.stripe.made();
        let refund_of =
            |number: i64| made.iter().find(|one| one.intent == format!("pi_{number}")).unwrap().clone();
        let mut number = 0;
        while planted.len() < PLANTED {
            let (payment, refund) = (format!("pi_{number}"), refund_of(number));
            let (paid, back) = (Some(5_000 + number), Some(1_000 + number));
            let mut fact = |kind: &str, subject: &str, ours, theirs| {
                planted.insert((kind.to_owned(), subject.to_owned(), ours, theirs));
            };
            let failed = refund.status == "failed";
            let name = refund.id.as_str();
            match dice.below(8) {
                _ if failed => {
                    self.stripe.change_refund(name, |made| made.status = "succeeded");
                    fact("refund_succeeded_there", name, back, back);
                }
                0 => {
                    self.stripe.lose_refund(name);
                    fact("refund_missing_there", name, back, None);
                }
                1 => {
                    let name = self.stripe.seed(&payment, 77);
                    fact("refund_missing_here", &name, None, Some(77));
                }
                2 => {
                    self.stripe.change_refund(name, |made| made.amount -= 1);
                    fact("refund_amount", name, back, back.map(|back| back - 1));
                }
                3 => {
                    self.stripe.change_refund(name, |made| made.status = "failed");
                    fact("refund_failed_there", name, back, back);
                }
                4 => {
                    self.stripe.change_refund(name, |made| made.currency = "eur");
                    fact("refund_amount", name, back, back);
                }
                5 => {
                    self.stripe.change_payment(&payment, |paid| paid.received += 250);
                    fact("payment_amount", &payment, paid, paid.map(|paid| paid + 250));
                }
                6 => {
                    self.stripe.lose_payment(&payment);
                    fact("payment_missing_there", &payment, paid, None);
                }
                _ => {
                    let unknown = format!("pi_elsewhere_{number}");
                    self.stripe.pay(&unknown, 900);
                    fact("payment_missing_here", &unknown, None, Some(900));
                }
            }
            number += 1;
        }
        planted
    }
}

fn fact(difference: &Value) -> Fact {
    let word = |name: &str| difference[name].as_str().unwrap().to_owned();
    let amount = |side: &str| difference[side]["amount"].as_i64();
    (word("kind"), word("subject"), amount("ours"), amount("theirs"))
}

/// Sees no amounts: the negative control.
fn blind_to_amounts(pair: &Pair, now: jiff::Timestamp) -> Vec<ledger::Found> {
    let mut pair = pair.clone();
    match &mut pair {
        Pair::Refund { ours: Some(ours), theirs: Some(theirs), .. } => {
            (ours.amount, ours.currency) = (theirs.amount, theirs.currency.clone());
        }
        Pair::Payment { ours: Some(ours), theirs: Some(theirs) } => ours.captured = theirs.received,
        _ => {}
    }
    ledger::compare(&pair, now)
}

#[tokio::test]
async fn of_two_hundred_things_that_went_otherwise_all_are_found_and_nothing_else() {
    let desk = Desk::open().await;
    desk.busy_month().await;
    // An untouched book has no differences.
    let run = desk.compare(ledger::compare).await;
    assert_eq!((run["compared"].as_i64(), desk.facts().await.len()), (Some(2 * PAYMENTS), 0));

    let planted = desk.plant(20_261_124);
    // The provider answers badly, and the run is taken up where it stopped.
    desk.stripe.by_chance(Some(Dice::new(7)));
    desk.compare(ledger::compare).await;
    let found = desk.facts().await;
    let missed: Vec<_> = planted.difference(&found).collect();
    let invented: Vec<_> = found.difference(&planted).collect();
    assert!(missed.is_empty() && invented.is_empty(), "missed {missed:#?}, invented {invented:#?}");
    let kinds: BTreeSet<&str> = found.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(kinds.len(), 8, "{kinds:?}");

    // Found again, they are not doubled; what is as it was again closes itself.
    desk.stripe.by_chance(None);
    let healed = planted.iter().find(|(kind, ..)| kind == "payment_amount").unwrap();
    desk.stripe.change_payment(&healed.1, |paid| paid.received -= 250);
    desk.compare(ledger::compare).await;
    let left = desk.facts().await;
    assert_eq!(planted.difference(&left).collect::<Vec<_>>(), [healed]);
    assert_eq!(desk.differences("gone").await.len(), 1);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_comparison_that_sees_no_amounts_is_caught() {
    let desk = Desk::open().await;
    desk.busy_month().await;
    let planted = desk.plant(20_261_124);
    desk.compare(blind_to_amounts).await;
    let found = desk.facts().await;
    let missed: BTreeSet<&str> = planted.difference(&found).map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(missed, ["payment_amount", "refund_amount"].into());
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refund_that_failed_after_it_went_through_is_taken_back_and_can_be_made_again() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    assert_eq!(desk.payment("pi_1").await, (45_000, 1_200, 0));
    desk.stripe.change_refund("re_1", |made| made.status = "failed");
    // Stripe's message of it never comes; the comparison leaves something to settle.
    desk.compare(ledger::compare).await;
    assert_eq!(desk.payment("pi_1").await, (45_000, 1_200, 0));
    let found = desk.differences("open").await;
    assert_eq!(found.len(), 1);
    let difference = &found[0];
    assert_eq!(difference["kind"], "refund_failed_there");
    assert_eq!(difference["settlements"], json!(["accept_theirs", "noted"]));
    desk.compare(ledger::compare).await;
    assert_eq!(desk.differences("open").await.len(), 1, "the run finds the same one");
    desk.settle(difference, "record_theirs", "a").await.invalid("outcome");

    let day = desk.boss.get("/api/admin/finance").await.ok();
    assert_eq!(day["differences"], 1);
    let past = desk.app.sql.execute("update refunds set status = 'failed'", &[]).await.unwrap_err();
    assert_eq!(past.code().unwrap().code(), "23514", "only by settling the difference");
    let settled = desk.settle(difference, "accept_theirs", "settle").await.ok();
    assert_eq!((&settled["state"], &settled["word"]), (&json!("settled"), &json!("Seen at Stripe")));
    assert_eq!(desk.payment("pi_1").await, (45_000, 0, 0));
    let (status, detail, _) = desk.stands(refund).await;
    assert_eq!(status, "failed");
    assert!(detail.starts_with("Stripe took it back"), "{detail}");
    let again = desk.settle(difference, "accept_theirs", "settle").await;
    again.changed_nothing();
    desk.settle(difference, "noted", "settle").await.problem(422, "idempotency_key_reused");
    desk.settle(difference, "noted", "other").await.problem(409, "difference_closed");

    let path = format!("/api/admin/customers/{}/transfers", id(&desk.customer));
    let entries = desk.boss.get(&path).await.ok();
    let kinds: Vec<&str> = entries["transfers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["refund_voided", "refund_reversed", "refund_succeeded", "refund_approved", "payment_captured"]
    );
    let booking = desk.boss.get(&format!("/api/admin/customers/{}/money", id(&desk.customer))).await.ok();
    let booking = booking["payments"][0]["bookingId"].as_str().unwrap().parse().unwrap();
    desk.act(&desk.boss, booking, 45_000, "all of it").await;
    desk.app.run_jobs().await;
    assert_eq!(desk.payment("pi_1").await, (45_000, 45_000, 0));
    desk.compare(ledger::compare).await;
    assert_eq!(desk.facts().await.len(), 0);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refund_made_at_stripe_is_booked_within_what_came_in() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 10_000);
    desk.paid_today(10_000, "pi_1").await;
    let fits = desk.stripe.seed("pi_1", 4_000);
    let exceeds = desk.stripe.seed("pi_1", 6_001);
    let elsewhere = desk.stripe.seed("pi_nobody", 5);
    desk.compare(ledger::compare).await;
    let found = desk.differences("open").await;
    let of = |name: &str| found.iter().find(|one| one["subject"] == name).unwrap();
    assert_eq!(of(&elsewhere)["settlements"], json!(["noted"]));
    desk.settle(of(&fits), "record_theirs", "a").await.ok();
    assert_eq!(desk.payment("pi_1").await, (10_000, 4_000, 0));
    desk.settle(of(&exceeds), "record_theirs", "b").await.problem(409, "refund_exceeds_payment");
    assert_eq!(desk.payment("pi_1").await, (10_000, 4_000, 0));
    desk.settle(of(&elsewhere), "noted", "c").await.ok();
    desk.compare(ledger::compare).await;
    let left: Vec<String> = desk.facts().await.into_iter().map(|(_, subject, ..)| subject).collect();
    assert_eq!(left, [exceeds], "what was settled stays so, and what was booked differs no longer");
    let refunds = desk.boss.get("/api/admin/refunds").await.ok();
    let refund = &refunds["refunds"][0];
    assert_eq!(
        (&refund["status"], &refund["reason"], &refund["via"]),
        (&json!("succeeded"), &json!("Made at Stripe"), &json!("stripe"))
    );
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refund_that_failed_here_and_went_through_there_is_booked() {
    let desk = Desk::open().await;
    desk.stripe.pay("pi_1", 45_000);
    desk.stripe.plan([Fault::LateFailure]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    desk.pass(90).await;
    assert_eq!(desk.stands(refund).await.0, "failed");
    desk.stripe.change_refund("re_1", |made| made.status = "succeeded");
    desk.compare(ledger::compare).await;
    let found = desk.differences("open").await;
    desk.settle(&found[0], "record_theirs", "a").await.ok();
    assert_eq!(
        (desk.stands(refund).await.0.as_str(), desk.payment("pi_1").await),
        ("succeeded", (45_000, 1_200, 0))
    );
    desk.app.finish().await;
}

#[tokio::test]
async fn the_day_begins_with_one_run_and_two_at_once_are_one() {
    let mut desk = Desk::open().await;
    let first = desk.start_run().await.ok();
    assert_eq!(desk.start_run().await.ok()["id"], first["id"]);
    desk.app.run_jobs().await;
    // It is Sunday, 10:00.
    for (hours, runs) in [(17, 1), (1, 2), (1, 2), (24, 3)] {
        desk.app.advance(SignedDuration::from_hours(hours));
        desk.app.run_jobs().await;
        desk.boss = desk.app.as_role(staff::Role::Superadmin).await;
        let page = desk.boss.get("/api/admin/reconciliation").await.ok();
        assert_eq!(page["runs"].as_array().unwrap().len(), runs, "after {hours} more hours");
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn a_run_that_stripe_never_answers_says_so() {
    let mut desk = Desk::open().await;
    desk.stripe.down().await;
    desk.start_run().await.ok();
    for _ in 0..200 {
        desk.app.run_jobs().await;
        desk.app.advance(SignedDuration::from_mins(5));
    }
    desk.boss = desk.app.as_role(staff::Role::Superadmin).await;
    let page = desk.boss.get("/api/admin/reconciliation").await.ok();
    let why = page["runs"].as_array().unwrap().last().unwrap()["failure"].as_str().unwrap();
    assert!(why.starts_with("Stripe: it could not be reached"), "{why}");
    desk.app.leave_jobs();
    desk.app.finish().await;
}

async fn paid_by_hand(finance: &Client, refund: &Value, reference: &str) {
    let body = json!({ "outcome": "paid", "reference": reference });
    finance
        .post(&format!("/api/admin/refunds/{}/settle", id(refund)), &body)
        .header("idempotency-key", &fresh_key())
        .await
        .ok();
}

#[tokio::test]
async fn transfers_by_hand_are_found_without_reference_with_the_same_one_or_not_made_for_days() {
    let mut desk = Desk::open().await;
    let booking = desk.app.booking(id_of(&desk.customer)).paid(50_000).insert().await;
    let mut made = Vec::new();
    for key in ["a", "b", "c", "d"] {
        made.push(desk.act(&desk.boss, booking, 1_000, key).await["refund"].take());
    }
    paid_by_hand(&desk.boss, &made[0], "FPS 1").await;
    desk.compare(ledger::compare).await;
    assert_eq!(desk.facts().await.len(), 0);
    paid_by_hand(&desk.boss, &made[1], "fps 1").await;
    paid_by_hand(&desk.boss, &made[2], "FPS 3").await;
    desk.app.sql.execute("update refunds set reference = null where reference = 'FPS 3'", &[]).await.unwrap();
    desk.app.advance(SignedDuration::from_hours(5 * 24));
    desk.boss = desk.app.as_role(staff::Role::Superadmin).await;
    desk.compare(ledger::compare).await;
    let kinds: Vec<String> = desk.facts().await.into_iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds, ["reference_missing", "reference_twice", "reference_twice", "transfer_overdue"]);
    desk.app.finish().await;
}
