//! The audit trail: reads what every feature left behind when it wrote, and what people read.
//!
//! Invariants: that somebody looked at the trail is kept before they are answered; of events nothing here writes another's; a page begins where the last one ended, whatever was written meanwhile; every filter
//! walks an index. The trail is sealed behind the writers, by one sealer at a time, without a gap (`trail`).

mod actions;
mod export;
mod figures;
mod http;
mod jobs;
mod model;
mod rules;
mod store;
pub mod trail;

pub use actions::of_customer;
pub use figures::FIGURES;
pub use http::routes;
pub use jobs::jobs;
pub use model::{
    AnchorState, AuditAction, AuditActorKind, AuditEvent, AuditEventDetail, AuditKind, AuditPage,
    AuditValues, CustomerLooks, LookDay, LookedAt, LookedThrough, Looker, Shown, StaffLooks, TrailFinding,
    TrailOutcome, TrailState, TrailVerification,
};
