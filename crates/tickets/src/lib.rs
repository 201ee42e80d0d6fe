//! Tickets: what a customer asked for help with, and what was answered from either side.
//!
//! Invariants: a ticket's number is given by the database and never again; responses are shown in the order they were
//! written; status and priority are spelt one way, in capitals, from the database to the screen.

mod http;
mod model;
mod retention;
mod rules;
mod store;

pub use http::routes;
pub use model::{
    FoundTicket, FoundTickets, Ticket, TicketPage, TicketPriority, TicketResponse, TicketStatus,
};
pub use retention::RETENTION;
pub use store::{list_of_customer, read};
