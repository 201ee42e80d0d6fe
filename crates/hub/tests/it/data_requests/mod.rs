//! What people ask about their data: the case from receipt to closing, its clock, and who may do what.

mod certificate;
mod delivery;
mod erasure;
mod guards;
mod reminders;
mod steps;

use serde_json::{Value, json};
use staff::Role;

use crate::support::{Answer, Client, TestApp, id};

const LIST: &str = "/api/admin/data-requests";

/// A request of a customer, received two days before the test begins, and the three who deal with it.
struct Desk {
    app: TestApp,
    ops: Client,
    reviewer: Client,
    customer: Value,
}

impl Desk {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let ops = app.as_role(Role::Ops).await;
        let reviewer = app.as_role(Role::Reviewer).await;
        let customer = ops.create_customer("Emma Davis", "emma@example.com").await;
        Self { app, ops, reviewer, customer }
    }

    fn input(&self, kind: &str, received: &str) -> Value {
        json!({ "kind": kind, "customerId": id(&self.customer), "channel": "email", "receivedOn": received,
            "asked": "Please send me everything you hold about me." })
    }

    async fn received(&self, kind: &str, received: &str) -> Value {
        create(&self.ops, &self.input(kind, received)).await.ok()
    }

    /// Ready to be worked on.
    async fn identified(&self, kind: &str, received: &str) -> Value {
        let case = self.received(kind, received).await;
        let confirm = json!({ "action": "confirm_identity", "on": received, "method": "known_contact" });
        act(&self.ops, &case, &confirm).await.ok()
    }

    /// Waiting for a second person.
    async fn prepared(&self, kind: &str) -> Value {
        let case = self.identified(kind, "2026-11-20").await;
        act(&self.ops, &case, &fulfil()).await.ok()
    }

    async fn approved(&self, kind: &str) -> Value {
        let case = self.prepared(kind).await;
        act(&self.reviewer, &case, &json!({ "action": "approve", "word": "Complete" })).await.ok()
    }
}

fn fulfil() -> Value {
    json!({ "action": "prepare", "proposal": "fulfil", "done": "A copy of all data was made." })
}

async fn create(client: &Client, body: &Value) -> Answer {
    client.post(LIST, body).header("idempotency-key", &platform::random::token()).await
}

async fn act(client: &Client, case: &Value, body: &Value) -> Answer {
    client
        .post(&format!("{LIST}/{}/actions", id(case)), body)
        .header("if-match", &format!("\"{}\"", case["version"]))
        .await
}

async fn read(client: &Client, case: &Value) -> Value {
    client.get(&format!("{LIST}/{}", id(case))).await.ok()
}

fn may<'a>(case: &'a Value, action: &str) -> &'a Value {
    case["acts"].as_array().unwrap().iter().find(|act| act["action"] == action).unwrap()
}
