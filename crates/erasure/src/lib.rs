//! Erasing a person (UK GDPR Art. 17): a plan, a second person, the work, and the proof.
//!
//! What goes follows from `db/personal-data.toml`, which is compiled in: the statements are made from it, so that a new column cannot be
//! forgotten. Invariants: nobody approves their own plan, and what was approved is what is done; the work goes step by step,
//! each step one transaction, and goes on where it stopped; no row goes, no person stays; amounts, dates, ids and counts are
//! the same afterwards; a scan looks for the person before anything is certified; what was erased is written down outside
//! the database too, and done again after an earlier state was restored. Whose time is over is proposed, never erased by itself.

mod actions;
mod certificate;
mod http;
mod input;
mod jobs;
mod map;
mod model;
mod outside;
mod retention;
mod rules;
mod store;

pub use actions::{Again, apply, latest_of};
pub use http::routes;
pub use jobs::jobs;
pub use map::{Class, Column, Loss, MAP, ROWS, Rows, condition};
pub use model::*;
pub use outside::{Entry, read as read_ledger};
pub use retention::RETENTION;
