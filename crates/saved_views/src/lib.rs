//! The list of customers as somebody likes to look at it, kept under a name: which filters, in which order. A view is its owner's,
//! or shared with everybody; each person pins the ones they use every day. Also how each person has the list laid out.
//!
//! Invariants: only its owner changes a view (a shared one of somebody else a superadmin may remove); what was searched for is
//! never kept in one, for a search mostly names a person.

mod actions;
mod http;
mod input;
mod model;
mod store;

pub use http::routes;
pub use model::{ListLayout, SavedView, SavedViewList};
