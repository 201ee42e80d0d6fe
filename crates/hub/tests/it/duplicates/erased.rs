//! Erasing who stayed erases who was merged; a copy of everything holds both.

use serde_json::{Value, json};
use staff::Role;

use super::{Desk, path};
use crate::support::id;

#[tokio::test]
async fn erasing_who_stayed_erases_who_was_merged() {
    let desk = Desk::new().await;
    let page = desk.page(desk.twin).await;
    let renamed = json!({ "name": "Emma Kqzxold", "email": "kqzx@example.com", "phone": "+44 7700 900124" });
    desk.ops.put(&path(desk.twin, ""), page["version"].as_i64().unwrap(), &renamed).await.ok();
    desk.ops.post(&path(desk.twin, "/notes"), &json!({ "body": "kqzx likes tea" })).await.ok();
    let merge = desk.merge(json!({})).await;
    let reviewer = desk.app.as_role(Role::Reviewer).await;
    let plan =
        desk.ops.post(&path(desk.emma, "/erasure"), &json!({ "reason": "Asked" })).await.ok()["erasure"]
            .clone();
    desk.try_undo(&merge).await.problem(409, "erasure_open");
    reviewer
        .post(&format!("/api/admin/erasures/{}/approve", id(&plan)), &json!({ "planHash": plan["planHash"] }))
        .await
        .ok();
    desk.app.run_jobs().await;

    let done = desk.ops.get(&path(desk.emma, "/erasure")).await.ok()["erasure"].clone();
    assert_eq!(done["state"], "done", "{done:#}");
    let sql = "select count(*) from customers where erased_at is not null and name = 'Erased customer' and email is null";
    assert_eq!(desk.app.sql.query_one(sql, &[]).await.unwrap().get::<_, i64>(0), 2);
    let keys = "select count(*) from value_keys where customer_id is not null and destroyed_at is null";
    assert_eq!(desk.app.sql.query_one(keys, &[]).await.unwrap().get::<_, i64>(0), 0, "of both");
    let left = "select count(*) from customer_merges where before::text like '%emma%' or reason like '%phone%' or after <> '{}'";
    assert_eq!(desk.app.sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    let ledger = desk.app.app.settings.erasure_ledger.clone().unwrap();
    let entries = erasure::read_ledger(&ledger).unwrap();
    assert_eq!(entries.len(), 2, "each record for itself: an earlier state may know them as two");
    for entry in &entries {
        assert_eq!(erasure::apply(&desk.app.app, entry).await.unwrap(), erasure::Again::StillErased);
    }
    desk.try_undo(&merge).await.problem(409, "erased");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_hold_on_who_stayed_covers_who_was_merged() {
    let desk = Desk::new().await;
    desk.merge(json!({})).await;
    desk.ops.post(&path(desk.emma, "/holds"), &json!({ "reason": "Court" })).await.ok();
    let sql = "select exists (select from legal_holds h where h.customer_id = person_of($1) and h.lifted_at is null)";
    assert!(desk.app.sql.query_one(sql, &[&desk.twin]).await.unwrap().get::<_, bool>(0));
    let refused = desk.ops.post(&path(desk.emma, "/erasure"), &json!({ "reason": "Asked" })).await;
    refused.problem(409, "legal_hold");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_copy_of_everything_holds_who_was_merged() {
    let desk = Desk::new().await;
    desk.merge(json!({})).await;
    let customer = privacy_sections(&desk).await;
    assert_eq!(customer["profile"], 2, "{customer}");
    assert_eq!(customer["merges"], 1, "{customer}");
    desk.app.finish().await;
}

/// Rows of each section of a copy that is made now.
async fn privacy_sections(desk: &Desk) -> Value {
    let ask = desk.ops.post(&path(desk.emma, "/actions"), &json!({ "action": "export_data" }));
    ask.header("idempotency-key", &crate::support::fresh_key()).await.ok();
    desk.app.run_jobs().await;
    desk.app
        .sql
        .query_one("select counts from personal_exports where state = 'ready'", &[])
        .await
        .unwrap()
        .get(0)
}
