//! Ceilings, and the second pair of eyes.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::Case;
use crate::support::{Client, fresh_key, id, id_of};

#[tokio::test]
async fn above_a_ceiling_somebody_else_decides() {
    let case = Case::paid(50_000).await;
    let (support, asked) = case.held_back(10_001).await;
    assert_eq!(asked["state"], "pending");
    assert_eq!(asked["policy"]["exceeded"], json!(["per_act"]));
    assert_eq!(case.payment().await, (50_000, 0, 10_001), "the sum is held until somebody decides");
    case.decide(&support, &asked, "approve").await.problem(403, "not_permitted");
    let changed = json!({ "requestHash": "00".repeat(32), "word": "Yes" });
    let path = format!("/api/admin/approvals/{}/approve", id(&asked));
    let post = async |body: &serde_json::Value| {
        case.finance.post(&path, body).header("idempotency-key", &fresh_key()).await
    };
    case.finance.post(&path, &changed).await.problem(400, "idempotency_key_required");
    post(&changed).await.problem(409, "request_changed");
    let wordless = json!({ "requestHash": asked["requestHash"], "word": " " });
    assert_eq!(post(&wordless).await.problem(422, "invalid_field")["field"], "word");

    let decided = case.decide(&case.finance, &asked, "approve").await.ok();
    assert_eq!(decided["state"], "approved");
    let refund = &case.money().await["refunds"][0];
    assert_eq!((&refund["status"], &refund["amount"]), (&json!("requires_action"), &json!(10_001)));
    case.decide(&case.finance, &asked, "reject").await.problem(409, "already_decided");
    case.app.finish().await;
}

#[tokio::test]
async fn a_decision_that_is_sent_twice_counts_once() {
    let case = Case::paid(50_000).await;
    let (_, asked) = case.held_back(10_001).await;
    let body = json!({ "requestHash": asked["requestHash"], "word": "Photos seen" });
    let decide = async |verdict: &str| {
        let path = format!("/api/admin/approvals/{}/{verdict}", id(&asked));
        case.finance.post(&path, &body).header("idempotency-key", "once").await
    };
    assert_eq!(decide("approve").await.ok()["state"], "approved");
    let again = decide("approve").await;
    again.changed_nothing();
    assert_eq!(again.ok()["state"], "approved");
    decide("reject").await.problem(422, "idempotency_key_reused");
    case.app.finish().await;
}

#[tokio::test]
async fn a_rejected_or_withdrawn_request_frees_what_it_held() {
    for rejected in [true, false] {
        let case = Case::paid(50_000).await;
        let (support, asked) = case.held_back(20_000).await;
        let withdraw = format!("/api/admin/approvals/{}/withdraw", id(&asked));
        if rejected {
            case.decide(&case.finance, &asked, "reject").await.ok();
        } else {
            case.finance.act(&withdraw).await.problem(403, "not_own_request");
            assert_eq!(support.act(&withdraw).await.ok()["state"], "withdrawn");
        }
        assert_eq!(case.payment().await, (50_000, 0, 0));
        let status = if rejected { "rejected" } else { "cancelled" };
        assert_eq!(case.money().await["refunds"][0]["status"], status);
        case.decide(&case.finance, &asked, "approve").await.problem(409, "already_decided");
        case.app.finish().await;
    }
}

#[tokio::test]
async fn nobody_approves_what_they_asked_for_themselves() {
    let case = Case::paid(500_000).await;
    let asked = case.act(&case.finance, "a", &case.refund(100_001)).await.ok();
    let approval = asked["approvalId"].as_str().unwrap();
    let shown = case.finance.get(&format!("/api/admin/approvals/{approval}")).await.ok();
    assert_eq!(shown["decide"]["code"], "own_request");
    case.decide(&case.finance, &shown, "approve").await.problem(403, "own_request");
    let colleague = case.app.as_role(Role::Superadmin).await;
    case.decide(&colleague, &shown, "approve").await.ok();
    case.app.finish().await;
}

#[tokio::test]
async fn two_who_decide_at_once_decide_once() {
    let case = Case::paid(50_000).await;
    let (_, asked) = case.held_back(15_000).await;
    let other = case.app.as_role(Role::Superadmin).await;
    let (one, two) =
        tokio::join!(case.decide(&case.finance, &asked, "approve"), case.decide(&other, &asked, "reject"));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    case.app.finish().await;
}

#[tokio::test]
async fn ceilings_count_the_customers_ninety_days_and_the_persons_day() {
    let case = Case::paid(500_000).await;
    let support = case.app.as_role(Role::Support).await;
    let held = async |client: &Client, key: &str, amount: i64| {
        let made = case.act(client, key, &case.refund(amount)).await.ok();
        made["approvalId"].is_string()
    };
    assert!(!held(&support, "a", 10_000).await);
    assert!(!held(&support, "b", 10_000).await);
    assert!(held(&support, "c", 1).await, "£200 for one customer in 90 days");
    case.app.advance(SignedDuration::from_hours(90 * 24 + 1));
    let support = case.app.as_role(Role::Support).await;
    assert!(!held(&support, "d", 10_000).await);

    // Three ceilings of a day's sum: other customers, the same person.
    let ops = case.app.as_role(Role::Ops).await;
    let mut held_back = Vec::new();
    for n in 0..5 {
        let customer = ops.create_customer("Ann", &format!("ann{n}@example.com")).await;
        let booking = case.app.booking(id_of(&customer)).paid(20_000).insert().await;
        let body =
            json!({ "action": "issue_refund", "bookingId": booking, "amount": 10_000, "reason": "late" });
        let path = format!("/api/admin/customers/{}/actions", id(&customer));
        let made = support.post(&path, &body).header("idempotency-key", &format!("day{n}")).await.ok();
        held_back.push(made["approvalId"].is_string());
    }
    assert_eq!(held_back, [false, false, false, false, true], "£500 a day");
    case.app.finish().await;
}

#[tokio::test]
async fn ceilings_are_edited_by_their_version_and_decisions_keep_theirs() {
    let case = Case::paid(50_000).await;
    let (_, asked) = case.held_back(10_001).await;
    let owner = case.app.as_role(Role::Superadmin).await;
    let limits = owner.get("/api/admin/limits").await.ok();
    let support = limits
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["role"] == "support" && row["act"] == "refund")
        .unwrap()
        .clone();
    let mut new = support.clone();
    new["perAct"] = json!(20_000);
    let put = async |client: &Client, body: &Value| {
        client.request(axum::http::Method::PUT, "/api/admin/limits").json(body).await
    };
    put(&case.finance, &new).await.problem(403, "not_permitted");
    let mut negative = new.clone();
    negative["perPersonDay"] = json!(-1);
    assert_eq!(put(&owner, &negative).await.problem(422, "invalid_field")["field"], "perPersonDay");
    assert_eq!(put(&owner, &new).await.ok()["version"], 2);
    put(&owner, &new).await.problem(409, "stale");
    let kept = case.finance.get(&format!("/api/admin/approvals/{}", id(&asked))).await.ok();
    assert_eq!(kept["policy"]["limits"]["perAct"], 10_000, "the policy it was held back by");
    case.app.finish().await;
}

#[tokio::test]
async fn credit_above_a_ceiling_is_given_once_approved() {
    let case = Case::paid(0).await;
    let support = case.app.as_role(Role::Support).await;
    let credit =
        json!({ "action": "issue_credit", "amount": 5_001, "reason": "goodwill", "notes": "Third delay" });
    let asked = case.act(&support, "a", &credit).await.ok();
    assert!(asked["credit"].is_null());
    let again = case.act(&support, "a", &credit).await;
    again.changed_nothing();
    assert_eq!(again.ok()["approvalId"], asked["approvalId"]);
    assert_eq!(case.money().await["credit"]["balance"], 0);
    let list = case.finance.get("/api/admin/approvals?pending=true").await.ok();
    assert_eq!(list["pending"], 1);
    case.decide(&case.finance, &list["approvals"][0], "approve").await.ok();
    let lot = &case.money().await["credit"]["lots"][0];
    assert_eq!((&lot["amount"], &lot["notes"]), (&json!(5_001), &json!("Third delay")));
    case.app.finish().await;
}
