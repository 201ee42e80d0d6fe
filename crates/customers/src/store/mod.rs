//! The SQL of customers and what belongs to them.

mod addresses;
mod contacts;
mod customers;
mod flags;
mod foretold;
mod notes;

pub use addresses::addresses_of;
pub(crate) use addresses::{
    clear_default_address, insert_address, lock_address, promote_address, remove_address, update_address,
};
pub use contacts::contacts_of;
pub(crate) use contacts::{
    clear_default_contact, insert_contact, lock_contact, remove_contact, update_contact,
};
pub(crate) use customers::{
    COLUMNS, changes_since, details_of, email_owner, from_row, insert, lock, set_archived, update,
};
pub use customers::{exists, fold_totals, is_being_erased, is_erased, merged_into, read};
pub use flags::flags_of;
pub(crate) use flags::{flag_history, insert_flag, overdue_flags, read_flag, remove_flag};
pub use foretold::{Foretold, ManyAct, foretell};
pub use notes::notes_of;
pub(crate) use notes::{insert_note, lock_note, remove_note, update_note};
