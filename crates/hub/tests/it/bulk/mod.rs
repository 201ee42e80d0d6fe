//! Acts on many customers at once: chosen, foretold, done, listed and taken back.

mod chosen;
mod runs;
mod trash;
mod undo;

use serde_json::{Value, json};

use crate::support::{Client, Sending, TestApp, fresh_key, id, id_of};

const SELECTIONS: &str = "/api/admin/selections";
const RUNS: &str = "/api/admin/bulk-runs";

async fn select(client: &Client, body: Value) -> Value {
    client.post(SELECTIONS, &body).await.ok()
}

/// Everybody who matches these words.
async fn matching(client: &Client, search: &str) -> Value {
    select(client, json!({ "filter": { "search": search }, "sortBy": "name" })).await
}

async fn preview(client: &Client, selection: &Value, act: &Value) -> Value {
    client.post(&format!("{SELECTIONS}/{}/preview", id(selection)), act).await.ok()
}

fn start(client: &Client, selection: &Value, act: &Value) -> Sending {
    client.post(&format!("{SELECTIONS}/{}/run", id(selection)), act).header("idempotency-key", &fresh_key())
}

fn undo(client: &Client, run: &Value) -> Sending {
    client.act(&format!("{RUNS}/{}/undo", id(run))).header("idempotency-key", &fresh_key())
}

async fn read(client: &Client, run: &Value) -> Value {
    client.get(&format!("{RUNS}/{}", id(run))).await.ok()
}

/// Done to its end, as it reads then.
async fn done(app: &TestApp, client: &Client, selection: &Value, act: &Value) -> Value {
    let run = start(client, selection, act).await.ok();
    app.run_jobs().await;
    read(client, &run).await
}

fn counts(run: &Value) -> [i64; 3] {
    ["changed", "skipped", "refused"].map(|name| run[name].as_i64().unwrap())
}

/// Names and codes of those with this outcome, in order.
async fn became(client: &Client, run: &Value, outcome: &str) -> Vec<(String, String)> {
    let page = client.get(&format!("{RUNS}/{}/customers?outcome={outcome}", id(run))).await.ok();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    page["customers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(one, "customerName"), text(one, "code")))
        .collect()
}

fn vip() -> Value {
    json!({ "action": "add_flag", "kind": "vip", "reason": "Recommends us" })
}

fn no_vip() -> Value {
    json!({ "action": "remove_flag", "kind": "vip", "reason": "The offer is over" })
}

fn archive() -> Value {
    json!({ "action": "archive" })
}

fn restore() -> Value {
    json!({ "action": "restore" })
}

/// Five who fare differently: nobody in particular, with a flag, archived, with an open booking, and erased.
async fn crowd(app: &TestApp, client: &Client) -> [Value; 5] {
    let made = async |number: u8, name: &str| {
        client.create_customer(&format!("Crowd {number} {name}"), &format!("crowd{number}@example.com")).await
    };
    let [plain, flagged, archived, booked, erased] = [
        made(1, "Plain").await,
        made(2, "Flagged").await,
        made(3, "Archived").await,
        made(4, "Booked").await,
        made(5, "Erased").await,
    ];
    app.flag(id_of(&flagged), "vip").await;
    client.delete(&format!("/api/admin/customers/{}", id(&archived))).await.ok();
    app.booking(id_of(&booked)).status("CONFIRMED").insert().await;
    app.sql
        .execute("update customers set erased_at = $2 where id = $1", &[&id_of(&erased), &app.now()])
        .await
        .unwrap();
    [plain, flagged, archived, booked, erased]
}

fn ids(customers: &[Value]) -> Value {
    json!({ "customers": customers.iter().map(id).collect::<Vec<_>>() })
}

async fn event_count(app: &TestApp, action: &str) -> i64 {
    let sql = "select count(*) from events where action = $1";
    app.sql.query_one(sql, &[&action]).await.unwrap().get(0)
}
