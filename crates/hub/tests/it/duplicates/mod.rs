//! Two records of one person become one, and two again: nothing is lost, doubled or mixed up on the way.

mod erased;
mod found;
mod guards;
mod merged;
mod parted;
mod refused;

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Answer, Client, TestApp, fresh_key, id, id_of};

/// Two customers with something of everything, and who may merge them.
struct Desk {
    app: TestApp,
    ops: Client,
    finance: Client,
    emma: Uuid,
    twin: Uuid,
}

impl Desk {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let ops = app.as_role(Role::Ops).await;
        let finance = app.as_role(Role::Finance).await;
        let emma = id_of(&customer(&ops, "Emma Davis", Some("emma@example.com"), Some("07700 900123")).await);
        let twin =
            id_of(&customer(&ops, "Emma Davies", Some("e.davis@example.com"), Some("+44 7700 900124")).await);
        Self { app, ops, finance, emma, twin }
    }

    async fn page(&self, customer: Uuid) -> Value {
        self.ops.get(&path(customer, "")).await.ok()
    }

    async fn version(&self, customer: Uuid) -> i64 {
        let sql = "select version from customers where id = $1";
        self.app.sql.query_one(sql, &[&customer]).await.unwrap().get::<_, i32>(0).into()
    }

    /// The body that merges the twin into Emma as they are now.
    async fn body(&self, keep: Value) -> Value {
        json!({ "otherId": self.twin, "survivorVersion": self.version(self.emma).await,
            "otherVersion": self.version(self.twin).await, "keep": keep, "reason": "Same phone, same street" })
    }

    async fn try_merge(&self) -> Answer {
        let body = self.body(json!({})).await;
        self.ops.post(&path(self.emma, "/merge"), &body).await
    }

    async fn merge(&self, keep: Value) -> Value {
        let body = self.body(keep).await;
        self.ops.post(&path(self.emma, "/merge"), &body).await.ok()
    }

    async fn try_undo(&self, merge: &Value) -> Answer {
        self.ops
            .post(&format!("/api/admin/merges/{}/undo", id(merge)), &json!({ "reason": "Two sisters" }))
            .await
    }

    async fn merges(&self, customer: Uuid) -> Vec<Value> {
        let list = self.ops.get(&path(customer, "/merges")).await.ok();
        list["merges"].as_array().unwrap().clone()
    }

    async fn act(&self, customer: Uuid, body: &Value) -> Answer {
        self.finance.post(&path(customer, "/actions"), body).header("idempotency-key", &fresh_key()).await
    }

    async fn credit(&self, customer: Uuid, amount: i64) {
        let body =
            json!({ "action": "issue_credit", "amount": amount, "reason": "goodwill", "notes": "Sorry" });
        self.act(customer, &body).await.ok();
    }

    async fn spend(&self, customer: Uuid, booking: Uuid, amount: i64) {
        let body = json!({ "action": "spend_credit", "bookingId": booking, "amount": amount });
        self.act(customer, &body).await.ok();
    }
}

fn path(customer: Uuid, tail: &str) -> String {
    format!("/api/admin/customers/{customer}{tail}")
}

async fn customer(client: &Client, name: &str, email: Option<&str>, phone: Option<&str>) -> Value {
    client.post("/api/admin/customers", &json!({ "name": name, "email": email, "phone": phone })).await.ok()
}
