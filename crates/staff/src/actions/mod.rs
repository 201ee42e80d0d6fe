//! What people do with accounts: sign in and out, use links, keep second factors, manage others.

mod factors;
mod keys;
mod links;
mod manage;
mod passkeys;
mod prove;
mod sign_in;
mod single_sign_on;

pub use factors::reset_factors;
pub(crate) use factors::{begin_totp, confirm_totp, make_recovery_codes, remove_totp, reset_factors_of};
pub(crate) use keys::{KEY_START, NewApiKey, create_api_key, revoke_api_key};
pub(crate) use links::{Redemption, ask_password_reset, insert_link, read_link, redeem_link};
pub use links::{reset_link, set_up_link};
pub(crate) use manage::{Changes, end_all_sessions, invite, update};
pub use manage::{
    DEMO_PASSWORD, add_staff_member, demo_email, list_staff, refuse_demo_accounts, seed_demo, set_disabled,
};
pub(crate) use passkeys::{
    Assertion, NewPasskey, add_passkey, begin_passkey, challenge, remove_passkey, rename_passkey,
    sign_in_with_passkey,
};
pub(crate) use prove::{Proof, prove_identity};
pub(crate) use sign_in::{
    Entered, SignedIn, change_password, complete_sign_in, end_other_sessions, end_own_session, sign_in,
    sign_out, sign_out_everywhere,
};
pub(crate) use single_sign_on::{Begun, CALLBACK, Trouble, begin_single_sign_on, complete_single_sign_on};
