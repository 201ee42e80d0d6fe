//! Gathers the customer page; the queries travel together over one connection.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Problem, Result, db::GenericClient as _};
use serde_json::json;
use staff::Reach;
use tokio::try_join;

use crate::model::CustomerPage;

/// Bookings and tickets on the page itself.
const FIRST: i64 = 50;

pub(crate) async fn read(db: &Client, id: CustomerId, reach: &Reach, now: Timestamp) -> Result<CustomerPage> {
    let (customer, bookings, active, addresses, contacts, tickets, notes, open_flags, marks) = try_join!(
        customers::read(db, id, now),
        bookings::list_of_customer(db, id, None, FIRST),
        bookings::active_of_customer(db, id),
        customers::addresses_of(db, id),
        customers::contacts_of(db, id),
        tickets::list_of_customer(db, id, None, FIRST),
        customers::notes_of(db, id),
        customers::flags_of(db, id),
        marks(db, id),
    )?;
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    if customer.merged_into.is_some() {
        return Err(merged(db, id, &customer.name).await?);
    }
    let actions = customers::acts(&customer, marks.being_erased, &active, reach);
    Ok(CustomerPage {
        customer,
        bookings: bookings.bookings,
        bookings_next: bookings.next,
        addresses,
        contacts,
        support_tickets: tickets.tickets,
        support_tickets_next: tickets.next,
        notes,
        open_flags,
        held: marks.held,
        has_merges: marks.has_merges,
        actions,
    })
}

/// Where they are now: who opens an old link is led on.
async fn merged(db: &Client, id: CustomerId, name: &str) -> Result<Problem> {
    let Some((survivor, into)) = customers::merged_into(db, id).await? else { return Ok(Problem::merged()) };
    let detail = format!("{name} was merged into {into}.");
    Ok(Problem { detail, ..Problem::merged() }.with("customerId", json!(survivor)))
}

/// What is told of beside the customer's own rows.
struct Marks {
    /// The law keeps everything as it is.
    held: bool,
    being_erased: bool,
    has_merges: bool,
}

async fn marks(db: &Client, id: CustomerId) -> Result<Marks> {
    let statement = db
        .prepare_cached(
            "select exists (select from legal_holds where customer_id = any ((select same_person($1))::uuid[]) and lifted_at is null),
                is_being_erased($1), exists (select from customer_merges where survivor_id = $1)",
        )
        .await?;
    let row = db.query_one(&statement, &[&id]).await?;
    Ok(Marks { held: row.get(0), being_erased: row.get(1), has_merges: row.get(2) })
}
