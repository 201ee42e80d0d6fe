//! Of who was erased, and of who is being erased, no act changes anything any more; each says why.

use std::cell::Cell;

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use super::Desk;
use crate::support::{fresh_key, id_of};

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

/// The guards look at what a statement wrote, so that one of many is not overlooked.
#[tokio::test]
async fn a_statement_about_many_is_refused_for_one_who_was_erased() {
    let desk = Desk::new().await;
    let omar = desk.ops.create_customer("Omar", "omar@example.com").await;
    let (emma, omar) = (desk.emma, id_of(&omar));
    let both = |insert: &str| {
        let values = [omar, emma].map(|customer| insert.replace("{customer}", &customer.to_string()));
        let (into, _) = insert.split_once(" select ").unwrap();
        let rows: Vec<&str> = values.iter().map(|one| one.split_once(" select ").unwrap().1).collect();
        format!("{into} select {}", rows.join(" union all select "))
    };
    let inserts = [
        "insert into notes (id, customer_id, body, pinned, created_at, updated_at) select gen_random_uuid(), '{customer}'::uuid, 'x', false, now(), now()",
        "insert into contacts (id, customer_id, label, name, phone, is_default, created_at, updated_at) select gen_random_uuid(), '{customer}'::uuid, 'Work', 'x', '07700 900118', false, now(), now()",
        "insert into addresses (id, customer_id, label, line1, city, postcode, is_default, created_at, updated_at) select gen_random_uuid(), '{customer}'::uuid, 'Home', 'x', 'Leeds', 'LS1 4DY', false, now(), now()",
        "insert into bookings (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at) select gen_random_uuid(), '{customer}'::uuid, gen_random_uuid()::text, 'CANCELLED', now(), '{}'::jsonb, '{}'::jsonb, 1, 1000, now(), now()",
        "insert into flags (id, customer_id, kind, reason, raised_at) select gen_random_uuid(), '{customer}'::uuid, 'vip', 'x', now()",
        "insert into tickets (id, customer_id, category, description, status, priority, email, created_at, updated_at) select gen_random_uuid(), '{customer}'::uuid, 'damage', 'x', 'OPEN', 'NORMAL', 'a@b.co', now(), now()",
    ];
    for insert in inserts {
        desk.app.sql.batch_execute(&format!("begin; {}; rollback", both(insert))).await.expect(insert);
    }
    desk.erased().await;
    for insert in inserts {
        let error = desk.app.sql.batch_execute(&both(insert)).await.expect_err(insert);
        assert_eq!(
            error.as_db_error().and_then(|error| error.constraint()),
            Some("customers_erased"),
            "{insert}: {error:?}"
        );
    }
    desk.app.finish().await;
}
