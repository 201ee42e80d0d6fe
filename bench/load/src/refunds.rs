//! Refunds per second, beside one script that writes the same rows.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};

use crate::{
    Arguments,
    floor::Postgres,
    hub::{self, Hub},
    load::load_each,
    run::{Beside, beside},
};

/// People who refund at once, each with a session of their own.
pub const PEOPLE: u32 = 16;

/// The payments that are refunded from, numbered for pgbench's dice.
const SPREAD: &str = "
    create schema if not exists bench;
    drop table if exists bench.refundable;
    create table bench.refundable as
        select row_number() over (order by id) as number, id as payment_id, booking_id, customer_id
        from (select p.* from payments p join customers c on c.id = p.customer_id
              where c.archived_at is null and p.captured - p.refunded - p.reserved - p.disputed >= 10000
              order by p.id limit 4000) p;
    create unique index on bench.refundable (number) include (payment_id, booking_id, customer_id);
    analyze bench.refundable";

pub async fn measure(given: &Arguments, hub: &Hub, postgres: &Postgres) -> Result<Beside> {
    postgres.ask(SPREAD).await?;
    let rows = postgres.ask("select customer_id, booking_id from bench.refundable order by number").await?;
    let payments: Arc<Vec<(String, String)>> = Arc::new(
        rows.lines()
            .filter_map(|row| row.split_once('|'))
            .map(|(c, b)| (c.to_owned(), b.to_owned()))
            .collect(),
    );
    ensure!(payments.len() == 4000, "only {} payments have £100 left", payments.len());
    let mut cookies = Vec::new();
    for person in 0..PEOPLE {
        cookies.push(hub.session(&format!("bench-{person}@example.com")).await?);
    }
    let cookies = Arc::new(cookies);
    let (mut rounds, mut floors) = (Vec::new(), Vec::new());
    let count = "select count(*) from refunds where request_key like 'bench-%'";
    for round in 0..given.rounds {
        let before = postgres.count(count).await?;
        let (payments, cookies) = (payments.clone(), cookies.clone());
        // Keys are used once for ever, in earlier runs too.
        let run = format!("bench-{}-{round}", postgres.count("select count(*) from events").await?);
        let address = hub.address;
        let measured =
            load_each(address, PEOPLE, Duration::from_secs(given.seconds), move |person, count| {
                let (customer, booking) =
                    &payments[(person as usize * 997 + count as usize * 31) % payments.len()];
                let body = format!(
                    r#"{{"action":"issue_refund","bookingId":"{booking}","amount":1,"reason":"late"}}"#
                );
                let key = format!("{run}-{count}");
                let headers =
                    [("cookie", cookies[person as usize].as_str()), ("idempotency-key", key.as_str())];
                let path = format!("/api/admin/customers/{customer}/actions");
                hub::request(address, "POST", &path, &headers, Some(&body)).into()
            })
            .await?;
        let made = postgres.count(count).await? - before;
        ensure!(made == measured.requests as i64, "{} were answered, {made} are stored", measured.requests);
        rounds.push(measured);
        floors.push(postgres.pace(&given.sql.join("refund.sql"), PEOPLE, given.seconds).await?);
    }
    postgres.ask("drop schema bench cascade").await?;
    Ok(beside(&rounds, &floors))
}
