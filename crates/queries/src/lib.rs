//! How long statements of the database take, by the place in the program that asks.
//!
//! [`GenericClient`] is the driver's trait of that name, and measures: whoever has it in scope is counted. A name is a function of
//! the program, never anything that was sent, so there are as many as the program has.

mod client;
#[cfg(test)]
mod functions;
mod places;

pub use client::{Asking, GenericClient, timed};
pub use places::{BOUNDS_US, File, PLACES, Taken, know, taken};
