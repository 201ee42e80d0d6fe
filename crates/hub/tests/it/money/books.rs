//! Finance's day, and the books that nobody can bend.

use serde_json::json;

use super::Case;

#[tokio::test]
async fn finance_sees_its_day() {
    let case = Case::paid(50_000).await;
    let made = case.act(&case.finance, "a", &case.refund(1_500)).await.ok();
    case.act(&case.finance, "b", &case.refund(500)).await.ok();
    case.settle(&made["refund"], &json!({ "outcome": "paid", "reference": "R1" })).await.ok();
    case.act(&case.finance, "c", &json!({ "action": "issue_credit", "amount": 700, "reason": "loyalty" }))
        .await
        .ok();
    case.held_back(11_000).await;
    let day = case.finance.get("/api/admin/finance").await.ok();
    let sum = |count: i64, amount: i64| json!({ "count": count, "amount": amount });
    assert_eq!(day["day"], "2026-11-22");
    assert_eq!(day["refunded"], sum(1, 1_500));
    assert_eq!(day["credited"], sum(1, 700));
    assert_eq!(day["underWay"], sum(1, 500));
    assert_eq!(day["requiresAction"], sum(1, 500));
    assert_eq!(day["pendingApproval"], sum(1, 11_000));
    assert_eq!(day["creditOwed"], 700);
    let waiting = case.finance.get("/api/admin/refunds?state=requires_action").await.ok();
    assert_eq!(waiting["refunds"].as_array().unwrap().len(), 1);
    let first = case.finance.get("/api/admin/refunds?limit=2").await.ok();
    let rest = case
        .finance
        .get(&format!("/api/admin/refunds?limit=2&after={}", first["next"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(rest["refunds"].as_array().unwrap().len(), 1);
    case.app.finish().await;
}

/// The database itself keeps the books, whoever writes.
#[tokio::test]
async fn the_books_cannot_be_changed_behind_the_desk() {
    let case = Case::paid(50_000).await;
    case.act(&case.finance, "a", &case.refund(1_000)).await.ok();
    case.act(&case.finance, "b", &json!({ "action": "issue_credit", "amount": 700, "reason": "loyalty" }))
        .await
        .ok();
    case.held_back(11_000).await;
    case.disputed("needs_response").await;
    for (statement, code) in [
        ("update transfers set amount = 1", "42501"),
        ("delete from transfers", "42501"),
        ("truncate transfers", "42501"),
        ("update refunds set amount = 1", "42501"),
        ("delete from refunds", "42501"),
        ("update refunds set status = 'sending'", "23514"),
        ("update payments set refunded = 1", "42501"),
        ("update payments set currency = 'EUR'", "42501"),
        ("update bookings set currency = 'EUR'", "23514"),
        ("insert into payments (id, booking_id, customer_id, provider, status, amount, currency, created_at, updated_at)
            select gen_random_uuid(), id, customer_id, 'stripe', 'unpaid', 100, 'EUR', now(), now() from bookings", "23514"),
        ("update payments set reserved = 0", "42501"),
        ("update payments set captured = 999", "23514"),
        ("update payments set disputed = 38001", "42501"),
        ("update disputes set held = 0, status = 'won', payment_id = gen_random_uuid()", "42501"),
        ("update disputes set status = 'warning_closed'", "23514"),
        ("delete from disputes", "42501"),
        ("delete from payments", "42501"),
        ("update credits set amount = 100000", "42501"),
        ("update credits set used = 5", "42501"),
        (
            "insert into credit_uses (id, credit_id, kind, amount, created_at) select gen_random_uuid(), id, 'expired', 701, now() from credits",
            "23514",
        ),
        ("update approvals set amount = amount * 10", "42501"),
        ("update refunds set status = 'approved' where status = 'pending_approval'", "42501"),
        ("delete from approvals", "42501"),
    ] {
        match case.app.sql.execute(statement, &[]).await {
            Err(error) => assert_eq!(error.code().unwrap().code(), code, "{statement}: {error}"),
            Ok(rows) => assert!(code.is_empty() && rows == 0, "{statement} was let through"),
        }
    }
    case.app.finish().await;
}

/// Each check of the books must notice when what it watches is broken.
#[tokio::test]
async fn the_checks_of_the_books_notice_what_is_wrong() {
    let case = Case::paid(50_000).await;
    let mut to_credit = case.refund(900);
    to_credit["destination"] = json!("store_credit");
    case.act(&case.finance, "a", &to_credit).await.ok();
    let made = case.act(&case.finance, "b", &case.refund(1_000)).await.ok();
    case.settle(&made["refund"], &json!({ "outcome": "paid", "reference": "R1" })).await.ok();
    case.act(&case.finance, "c", &json!({ "action": "issue_credit", "amount": 700, "reason": "loyalty" }))
        .await
        .ok();
    case.held_back(11_000).await;
    case.disputed("lost").await;
    let colleague = "(select id from staff where id <> requested_by limit 1)";
    let breaks = [
        "update transfers set event_id = gen_random_uuid() where number = 1".to_owned(),
        "update payments set captured = captured + 1".to_owned(),
        "update payments set refunded = refunded + 1".to_owned(),
        "update payments set disputed = disputed + 1".to_owned(),
        "update disputes set held = held - 1".to_owned(),
        "delete from transfers where kind = 'dispute_lost'".to_owned(),
        "alter table payments drop constraint payments_never_more_back_than_came_in; update payments set reserved = captured"
            .to_owned(),
        "delete from transfers where kind = 'refund_succeeded'".to_owned(),
        "update credits set used = used + 1".to_owned(),
        "update credits set amount = amount + 1 where refund_id is null".to_owned(),
        "delete from transfers where kind = 'credit_issued'".to_owned(),
        "insert into transfers (at, kind, debit, credit, amount, customer_id, credit_id, event_id)
         select at, 'credit_moved_out', 'customer_credit', 'credit_moving', amount, customer_id, credit_id, event_id
         from transfers where kind = 'credit_issued'"
            .to_owned(),
        "update refunds set destination = 'original'".to_owned(),
        "update approvals set state = 'withdrawn', decided_by = requested_by, decided_at = now()".to_owned(),
        "update transfers set amount = amount + 1 where kind = 'credit_issued'".to_owned(),
        format!("update approvals set state = 'approved', amount = amount + 1, decided_by = {colleague}, decided_at = now()"),
        "insert into transfers (at, kind, debit, credit, amount, customer_id, payment_id, refund_id, event_id)
         select at, 'refund_reversed', 'provider_clearing', 'refunds_payable', amount, customer_id, payment_id, refund_id, event_id
         from transfers where kind = 'refund_succeeded' and credit = 'provider_clearing'"
            .to_owned(),
        "insert into credit_uses (id, returns_use_id, credit_id, amount, booking_id, kind, created_at)
         select gen_random_uuid(), gen_random_uuid(), c.id, 5, b.id, 'returned', now() from credits c, bookings b limit 1"
            .to_owned(),
        "insert into differences (id, provider, kind, subject, detail, theirs, subject_at, first_seen, last_seen, state,
            closed_at, outcome, word, settled_by, event_id)
         select gen_random_uuid(), 'stripe', 'refund_missing_here', 're_1', '', '{\"amount\": 5}', now(), now(), now(), 'settled',
            now(), 'record_theirs', 'word', (select id from staff limit 1), id from events limit 1"
            .to_owned(),
    ];
    assert_eq!(ledger::CHECKS.len(), breaks.len(), "a new check needs a way to break it here");
    for ((name, check), breaking) in ledger::CHECKS.iter().zip(breaks) {
        assert!(case.app.sql.query(*check, &[]).await.unwrap().is_empty(), "{name}");
        let books = ["transfers", "payments", "refunds", "disputes", "approvals", "credits", "credit_uses"];
        let unguarded: String =
            books.iter().map(|table| format!("alter table {table} disable trigger all; ")).collect();
        let broken = format!("begin; set local session_replication_role = replica; {unguarded}{breaking}");
        case.app.sql.batch_execute(&broken).await.unwrap();
        let wrong = case.app.sql.query(*check, &[]).await.unwrap();
        assert!(!wrong.is_empty(), "{name} did not notice: {breaking}");
        case.app.sql.batch_execute("rollback").await.unwrap();
    }
    case.app.finish().await;
}
