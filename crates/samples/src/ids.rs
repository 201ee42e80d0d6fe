//! Identities that come out the same every time.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::dice::Dice;

/// Crockford's alphabet: no letter that looks like a digit, no U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const HALF_BITS: u32 = 20;
const HALF_MASK: u64 = (1 << HALF_BITS) - 1;

/// The id of a sample by its name. Layout version 8: made by a rule of our own.
pub(crate) fn named(name: &str) -> Uuid {
    let digest = Sha256::new().chain_update(b"customers-hub/samples/1\n").chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// An id in the layout of version 7 whose time is the moment of creation, so that it sorts like one made then.
pub(crate) fn drawn(dice: &mut Dice, created_at: Timestamp) -> Uuid {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&dice.bits().to_le_bytes());
    random[8..].copy_from_slice(&dice.bits().to_le_bytes()[..2]);
    Builder::from_unix_timestamp_millis(created_at.as_millisecond().unsigned_abs(), &random).into_uuid()
}

/// The booking reference of a number below 2^40. Numbers and references correspond one to one (a Feistel network over 40
/// bits), so references never collide although neighbours do not look alike.
pub(crate) fn reference(number: u64) -> String {
    let (mut left, mut right) = ((number >> HALF_BITS) & HALF_MASK, number & HALF_MASK);
    for round in 1..=4u64 {
        let mixed = (right ^ (round * 0x9E37)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        (left, right) = (right, left ^ (mixed & HALF_MASK));
    }
    let scrambled = left << HALF_BITS | right;
    let mut text = String::with_capacity(11);
    text.push_str("SV-");
    for place in (0..8).rev() {
        text.push(char::from(ALPHABET[(scrambled >> (place * 5)) as usize & 31]));
    }
    text
}

/// A number for customer `index` that no other customer has, with as few digits as possible and in no visible order:
/// the first thousand share 0 to 999, the next nine thousand 1000 to 9999, and so on.
pub(crate) fn spread(index: u64) -> u64 {
    // Prime and no factor of any block's size, so multiplying by it is a permutation of the block.
    const STRIDE: u128 = 2_654_435_761;
    let mut end = 1000;
    let mut start = 0;
    while index >= end {
        start = end;
        end *= 10;
    }
    let size = u128::from(end - start);
    start + ((u128::from(index - start) * STRIDE + 7) % size) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_give_fixed_ids_of_version_8() {
        assert_eq!(named("customer siân"), named("customer siân"));
        assert_ne!(named("a"), named("b"));
        assert_eq!(named("a").get_version_num(), 8);
    }

    #[test]
    fn drawn_ids_carry_their_time() {
        let at: Timestamp = "2024-05-06T07:08:09.010Z".parse().unwrap();
        let id = drawn(&mut Dice::for_customer(1, 1), at);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(u64::from_be_bytes(id.as_bytes()[..8].try_into().unwrap()) >> 16, 1_714_979_289_010);
    }

    #[test]
    fn references_are_unique_and_look_unrelated() {
        let many: HashSet<String> = (0..200_000).map(reference).collect();
        assert_eq!(many.len(), 200_000);
        assert!(many.iter().all(|reference| reference.len() == 11 && reference.starts_with("SV-")));
        let alike = (0..1000).filter(|n| reference(*n)[3..7] == reference(n + 1)[3..7]).count();
        assert!(alike < 5, "{alike} neighbours look alike");
    }

    #[test]
    fn spread_never_repeats() {
        let many: HashSet<u64> = (0..150_000).map(spread).collect();
        assert_eq!(many.len(), 150_000);
        assert!((0..1000).all(|index| spread(index) < 1000));
    }
}
