use jiff::civil::Date;
use kernel::CustomerId;
use platform::Result;
use platform::db::GenericClient;

use crate::{
    ErasurePlan, PlannedLoss, PlannedStay, map,
    map::{MAP, ROWS, Rows},
    rules::{Standing, kept_until},
};

/// What stands in the way.
pub(crate) async fn standing(db: &impl GenericClient, customer: CustomerId) -> Result<Standing> {
    let open = bookings::active_of_customer(db, customer).await?;
    let row = db
        .query_one(
            "select (select erased_at is not null from customers where id = $1),
                (select count(*) from refunds r join payments p on p.id = r.payment_id join refund_states s on s.name = r.status
                 where p.customer_id = any ((select same_person($1))::uuid[]) and s.class in ('held', 'payable')),
                (select coalesce(sum(d.amount), 0)::bigint from disputes d join payments p on p.id = d.payment_id
                 where p.customer_id = any ((select same_person($1))::uuid[]) and d.status not in ('warning_closed', 'won', 'lost')),
                (select coalesce(sum(remaining), 0)::bigint from credits where customer_id = any ((select same_person($1))::uuid[])),
                (select count(*) from approvals where customer_id = any ((select same_person($1))::uuid[]) and state = 'pending'),
                (select count(*) from mails where customer_id = any ((select same_person($1))::uuid[]) and state = 'queued'),
                (select coalesce(array_agg(number order by number), '{}') from data_requests
                 where customer_id = any ((select same_person($1))::uuid[]) and outcome is null and kind <> 'erasure'),
                (select reason from legal_holds where customer_id = any ((select same_person($1))::uuid[]) and lifted_at is null)",
            &[&customer],
        )
        .await?;
    Ok(Standing {
        erased: row.get::<_, Option<bool>>(0).unwrap_or_default(),
        open_bookings: open.into_iter().map(|(_, reference, _)| reference).collect(),
        refunds_under_way: row.get(1),
        disputed: row.get(2),
        credit_remaining: row.get(3),
        approvals_pending: row.get(4),
        mails_waiting: row.get(5),
        requests: row.get(6),
        hold: row.get(7),
    })
}

/// What goes and what stays, as it stands now.
pub(crate) async fn plan(
    db: &impl GenericClient,
    customer: CustomerId,
    year_end: (i8, i8),
) -> Result<ErasurePlan> {
    let of = ROWS.iter().filter(|(.., rows)| matches!(rows, Rows::Of(_)));
    let counts: Vec<String> = of
        .filter_map(|(table, ..)| {
            let condition = map::condition(table)?;
            Some(format!("select '{table}', count(*) from {table} where {condition}"))
        })
        .collect();
    let rows = db.query(&counts.join(" union all "), &[&customer]).await?;
    let count = |table: &str| {
        rows.iter().find(|row| row.get::<_, &str>(0) == table).map_or(0, |row| row.get::<_, i64>(1))
    };
    let goes = ROWS
        .iter()
        // The plan itself is one more erasure.
        .filter(|(table, ..)| *table != "erasures")
        .filter(|(table, _, rows)| matches!(rows, Rows::Of(_)) && count(table) > 0)
        .filter_map(|(table, what, _)| {
            let columns: Vec<String> = MAP
                .get(*table)?
                .iter()
                .filter(|(_, column)| map::goes(column))
                .map(|(name, _)| name.clone())
                .collect();
            let (table, what) = ((*table).to_owned(), (*what).to_owned());
            (!columns.is_empty()).then(|| PlannedLoss { rows: count(&table), table, what, columns })
        })
        .collect();
    let row = db
        .query_one(
            "select (select london_day(max(at)) from transfers where customer_id = any ((select same_person($1))::uuid[])),
                (select london_day(max(issued_at)) from invoices where customer_id = any ((select same_person($1))::uuid[])),
                (select count(*) from event_values v join value_keys k on k.id = value_key(v.sealed) where k.customer_id = any ((select same_person($1))::uuid[])),
                (select count(*) from event_values where customer_id = any ((select same_person($1))::uuid[]) and sealed is null)",
            &[&customer],
        )
        .await?;
    let until = |last: Option<Date>| last.map(|day| kept_until(day, year_end));
    let (booked, invoiced) = (until(row.get(0)), until(row.get(1)));
    let all = [
        ("Bookings: reference, dates, prices, status", BOOKS, count("bookings"), booked),
        (
            "Payments and refunds: amounts, dates, the provider's references",
            BOOKS,
            count("payments") + count("refunds"),
            booked,
        ),
        ("Store credit: amounts and dates", BOOKS, count("credits") + count("credit_uses"), booked),
        ("Entries in the books", BOOKS, count("transfers"), booked),
        ("Invoices, with name and address as issued", INVOICES, count("invoices"), invoiced),
        ("What happened, when, and by whom: without any value", TRAIL, count("events"), None),
        ("Values in the audit trail that an earlier release wrote in clear", CLEAR, row.get(3), None),
    ];
    let stays = all
        .into_iter()
        .filter(|(_, why, rows, _)| *rows > 0 || *why == TRAIL)
        // The trail grows with every look at the customer: a plan that counted it would be outdated by being read.
        .map(|(what, why, rows, until)| PlannedStay {
            what: what.to_owned(),
            why: why.to_owned(),
            rows: if why == TRAIL { 0 } else { rows },
            until,
        })
        .collect();
    Ok(ErasurePlan { goes, stays, values: row.get(2), values_in_clear: row.get(3) })
}

const BOOKS: &str = "Accounting records: kept six years after the end of the financial year (Companies Act 2006 s. 388, UK GDPR Art. 17(3)(b)).";
const INVOICES: &str = "Accounting records: an invoice is kept as it was issued (VAT Regulations 1995, reg. 31); only who may see the finance page can open it.";
const TRAIL: &str =
    "Proof of what was done with the data (UK GDPR Art. 5(2)): ids and times, nothing that tells who it was.";
const CLEAR: &str = "The audit trail is never rewritten; only those who may read it see them.";
