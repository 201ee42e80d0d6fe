//! Bookings: what was ordered, where it goes, and what was paid and refunded for it.
//!
//! Invariants: a booking's payment status and sums are derived from its payments, never kept beside them; a refund never
//! changes the booking's own status; a snapshot that was written long ago or elsewhere never makes a page fail.

mod http;
mod model;
mod rules;
mod snapshot;
mod store;

pub use http::routes;
pub use model::{
    Booking, BookingItem, BookingPage, BookingPlace, BookingStatus, Dispute, DisputeStatus, FoundBooking,
    FoundBookings, Payment, PaymentState, PaymentStatus, PriceParts, Refund, RefundDestination, RefundStatus,
};
pub use store::{active_of_customer, list_of_customer, read};
