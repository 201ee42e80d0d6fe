//! The audit trail: reads what every feature left behind when it wrote, and what people read.
//!
//! Invariants: nothing here writes an event but the access log, which keeps that somebody looked at the trail, and does
//! so before they are answered; a page begins where the last one ended, whatever was written meanwhile; every filter
//! walks an index. The trail is sealed behind the writers, by one sealer at a time, without a gap (`trail`).

mod actions;
mod http;
mod model;
mod rules;
mod store;
pub mod trail;

pub use actions::of_customer;
pub use http::routes;
pub use model::{
    AuditAction, AuditActorKind, AuditEvent, AuditEventDetail, AuditKind, AuditPage, AuditValues, Shown,
};
