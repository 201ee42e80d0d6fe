//! When two records are not merged, or not parted, and what is said.

use jiff::SignedDuration;
use serde_json::json;
use staff::Role;
use uuid::Uuid;

use super::{Desk, path};
use crate::support::{fresh_key, id};

#[tokio::test]
async fn what_is_typed_is_checked() {
    let desk = Desk::new().await;
    let merge = path(desk.emma, "/merge");
    let body = desk.body(json!({})).await;
    let with = |field: &str, value: serde_json::Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    desk.ops.post(&merge, &with("otherId", json!(desk.emma))).await.invalid("otherId");
    desk.ops.post(&merge, &with("otherId", json!(Uuid::nil()))).await.invalid("otherId");
    desk.ops.post(&merge, &with("reason", json!(" "))).await.invalid("reason");
    desk.ops.post(&merge, &with("reason", json!("x".repeat(501)))).await.invalid("reason");
    desk.ops.post(&merge, &with("reason", json!("a\u{202e}b"))).await.invalid("reason");
    desk.ops.post(&merge, &with("surprise", json!(1))).await.has_status(422);
    desk.ops.post(&merge, &with("keep", json!({ "name": "both" }))).await.has_status(422);
    desk.ops.post(&path(Uuid::nil(), "/merge"), &body).await.has_status(404);
    desk.ops.get(&path(desk.emma, "/merge?other=x")).await.has_status(422);
    desk.ops.get(&path(desk.emma, &format!("/merge?other={}", desk.emma))).await.invalid("other");
    desk.ops.get(&path(desk.emma, &format!("/merge?other={}", Uuid::nil()))).await.invalid("other");
    desk.ops.get(&path(Uuid::nil(), "/merges")).await.has_status(404);
    desk.ops
        .post(&format!("/api/admin/merges/{}/undo", Uuid::nil()), &json!({ "reason": "x" }))
        .await
        .has_status(404);
    let seen = desk.ops.post(&merge, &with("otherVersion", json!(7))).await.problem(412, "changed_meanwhile");
    assert_eq!(seen["current"]["name"], "Emma Davies");
    let silent = super::customer(&desk.ops, "No Mail", None, Some("07700 900555")).await;
    let none = json!({ "otherId": silent["id"], "survivorVersion": 1, "otherVersion": 1, "keep": { "email": "other" }, "reason": "x" });
    desk.ops.post(&merge, &none).await.invalid("keep.email");
    let support = desk.app.as_role(Role::Support).await;
    support.post(&merge, &body).await.problem(403, "not_permitted");
    assert_eq!(desk.page(desk.emma).await["actions"]["merge"]["allowed"], true);
    assert_eq!(support.get(&path(desk.emma, "")).await.ok()["actions"]["merge"]["allowed"], false);
    desk.app.advance(SignedDuration::from_mins(11));
    desk.ops.post(&merge, &body).await.problem(403, "step_up_required");
    assert_eq!(desk.merges(desk.emma).await.len(), 0);
    desk.app.finish().await;
}

#[tokio::test]
async fn who_would_be_mixed_up_is_not_merged() {
    let desk = Desk::new().await;
    // On either side, whichever it is.
    for customer in [desk.emma, desk.twin] {
        let held = desk.ops.post(&path(customer, "/holds"), &json!({ "reason": "Court" })).await.ok();
        desk.try_merge().await.problem(409, "legal_hold");
        let lift = format!("/api/admin/holds/{}/lift", id(&held["holds"][0]));
        desk.ops.post(&lift, &json!({ "reason": "Over" })).await.ok();

        let plan = desk.ops.post(&path(customer, "/erasure"), &json!({ "reason": "Asked" })).await.ok();
        desk.try_merge().await.problem(409, "erasure_open");
        desk.ops.act(&format!("/api/admin/erasures/{}/withdraw", id(&plan["erasure"]))).await.ok();

        let booking = desk.app.booking(customer).paid(45_000).insert().await;
        let refund =
            json!({ "action": "issue_refund", "bookingId": booking, "amount": 500, "reason": "late" });
        let made = desk.act(customer, &refund).await.ok();
        let refused = desk.try_merge().await.problem(409, "refund_under_way");
        assert_eq!(refused["blocks"].as_array().unwrap().len(), 1);
        desk.app
            .sql
            .execute(
                "update refunds set status = 'cancelled', updated_at = now() where id = $1",
                &[&crate::support::id_of(&made["refund"])],
            )
            .await
            .unwrap();

        let support = desk.app.as_role(Role::Support).await;
        let much =
            json!({ "action": "issue_credit", "amount": 9_000, "reason": "goodwill", "notes": "Much" });
        let asked = support
            .post(&path(customer, "/actions"), &much)
            .header("idempotency-key", &fresh_key())
            .await
            .ok();
        desk.try_merge().await.problem(409, "approval_pending");
        let withdraw = format!("/api/admin/approvals/{}/withdraw", asked["approvalId"].as_str().unwrap());
        support.act(&withdraw).header("idempotency-key", &fresh_key()).await.ok();

        desk.ops
            .post(&path(customer, "/actions"), &json!({ "action": "export_data" }))
            .header("idempotency-key", &fresh_key())
            .await
            .ok();
        desk.try_merge().await.problem(409, "export_in_the_making");
        desk.app.run_jobs().await;
    }
    desk.ops.delete(&path(desk.twin, "")).await.ok();
    desk.try_merge().await.problem(409, "archived");
    desk.ops.act(&path(desk.twin, "/restore")).await.ok();
    let case = json!({ "kind": "access", "customerId": desk.twin, "channel": "email", "receivedOn": "2026-11-20", "asked": "Everything" });
    desk.ops.post("/api/admin/data-requests", &case).header("idempotency-key", &fresh_key()).await.ok();
    let refused = desk.try_merge().await.problem(409, "data_request_open");
    assert!(refused["detail"].as_str().unwrap().contains("DR-"), "{refused}");
    let preview = desk.ops.get(&path(desk.emma, &format!("/merge?other={}", desk.twin))).await.ok();
    assert_eq!(preview["merge"]["code"], "data_request_open");
    desk.app.finish().await;
}

#[tokio::test]
async fn nothing_is_done_for_who_was_merged() {
    let desk = Desk::new().await;
    let version = desk.version(desk.twin).await;
    let merge = desk.merge(json!({})).await;
    let twin = |tail: &str| path(desk.twin, tail);
    let details = json!({ "name": "New", "email": "new@example.com" });
    desk.ops.put(&twin(""), version + 1, &details).await.problem(409, "merged");
    desk.ops.delete(&twin("")).await.problem(409, "merged");
    desk.ops.act(&twin("/restore")).await.problem(409, "merged");
    desk.ops.post(&twin("/notes"), &json!({ "body": "x" })).await.problem(409, "merged");
    let address =
        json!({ "label": "Home", "line1": "1 High Street", "city": "Leeds", "postcode": "LS1 4AP" });
    desk.ops.post(&twin("/addresses"), &address).await.problem(409, "merged");
    for act in [
        json!({ "action": "add_flag", "kind": "vip", "reason": "x" }),
        json!({ "action": "issue_credit", "amount": 100, "reason": "goodwill", "notes": "x" }),
    ] {
        desk.act(desk.twin, &act).await.problem(409, "merged");
    }
    desk.ops
        .post(&twin("/actions"), &json!({ "action": "export_data" }))
        .header("idempotency-key", &fresh_key())
        .await
        .problem(409, "merged");
    desk.ops.post(&twin("/holds"), &json!({ "reason": "x" })).await.problem(409, "merged");
    desk.ops.post(&twin("/erasure"), &json!({ "reason": "x" })).await.problem(409, "merged");
    let case = json!({ "kind": "access", "customerId": desk.twin, "channel": "email", "receivedOn": "2026-11-20", "asked": "x" });
    desk.ops
        .post("/api/admin/data-requests", &case)
        .header("idempotency-key", &fresh_key())
        .await
        .problem(409, "merged");
    desk.try_merge().await.problem(409, "merged");
    desk.try_undo(&merge).await.ok();
    desk.try_undo(&merge).await.problem(409, "merge_undone");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_came_since_may_keep_them_together() {
    let desk = Desk::new().await;
    desk.credit(desk.twin, 900).await;
    let booking = desk.app.booking(desk.emma).status("CONFIRMED").costs(50_000).insert().await;
    let merge = desk.merge(json!({})).await;

    let held = desk.ops.post(&path(desk.emma, "/holds"), &json!({ "reason": "Court" })).await.ok();
    desk.try_undo(&merge).await.problem(409, "legal_hold");
    desk.ops
        .post(&format!("/api/admin/holds/{}/lift", id(&held["holds"][0])), &json!({ "reason": "Over" }))
        .await
        .ok();

    // The address of who was merged is free, and may be somebody else's by now.
    let taker = super::customer(&desk.ops, "Taker", Some("E.Davis@example.com"), None).await;
    let refused = desk.try_undo(&merge).await.problem(409, "email_taken");
    assert!(refused["detail"].as_str().unwrap().starts_with("Taker "), "{refused}");
    desk.ops.delete(&path(crate::support::id_of(&taker), "")).await.ok();

    desk.spend(desk.emma, booking, 400).await;
    let refused = desk.try_undo(&merge).await.problem(409, "credit_spent");
    assert!(refused["detail"].as_str().unwrap().starts_with("£4.00 of store credit"), "{refused}");
    assert_eq!(desk.merges(desk.emma).await[0]["undo"]["code"], "credit_spent", "as the screen shows it");
    desk.app.finish().await;
}

#[tokio::test]
async fn of_two_who_merge_at_once_one_does() {
    let desk = Desk::new().await;
    let body = desk.body(json!({})).await;
    let turned = json!({ "otherId": desk.emma, "survivorVersion": 1, "otherVersion": 1, "reason": "x" });
    let (one, other, third) = tokio::join!(
        async { desk.ops.post(&path(desk.emma, "/merge"), &body).await },
        async { desk.ops.post(&path(desk.twin, "/merge"), &turned).await },
        async { desk.ops.post(&path(desk.emma, "/merge"), &body).await },
    );
    let done = [&one, &other, &third].iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(done, 1, "{} {} {}", one.status, other.status, third.status);
    for answer in [one, other, third].iter().filter(|answer| !answer.status.is_success()) {
        answer.problem(409, "merged");
    }
    desk.app.finish().await;
}
