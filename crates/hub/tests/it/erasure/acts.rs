//! Of who was erased, and of who is being erased, no act changes anything any more; each says why.

use std::cell::Cell;

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
        superadmin.post(&format!("{path}/{at}"), &body).await.problem(409, &codes[0]);
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
async fn nothing_is_done_for_somebody_who_is_being_erased() {
    let desk = Desk::new().await;
    let booking = desk.app.booking(desk.emma).paid(45_000).insert().await;
    let plan = desk.plan().await;
    desk.approve(&plan).await;
    // As between two of its steps.
    desk.app.sql.execute("update erasures set state = 'running'", &[]).await.unwrap();
    assert_eq!(refused(&desk, booking, &acts(booking)).await, ["being_erased"; 6]);
    let page = desk.ops.get(&format!("/api/admin/customers/{}", desk.emma)).await.ok();
    for act in ["update", "archive", "writeNotes", "addFlag"] {
        assert_eq!(page["actions"][act]["code"], "being_erased", "{act}");
    }
    let money = desk.ops.get(&format!("/api/admin/customers/{}/money", desk.emma)).await.ok();
    assert_eq!(money["actions"]["issueRefund"]["code"], "being_erased");
    desk.app.run_jobs().await;
    assert_eq!(desk.page().await["erasure"]["state"], "done");
    desk.app.finish().await;
}

/// Somebody who began to write before the erasure did, and ends after it.
#[tokio::test]
async fn what_is_being_written_when_the_erasure_begins_is_erased_too() {
    let desk = Desk::new().await;
    let plan = desk.plan().await;
    desk.approve(&plan).await;
    let mut writer = desk.app.database.connect().await;
    let tx = writer.transaction().await.unwrap();
    tx.execute(
        "insert into contacts (id, customer_id, label, name, email, created_at, updated_at)
         values (gen_random_uuid(), $1, 'Sister', 'Zoe', 'zoe@example.com', now(), now())",
        &[&desk.emma],
    )
    .await
    .unwrap();
    let over = Cell::new(false);
    let jobs = async {
        desk.app.run_jobs().await;
        over.set(true);
    };
    let commit = async {
        let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while !over.get() && desk.app.sql.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
    };
    tokio::join!(jobs, commit);
    assert_eq!(desk.page().await["erasure"]["state"], "done");
    let left = "select count(*) from contacts where name = 'Zoe'";
    assert_eq!(desk.app.sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
    desk.app.finish().await;
}
