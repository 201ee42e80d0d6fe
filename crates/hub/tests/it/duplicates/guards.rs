//! What the database refuses, whoever asks; and that the checks would find it.

use serde_json::json;
use tokio_postgres::error::SqlState;

use super::{Desk, path};

#[tokio::test]
async fn nobody_becomes_merged_past_the_journal() {
    let desk = Desk::new().await;
    desk.credit(desk.twin, 500).await;
    let refused = async |sql: String| {
        let error = desk.app.sql.batch_execute(&sql).await.unwrap_err();
        let db = error.as_db_error().unwrap();
        (db.code().clone(), db.constraint().unwrap_or_default().to_owned())
    };
    let (emma, twin) = (desk.emma, desk.twin);
    let merged = (SqlState::CHECK_VIOLATION, "customers_merged".to_owned());
    let into =
        format!("update customers set merged_into = '{emma}', archived_at = now() where id = '{twin}'");
    assert_eq!(refused(into).await, merged);
    let moved = format!("update credits set customer_id = '{emma}' where customer_id = '{twin}'");
    assert_eq!(refused(moved).await.0, SqlState::INSUFFICIENT_PRIVILEGE);

    let merge = desk.merge(json!({})).await;
    assert_eq!(refused(format!("update customers set name = 'x' where id = '{twin}'")).await, merged);
    assert_eq!(refused(format!("update customers set merged_into = null where id = '{twin}'")).await, merged);
    let note = format!(
        "insert into notes (id, customer_id, body, created_at, updated_at) values (gen_random_uuid(), '{twin}', 'x', now(), now())"
    );
    assert_eq!(refused(note).await, merged);
    assert_eq!(refused(format!("update bookings set customer_id = '{twin}' where false; update credits set customer_id = '{twin}'")).await.0,
        SqlState::INSUFFICIENT_PRIVILEGE);
    let rewritten = "update customer_merges set before = '{}'".to_owned();
    assert_eq!(refused(rewritten).await.0, SqlState::INSUFFICIENT_PRIVILEGE);
    assert_eq!(
        refused("delete from customer_merge_rows".to_owned()).await.0,
        SqlState::INSUFFICIENT_PRIVILEGE
    );
    desk.try_undo(&merge).await.ok();
    let again = "update customer_merges set undone_at = now()".to_owned();
    assert_eq!(refused(again).await.0, SqlState::INSUFFICIENT_PRIVILEGE);
    desk.app.finish().await;
}

#[tokio::test]
async fn the_checks_find_what_the_guards_prevent() {
    let desk = Desk::new().await;
    desk.credit(desk.twin, 500).await;
    desk.merge(json!({})).await;
    let found = async || {
        let mut wrong = Vec::new();
        for (name, sql) in duplicates::CHECKS.iter().chain(ledger::CHECKS) {
            if !desk.app.sql.query(*sql, &[]).await.unwrap().is_empty() {
                wrong.push(*name);
            }
        }
        wrong
    };
    assert_eq!(found().await, [""; 0]);
    for table in ["notes", "customers", "transfers", "customer_merges"] {
        desk.app.sql.batch_execute(&format!("alter table {table} disable trigger user")).await.unwrap();
    }
    let twin = desk.twin;
    let note = format!(
        "insert into notes (id, customer_id, body, created_at, updated_at) values (gen_random_uuid(), '{twin}', 'x', now(), now())"
    );
    desk.app.sql.batch_execute(&note).await.unwrap();
    assert_eq!(found().await, ["nothing that moves belongs to who was merged"]);
    desk.app
        .sql
        .batch_execute("delete from notes; delete from transfers where kind = 'credit_moved_in'")
        .await
        .unwrap();
    let wrong = found().await;
    assert!(wrong.contains(&"credit that moved left the one customer as it reached the other"), "{wrong:?}");
    assert!(wrong.contains(&"what the books owe a customer is what remains of their credits"), "{wrong:?}");
    let lost = format!(
        "update customers set merged_into = null where id = '{twin}'; update customer_merges set event_id = survivor_id"
    );
    desk.app.sql.batch_execute(&format!("set session_replication_role = replica; {lost}")).await.unwrap();
    let wrong = found().await;
    assert!(
        wrong.contains(&"who was merged is so by a merge that stands, and the other way round"),
        "{wrong:?}"
    );
    assert!(wrong.contains(&"a merge has its event, and so has its undoing"), "{wrong:?}");
    let circle = format!(
        "update customers set merged_into = '{}', archived_at = now() where id = '{twin}';
         update customers set merged_into = '{twin}', archived_at = now() where id = '{}'",
        desk.emma, desk.emma
    );
    desk.app.sql.batch_execute(&circle).await.unwrap();
    assert!(found().await.contains(&"whoever was merged is part of somebody who was not"));
    desk.app.abandon();
}

#[tokio::test]
async fn the_journal_names_what_moved() {
    let desk = Desk::new().await;
    for customer in [desk.emma, desk.twin] {
        let address =
            json!({ "label": "Home", "line1": "1 High Street", "city": "Leeds", "postcode": "LS1 4AP" });
        desk.ops.post(&path(customer, "/addresses"), &address).await.ok();
        desk.app.flag(customer, "vip").await;
    }
    desk.merge(json!({})).await;
    let rows = desk
        .app
        .sql
        .query("select kind || coalesce(' ' || was, '') from customer_merge_rows order by 1", &[])
        .await
        .unwrap();
    let rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(rows, ["address default", "flag open", "made_contact"]);
    let page = desk.page(desk.emma).await;
    let defaults =
        page["addresses"].as_array().unwrap().iter().filter(|one| one["isDefault"] == true).count();
    assert_eq!((defaults, page["addresses"].as_array().unwrap().len()), (1, 2));
    assert_eq!(
        page["openFlags"].as_array().unwrap().iter().filter(|one| one["removedAt"].is_null()).count(),
        1
    );
    desk.app.finish().await;
}
