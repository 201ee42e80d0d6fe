//! The rows both kinds of test data are made of. Columns that are left out take their defaults.

mod bookings;
mod customers;
mod disputes;
mod tickets;

pub(crate) use bookings::{Booking, Item, Payment, PriceParts, Refund};
pub(crate) use customers::{Address, Contact, Customer, Flag, Note, Place};
pub(crate) use disputes::Dispute;
pub(crate) use tickets::{Response, Ticket};
