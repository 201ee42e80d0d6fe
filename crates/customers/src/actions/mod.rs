//! What people do to customers: each act one transaction, with its event.

mod addresses;
mod contacts;
mod customers;
mod flags;
mod notes;

pub(crate) use addresses::{create_address, delete_address, update_address};
pub(crate) use contacts::{create_contact, delete_contact, update_contact};
pub(crate) use customers::{archive_customer, create_customer, restore_customer, update_customer};
pub use customers::{archive_within, restore_within};
pub(crate) use flags::expire_flags;
pub use flags::{WhichFlag, add_flag, add_flag_within, remove_flag, remove_flag_within};
pub(crate) use notes::{create_note, delete_note, update_note};

use platform::Problem;
use serde::Serialize;

/// 412: the record is no longer what the change was made from.
fn stale(current: &impl Serialize, changes: Vec<serde_json::Value>) -> Problem {
    Problem::changed_meanwhile(current).with("changes", changes.into())
}

/// Names of the fields in which two records differ.
fn changed_fields(before: &impl Serialize, after: &impl Serialize) -> Vec<String> {
    let (Ok(before), Ok(after)) = (serde_json::to_value(before), serde_json::to_value(after)) else {
        return vec![];
    };
    let Some(after) = after.as_object() else { return vec![] };
    after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, _)| name.clone())
        .collect()
}
