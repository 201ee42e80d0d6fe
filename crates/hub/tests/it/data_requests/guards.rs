//! What the database keeps, whoever writes.

use serde_json::json;

use super::{Desk, act};

#[tokio::test]
async fn a_case_cannot_be_bent_behind_the_desk() {
    let desk = Desk::new().await;
    let case = desk.approved("access").await;
    let sent = json!({ "action": "answer", "on": "2026-11-22", "via": "email", "rightsTold": true });
    let case = act(&desk.ops, &case, &sent).await.ok();
    act(&desk.ops, &case, &json!({ "action": "close" })).await.ok();
    desk.prepared("erasure").await;
    desk.approved("erasure").await;
    for (statement, code) in [
        ("update data_requests set received_on = received_on + 1", "42501"),
        ("update data_requests set kind = 'access' where kind = 'erasure'", "42501"),
        ("update data_requests set answered_on = answered_on - 1 where state = 'closed'", "42501"),
        ("update data_requests set state = 'received' where state = 'closed'", "42501"),
        ("update data_requests set state = 'delivered' where state = 'review'", "23514"),
        ("update data_requests set state = 'approved' where state = 'review'", "23514"),
        (
            "update data_requests set state = 'approved', reviewed_by = prepared_by, reviewed_at = now() where state = 'review'",
            "23514",
        ),
        (
            "update data_requests set outcome = 'refused', answered_on = received_on where state = 'review'",
            "23514",
        ),
        (
            "update data_requests set state = 'delivered', outcome = 'delivered', answered_on = received_on, answered_via = 'letter'
             where kind = 'erasure' and state = 'approved'",
            "23514",
        ),
        ("update data_requests set due_on = null where state = 'received'", ""),
        ("delete from data_requests", "42501"),
        ("truncate data_requests cascade", "42501"),
        ("update data_request_steps set after = 'closed'", "42501"),
        ("delete from data_request_steps", "42501"),
    ] {
        match desk.app.sql.execute(statement, &[]).await {
            Err(error) => assert_eq!(error.code().unwrap().code(), code, "{statement}: {error}"),
            Ok(rows) => assert!(code.is_empty() && rows == 0, "{statement} was let through"),
        }
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn the_checks_notice_what_is_wrong() {
    let desk = Desk::new().await;
    let case = desk.approved("access").await;
    let sent = json!({ "action": "answer", "on": "2026-11-22", "via": "email", "rightsTold": true });
    act(&desk.ops, &case, &sent).await.ok();
    desk.received("access", "2026-11-20").await;
    let breaks = [
        "update data_requests set state = 'closed', closed_at = now(), closed_by = handler_id where state = 'delivered'",
        "update data_request_steps set before = 'identity_check' where after = 'delivered'",
        "insert into data_request_pauses (request_id, position, from_on, question)
         select id, 0, received_on, 'Which years?' from data_requests where state = 'delivered'",
        "alter table data_requests drop constraint data_requests_due;
         update data_requests set due_on = null where state = 'received'",
        "update data_requests set kind = 'erasure' where state = 'delivered'",
        "alter table data_requests drop constraint data_requests_reviewed_by_somebody_else;
         update data_requests set reviewed_by = prepared_by where state = 'delivered'",
    ];
    assert_eq!(data_requests::CHECKS.len(), breaks.len(), "a new check needs a way to break it here");
    for ((name, check), breaking) in data_requests::CHECKS.iter().zip(breaks) {
        assert!(desk.app.sql.query(*check, &[]).await.unwrap().is_empty(), "{name}");
        let unguarded: String = ["data_requests", "data_request_steps", "data_request_pauses"]
            .iter()
            .map(|table| format!("alter table {table} disable trigger all; "))
            .collect();
        let broken = format!("begin; set local session_replication_role = replica; {unguarded}{breaking}");
        desk.app.sql.batch_execute(&broken).await.unwrap();
        assert!(
            !desk.app.sql.query(*check, &[]).await.unwrap().is_empty(),
            "{name} did not notice: {breaking}"
        );
        desk.app.sql.batch_execute("rollback").await.unwrap();
    }
    desk.app.finish().await;
}
