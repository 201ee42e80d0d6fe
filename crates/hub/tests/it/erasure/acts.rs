//! Of who was erased, and of who is being erased, no act changes anything any more; each says why.

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use super::Desk;
use crate::support::fresh_key;

fn acts(booking: Uuid) -> Vec<Value> {
    vec![
        json!({ "action": "issue_refund", "bookingId": booking, "amount": 100, "reason": "late" }),
        json!({ "action": "issue_credit", "amount": 100, "reason": "goodwill" }),
        json!({ "action": "spend_credit", "bookingId": booking, "amount": 100 }),
        json!({ "action": "add_flag", "kind": "vip", "reason": "Regular" }),
        json!({ "action": "resend_invoice", "bookingId": booking, "to": "somebody@example.com" }),
        json!({ "action": "export_data" }),
    ]
}

async fn refused(desk: &Desk, booking: Uuid, acts: &[Value]) -> Vec<String> {
    let superadmin = desk.app.as_role(Role::Superadmin).await;
    let path = format!("/api/admin/customers/{}/actions", desk.emma);
    let mut codes = Vec::new();
    for act in acts {
        let answer = superadmin.post(&path, act).header("idempotency-key", &fresh_key()).may_fail().await;
        assert_eq!(answer.status.as_u16(), 409, "{act}: {}", answer.json());
        codes.push(answer.json()["code"].as_str().unwrap().to_owned());
    }
    let path = format!("/api/admin/customers/{}", desk.emma);
    for (at, body) in [
        ("notes", json!({ "body": "Called" })),
        (
            "addresses",
            json!({ "label": "Home", "line1": "1 High Street", "city": "Leeds", "postcode": "LS1 4AP" }),
        ),
        ("contacts", json!({ "label": "Sister", "name": "Zoe", "phone": "07700 900456" })),
    ] {
        if codes.first().is_some_and(|code| code == "erased") {
            superadmin.post(&format!("{path}/{at}"), &body).await.problem(409, "erased");
        }
    }
    let count = "select (select count(*) from refunds r join payments p on p.id = r.payment_id where p.booking_id = $1
            and r.requested_by is not null)
        + (select count(*) from credits) + (select count(*) from flags) + (select count(*) from invoices)";
    assert_eq!(desk.app.sql.query_one(count, &[&booking]).await.unwrap().get::<_, i64>(0), 0);
    codes
}

#[tokio::test]
async fn nothing_is_done_for_somebody_who_was_erased() {
    let desk = Desk::new().await;
    let booking = desk.app.booking(desk.emma).paid(45_000).insert().await;
    assert_eq!(desk.erased().await["state"], "done");
    assert_eq!(refused(&desk, booking, &acts(booking)).await, ["erased"; 6]);
    let money = desk.ops.get(&format!("/api/admin/customers/{}/money", desk.emma)).await.ok();
    for act in ["issueRefund", "issueCredit"] {
        assert_eq!(money["actions"][act]["code"], "erased", "{act}");
    }
    assert_eq!(money["ltv"], 45_000, "the books stay");
    let told = desk.ops.get(&format!("/api/admin/customers/{}/explain?figure=ltv", desk.emma)).await.ok();
    assert_eq!((&told["value"], &told["sum"]), (&json!(45_000), &json!(45_000)));
    desk.app.finish().await;
}

#[tokio::test]
async fn no_money_is_moved_while_somebody_is_being_erased() {
    let desk = Desk::new().await;
    let booking = desk.app.booking(desk.emma).paid(45_000).insert().await;
    let plan = desk.plan().await;
    desk.approve(&plan).await;
    // As between two of its steps.
    desk.app.sql.execute("update erasures set state = 'running'", &[]).await.unwrap();
    assert_eq!(refused(&desk, booking, &acts(booking)[..3]).await, ["being_erased"; 3]);
    let money = desk.ops.get(&format!("/api/admin/customers/{}/money", desk.emma)).await.ok();
    assert_eq!(money["actions"]["issueRefund"]["code"], "being_erased");
    desk.app.run_jobs().await;
    assert_eq!(desk.page().await["erasure"]["state"], "done");
    desk.app.finish().await;
}
