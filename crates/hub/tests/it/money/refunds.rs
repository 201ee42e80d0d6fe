//! Refunds: what they reserve, when they are refunded, and who may.

use futures_util::future::join_all;
use serde_json::{Value, json};
use staff::Role;

use super::Case;
use crate::support::{id, id_of};

#[tokio::test]
async fn a_refund_says_refunded_only_when_the_money_went_back() {
    let case = Case::paid(45_000).await;
    let made = case.act(&case.finance, "a", &case.refund(12_000)).await.ok();
    let refund = &made["refund"];
    assert_eq!(refund["status"], "requires_action");
    assert_eq!(refund["reason"], "Late");
    assert_eq!(case.payment().await, (45_000, 0, 12_000));
    let money = case.money().await;
    assert_eq!((&money["ltv"], &money["payments"][0]["refundable"]), (&json!(45_000), &json!(33_000)));

    let paid = json!({ "outcome": "paid", "reference": "FPS 20261122-7" });
    let settled = case.settle(refund, &paid).await.ok();
    assert_eq!((&settled["status"], &settled["reference"]), (&json!("succeeded"), &json!("FPS 20261122-7")));
    assert_eq!(case.payment().await, (45_000, 12_000, 0));
    let money = case.money().await;
    assert_eq!((&money["ltv"], &money["refunded"]), (&json!(33_000), &json!(12_000)));
    let page = case.finance.get(&format!("/api/admin/customers/{}", id(&case.customer))).await.ok();
    assert_eq!(page["stats"]["totalLtv"], 33_000);
    assert_eq!(page["bookings"][0]["status"], "COMPLETED", "a refund never changes the booking");
    case.settle(refund, &paid).await.problem(409, "refund_not_waiting");
    let path = format!("/api/admin/refunds/{}/settle", id(refund));
    case.finance.post(&path, &paid).await.problem(400, "idempotency_key_required");

    let entries =
        case.finance.get(&format!("/api/admin/customers/{}/transfers", id(&case.customer))).await.ok();
    let kinds: Vec<&str> = entries["transfers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["refund_succeeded", "refund_approved", "payment_captured"]);
    case.app.finish().await;
}

#[tokio::test]
async fn a_settling_that_is_sent_twice_counts_once() {
    let case = Case::paid(45_000).await;
    let made = case.act(&case.finance, "a", &case.refund(12_000)).await.ok();
    let refund = &made["refund"];
    let paid = json!({ "outcome": "paid", "reference": "FPS 1" });
    case.settle_with(&case.finance, "once", refund, &paid).await.ok();
    let again = case.settle_with(&case.finance, "once", refund, &paid).await;
    again.changed_nothing();
    assert_eq!(again.ok()["status"], "succeeded");
    let other = json!({ "outcome": "paid", "reference": "FPS 2" });
    case.settle_with(&case.finance, "once", refund, &other).await.problem(422, "idempotency_key_reused");
    assert_eq!(case.payment().await, (45_000, 12_000, 0));
    case.app.finish().await;
}

#[tokio::test]
async fn a_transfer_that_cannot_be_made_frees_what_was_reserved() {
    let case = Case::paid(10_000).await;
    for (outcome, status) in [("failed", "failed"), ("cancelled", "cancelled")] {
        let made = case.act(&case.finance, outcome, &case.refund(10_000)).await.ok();
        case.settle(&made["refund"], &json!({ "outcome": outcome })).await.problem(422, "invalid_field");
        case.settle(&made["refund"], &json!({ "outcome": "paid", "reference": " " }))
            .await
            .problem(422, "invalid_field");
        let reason = json!({ "outcome": outcome, "reason": "The account is closed" });
        let settled = case.settle(&made["refund"], &reason).await.ok();
        assert_eq!(
            (&settled["status"], &settled["statusDetail"]),
            (&json!(status), &json!("The account is closed"))
        );
        assert_eq!(case.payment().await, (10_000, 0, 0));
    }
    case.app.finish().await;
}

#[tokio::test]
async fn nothing_goes_back_beyond_what_came_in() {
    let case = Case::paid(10_000).await;
    let refused = case.act(&case.finance, "a", &case.refund(10_001)).await;
    let problem = refused.problem(422, "refund_exceeds_payment");
    assert_eq!((&problem["remaining"], &problem["field"]), (&json!(10_000), &json!("amount")));
    assert_eq!(problem["detail"], "At most £100.00 is left to refund.");
    case.act(&case.finance, "b", &case.refund(6_000)).await.ok();
    let problem =
        case.act(&case.finance, "c", &case.refund(4_001)).await.problem(422, "refund_exceeds_payment");
    assert_eq!(problem["remaining"], 4_000);
    case.act(&case.finance, "d", &case.refund(4_000)).await.ok();
    let problem = case.act(&case.finance, "e", &case.refund(1)).await.problem(422, "refund_exceeds_payment");
    assert!(problem["detail"].as_str().unwrap().starts_with("Nothing is left to refund"));
    assert_eq!(case.payment().await, (10_000, 0, 10_000));
    let may = &case.money().await["actions"]["issueRefund"];
    assert_eq!((&may["allowed"], &may["code"]), (&json!(false), &json!("nothing_left_to_refund")));
    case.app.finish().await;
}

#[tokio::test]
async fn wrong_sums_reasons_and_bookings_are_refused_by_field() {
    let case = Case::paid(10_000).await;
    let other = case.app.as_role(Role::Ops).await.create_customer("Ann", "ann@example.com").await;
    let foreign = case.app.booking(id_of(&other)).paid(5_000).insert().await;
    let with = |field: &str, value: Value| {
        let mut body = case.refund(1_000);
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("amount", json!(0)), "amount"),
        (with("amount", json!(-5)), "amount"),
        (with("amount", json!(1.5)), "amount"),
        (with("amount", json!("£10")), "amount"),
        (with("amount", json!(1_000_000_001_i64)), "amount"),
        (with("amount", json!(9_223_372_036_854_775_807_i64)), "amount"),
        (with("currency", json!("EUR")), "currency"),
        (with("reason", json!("because")), "reason"),
        (with("reason", json!("other")), "notes"),
        (with("notes", json!("n".repeat(2_001))), "notes"),
        (with("bookingId", json!(foreign)), "bookingId"),
        (with("paymentId", json!(case.booking)), "paymentId"),
        (with("destination", json!("cash")), "destination"),
    ] {
        let problem = case.act(&case.finance, "same", &body).await.problem(422, "invalid_field");
        assert_eq!(problem["field"], field, "{body}");
    }
    let path = format!("/api/admin/customers/{}/actions", id(&case.customer));
    case.finance.post(&path, &case.refund(1)).await.problem(400, "idempotency_key_required");
    assert_eq!(case.payment().await, (10_000, 0, 0));
    case.app.finish().await;
}

#[tokio::test]
async fn who_may_not_is_refused_and_an_archived_customer_too() {
    let case = Case::paid(10_000).await;
    for role in [Role::Reviewer, Role::ReadOnly] {
        let client = case.app.as_role(role).await;
        case.act(&client, "a", &case.refund(100)).await.problem(403, "not_permitted");
    }
    let ops = case.app.as_role(Role::Ops).await;
    ops.delete(&format!("/api/admin/customers/{}", id(&case.customer))).await.ok();
    case.act(&case.finance, "b", &case.refund(100)).await.problem(409, "customer_archived");
    let credit = json!({ "action": "issue_credit", "amount": 100, "reason": "loyalty" });
    case.act(&case.finance, "c", &credit).await.problem(409, "customer_archived");
    assert_eq!(case.payment().await, (10_000, 0, 0));
    case.app.finish().await;
}

#[tokio::test]
async fn the_same_key_refunds_once_and_another_content_is_refused() {
    let case = Case::paid(10_000).await;
    let first = case.act(&case.finance, "key", &case.refund(3_000)).await.ok();
    let again = case.act(&case.finance, "key", &case.refund(3_000)).await;
    again.changed_nothing();
    assert_eq!(again.ok()["refund"]["id"], first["refund"]["id"]);
    case.act(&case.finance, "key", &case.refund(3_001)).await.problem(422, "idempotency_key_reused");
    assert_eq!(case.payment().await, (10_000, 0, 3_000));
    case.app.finish().await;
}

#[tokio::test]
async fn a_double_click_refunds_once() {
    let case = Case::paid(10_000).await;
    let body = case.refund(3_000);
    let answers = join_all((0..8).map(|_| case.act(&case.finance, "key", &body))).await;
    let ids: std::collections::BTreeSet<String> =
        answers.iter().map(|answer| answer.json()["refund"]["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let made: i64 = case.app.sql.query_one("select count(*) from refunds", &[]).await.unwrap().get(0);
    assert_eq!((made, case.payment().await), (1, (10_000, 0, 3_000)));
    // Seven of the answers left no event.
    case.app.abandon();
}

#[tokio::test]
async fn many_at_once_never_exceed_the_payment() {
    let case = Case::paid(10_000).await;
    let mut people = vec![case.finance.clone()];
    for _ in 0..5 {
        people.push(case.app.as_role(Role::Finance).await);
    }
    let body = case.refund(3_000);
    let attempts = people.iter().flat_map(|person| (0..3).map(move |n| (person, n)));
    let answers = join_all(attempts.map(|(person, n)| {
        let (case, body) = (&case, &body);
        async move { case.act(person, &format!("k{n}"), body).await.status.as_u16() }
    }))
    .await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 3, "{answers:?}");
    assert_eq!(case.payment().await, (10_000, 0, 9_000));
    case.app.finish().await;
}
