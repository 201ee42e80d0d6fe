//! Refunds, new and edited customers per second, each beside one script that writes the same rows.

use std::{sync::Arc, time::Duration};

use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    Arguments,
    floor::Postgres,
    hub::{self, Hub},
    load::load_each,
    process::{Clock, Cpu},
    routes::LIST,
    run::{Beside, beside},
};

/// People who write at once, each with a session of their own.
pub const PEOPLE: u32 = 16;

pub struct Writes {
    pub refunds: Beside,
    pub creates: Beside,
    pub updates: Beside,
}

/// The payments that are refunded from and the customers that are edited, numbered for pgbench's dice. Those that pgbench
/// edits are others than the hub's, whose versions must be known.
const SPREAD: &str = "
    create schema if not exists bench;
    drop table if exists bench.refundable, bench.editable, bench.ours;
    create table bench.refundable as
        select row_number() over (order by id) as number, id as payment_id, booking_id, customer_id
        from (select p.* from payments p join customers c on c.id = p.customer_id
              where c.archived_at is null and p.captured - p.refunded - p.reserved - p.disputed >= 10000
              order by p.id limit 4000) p;
    create unique index on bench.refundable (number) include (payment_id, booking_id, customer_id);
    create table bench.editable as
        select row_number() over (order by c.id) as number, c.id as customer_id
        from (select id from customers where archived_at is null and email is not null order by id limit 20000) c;
    create unique index on bench.editable (number) include (customer_id);
    create table bench.ours as
        select id, version, name, email from customers
        where archived_at is null and email is not null order by id offset 20000 limit 60000;
    analyze bench.refundable, bench.editable, bench.ours";

/// What a write is: its request, by person and count.
struct Write {
    /// How many of them are stored.
    count: &'static str,
    floor: &'static str,
}

pub async fn measure(given: &Arguments, hub: &Hub, postgres: &Postgres) -> Result<Writes> {
    postgres.ask(SPREAD).await?;
    let mut cookies = Vec::new();
    for person in 0..PEOPLE {
        cookies.push(hub.session(&format!("bench-{person}@example.com")).await?);
    }
    let cookies: Arc<[String]> = cookies.into();
    // Keys and addresses are used once for ever, in earlier runs too.
    let run = postgres.count("select count(*) from events").await?;
    let writes = Writes {
        refunds: refunds(given, hub, postgres, &cookies, run).await?,
        creates: creates(given, hub, postgres, &cookies, run).await?,
        updates: updates(given, hub, postgres, &cookies, run).await?,
    };
    postgres.ask("drop schema bench cascade").await?;
    Ok(writes)
}

async fn refunds(
    given: &Arguments,
    hub: &Hub,
    postgres: &Postgres,
    cookies: &Arc<[String]>,
    run: i64,
) -> Result<Beside> {
    let rows = postgres.ask("select customer_id, booking_id from bench.refundable order by number").await?;
    let payments: Arc<[(String, String)]> = rows
        .lines()
        .filter_map(|row| row.split_once('|'))
        .map(|(customer, booking)| (customer.to_owned(), booking.to_owned()))
        .collect();
    ensure!(payments.len() == 4000, "only {} payments have £100 left", payments.len());
    let write =
        Write { count: "select count(*) from refunds where request_key like 'bench-%'", floor: "refund.sql" };
    let address = hub.address;
    rounds(given, hub, postgres, &write, cookies, move |cookie, round, person, count| {
        let (customer, booking) = &payments[(person as usize * 997 + count as usize * 31) % payments.len()];
        let body =
            format!(r#"{{"action":"issue_refund","bookingId":"{booking}","amount":1,"reason":"late"}}"#);
        let key = format!("bench-{run}-{round}-{count}");
        let headers = [("cookie", cookie), ("idempotency-key", key.as_str())];
        hub::request(address, "POST", &format!("{LIST}/{customer}/actions"), &headers, Some(&body))
    })
    .await
}

async fn creates(
    given: &Arguments,
    hub: &Hub,
    postgres: &Postgres,
    cookies: &Arc<[String]>,
    run: i64,
) -> Result<Beside> {
    let write =
        Write { count: "select count(*) from customers where name = 'Hub Bench'", floor: "create.sql" };
    let address = hub.address;
    rounds(given, hub, postgres, &write, cookies, move |cookie, round, person, count| {
        let email = format!("hub-{run}-{round}-{person}-{count}@example.com");
        let body = json!({ "name": "Hub Bench", "email": email, "phone": "07700 900123" }).to_string();
        hub::request(address, "POST", LIST, &[("cookie", cookie)], Some(&body))
    })
    .await
}

async fn updates(
    given: &Arguments,
    hub: &Hub,
    postgres: &Postgres,
    cookies: &Arc<[String]>,
    run: i64,
) -> Result<Beside> {
    let rows = postgres.ask("select id, version, email, name from bench.ours order by id").await?;
    let people: Arc<[Vec<String>]> =
        rows.lines().map(|row| row.splitn(4, '|').map(str::to_owned).collect()).collect();
    let each_round = people.len() / given.rounds as usize;
    ensure!(each_round >= 500, "{} customers are too few to edit each once", people.len());
    let write = Write {
        count: "select count(*) from events where action = 'customer.updated' and request_id <> 'bench'",
        floor: "update.sql",
    };
    let address = hub.address;
    rounds(given, hub, postgres, &write, cookies, move |cookie, round, person, count| {
        // Each customer once in a round; who comes round again knows that their own edit made the next version.
        let number = count as usize * PEOPLE as usize + person as usize;
        let again = number / each_round;
        let one = &people[round as usize * each_round + number % each_round];
        let version = one[1].parse::<usize>().unwrap_or_default() + again;
        let phone = format!("07700 9{:05}", (number as i64 * 7 + run) % 100_000);
        let body = json!({ "name": one[3], "email": one[2], "phone": phone }).to_string();
        let tag = format!("\"{version}\"");
        let headers = [("cookie", cookie), ("if-match", tag.as_str())];
        hub::request(address, "PUT", &format!("{LIST}/{}", one[0]), &headers, Some(&body))
    })
    .await
}

/// Rounds in turn with the floor; what was answered is stored, and nothing else.
async fn rounds(
    given: &Arguments,
    hub: &Hub,
    postgres: &Postgres,
    write: &Write,
    cookies: &Arc<[String]>,
    request: impl Fn(&str, u32, u32, u64) -> Vec<u8> + Clone + Send + 'static,
) -> Result<Beside> {
    let (mut rounds, mut floors, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    let clock = Clock::of(hub.pid()?, postgres.pid);
    for round in 0..given.rounds {
        let before = postgres.count(write.count).await?;
        let (cookies, request) = (cookies.clone(), request.clone());
        let began = clock.read();
        let measured =
            load_each(hub.address, PEOPLE, Duration::from_secs(given.seconds), move |person, count| {
                request(&cookies[person as usize], round, person, count).into()
            })
            .await?;
        let ended = clock.read();
        let made = postgres.count(write.count).await? - before;
        ensure!(made == measured.requests as i64, "{} were answered, {made} are stored", measured.requests);
        let floor = postgres.pace(&given.sql.join(write.floor), PEOPLE, given.seconds).await?;
        costs.push(Cpu::between(began, ended, measured.requests, clock.read(), &floor, given.seconds));
        rounds.push(measured);
        floors.push(floor);
    }
    Ok(beside(&rounds, &floors, &costs))
}
