//! What people do with accounts: sign in and out, use links, manage others.

mod links;
mod manage;
mod sign_in;

pub(crate) use links::{Redemption, read_link, redeem_link};
pub use links::{reset_link, set_up_link};
pub(crate) use manage::{Changes, end_all_sessions, invite, update};
pub use manage::{
    DEMO_PASSWORD, add_staff_member, demo_email, list_staff, refuse_demo_accounts, seed_demo, set_disabled,
};
pub(crate) use sign_in::{
    SignedIn, change_password, end_own_session, sign_in, sign_out, sign_out_everywhere,
};
