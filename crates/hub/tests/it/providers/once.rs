//! The bar: whatever goes wrong, the provider refunds once, exactly when we say so, and nothing is left undecided.

use jiff::SignedDuration;
use jobs::Handlers;
use ledger::{Order, Provider, ProviderError, ProviderRefund, Stripe};
use platform::App;
use uuid::Uuid;

use super::Desk;
use crate::support::{Dice, size};

const REFUNDS: i64 = 60;

/// What contradicts the promise, a line each; and how many refunds succeeded.
async fn breaches(desk: &Desk) -> (Vec<String>, usize) {
    let made = desk.stripe.made();
    let rows = desk.app.sql.query("select id, status from refunds", &[]).await.unwrap();
    let mut found = Vec::new();
    let mut succeeded = 0;
    for row in &rows {
        let (id, status): (Uuid, String) = (row.get(0), row.get(1));
        let theirs: Vec<&str> = made
            .iter()
            .filter(|one| one.ours == Some(id.to_string()) && one.status != "failed")
            .map(|one| one.status)
            .collect();
        let right = match status.as_str() {
            "succeeded" => theirs == ["succeeded"],
            "failed" => theirs.is_empty(),
            // A person decides, and has to be able to believe that nothing more happens.
            "manual_review" => theirs.len() <= 1,
            _ => false,
        };
        succeeded += usize::from(status == "succeeded");
        if !right {
            found.push(format!("{id} is {status}, at the provider {theirs:?}"));
        }
    }
    (found, succeeded)
}

/// Sixty refunds, and a day with faults at random; the last hours are quiet, as nights are.
async fn a_bad_day(desk: &Desk, seed: u64, handlers: impl Fn() -> Handlers<App>) {
    let mut dice = Dice::new(seed);
    desk.stripe.by_chance(Some(Dice::new(seed + 1)));
    for number in 0..REFUNDS {
        let booking = desk.paid(5_000 + number, &format!("pi_{number}")).await;
        desk.act(&desk.boss, booking, 1_000 + number, &format!("k{number}")).await;
    }
    for turn in 0..27 * 6 {
        let down = turn < 120 && dice.one_in(12);
        if down {
            desk.stripe.down().await;
        }
        let app = &desk.app.app;
        jobs::Worker::new(app.db.pool().clone(), app.clock.clone(), handlers(), app.clone()).run_due().await;
        if down {
            desk.stripe.up().await;
        }
        if turn == 120 {
            desk.stripe.by_chance(None);
        }
        desk.app.advance(SignedDuration::from_mins(10));
    }
}

#[tokio::test]
async fn refunds_on_a_bad_day_reach_the_provider_once() {
    let days = size(1, 34);
    let (mut through, mut in_doubt) = (0, 0);
    for seed in (20_261_122..).step_by(2).take(days) {
        let desk = Desk::open().await;
        a_bad_day(&desk, seed, hub::app::handlers).await;
        let (found, succeeded) = breaches(&desk).await;
        assert!(found.is_empty(), "seed {seed}: {found:#?}");
        assert!(succeeded > 40, "seed {seed}: only {succeeded} of {REFUNDS} went through");
        let doubts: i64 = desk
            .app
            .sql
            .query_one("select count(distinct subject_id) from events where action = 'refund.in_doubt'", &[])
            .await
            .unwrap()
            .get(0);
        assert!(doubts > 10, "seed {seed}: a day with only {doubts} doubts was not bad");
        (through, in_doubt) = (through + succeeded, in_doubt + doubts);
        desk.app.finish().await;
    }
    println!(
        "{} refunds in {days} days, {in_doubt} in doubt for a while: {through} went through, once each",
        REFUNDS * days as i64
    );
}

/// Sends again without looking, under a fresh key.
struct Blind(Stripe);

impl Provider for Blind {
    async fn refund(&self, order: &Order) -> Result<ProviderRefund, ProviderError> {
        let fresh = Order { idempotency_key: platform::random::token(), ..order.clone() };
        self.0.refund(&fresh).await
    }

    async fn find(&self, _: &Order) -> Result<Option<ProviderRefund>, ProviderError> {
        Ok(None)
    }

    async fn read(&self, id: &str) -> Result<ProviderRefund, ProviderError> {
        self.0.read(id).await
    }
}

/// The negative control of the test above.
#[tokio::test]
async fn a_sender_that_does_not_look_first_is_caught() {
    let desk = Desk::open().await;
    let blind = || {
        Handlers::new().on(ledger::SEND_REFUND, |app: App, job| async move {
            let stripe = Stripe::of(&app.settings).unwrap();
            ledger::send_refund(&app, &Blind(stripe), &job).await
        })
    };
    a_bad_day(&desk, 20_261_122, blind).await;
    let (found, _) = breaches(&desk).await;
    let twice = found.iter().filter(|line| line.contains(r#"["succeeded", "succeeded""#)).count();
    assert!(twice > 3, "{found:#?}");
    desk.app.abandon();
}
