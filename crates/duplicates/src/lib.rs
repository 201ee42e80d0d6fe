//! People who are in here twice: two records become one, and can become two again.
//!
//! Invariants: a merge is one transaction with a journal of what moved, and with an event for each of the two; what was written once
//! (events, entries in the books, invoices) stays where it happened and is read with the record that stays, by `same_person`; nothing
//! is owed, counted or shown twice; undoing a merge moves back what the journal names, and leaves what came since. Moving is a
//! function of the database (0042), because it goes through the tables of every feature.

mod actions;
mod checks;
mod http;
mod input;
mod model;
mod rules;
mod store;

pub use checks::CHECKS;
pub use http::routes;
pub use input::{MergeInput, MergeKeep, MergeSide, UndoMergeInput};
pub use model::*;
