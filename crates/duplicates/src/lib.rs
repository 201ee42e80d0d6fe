//! People who are in here twice: found by what they share (`store/found.rs`), merged into one record, and parted again.
//!
//! Invariants: a merge is one transaction with a journal of what moved, and with an event for each of the two; what was written once
//! (events, entries in the books, invoices) stays where it happened and is read with the record that stays, by `same_person`; nothing
//! is owed, counted or shown twice; undoing a merge moves back what the journal names, and leaves what came since; duplicates are found by keys in
//! indexes (0044), never by comparing all with all, and are always as the rows are now. Moving is a
//! function of the database (0043), because it goes through the tables of every feature.

mod actions;
mod checks;
mod http;
mod input;
mod model;
mod rules;
mod store;

pub use checks::CHECKS;
pub use http::routes;
pub use input::{DismissInput, MergeInput, MergeKeep, MergeSide, UndoMergeInput};
pub use model::*;
