//! Gathers the customer page; the queries travel together over one connection.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Problem, Result};
use staff::Reach;
use tokio::try_join;

use crate::model::CustomerPage;

/// Bookings and tickets on the page itself.
const FIRST: i64 = 50;

pub(crate) async fn read(db: &Client, id: CustomerId, reach: &Reach, now: Timestamp) -> Result<CustomerPage> {
    let (customer, bookings, active, addresses, contacts, tickets, notes, open_flags, (held, being_erased)) =
        try_join!(
            customers::read(db, id, now),
            bookings::list_of_customer(db, id, None, FIRST),
            bookings::active_of_customer(db, id),
            customers::addresses_of(db, id),
            customers::contacts_of(db, id),
            tickets::list_of_customer(db, id, None, FIRST),
            customers::notes_of(db, id),
            customers::flags_of(db, id),
            shielded(db, id),
        )?;
    let customer = customer.ok_or_else(|| Problem::not_found("customer"))?;
    let actions = customers::acts(&customer, being_erased, &active, reach);
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
        held,
        actions,
    })
}

/// Whether the law keeps the customer's data as it is, and whether it is going.
async fn shielded(db: &Client, id: CustomerId) -> Result<(bool, bool)> {
    let statement = db
        .prepare_cached(
            "select exists (select from legal_holds where customer_id = $1 and lifted_at is null), is_being_erased($1)",
        )
        .await?;
    let row = db.query_one(&statement, &[&id]).await?;
    Ok((row.get(0), row.get(1)))
}
