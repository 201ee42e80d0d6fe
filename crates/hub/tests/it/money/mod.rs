//! Refunds, store credit, ceilings and approvals, through the doors; the books balance after every test.

mod approvals;
mod books;
mod claims;
mod credits;
mod refunds;

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Answer, Client, TestApp, fresh_key, id, id_of};

/// A customer with one booking that was paid.
struct Case {
    app: TestApp,
    customer: Value,
    booking: Uuid,
    finance: Client,
}

impl Case {
    async fn paid(pence: i64) -> Self {
        let app = TestApp::new().await;
        let creator = app.as_role(Role::Ops).await;
        let customer = creator.create_customer("Emma Davis", "emma@example.com").await;
        let booking = app.booking(id_of(&customer)).paid(pence).insert().await;
        let finance = app.as_role(Role::Finance).await;
        Self { app, customer, booking, finance }
    }

    async fn act(&self, client: &Client, key: &str, body: &Value) -> Answer {
        let path = format!("/api/admin/customers/{}/actions", id(&self.customer));
        client.post(&path, body).header("idempotency-key", key).await
    }

    fn refund(&self, amount: i64) -> Value {
        json!({ "action": "issue_refund", "bookingId": self.booking, "amount": amount, "reason": "late" })
    }

    async fn money(&self) -> Value {
        self.finance.get(&format!("/api/admin/customers/{}/money", id(&self.customer))).await.ok()
    }

    /// Captured, refunded, reserved.
    async fn payment(&self) -> (i64, i64, i64) {
        let row = self
            .app
            .sql
            .query_one(
                "select captured, refunded, reserved from payments where booking_id = $1",
                &[&self.booking],
            )
            .await
            .unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    async fn settle(&self, refund: &Value, body: &Value) -> Answer {
        self.settle_with(&self.finance, &fresh_key(), refund, body).await
    }

    async fn settle_with(&self, client: &Client, key: &str, refund: &Value, body: &Value) -> Answer {
        let path = format!("/api/admin/refunds/{}/settle", id(refund));
        client.post(&path, body).header("idempotency-key", key).await
    }

    /// A bank asks £10.00 of the payment back; where it stands.
    async fn disputed(&self, status: &str) {
        self.app
            .sql
            .execute(
                "insert into disputes (id, payment_id, provider, provider_dispute_id, amount, reason, status, opened_at, created_at, updated_at)
                 select gen_random_uuid(), id, 'stripe', 'dp_1', 1000, 'fraudulent', $2, now(), now(), now() from payments where booking_id = $1",
                &[&self.booking, &status],
            )
            .await
            .unwrap();
    }

    /// Asks as support for more than support may give, and answers the request.
    async fn held_back(&self, amount: i64) -> (Client, Value) {
        let support = self.app.as_role(Role::Support).await;
        let asked = self.act(&support, "held", &self.refund(amount)).await.ok();
        let approval = asked["approvalId"].as_str().unwrap();
        let shown = self.finance.get(&format!("/api/admin/approvals/{approval}")).await.ok();
        (support, shown)
    }

    async fn decide(&self, client: &Client, approval: &Value, verdict: &str) -> Answer {
        let body = json!({ "requestHash": approval["requestHash"], "word": "Photos seen" });
        let path = format!("/api/admin/approvals/{}/{verdict}", id(approval));
        client.post(&path, &body).header("idempotency-key", &fresh_key()).await
    }
}
