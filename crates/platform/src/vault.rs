//! Seals what the database must hold and whoever reads the database must not: AES-256-GCM under a key that is kept elsewhere.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::random;

/// The key. What it seals can be opened for the same purpose and owner only, so that nobody gains by moving a row.
pub struct Vault(LessSafeKey);

impl Vault {
    /// From 64 hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let bytes: Vec<u8> =
            (0..64).step_by(2).filter_map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect();
        Self::new(&bytes)
    }

    /// From 32 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, bytes).ok().map(|key| Self(LessSafeKey::new(key)))
    }

    /// A fresh nonce, the encrypted text, and the tag.
    pub fn seal(&self, purpose: &str, owner: &[u8], plain: &[u8]) -> Vec<u8> {
        let nonce = random::bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound(purpose, owner)),
                &mut sealed,
            )
            .expect("what is sealed here is far below the limit of the cipher");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Nothing if it was sealed under another key, for another purpose or owner, or was changed since.
    pub fn open(&self, purpose: &str, owner: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let mut text = text.to_vec();
        let plain = self
            .0
            .open_in_place(
                Nonce::try_assume_unique_for_key(nonce).ok()?,
                Aad::from(bound(purpose, owner)),
                &mut text,
            )
            .ok()?;
        Some(plain.to_vec())
    }
}

fn bound(purpose: &str, owner: &[u8]) -> Vec<u8> {
    [purpose.as_bytes(), &[0], owner].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn what_is_sealed_opens_for_its_owner_only() {
        let vault = Vault::read(KEY).unwrap();
        let sealed = vault.seal("totp", b"emma", b"secret");
        assert_eq!(vault.open("totp", b"emma", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(vault.open("totp", b"omar", &sealed), None);
        assert_eq!(vault.open("mail", b"emma", &sealed), None);
        assert_eq!(Vault::read(&KEY.replace("00", "ff")).unwrap().open("totp", b"emma", &sealed), None);
        for cut in 0..sealed.len() {
            assert_eq!(vault.open("totp", b"emma", &sealed[..cut]), None, "{cut}");
            let mut changed = sealed.clone();
            changed[cut] ^= 1;
            assert_eq!(vault.open("totp", b"emma", &changed), None, "{cut}");
        }
        assert_ne!(sealed, vault.seal("totp", b"emma", b"secret"));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        for wrong in ["", "00", &KEY[1..], &KEY.replace('0', "g"), &KEY.replace("00", "é")] {
            assert!(Vault::read(wrong).is_none(), "{wrong}");
        }
        assert!(Vault::read(&format!("{KEY}\n")).is_some());
    }
}
