//! Staff members: who may do what, how they sign in, and their sessions.
//!
//! Invariants: a handler that needs a permission asks for it in its signature ([`Authorized`]) and cannot run without;
//! only hashes of passwords, session tokens and one-time links are stored; disabling a person or changing a role counts
//! from the next request on.

mod actions;
mod authorized;
mod http;
mod model;
mod passwords;
mod rules;
mod store;
mod throttle;

pub mod permissions;

pub use actions::{
    DEMO_PASSWORD, add_staff_member, demo_email, list_staff, refuse_demo_accounts, reset_link, seed_demo,
    set_disabled, set_up_link,
};
pub use authorized::{Authorized, By, SESSION_COOKIE, Seen};
pub use http::routes;
pub use model::{Link, NewStaffMember, StaffMember};
pub use permissions::{Permission, Role};
pub use rules::allowed;
pub use store::stop_reading;
pub use throttle::Throttle;

/// What signing in needs beside the database: slow hashing in bounds, and memory of failed attempts.
#[derive(Clone, Default)]
pub struct Gate {
    pub(crate) hasher: passwords::Hasher,
    pub(crate) throttle: throttle::Throttle,
}
