//! Recomputes what is maintained and compares. Exit code 1, and the first rows by name, when anything differs.

use std::process::ExitCode;

use anyhow::Result;
use platform::settings::Settings;
use tokio_postgres::Client;

use super::open;

/// A name, and a query that returns one line of text for every row that is wrong: what is kept beside the rows, and the books.
pub fn checks() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    KEPT.iter()
        .chain(ledger::CHECKS)
        .chain(data_requests::CHECKS)
        .chain(privacy::CHECKS)
        .chain(bulk::CHECKS)
        .chain(duplicates::CHECKS)
}

const KEPT: &[(&str, &str)] = &[
    (
        "statistics of every customer equal what their rows say",
        "select format('customer %s: kept %s, true %s', t.customer_id, s, t)
         from customer_stats_truth t full join customer_stats s on s.customer_id = t.customer_id
         where (s.customer_id, s.archived, s.orders, s.completed_orders, s.cancelled_orders, s.last_order_at, s.ltv,
                s.open_tickets, s.urgent_tickets, s.addresses, s.contacts, s.flag_kinds, s.merged, s.joined_at, s.verified)
            is distinct from (t.customer_id, t.archived, t.orders, t.completed_orders, t.cancelled_orders, t.last_order_at,
                t.ltv, t.open_tickets, t.urgent_tickets, t.addresses, t.contacts, t.flag_kinds, t.merged, t.joined_at, t.verified)",
    ),
    (
        "totals equal the sum of the statistics",
        "with kept as (
            select archived, last_order_on, sum(customers) as customers, sum(orders) as orders,
                   sum(cancelled_orders) as cancelled_orders, sum(ltv) as ltv
            from (select archived, last_order_on, customers, orders, cancelled_orders, ltv from customer_totals
                  union all
                  select archived, last_order_on, customers, orders, cancelled_orders, ltv from customer_totals_changes) both_parts
            group by archived, last_order_on
         ), truth as (
            select archived, london_day(last_order_at) as last_order_on, count(*) as customers, sum(orders) as orders,
                   sum(cancelled_orders) as cancelled_orders, sum(ltv) as ltv
            from customer_stats where not merged group by 1, 2
         )
         select format('archived %s, last order %s: kept %s, true %s',
                coalesce(k.archived, t.archived), coalesce(k.last_order_on, t.last_order_on), k, t)
         from kept k full join truth t on t.archived = k.archived and t.last_order_on = k.last_order_on
         where coalesce(k.customers, 0) <> coalesce(t.customers, 0) or coalesce(k.orders, 0) <> coalesce(t.orders, 0)
            or coalesce(k.cancelled_orders, 0) <> coalesce(t.cancelled_orders, 0) or coalesce(k.ltv, 0) <> coalesce(t.ltv, 0)",
    ),
    (
        "invoice numbers have no gap, and the counter stands at the last",
        "select format('%s invoices, highest %s, counter %s', count(*), coalesce(max(number), 0), c.last_number)
         from invoice_counter c left join invoices on true group by c.last_number
         having count(invoices.id) <> c.last_number or coalesce(max(number), 0) <> c.last_number",
    ),
    (
        "invoices belong to the customer of their booking, as whoever they were merged, and their lines add up",
        "select format('invoice %s', i.number) from invoices i join bookings b on b.id = i.booking_id
         where i.customer_id <> b.customer_id and not b.customer_id = any (ever_one(i.customer_id))
            or i.total <> (select sum((line ->> 'amount')::bigint) from jsonb_array_elements(i.lines) line)",
    ),
    (
        "payments belong to the customer of their booking",
        "select format('payment %s', p.id) from payments p join bookings b on b.id = p.booking_id
         where p.customer_id <> b.customer_id",
    ),
];

/// Differences that are listed by name; the rest are counted.
const SHOWN: usize = 20;

pub(super) async fn verify(settings: &Settings) -> Result<ExitCode> {
    let database = open(settings).await?;
    let mut client = database.connect().await?;
    let outcome = check(&mut client).await;
    drop(client);
    database.stop().await?;
    Ok(if outcome? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What contradicts the books, a line each: amounts that are not the sums of their transfers.
pub(super) async fn wrong_books(client: &mut Client) -> Result<Vec<String>> {
    let tx = one_instant(client).await?;
    let mut wrong = Vec::new();
    for (name, sql) in ledger::CHECKS {
        for row in tx.query(*sql, &[]).await? {
            wrong.push(format!("{} ({name})", row.get::<_, &str>(0)));
        }
    }
    Ok(wrong)
}

/// All checks see the same instant.
async fn one_instant(client: &mut Client) -> Result<tokio_postgres::Transaction<'_>> {
    let transaction = client.build_transaction();
    let level = tokio_postgres::IsolationLevel::RepeatableRead;
    Ok(transaction.isolation_level(level).read_only(true).start().await?)
}

pub(super) async fn check(client: &mut Client) -> Result<bool> {
    let tx = one_instant(client).await?;
    let mut sound = true;
    for (name, sql) in checks() {
        let wrong = tx.query(*sql, &[]).await?;
        println!("{}  {name}", if wrong.is_empty() { "ok   " } else { "WRONG" });
        for row in wrong.iter().take(SHOWN) {
            println!("       {}", row.get::<_, &str>(0));
        }
        if wrong.len() > SHOWN {
            println!("       and {} more", wrong.len() - SHOWN);
        }
        sound &= wrong.is_empty();
    }
    Ok(sound)
}
