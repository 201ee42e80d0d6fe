//! A PostgreSQL of our own, or that of TEST_DATABASE_URL, and the questions every test ends with.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use embedded::{Embedded, Options};
use jiff::Timestamp;
use tokio_postgres::{Client, Config, NoTls};

static NEXT: AtomicU32 = AtomicU32::new(0);

const MAKE_APPLICATION: &str = "
    do $$ begin create role hub_app login password 'hub';
    exception when duplicate_object or unique_violation then null; end $$";

/// A server with fresh, migrated databases that are gone when it is.
pub struct Server {
    config: Config,
    databases: Vec<String>,
    own: Option<(Embedded, PathBuf)>,
}

impl Server {
    pub async fn start() -> Self {
        if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
            return Self { config: url.parse().unwrap(), databases: Vec::new(), own: None };
        }
        let folder = std::env::temp_dir().join(unique("hub-samples"));
        let options = Options::for_tests(&folder);
        let server = tokio::task::spawn_blocking(|| Embedded::start(options)).await.unwrap().unwrap();
        let config = server.connection_string("postgres").parse().unwrap();
        Self { config, databases: Vec::new(), own: Some((server, folder)) }
    }

    /// A connection to a new database, in the role that samples are made in.
    pub async fn database(&mut self) -> Client {
        let name = unique("samples").replace('-', "_");
        let admin = connect(&self.config).await;
        admin.batch_execute(MAKE_APPLICATION).await.unwrap();
        admin.batch_execute(&format!("create database {name}")).await.unwrap();
        let mut owner = connect(self.config.clone().dbname(&name)).await;
        platform::migrate::run(&mut owner, Some("hub_app")).await.unwrap();
        self.databases.push(name);
        self.another().await
    }

    /// One more connection to the newest database.
    pub async fn another(&self) -> Client {
        let mut config = self.config.clone();
        connect(config.dbname(self.databases.last().unwrap()).user("hub_app").password("hub")).await
    }

    pub async fn stop(mut self) {
        if let Some((server, folder)) = self.own.take() {
            tokio::task::spawn_blocking(|| server.stop()).await.unwrap().unwrap();
            std::fs::remove_dir_all(folder).unwrap();
            return;
        }
        let client = connect(&self.config).await;
        for name in &self.databases {
            client.batch_execute(&format!("drop database {name} with (force)")).await.unwrap();
        }
    }
}

fn unique(start: &str) -> String {
    format!("{start}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).get(0)
}

const TABLES: [&str; 10] = [
    "customers",
    "addresses",
    "contacts",
    "flags",
    "notes",
    "bookings",
    "payments",
    "refunds",
    "tickets",
    "ticket_responses",
];

/// All rows of all tables, as one digest a table.
pub async fn digests(client: &Client) -> Vec<(&'static str, String)> {
    let mut digests = Vec::new();
    for table in TABLES {
        // Numbers of tickets are the database's to give.
        let sql = format!(
            "select coalesce(md5(string_agg((to_jsonb(t) - 'number')::text, '' order by id)), '') from {table} t"
        );
        digests.push((table, client.query_one(&sql, &[]).await.unwrap().get(0)));
    }
    digests
}

/// What is true of any test data, each as a query that counts what contradicts it.
const CONTRADICTIONS: [(&str, &str); 12] = [
    (
        "statistics are those of the rows",
        "select count(*) from ((table customer_stats except table customer_stats_truth)
            union all (table customer_stats_truth except table customer_stats)) d",
    ),
    (
        "totals are those of the statistics",
        "select count(*) from (
            select archived, sum(customers) c, sum(orders) o, sum(cancelled_orders) x, sum(ltv) l from (
                select archived, customers, orders, cancelled_orders, ltv from customer_totals
                union all
                select archived, customers, orders, cancelled_orders, ltv from customer_totals_changes) t
            group by 1 having sum(customers) <> 0
            except
            select archived, count(*), sum(orders), sum(cancelled_orders), sum(ltv) from customer_stats group by 1) d",
    ),
    (
        "the parts of a price come to its total",
        "select count(*) from bookings b, jsonb_to_record(price_parts) as p (distance bigint, access bigint, items bigint,
            weather bigint, \"crewPercent\" bigint, \"availabilityPercent\" bigint)
         where total * 100 <> (distance + access + p.items + weather) * (100 + \"crewPercent\" + \"availabilityPercent\")",
    ),
    (
        "what went back is the sum of the refunds, and never more than came in",
        "select count(*) from payments p where refunded > captured or refunded <> (select coalesce(sum(amount), 0)
            from refunds r where r.payment_id = p.id and r.status = 'succeeded')",
    ),
    (
        "a payment is of its booking's customer and amount",
        "select count(*) from payments p join bookings b on b.id = p.booking_id
         where p.customer_id <> b.customer_id or p.amount <> b.total or (p.captured > 0) <> (b.paid_at is not null)",
    ),
    ("references are unique", "select count(*) - count(distinct upper(reference)) from bookings"),
    (
        "everybody has one default address",
        "select count(*) from customers c where 1 <> (select count(*) from addresses a
            where a.customer_id = c.id and a.is_default)",
    ),
    (
        "times are in order",
        "select count(*) from bookings b join customers c on c.id = b.customer_id
         where b.created_at < c.created_at or b.updated_at < b.created_at or b.scheduled_at < b.created_at
            or b.paid_at < b.created_at or b.completed_at < b.scheduled_at or b.cancelled_at < b.created_at
            or c.updated_at < c.created_at or c.archived_at < c.created_at",
    ),
    (
        "a status has its times",
        "select count(*) from bookings where (status = 'COMPLETED') <> (completed_at is not null)
            or (status = 'CANCELLED') <> (cancelled_at is not null)
            or (status in ('CONFIRMED', 'COMPLETED') and paid_at is null)
            or (status in ('DRAFT', 'PENDING_PAYMENT') and paid_at is not null)",
    ),
    (
        "a refund follows its payment",
        "select count(*) from refunds r join payments p on p.id = r.payment_id where r.created_at < p.captured_at",
    ),
    (
        "a ticket is about a booking of the same customer",
        "select count(*) from tickets t join bookings b on b.id = t.booking_id where b.customer_id <> t.customer_id",
    ),
    (
        "a ticket is answered after it was written, and resolved when it says so",
        "select (select count(*) from ticket_responses r join tickets t on t.id = r.ticket_id where r.created_at < t.created_at)
            + (select count(*) from tickets where (status in ('RESOLVED', 'CLOSED')) <> (resolved_at is not null))",
    ),
];

pub async fn assert_consistent(client: &Client) {
    for (truth, contradictions) in CONTRADICTIONS {
        assert_eq!(count(client, contradictions).await, 0, "{truth}");
    }
}

/// Nothing has happened after `now`, and statuses fit it.
pub async fn assert_plausible_at(client: &Client, now: Timestamp) {
    const SQL: &str = "
        select (select count(*) from customers where greatest(created_at, updated_at, archived_at, email_verified_at) > $1)
            + (select count(*) from bookings where greatest(created_at, updated_at, completed_at, cancelled_at, paid_at) > $1)
            + (select count(*) from bookings where status = 'CONFIRMED' and scheduled_at < $1 - interval '1 day')
            + (select count(*) from bookings where status = 'COMPLETED' and scheduled_at > $1)
            + (select count(*) from refunds where greatest(created_at, processed_at) > $1)
            + (select count(*) from tickets where greatest(created_at, updated_at, resolved_at) > $1)
            + (select count(*) from ticket_responses where created_at > $1)";
    let wrong: i64 = client.query_one(SQL, &[&now]).await.unwrap().get(0);
    assert_eq!(wrong, 0, "rows that cannot be at {now}");
}
