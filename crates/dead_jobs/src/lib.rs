//! Jobs that nobody tries any more: their last attempt failed, or died with its worker. A person looks at why, and has them tried
//! again or lets them go.
//!
//! Invariants: only a dead job is retried or discarded, once, with an event that says by whom; a discarded one is kept as long
//! as those that were done. What went wrong is shown without addresses and numbers of people that a server's words may hold.

mod actions;
mod http;
mod input;
mod model;
mod retention;
mod rules;
mod store;

pub use http::routes;
pub use model::{DeadJob, DeadJobPage};
pub use retention::RETENTION;
