//! The audit trail: reads what every feature left behind when it wrote, and what people read.
//!
//! Invariants: nothing here writes an event but the access log, which keeps that somebody looked at the trail, and does
//! so before they are answered; a page begins where the last one ended, whatever was written meanwhile; every filter
//! walks an index.

mod actions;
mod http;
mod model;
mod rules;
mod store;

pub use actions::of_customer;
pub use http::routes;
pub use model::{AuditAction, AuditActorKind, AuditEvent, AuditEventDetail, AuditKind, AuditPage, Shown};
