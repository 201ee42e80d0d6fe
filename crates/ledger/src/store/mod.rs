//! The SQL of the books, refunds, credits, ceilings and approvals. Transfers are written by triggers only.

mod approvals;
mod credits;
mod differences;
mod disputes;
mod explained;
mod finance;
mod inbox;
mod limits;
mod reconciliation;
mod refunds;
mod sending;
mod transfers;

pub(crate) use approvals::*;
pub(crate) use credits::*;
pub(crate) use differences::*;
pub(crate) use disputes::*;
pub use explained::*;
pub(crate) use finance::*;
pub(crate) use inbox::*;
pub(crate) use limits::*;
pub(crate) use reconciliation::*;
pub(crate) use refunds::*;
pub(crate) use sending::*;
pub(crate) use transfers::*;

use kernel::{BookingId, CustomerId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::rules::{self, Presence};

/// Locks the customer against changes until the transaction ends; refuses one who is archived, erased or being erased.
pub(crate) async fn lock_customer(db: &impl GenericClient, id: CustomerId) -> Result<()> {
    let statement = db.prepare_cached(&format!("{PRESENCE} for no key update of c")).await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("customer"))?;
    rules::check_living(presence(&row))
}

/// Whether money may be moved for the customer; a problem when there is none.
pub(crate) async fn presence_of(db: &impl GenericClient, id: CustomerId) -> Result<Presence> {
    let statement = db.prepare_cached(PRESENCE).await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("customer"))?;
    Ok(presence(&row))
}

const PRESENCE: &str = "select c.archived_at is not null as archived, c.erased_at is not null as erased,
    c.merged_into is not null as merged, is_being_erased(c.id) as being_erased
    from customers c where c.id = $1";

fn presence(row: &Row) -> Presence {
    if row.get("merged") {
        return Presence::Merged;
    }
    match (row.get("erased"), row.get("being_erased"), row.get("archived")) {
        (true, _, _) => Presence::Erased,
        (_, true, _) => Presence::BeingErased,
        (_, _, true) => Presence::Archived,
        _ => Presence::Living,
    }
}

/// Who asks does one act at a time, as with [`lock_person`]; refused when they were disabled while the request was on its way.
pub(crate) async fn lock_asker(db: &impl GenericClient, id: StaffId) -> Result<()> {
    let statement =
        db.prepare_cached("select disabled_at is null from staff where id = $1 for no key update").await?;
    let row = db.query_opt(&statement, &[&id]).await?;
    if row.is_some_and(|row| row.get(0)) { Ok(()) } else { Err(Problem::unauthorized()) }
}

/// One act of a person at a time, so that the sums of their day are true when they are compared with a ceiling.
pub(crate) async fn lock_person(db: &impl GenericClient, id: StaffId) -> Result<()> {
    let statement = db.prepare_cached("select 1 from staff where id = $1 for no key update").await?;
    db.execute(&statement, &[&id]).await?;
    Ok(())
}

/// The booking with its payments, when it is this customer's; its payments stay as they are until the transaction ends.
pub(crate) async fn lock_booking(
    db: &impl GenericClient,
    customer: CustomerId,
    id: BookingId,
) -> Result<bookings::Booking> {
    let statement =
        db.prepare_cached("select 1 from payments where booking_id = $1 order by id for update").await?;
    db.execute(&statement, &[&id]).await?;
    bookings::read(db, id)
        .await?
        .filter(|booking| booking.customer_id == customer)
        .ok_or_else(|| Problem::invalid("bookingId", "is not a booking of this customer"))
}
