//! The SQL of staff, their sessions, one-time links and second factors.

mod factors;
mod keys;
mod links;
mod log;
mod members;
mod passkeys;
mod sessions;

use platform::{Problem, Result};

use crate::Role;

pub(crate) use factors::*;
pub(crate) use keys::*;
pub(crate) use links::*;
pub(crate) use log::*;
pub(crate) use members::*;
pub(crate) use passkeys::*;
pub use sessions::stop_reading;
pub(crate) use sessions::*;

fn role(name: &str) -> Result<Role> {
    Role::from_name(name).ok_or_else(|| Problem::internal(&format!("unknown role {name}")))
}
