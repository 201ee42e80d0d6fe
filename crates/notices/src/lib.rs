//! Mails to staff about their own access: links with which they get in, and notices of what was changed.
//!
//! Invariants: a link is in the mail alone, sealed until it is sent; a notice holds nothing that lets anybody in; whoever has left
//! gets neither. The ground floor leaves the jobs ([`staff::letters`]), because it knows no mail.

mod actions;
mod jobs;
mod rules;

pub use self::jobs::jobs;
