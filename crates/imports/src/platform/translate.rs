//! A row of the source becomes a record of ours, or the reason why it cannot: pure functions, so that every ugly row is a
//! unit test. A record holds what the source says, ids of the source included; what depends on our database is decided
//! by the steps. Its serialised form is what the content hash is taken of.

mod bookings;
mod customers;
mod history;
mod money;
mod tickets;

pub use bookings::{BookingRecord, booking};
pub use customers::{
    AddressRecord, ContactRecord, CustomerRecord, StaffRecord, address, contact, customer, name_or_stand_in,
    staff_member,
};
pub use history::{HistoryRecord, history};
pub use money::{PaymentRecord, RefundRecord, payment, refund};
pub use tickets::{ResponseRecord, TicketRecord, response, ticket};
