//! Maintained statistics and totals: exact at every commit, whoever writes, and however many at once.

use std::pin::pin;

use futures_util::SinkExt;
use serde_json::Value;
use staff::Role;
use uuid::Uuid;

use crate::support::{TestApp, id_of};

const INSERT_BOOKING: &str = "insert into bookings
    (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at)
    select gen_random_uuid(), $1, 'SV-' || gen_random_uuid(), 'COMPLETED', '2026-11-01', '{}', '{}', 2, 0, '2026-11-01', '2026-11-01'";

async fn customers(app: &TestApp, count: usize) -> Vec<Uuid> {
    let client = app.as_role(Role::Support).await;
    let mut made = Vec::new();
    for number in 0..count {
        made.push(id_of(&client.create_customer("Emma", &format!("e{number}@example.com")).await));
    }
    made
}

async fn orders(app: &TestApp, customer: Uuid) -> i32 {
    app.sql
        .query_one("select orders from customer_stats where customer_id = $1", &[&customer])
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn two_who_book_for_one_customer_at_once_are_both_counted() {
    let app = TestApp::new().await;
    let customer = customers(&app, 1).await[0];
    let (mut one, other) = (app.database.connect().await, app.database.connect().await);
    let first = one.transaction().await.unwrap();
    first.execute(INSERT_BOOKING, &[&customer]).await.unwrap();
    let second = tokio::spawn(async move { other.execute(INSERT_BOOKING, &[&customer]).await });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!second.is_finished(), "the second must wait for the first");
    first.commit().await.unwrap();
    second.await.unwrap().unwrap();
    assert_eq!(orders(&app, customer).await, 2);
    app.finish().await;
}

#[tokio::test]
async fn many_writers_over_several_customers_neither_deadlock_nor_miscount() {
    let app = TestApp::new().await;
    let people = customers(&app, 4).await;
    let writers = (0..6).map(|number| {
        let (people, database) = (people.clone(), &app.database);
        async move {
            let mut sql = database.connect().await;
            for round in 0..10 {
                let tx = sql.transaction().await.unwrap();
                // One statement over several customers, in another order each time.
                let mut some = people.clone();
                some.rotate_left((number + round) % 4);
                let text = INSERT_BOOKING.replace("$1", "who") + " from unnest($1::uuid[]) who";
                tx.execute(&text, &[&some[..3].to_vec()]).await.unwrap();
                tx.commit().await.unwrap();
                if round % 3 == 0 {
                    sql.execute("select fold_customer_totals()", &[]).await.unwrap();
                }
            }
        }
    });
    futures_util::future::join_all(writers).await;
    let mut sum = 0;
    for customer in &people {
        sum += orders(&app, *customer).await;
    }
    assert_eq!(sum, 6 * 10 * 3);
    app.finish().await;
}

#[tokio::test]
async fn a_transaction_may_have_them_made_once_at_its_commit() {
    let app = TestApp::new().await;
    let people = customers(&app, 2).await;
    let mut sql = app.database.connect().await;
    let contact = "insert into contacts (id, customer_id, label, name, phone, created_at, updated_at)
        values (gen_random_uuid(), $1, 'Son', 'Tom', '07700 900123', now(), now())";
    for commits in [false, true] {
        let mut tx = sql.transaction().await.unwrap();
        tx.batch_execute("set local hub.statistics = 'at commit'").await.unwrap();
        for customer in &people {
            tx.execute(INSERT_BOOKING, &[customer]).await.unwrap();
            tx.execute(contact, &[customer]).await.unwrap();
        }
        let taken_back = tx.savepoint("taken_back").await.unwrap();
        taken_back.execute(INSERT_BOOKING, &[&people[1]]).await.unwrap();
        taken_back.rollback().await.unwrap();
        let early = tx.query_one("select sum(orders + contacts) from customer_stats", &[]).await.unwrap();
        assert_eq!(early.get::<_, i64>(0), 0);
        if commits {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        let kept = "select orders, contacts from customer_stats order by customer_id";
        let expected = if commits { (1, 1) } else { (0, 0) };
        for row in app.sql.query(kept, &[]).await.unwrap() {
            assert_eq!((row.get::<_, i32>(0), row.get::<_, i32>(1)), expected);
        }
    }
    let left = "select (select count(*) from stats_due), (select count(*) from customer_stats s join customer_stats_truth t using (customer_id)
        where (s.orders, s.contacts, s.ltv, s.flag_kinds) is distinct from (t.orders, t.contacts, t.ltv, t.flag_kinds))";
    let row = app.sql.query_one(left, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (0, 0));
    // The next transaction is as any other.
    sql.execute(INSERT_BOOKING, &[&people[0]]).await.unwrap();
    assert_eq!(orders(&app, people[0]).await, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_booking_that_changes_hands_leaves_one_customer_and_joins_the_other() {
    let app = TestApp::new().await;
    let people = customers(&app, 2).await;
    let booking = app.booking(people[0]).paid(500).insert().await;
    app.sql
        .execute("update payments set customer_id = $2 where booking_id = $1", &[&booking, &people[1]])
        .await
        .unwrap();
    app.sql
        .execute("update bookings set customer_id = $2 where id = $1", &[&booking, &people[1]])
        .await
        .unwrap();
    let row = |customer: Uuid| {
        let sql = &app.sql;
        async move {
            let row = sql
                .query_one("select orders, ltv from customer_stats where customer_id = $1", &[&customer])
                .await
                .unwrap();
            (row.get::<_, i32>(0), row.get::<_, i64>(1))
        }
    };
    assert_eq!((row(people[0]).await, row(people[1]).await), ((0, 0), (1, 500)));
    app.finish().await;
}

#[tokio::test]
async fn a_bulk_load_is_counted_like_everything_else() {
    let app = TestApp::new().await;
    let people = customers(&app, 3).await;
    let sink = app
        .sql
        .copy_in("copy bookings (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at) from stdin")
        .await
        .unwrap();
    let mut text = String::new();
    for number in 0..300 {
        let status = ["COMPLETED", "CANCELLED", "DRAFT"][number % 3];
        let at = "2026-05-01T10:00:00Z";
        text += &format!(
            "{}\t{}\tSV-{number}\t{status}\t{at}\t{{}}\t{{}}\t2\t100\t{at}\t{at}\n",
            Uuid::from_u128(number as u128 + 1),
            people[number % 2]
        );
    }
    let mut sink = pin!(sink);
    sink.send(axum::body::Bytes::from(text)).await.unwrap();
    assert_eq!(sink.finish().await.unwrap(), 300);
    assert_eq!(
        (orders(&app, people[0]).await, orders(&app, people[1]).await, orders(&app, people[2]).await),
        (100, 100, 0)
    );
    app.finish().await;
}

#[tokio::test]
async fn what_is_rolled_back_was_never_counted() {
    let app = TestApp::new().await;
    let customer = customers(&app, 1).await[0];
    let mut other = app.database.connect().await;
    let tx = other.transaction().await.unwrap();
    tx.execute(INSERT_BOOKING, &[&customer]).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(orders(&app, customer).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn every_kind_of_write_keeps_the_statistics() {
    let app = TestApp::new().await;
    let people = customers(&app, 2).await;
    let sql = &app.sql;
    let booking = app.booking(people[0]).paid(1_000).refunded(400).insert().await;
    app.ticket(people[0], "OPEN", "URGENT").await;
    app.flag(people[0], "vip").await;
    app.check_house().await;
    for change in [
        "update bookings set status = 'CANCELLED'",
        "update bookings set status = 'DRAFT'",
        "update bookings set created_at = '2020-01-01', status = 'COMPLETED'",
        "update tickets set priority = 'LOW'",
        "update tickets set status = 'RESOLVED'",
        "update flags set removed_at = raised_at",
        "update customers set archived_at = created_at",
        "update customers set archived_at = null",
        "select fold_customer_totals()",
        "delete from ticket_responses",
        "delete from tickets",
        "delete from flags",
    ] {
        sql.execute(change, &[]).await.unwrap_or_else(|error| panic!("{change}: {error}"));
        app.check_house().await;
    }
    let refused =
        sql.execute("update payments set captured = 9 where booking_id = $1", &[&booking]).await.unwrap_err();
    assert_eq!(refused.as_db_error().unwrap().constraint(), Some("payments_never_more_back_than_came_in"));
    for statement in ["update refunds set amount = 1", "delete from refunds", "truncate refunds cascade"] {
        let refused = sql.execute(statement, &[]).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "42501", "{statement}");
    }
    app.finish().await;
}

#[tokio::test]
async fn totals_stay_whole_while_several_fold_and_write() {
    let app = TestApp::new().await;
    let people = customers(&app, 6).await;
    let folders = (0..3).map(|_| {
        let database = &app.database;
        async move {
            let sql = database.connect().await;
            for _ in 0..15 {
                sql.execute("select fold_customer_totals()", &[]).await.unwrap();
            }
        }
    });
    let writers = people.iter().map(|customer| {
        let database = &app.database;
        async move {
            let sql = database.connect().await;
            for _ in 0..10 {
                sql.execute(INSERT_BOOKING, &[customer]).await.unwrap();
            }
        }
    });
    let reader = async {
        let client = app.as_role(Role::ReadOnly).await;
        let mut last = 0;
        for _ in 0..15 {
            let list = client.list("").await;
            let orders = list["kpis"]["orders"].as_i64().unwrap();
            assert_eq!(list["kpis"]["customers"], 6);
            assert!(orders >= last, "{orders} after {last}");
            last = orders;
        }
    };
    tokio::join!(futures_util::future::join_all(folders), futures_util::future::join_all(writers), reader);
    assert_eq!(app.as_role(Role::ReadOnly).await.list("").await["kpis"]["orders"], 60);
    app.finish().await;
}

/// Each check of the house must notice when what it watches is broken.
#[tokio::test]
async fn the_checks_of_the_house_notice_what_is_wrong() {
    let app = TestApp::new().await;
    let people = customers(&app, 2).await;
    let booking = app.booking(people[0]).paid(1_000).refunded(10).insert().await;
    let send = serde_json::json!({ "action": "resend_invoice", "bookingId": booking });
    let path = format!("/api/admin/customers/{}/actions", people[0]);
    app.as_role(Role::Support).await.post(&path, &send).await.ok();
    let breaks = [
        "update customer_stats set ltv = ltv + 1 where orders > 0",
        "update customer_totals_changes set orders = orders + 1 where orders > 0",
        "update invoice_counter set last_number = last_number + 1",
        "update invoices set net = net + 1, total = total + 1",
        "update payments set customer_id = (select customer_id from customer_stats where orders = 0)",
    ];
    // Those of the features are broken where the features are tested.
    let kept = || {
        let features = ledger::CHECKS.len()
            + data_requests::CHECKS.len()
            + privacy::CHECKS.len()
            + bulk::CHECKS.len()
            + duplicates::CHECKS.len();
        hub::cli::verify::checks().take(hub::cli::verify::checks().count() - features)
    };
    assert_eq!(kept().count(), breaks.len(), "a new check needs a way to break it here");
    for ((name, check), breaking) in kept().zip(breaks) {
        assert!(app.sql.query(*check, &[]).await.unwrap().is_empty(), "{name}");
        app.sql.batch_execute("begin").await.unwrap();
        app.sql.batch_execute("set local session_replication_role = replica").await.unwrap();
        // This guard stands even then.
        app.sql.batch_execute("alter table invoices disable trigger user").await.unwrap();
        assert!(app.sql.execute(breaking, &[]).await.unwrap() > 0, "{breaking}");
        let wrong = app.sql.query(*check, &[]).await.unwrap();
        assert!(!wrong.is_empty(), "{name} did not notice: {breaking}");
        app.sql.batch_execute("rollback").await.unwrap();
    }
    let _: Value = app.as_role(Role::ReadOnly).await.list("").await;
    app.finish().await;
}
