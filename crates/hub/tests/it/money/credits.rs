//! Store credit: issued, spent, expired.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::Case;
use crate::support::id_of;

#[tokio::test]
async fn a_refund_may_stay_as_store_credit_and_be_spent() {
    let case = Case::paid(20_000).await;
    let mut body = case.refund(5_000);
    body["destination"] = json!("store_credit");
    let made = case.act(&case.finance, "a", &body).await.ok();
    assert_eq!(made["refund"]["status"], "succeeded");
    let money = case.money().await;
    assert_eq!((&money["credit"]["balance"], &money["ltv"]), (&json!(5_000), &json!(15_000)));

    let next = case.app.booking(id_of(&case.customer)).status("PENDING_PAYMENT").costs(8_000).insert().await;
    let spend = |amount: i64| json!({ "action": "spend_credit", "bookingId": next, "amount": amount });
    case.act(&case.finance, "b", &spend(5_001)).await.problem(422, "credit_exceeded");
    let after = case.act(&case.finance, "c", &spend(4_000)).await.ok();
    assert_eq!(after["balance"]["balance"], 1_000);
    let again = case.act(&case.finance, "c", &spend(4_000)).await;
    again.changed_nothing();
    assert_eq!(again.ok()["balance"]["balance"], 1_000);
    let paid = json!({ "action": "spend_credit", "bookingId": case.booking, "amount": 6_000 });
    let problem = case.act(&case.finance, "d", &paid).await.problem(422, "invalid_field");
    assert_eq!(problem["field"], "amount");
    case.app.finish().await;
}

#[tokio::test]
async fn credit_is_issued_drawn_in_the_order_of_expiry_and_expires() {
    let case = Case::paid(0).await;
    let credit = |amount: i64, day: Value| json!({ "action": "issue_credit", "amount": amount, "reason": "compensation", "expiresOn": day });
    for (key, body, field) in [
        ("a", credit(100, json!("2026-11-21")), "expiresOn"),
        ("b", credit(100, json!("2036-12-31")), ""),
        ("c", credit(100, json!("2037-01-01")), "expiresOn"),
        ("d", credit(0, Value::Null), "amount"),
        ("e", json!({ "action": "issue_credit", "amount": 5, "reason": "refund" }), "reason"),
    ] {
        let answer = case.act(&case.finance, key, &body).await;
        if field.is_empty() {
            assert_eq!(answer.ok()["credit"]["remaining"], 100);
        } else {
            assert_eq!(answer.problem(422, "invalid_field")["field"], field);
        }
    }
    case.act(&case.finance, "f", &credit(500, json!("2026-11-22"))).await.ok();
    case.act(&case.finance, "g", &credit(700, Value::Null)).await.ok();
    let booking = case.app.booking(id_of(&case.customer)).status("CONFIRMED").costs(10_000).insert().await;
    let spend = json!({ "action": "spend_credit", "bookingId": booking, "amount": 550 });
    case.act(&case.finance, "h", &spend).await.ok();
    let left: Vec<i64> = case
        .app
        .sql
        .query("select remaining from credits order by expires_on nulls last", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(left, [0, 50, 700]);

    case.act(&case.finance, "i", &credit(300, json!("2026-11-22"))).await.ok();
    assert_eq!(case.money().await["credit"]["balance"], 1_050);
    // Its last day ends at midnight in London.
    case.app.advance(SignedDuration::from_hours(14));
    let case = Case { finance: case.app.as_role(Role::Finance).await, ..case };
    assert_eq!(case.money().await["credit"]["balance"], 750);
    let spend = json!({ "action": "spend_credit", "bookingId": booking, "amount": 751 });
    case.act(&case.finance, "j", &spend).await.problem(422, "credit_exceeded");
    case.app.run_jobs().await;
    let money = case.money().await;
    let lots = money["credit"]["lots"].as_array().unwrap();
    let expired = lots.iter().find(|lot| lot["amount"] == 300).unwrap();
    assert_eq!((&expired["remaining"], &expired["uses"][0]["kind"]), (&json!(0), &json!("expired")));
    case.app.finish().await;
}
