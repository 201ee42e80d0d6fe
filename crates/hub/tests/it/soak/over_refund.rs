//! Never more back than came in: many clients at few payments.

use futures_util::future::join_all;
use serde_json::json;
use staff::Role;
use tokio_postgres::Client as Sql;
use uuid::Uuid;

use crate::support::{Client, Dice, TestApp, id, id_of, size};

const CAPTURED: i64 = 10_000;

/// Pence that went back, or are on their way, beyond what came in: told from the refunds alone.
async fn excess(sql: &Sql) -> i64 {
    let over = "select coalesce(sum(over), 0)::bigint from (
        select greatest(sum(r.amount) - p.captured, 0) as over from payments p join refunds r on r.payment_id = p.id
        where r.status not in ('failed', 'cancelled', 'rejected') group by p.id) payments";
    sql.query_one(over, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_try_at_once_nothing_is_refunded_twice() {
    let (clients, attempts, payments) = (size(12, 64), size(20, 313), size(6, 50));
    let app = TestApp::new().await;
    let ops = app.as_role(Role::Ops).await;
    let mut bookings = Vec::new();
    for n in 0..payments {
        let customer = ops.create_customer("Emma", &format!("emma{n}@example.com")).await;
        let booking = app.booking(id_of(&customer)).paid(CAPTURED).insert().await;
        bookings.push((id(&customer).to_owned(), booking));
    }
    let mut people = Vec::new();
    for _ in 0..clients {
        people.push(app.as_role(Role::Superadmin).await);
    }
    let tries = people.iter().enumerate().map(|(number, person)| hammer(person, number, attempts, &bookings));
    let accepted: usize = join_all(tries).await.into_iter().sum();
    assert!(accepted >= payments, "{accepted} of {} were accepted", clients * attempts);
    assert_eq!(excess(&app.sql).await, 0);
    println!(
        "{} attempts of {clients} clients on {payments} payments: {accepted} accepted, excess 0 pence",
        clients * attempts
    );
    app.finish().await;
}

/// How many of its attempts were accepted; the others must have been refused for the sum.
async fn hammer(person: &Client, number: usize, attempts: usize, bookings: &[(String, Uuid)]) -> usize {
    let mut dice = Dice::new(number as u64);
    let mut accepted = 0;
    for attempt in 0..attempts {
        let (customer, booking) = dice.pick(bookings);
        let amount = 1 + dice.below(4_000);
        let body =
            json!({ "action": "issue_refund", "bookingId": booking, "amount": amount, "reason": "late" });
        let path = format!("/api/admin/customers/{customer}/actions");
        let answer =
            person.post(&path, &body).header("idempotency-key", &format!("{number}-{attempt}")).await;
        if answer.status.is_success() {
            accepted += 1;
        } else {
            answer.problem(422, "refund_exceeds_payment");
        }
    }
    accepted
}

/// Look, then insert, without a lock and without the constraint: the check above must see what goes wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_naive_refund_is_caught() {
    let app = TestApp::new().await;
    let customer = app.as_role(Role::Ops).await.create_customer("Emma", "emma@example.com").await;
    app.booking(id_of(&customer)).paid(CAPTURED).insert().await;
    app.sql
        .batch_execute(
            "alter table payments drop constraint payments_never_more_back_than_came_in;
             alter table refunds disable trigger user",
        )
        .await
        .unwrap();
    let naive = "with look as (
            select p.id, p.captured - coalesce(sum(r.amount), 0) as free, pg_sleep(0.05)
            from payments p left join refunds r on r.payment_id = p.id group by p.id)
         insert into refunds (id, payment_id, amount, reason, status, created_at)
         select gen_random_uuid(), id, 4000, 'Late', 'succeeded', now() from look where free >= 4000";
    let clients: Vec<Sql> = join_all((0..6).map(|_| app.database.connect())).await;
    for _ in 0..3 {
        join_all(clients.iter().map(|client| client.execute(naive, &[]))).await;
    }
    assert!(excess(&app.sql).await > 0, "six that look before they leap refund too much");
    app.abandon();
}
