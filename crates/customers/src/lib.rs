//! Customers with their addresses, contacts, notes and flags: find, read, create, edit, archive, restore, export.
//!
//! Invariants: an e-mail address belongs to one living customer; nothing is overwritten that somebody else has changed
//! meanwhile (versions); a customer is archived, never deleted; the figures beside a customer are the maintained
//! statistics, and the figures over a list are those of exactly its filter.

mod actions;
mod export;
mod http;
mod input;
mod jobs;
mod list;
mod model;
mod rules;
mod store;

pub use actions::{
    WhichFlag, add_flag, add_flag_within, archive_within, remove_flag, remove_flag_within, restore_within,
};
pub use export::{Chosen, export_chosen};
pub use http::routes;
pub use input::{ArchiveInput, FlagInput, FlagRemovalInput};
pub use jobs::jobs;
pub use list::{CustomerFilter, ListCache, SortBy, SortOrder, push_matching};
pub use model::{
    Act, Address, Contact, Customer, CustomerActs, CustomerStats, CustomerStatus, Flag, FlagKind, Note,
};
pub use rules::acts;
pub use store::{
    Foretold, ManyAct, addresses_of, contacts_of, exists, flags_of, fold_totals, foretell, is_being_erased,
    is_erased, merged_into, notes_of, read,
};
