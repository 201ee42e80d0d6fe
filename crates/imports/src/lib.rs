//! Records of other systems, taken in.
//!
//! [`platform`] reads the booking platform's database, once or again and again. What was taken in is remembered in
//! `external_links`, so that a run writes only what is new or changed at the source.

pub mod platform;
mod retention;

pub use retention::RETENTION;
