//! Seeing less: contact details are hidden from roles that do their work without them, shown for a reason that is kept, and
//! how much one person reads in a day is watched.
//!
//! Invariants: what hides is one layer around all answers, so that no handler can forget it, and what it cannot read it does
//! not let through; no role from which something is hidden may write it; each reveal has its reason, its end and its
//! event, and counts against the day.

mod actions;
mod http;
mod input;
mod jobs;
mod layer;
mod model;
mod retention;
mod rules;
mod store;

pub use http::routes;
pub use input::{RevealInput, SightLimitsInput};
pub use jobs::jobs;
pub use layer::hide;
pub use model::{Sight, SightLimits};
pub use retention::RETENTION;
