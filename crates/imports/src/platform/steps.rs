//! The kinds of records, in the order in which one needs another.

mod addresses;
mod bookings;
mod contacts;
mod customers;
mod defaults;
mod history;
mod payments;
mod refunds;
mod responses;
mod staff;
mod tickets;

use super::Error;
use super::engine::Engine;

/// Everything, from the first kind to the last.
pub async fn run_all(engine: &mut Engine<'_>, include_staff: bool) -> Result<(), Error> {
    let shape = engine.shape();
    if include_staff {
        engine.run(staff::Staff).await?;
    }
    engine.run(customers::Customers { have_phone: shape.users_have_phone }).await?;
    engine.run(addresses::Addresses).await?;
    engine.run(contacts::Contacts).await?;
    engine.run(bookings::Bookings { have_cancellations: shape.has_cancellations }).await?;
    engine.run(payments::Payments).await?;
    engine.run(payments::PaidBookings).await?;
    engine.run(refunds::Refunds).await?;
    engine.run(refunds::RefundRests).await?;
    engine.run(tickets::Tickets).await?;
    engine.run(responses::Responses).await?;
    engine.run(history::History).await
}
