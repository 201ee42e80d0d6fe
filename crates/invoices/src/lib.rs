//! Invoices: numbered without gaps, their facts fixed when issued, rendered as PDF, mailed.
//!
//! Invariants: a booking has at most one invoice, and a number is given once and never skipped (a counter row, locked until the
//! commit); seller, customer, move, lines and VAT are a snapshot that the database refuses to change; lines, VAT and total
//! add up to the penny. What was paid and refunded is no part of the snapshot: it is read when the invoice is shown.

mod actions;
mod content;
mod http;
mod input;
mod model;
mod rules;
mod store;

pub use actions::resend_invoice;
pub use http::routes;
pub use input::ResendInput;
pub use model::{Invoice, InvoiceLine, InvoiceMoney, SentInvoice};
