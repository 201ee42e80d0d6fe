//! Refunds that Stripe carries out, with all that can go wrong on the way, against a provider with a ledger of its own.

mod differences;
mod disputes;
mod faults;
mod messages;
mod once;

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Client, TestApp, TestProvider, id, id_of};

/// A desk that Stripe is connected to, and a customer.
struct Desk {
    app: TestApp,
    stripe: TestProvider,
    boss: Client,
    customer: Value,
}

impl Desk {
    async fn open() -> Self {
        let stripe = TestProvider::start().await;
        let app = TestApp::with(|settings| settings.stripe = Some(stripe.settings())).await;
        stripe.follow(&app.app.clock);
        let customer = app.as_role(Role::Ops).await.create_customer("Emma Davis", "emma@example.com").await;
        let boss = app.as_role(Role::Superadmin).await;
        Self { app, stripe, boss, customer }
    }

    /// A booking that was paid by card; the payment's name at Stripe.
    async fn paid(&self, pence: i64, intent: &str) -> Uuid {
        self.app.booking(id_of(&self.customer)).paid(pence).intent(intent).insert().await
    }

    async fn act(&self, client: &Client, booking: Uuid, amount: i64, key: &str) -> Value {
        let body = json!({ "action": "issue_refund", "bookingId": booking, "amount": amount, "reason": "duplicate_payment" });
        let path = format!("/api/admin/customers/{}/actions", id(&self.customer));
        client.post(&path, &body).header("idempotency-key", key).await.ok()
    }

    /// A refund of £12.00 that is about to be sent.
    async fn refund(&self) -> Uuid {
        let booking = self.paid(45_000, "pi_1").await;
        let made = self.act(&self.boss, booking, 1_200, "key").await;
        assert_eq!(
            (&made["refund"]["status"], &made["refund"]["via"]),
            (&json!("approved"), &json!("stripe"))
        );
        id_of(&made["refund"])
    }

    /// Lets this much time pass, a few minutes at a time, and runs what is due.
    async fn pass(&self, minutes: i64) {
        for _ in 0..minutes.div_euclid(5) {
            self.app.advance(jiff::SignedDuration::from_mins(5));
            self.app.run_jobs().await;
        }
    }

    /// Status, what is said of it, attempts.
    async fn stands(&self, refund: Uuid) -> (String, String, i32) {
        let row = self
            .app
            .sql
            .query_one(
                "select status, coalesce(status_detail, ''), attempts from refunds where id = $1",
                &[&refund],
            )
            .await
            .unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    /// What came of each attempt.
    async fn outcomes(&self, refund: Uuid) -> Vec<String> {
        let rows = self
            .app
            .sql
            .query(
                "select coalesce(outcome, '-') from refund_attempts where refund_id = $1 order by number",
                &[&refund],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The events of the refund, as they were written one after the other.
    async fn events(&self, refund: Uuid) -> Vec<String> {
        let rows = self
            .app
            .sql
            .query(
                "select action from events where subject_id = $1 and actor_kind = 'system' order by ctid",
                &[&refund],
            )
            .await
            .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}
