//! What is hashed of an event and of a transfer, and how the hashes are chained. Pure: whoever writes, seals or verifies
//! computes the same 32 bytes here. `docs/audit.md` describes every encoding for those who compute them elsewhere.
//!
//! Invariants: an encoding never changes (a new one takes a new name, `hub event 2`); two different rows never encode alike,
//! because every field says whether it is there and how long it is.

mod encoding;
mod leaf;
mod link;

pub use encoding::canonical;
pub use leaf::{Event, Transfer, Values, address};
pub use link::{Checkpoint, GENESIS, Link, Sealed};

/// SHA-256.
pub type Hash = [u8; 32];

/// As it is printed and written into files.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `None` when it is anything but whole bytes in hexadecimal.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match std::str::from_utf8(pair) {
            Ok(pair) if pair.len() == 2 => u8::from_str_radix(pair, 16).ok(),
            _ => None,
        })
        .collect()
}
