//! Recovery codes, and telling what somebody typed.

use kernel::StaffId;
use sha2::{Digest, Sha256};

use super::totp::base32;

pub(crate) const RECOVERY_CODES: usize = 10;

/// What was typed where a code is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    Totp(u32),
    Recovery(String),
    Nonsense,
}

/// Spaces, hyphens and case do not count.
pub(crate) fn typed(text: &str) -> Typed {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(40).collect();
    let text = text.to_ascii_lowercase();
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_or(Typed::Nonsense, Typed::Totp);
    }
    if text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7')) {
        return Typed::Recovery(text);
    }
    Typed::Nonsense
}

/// 80 bits as they are shown: `abcd-efgh-ijkl-mnop`.
pub(crate) fn recovery_code(bits: [u8; 10]) -> String {
    let text = base32(&bits).to_ascii_lowercase();
    [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
}

/// What is stored of it: bound to its owner, and of something that nobody can search through.
pub(crate) fn recovery_hash(owner: StaffId, code: &str) -> Vec<u8> {
    let bare: String = code.chars().filter(|c| *c != '-').collect();
    Sha256::digest(format!("recovery code of {owner}: {bare}")).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_told_apart() {
        assert_eq!(typed(" 012 345\n"), Typed::Totp(12_345));
        let code = recovery_code([0xff; 10]);
        assert_eq!(code, "7777-7777-7777-7777");
        assert_eq!(typed(&code.to_uppercase()), Typed::Recovery("7777777777777777".to_owned()));
        let long = "1".repeat(100_000);
        for nonsense in
            ["", "12345", "1234567", "١٢٣٤٥٦", "7777-7777-7777-777", "0000-0000-0000-0000", "\0", &long]
        {
            assert_eq!(typed(nonsense), Typed::Nonsense);
        }
    }

    #[test]
    fn the_same_code_of_two_people_is_stored_differently() {
        let person = |second| StaffId::new(jiff::Timestamp::from_second(second).unwrap());
        let one = person(1);
        assert_eq!(recovery_hash(one, "abcd-efgh-ijkl-mnop"), recovery_hash(one, "abcdefghijklmnop"));
        assert_ne!(
            recovery_hash(one, "abcd-efgh-ijkl-mnop"),
            recovery_hash(person(2), "abcd-efgh-ijkl-mnop")
        );
    }
}
