//! Acts on many customers at once: some are chosen, what would become of each is said, a job does it, and it can be undone.
//!
//! Invariants: what was chosen is frozen, and acted on by nobody but who chose it; each customer is changed as the single act would
//! change them, with the same rules, the same right and the same event; a hundred are done in one transaction that also
//! counts them, so a run that was killed goes on without doing anything twice; it ends when who asked for it may not do this
//! any more; an undo takes back what its run did and nothing that somebody did since.

mod actions;
mod checks;
mod http;
mod input;
mod jobs;
mod model;
mod retention;
mod rules;
mod store;

pub use checks::CHECKS;
pub use http::{declare_acts, routes};
pub use jobs::jobs;
pub use retention::RETENTION;
