//! The books balance at every instant: random acts against a model, and a second connection that looks all the while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use staff::Role;
use tokio_postgres::{Client as Sql, IsolationLevel};
use uuid::Uuid;

use crate::support::{Client, Dice, TestApp, fresh_key, id, id_of, size};

/// What a payment and a customer's credit must be after the acts so far.
#[derive(Default)]
struct Model {
    captured: i64,
    refunded: i64,
    reserved: i64,
    credit: i64,
    /// Refunds that wait for finance: id and sum.
    waiting: Vec<(String, i64)>,
    /// The negative control: forgets what is reserved.
    forgetful: bool,
}

impl Model {
    fn refundable(&self) -> i64 {
        self.captured - self.refunded - if self.forgetful { 0 } else { self.reserved }
    }
}

struct Case {
    client: Client,
    customer: String,
    booking: Uuid,
    unpaid: Uuid,
    model: Model,
    acts: usize,
}

impl Case {
    async fn act(&mut self, body: &Value) -> crate::support::Answer {
        self.acts += 1;
        let path = format!("/api/admin/customers/{}/actions", self.customer);
        self.client.post(&path, body).header("idempotency-key", &self.acts.to_string()).await
    }

    /// One random act; an error when the desk did something else than the model says.
    async fn step(&mut self, dice: &mut Dice) -> Result<(), String> {
        let amount = 1 + i64::try_from(dice.below(3_000)).unwrap();
        match dice.below(6) {
            0 | 1 => self.refund(amount, dice.one_in(4)).await,
            2 | 3 => self.settle(dice).await,
            4 => {
                let body = json!({ "action": "issue_credit", "amount": amount, "reason": "goodwill" });
                self.act(&body).await.ok();
                self.model.credit += amount;
                Ok(())
            }
            _ => {
                let body = json!({ "action": "spend_credit", "bookingId": self.unpaid, "amount": amount });
                let done = self.act(&body).await.status.is_success();
                let expected = amount <= self.model.credit;
                self.model.credit -= if done { amount } else { 0 };
                agree("spend", done, expected)
            }
        }
    }

    async fn refund(&mut self, amount: i64, to_credit: bool) -> Result<(), String> {
        let destination = if to_credit { "store_credit" } else { "original" };
        let body = json!({ "action": "issue_refund", "bookingId": self.booking, "amount": amount, "reason": "late",
            "destination": destination });
        let answer = self.act(&body).await;
        let done = answer.status.is_success();
        let expected = amount <= self.model.refundable();
        if done && to_credit {
            self.model.refunded += amount;
            self.model.credit += amount;
        } else if done {
            self.model.reserved += amount;
            self.model.waiting.push((id(&answer.json()["refund"]).to_owned(), amount));
        }
        agree("refund", done, expected)
    }

    async fn settle(&mut self, dice: &mut Dice) -> Result<(), String> {
        let Some(index) = self.model.waiting.len().checked_sub(1) else { return Ok(()) };
        let (refund, amount) =
            self.model.waiting.swap_remove(usize::try_from(dice.below(index as u64 + 1)).unwrap());
        let (body, refunded) = match dice.below(3) {
            0 => (json!({ "outcome": "paid", "reference": "FPS 1" }), amount),
            1 => (json!({ "outcome": "failed", "reason": "Account closed" }), 0),
            _ => (json!({ "outcome": "cancelled", "reason": "Asked for in error" }), 0),
        };
        let settle = format!("/api/admin/refunds/{refund}/settle");
        self.client.post(&settle, &body).header("idempotency-key", &fresh_key()).await.ok();
        self.model.reserved -= amount;
        self.model.refunded += refunded;
        Ok(())
    }

    async fn compare(&self, sql: &Sql) -> Result<(), String> {
        let row = sql
            .query_one(
                "select captured, refunded, reserved,
                    (select coalesce(sum(remaining), 0)::bigint from credits c where c.customer_id = p.customer_id),
                    (select ltv from customer_stats s where s.customer_id = p.customer_id)
                 from payments p where booking_id = $1",
                &[&self.booking],
            )
            .await
            .unwrap();
        let found: [i64; 5] = std::array::from_fn(|column| row.get(column));
        let model = &self.model;
        let expected =
            [model.captured, model.refunded, model.reserved, model.credit, model.captured - model.refunded];
        if found == expected { Ok(()) } else { Err(format!("found {found:?}, expected {expected:?}")) }
    }
}

fn agree(act: &str, done: bool, expected: bool) -> Result<(), String> {
    if done == expected { Ok(()) } else { Err(format!("{act}: done {done}, the model says {expected}")) }
}

async fn case(app: &TestApp, captured: i64, forgetful: bool) -> Case {
    let client = app.as_role(Role::Superadmin).await;
    let customer = client.create_customer("Emma", &format!("{}@example.com", fresh_key())).await;
    let booking = app.booking(id_of(&customer)).paid(captured).insert().await;
    let unpaid = app.booking(id_of(&customer)).status("CONFIRMED").costs(1_000_000_000).insert().await;
    let model = Model { captured, forgetful, ..Model::default() };
    Case { client, customer: id(&customer).to_owned(), booking, unpaid, model, acts: 0 }
}

/// Runs every check of the books in one snapshot after the other until it is told to stop; what was wrong.
async fn watch(sql: Sql, stop: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut looks, mut wrong, mut sql) = (0, Vec::new(), sql);
    while !stop.load(Ordering::Relaxed) {
        let tx = sql
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .unwrap();
        for (name, check) in hub::cli::verify::checks() {
            wrong.extend(
                tx.query(*check, &[])
                    .await
                    .unwrap()
                    .iter()
                    .map(|row| format!("{name}: {}", row.get::<_, &str>(0))),
            );
        }
        looks += 1;
        // The acts are what is looked at: they get most of the machine.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    (looks, wrong)
}

/// More than any customer will ever have; of a hundred thousand, their own history would be what takes the time.
const ACTS_OF_ONE: usize = 200;
/// And as many as the checks can look at again and again.
const ACTS_OF_A_DATABASE: usize = 4_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_acts_the_books_are_what_the_model_says() {
    let acts = size(400, 100_000);
    let mut dice = Dice::new(3);
    let (mut done, mut looks) = (0, 0);
    while done < acts {
        let some = ACTS_OF_A_DATABASE.min(acts - done);
        looks += agrees_with_the_model(&mut dice, some).await;
        done += some;
        println!("{done} acts as the model says, {looks} looks from a second connection: 0 violations");
    }
}

/// In a database of its own; how often the second connection looked.
async fn agrees_with_the_model(dice: &mut Dice, acts: usize) -> usize {
    let app = TestApp::new().await;
    let stop = Arc::new(AtomicBool::new(false));
    let watcher = tokio::spawn(watch(app.database.connect().await, stop.clone()));
    for first in (0..acts).step_by(ACTS_OF_ONE) {
        let mut case = case(&app, 200_000, false).await;
        for step in first..acts.min(first + ACTS_OF_ONE) {
            case.step(dice).await.unwrap_or_else(|error| panic!("act {step}: {error}"));
            if step % 20 == 0 {
                case.compare(&app.sql).await.unwrap_or_else(|error| panic!("after act {step}: {error}"));
            }
            if case.model.refundable() < 100 {
                more_comes_in(&app, &mut case).await;
            }
        }
    }
    stop.store(true, Ordering::Relaxed);
    let (looks, wrong) = watcher.await.unwrap();
    assert!(looks > 0 && wrong.is_empty(), "{looks} looks: {wrong:#?}");
    app.finish().await;
    looks
}

async fn more_comes_in(app: &TestApp, case: &mut Case) {
    app.sql
        .execute(
            "update payments set captured = captured + 50000, amount = amount + 50000 where booking_id = $1",
            &[&case.booking],
        )
        .await
        .unwrap();
    case.model.captured += 50_000;
}

#[tokio::test]
async fn a_model_that_forgets_what_is_reserved_is_caught() {
    let app = TestApp::new().await;
    let mut case = case(&app, 3_000, true).await;
    let mut dice = Dice::new(3);
    let mut caught = None;
    for _ in 0..150 {
        caught = caught.or(case.step(&mut dice).await.err());
    }
    assert!(caught.is_some(), "the desk and a wrong model agreed all the time");
    app.finish().await;
}
