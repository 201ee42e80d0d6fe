//! Store credit: issued, spent, expired.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::Case;
use crate::support::{id, id_of};

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

impl Case {
    /// A booking that store credit pays £5.50 of.
    async fn paid_by_credit(&self) -> uuid::Uuid {
        let booking =
            self.app.booking(id_of(&self.customer)).status("CONFIRMED").costs(10_000).insert().await;
        let spend = json!({ "action": "spend_credit", "bookingId": booking, "amount": 550 });
        self.act(&self.finance, "spend", &spend).await.ok();
        booking
    }

    async fn cancel(&self, booking: uuid::Uuid) {
        let text = "update bookings set status = 'CANCELLED', cancelled_at = updated_at where id = $1";
        self.app.sql.execute(text, &[&booking]).await.unwrap();
    }
}

#[tokio::test]
async fn credit_spent_on_a_booking_that_is_cancelled_comes_back_once() {
    let case = Case::paid(0).await;
    for (key, amount, day) in [("a", 500, json!("2026-12-01")), ("b", 700, Value::Null)] {
        let body =
            json!({ "action": "issue_credit", "amount": amount, "reason": "loyalty", "expiresOn": day });
        case.act(&case.finance, key, &body).await.ok();
    }
    let booking = case.paid_by_credit().await;
    case.app.run_jobs().await;
    assert_eq!(case.money().await["credit"]["balance"], 650, "the move takes place");
    case.cancel(booking).await;
    case.app.advance(SignedDuration::from_mins(5));
    for _ in 0..2 {
        case.app.run_jobs().await;
        case.app.advance(SignedDuration::from_mins(5));
    }
    let money = case.money().await;
    assert_eq!(money["credit"]["balance"], 1_200);
    let lots = money["credit"]["lots"].as_array().unwrap();
    let kinds = |amount: i64| {
        let lot = lots.iter().find(|lot| lot["amount"] == amount).unwrap();
        let uses = lot["uses"].as_array().unwrap().iter();
        uses.map(|one| (one["kind"].clone(), one["amount"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(kinds(500), [(json!("spent"), json!(500)), (json!("returned"), json!(500))]);
    assert_eq!(kinds(700), [(json!("spent"), json!(50)), (json!("returned"), json!(50))]);
    let path = format!("/api/admin/customers/{}/timeline", id(&case.customer));
    let timeline = case.finance.get(&path).await.ok();
    let told =
        timeline["entries"].as_array().unwrap().iter().filter(|one| one["action"] == "credit.returned");
    assert_eq!(told.count(), 1);
    // By hand neither what was not spent nor what came back already.
    for (text, code) in [
        (
            "select u.id, u.credit_id, u.amount, u.booking_id from credit_uses u where u.kind = 'spent'",
            "23505",
        ),
        (
            "select u.id, u.credit_id, u.amount + 1, u.booking_id from credit_uses u where u.kind = 'spent'",
            "23514",
        ),
        (
            "select u.id, u.credit_id, u.amount, u.booking_id from credit_uses u where u.kind = 'returned'",
            "23514",
        ),
    ] {
        let insert = format!(
            "insert into credit_uses (id, returns_use_id, credit_id, amount, booking_id, kind, created_at)
             select gen_random_uuid(), x.*, 'returned', now() from ({text}) x"
        );
        let error = case.app.sql.execute(&insert, &[]).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), code, "{text}: {error}");
    }
    case.app.finish().await;
}

#[tokio::test]
async fn credit_that_comes_back_after_its_last_day_can_be_spent_again() {
    let case = Case::paid(0).await;
    let body =
        json!({ "action": "issue_credit", "amount": 800, "reason": "loyalty", "expiresOn": "2026-11-30" });
    case.act(&case.finance, "a", &body).await.ok();
    let booking = case.paid_by_credit().await;
    case.app.advance(SignedDuration::from_hours(24 * 20));
    case.app.run_jobs().await;
    case.cancel(booking).await;
    case.app.advance(SignedDuration::from_mins(5));
    case.app.run_jobs().await;
    let case = Case { finance: case.app.as_role(Role::Finance).await, ..case };
    let money = case.money().await;
    assert_eq!(money["credit"]["balance"], 550);
    let fresh = &money["credit"]["lots"][0];
    assert_eq!((&fresh["amount"], &fresh["expiresOn"]), (&json!(550), &json!("2027-01-11")));
    case.app.advance(SignedDuration::from_mins(10));
    case.app.run_jobs().await;
    case.app.finish().await;
}
