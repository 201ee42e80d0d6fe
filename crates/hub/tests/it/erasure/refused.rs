use serde_json::{Value, json};
use staff::Role;

use super::Desk;
use crate::support::id;

async fn codes(desk: &Desk) -> Vec<String> {
    let page = desk.page().await;
    let blocks = page["blocks"].as_array().unwrap().clone();
    assert_eq!(page["actions"]["planErasure"]["allowed"], blocks.is_empty());
    blocks.iter().map(|block| block["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_stands_in_the_way_is_told_and_refused() {
    let desk = Desk::new().await;
    let path = format!("/api/admin/customers/{}/erasure", desk.emma);
    let reason = json!({ "reason": "Asked for" });
    let emma = desk.emma;
    for (code, way, away) in [
        ("active_bookings", "insert into bookings (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at)
            values (gen_random_uuid(), '{emma}', 'SV-1', 'CONFIRMED', now(), '{}', '{}', 1, 1000, now(), now())", "update bookings set status = 'CANCELLED'"),
        ("credit_remaining", "insert into credits (id, customer_id, amount, reason, created_at) values (gen_random_uuid(), '{emma}', 1250, 'goodwill', now())",
            "insert into credit_uses (id, credit_id, kind, amount, created_at) select gen_random_uuid(), id, 'expired', 1250, now() from credits"),
        ("refund_under_way", "insert into payments (id, booking_id, customer_id, provider, status, amount, captured, created_at, updated_at)
            select gen_random_uuid(), id, '{emma}', 'stripe', 'paid', 1000, 1000, now(), now() from bookings;
            insert into refunds (id, payment_id, amount, reason, status, created_at)
            select gen_random_uuid(), id, 100, 'late', 'requires_action', now() from payments", "update refunds set status = 'cancelled'"),
        ("mail_waiting", "insert into mails (id, customer_id, to_address, subject, body_text, state, message_id, created_at)
            values (gen_random_uuid(), '{emma}', 'a@b.co', 's', 'b', 'queued', 'm', now())", "update mails set state = 'failed'"),
        ("approval_pending", "insert into approvals (id, act, customer_id, amount, request, request_hash, policy, state, requested_by, requested_at)
            select gen_random_uuid(), 'credit', '{emma}', 1, '{}', decode(repeat('00', 32), 'hex'), '{}', 'pending', id, now() from staff limit 1",
            "update approvals set state = 'withdrawn', decided_by = requested_by, decided_at = now()"),
    ] {
        desk.app.sql.batch_execute(&way.replace("{emma}", &emma.to_string())).await.unwrap();
        assert_eq!(codes(&desk).await, [code]);
        let problem = desk.ops.post(&path, &reason).await.problem(409, code);
        assert_eq!(problem["blocks"][0]["code"], code);
        desk.app.sql.batch_execute(away).await.unwrap();
        assert_eq!(codes(&desk).await, [""; 0], "{code} is over");
    }
    let asked = json!({ "kind": "access", "customerId": emma, "channel": "email", "receivedOn": "2026-11-20", "asked": "All of it." });
    desk.ops.post("/api/admin/data-requests", &asked).await.ok();
    assert_eq!(codes(&desk).await, ["data_request_open"]);
    desk.ops.post(&path, &reason).await.problem(409, "data_request_open");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_legal_hold_keeps_everything_until_it_is_lifted() {
    let desk = Desk::new().await;
    let holds = format!("/api/admin/customers/{}/holds", desk.emma);
    desk.ops.post(&holds, &json!({ "reason": " " })).await.invalid("reason");
    desk.ops.post(&holds, &json!({ "reason": "x".repeat(501) })).await.invalid("reason");
    let plan = desk.plan().await;
    let held = desk.ops.post(&holds, &json!({ "reason": "Court case" })).await.ok();
    let hold = held["holds"][0].clone();
    let page = format!("/api/admin/customers/{}", desk.emma);
    assert_eq!(desk.ops.get(&page).await.ok()["held"], true);
    desk.ops.post(&holds, &json!({ "reason": "Another" })).await.problem(409, "hold_exists");
    let approve = format!("/api/admin/erasures/{}/approve", id(&plan));
    desk.reviewer.post(&approve, &json!({ "planHash": plan["planHash"] })).await.problem(409, "legal_hold");
    let lift = format!("/api/admin/holds/{}/lift", id(&hold));
    let lifted = desk.ops.post(&lift, &json!({ "reason": "The case is over" })).await.ok();
    assert_eq!(lifted["holds"][0]["liftReason"], "The case is over");
    assert_eq!(desk.ops.get(&page).await.ok()["held"], false);
    desk.ops.post(&lift, &json!({ "reason": "Again" })).await.problem(409, "hold_lifted");
    desk.app.finish().await;
}

#[tokio::test]
async fn it_takes_two_and_the_plan_as_it_was_seen() {
    let desk = Desk::new().await;
    let boss = desk.app.as_role(Role::Superadmin).await;
    let path = format!("/api/admin/customers/{}/erasure", desk.emma);
    let plan = boss.post(&path, &json!({ "reason": "Asked for" })).await.ok()["erasure"].clone();
    boss.post(&path, &json!({ "reason": "Asked for" })).await.problem(409, "erasure_open");
    let approve = format!("/api/admin/erasures/{}/approve", id(&plan));
    let seen = json!({ "planHash": plan["planHash"] });
    boss.post(&approve, &seen).await.problem(403, "own_plan");
    desk.ops.post(&approve, &seen).await.problem(403, "not_permitted");
    desk.reviewer.post(&approve, &json!({ "planHash": "00".repeat(32) })).await.problem(409, "plan_changed");
    let note = format!("/api/admin/customers/{}/notes", desk.emma);
    desk.ops.post(&note, &json!({ "body": "She rang again" })).await.ok();
    let outdated = desk.reviewer.post(&approve, &seen).await.problem(409, "plan_outdated");
    let detail = outdated["detail"].as_str().unwrap();
    assert!(detail.contains("(Notes about them: 0, now 1; Values in the audit trail: "), "{detail}");
    desk.ops.act(&format!("/api/admin/erasures/{}/withdraw", id(&plan))).await.ok();
    desk.reviewer.post(&approve, &seen).await.problem(409, "erasure_state");

    desk.app.advance(jiff::SignedDuration::from_mins(1));
    let fresh = desk.plan().await;
    desk.approve(&fresh).await;
    // What comes up between approval and work stops it.
    let booking = "insert into bookings (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at)
        values (gen_random_uuid(), '{}', 'SV-2', 'CONFIRMED', now(), '{}', '{}', 1, 1000, now(), now())";
    desk.app.sql.batch_execute(&booking.replacen("{}", &desk.emma.to_string(), 1)).await.unwrap();
    desk.app.run_jobs().await;
    let stopped: Value = desk.page().await["erasure"].clone();
    assert_eq!((&stopped["state"], &stopped["step"]), (&json!("stopped"), &json!("collect")));
    assert_eq!(stopped["stoppedBecause"], "Booking SV-2 is still open. Complete or cancel it first.");
    desk.app.finish().await;
}
