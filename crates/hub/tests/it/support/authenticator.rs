//! An authenticator app.

use jiff::Timestamp;
use ring::hmac;

pub struct Authenticator {
    secret: Vec<u8>,
}

impl Authenticator {
    /// From the text that the page shows, base 32.
    pub fn new(text: &str) -> Self {
        let letters = text.bytes().map(|letter| match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => panic!("{text} is not base 32"),
        });
        let bits: Vec<u8> = letters.flat_map(|value| (0..5).rev().map(move |at| value >> at & 1)).collect();
        let secret =
            bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect();
        Self { secret }
    }

    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    pub fn code(&self, at: Timestamp) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let hash = hmac::sign(&key, &(at.as_second() / 30).to_be_bytes());
        let hash = hash.as_ref();
        let offset = usize::from(hash[19] & 0xf);
        let number = u32::from_be_bytes(hash[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}
