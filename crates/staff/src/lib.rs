//! Staff members: who may do what, how they sign in, and their sessions.
//!
//! Invariants: a handler that needs a permission asks for it in its signature ([`Authorized`]) and cannot run without;
//! only hashes of passwords, session tokens, one-time links and recovery codes are stored, and secrets of authenticator apps
//! sealed; whoever has a second factor gets nowhere without it; a code is taken once; disabling a person or changing a role
//! counts from the next request on; an API key does no more than its scopes, its owner and their role allow at the time.

mod actions;
mod authorized;
mod http;
pub mod letters;
mod mandate;
mod model;
mod passwords;
mod retention;
mod rules;
mod seen;
mod store;
pub mod throttle;

pub mod permissions;

pub use actions::{
    DEMO_PASSWORD, add_staff_member, demo_email, list_staff, refuse_demo_accounts, reset_factors, reset_link,
    seed_demo, set_disabled, set_up_link,
};
pub use authorized::{Authorized, By, Proven, Reach, SESSION_COOKIE};
pub use http::{pages, routes};
pub use mandate::Mandate;
pub use model::{ApiKey, Link, LinkKind, NewStaffMember, Passkey, StaffMember};
pub use permissions::{Permission, Role};
pub use retention::RETENTION;
pub use rules::{allowed, check_settings};
pub use seen::Seen;
pub use store::stop_reading;
pub use throttle::Guess;

/// What signing in needs beside the database: slow hashing in bounds.
#[derive(Clone, Default)]
pub struct Gate {
    pub(crate) hasher: passwords::Hasher,
}
