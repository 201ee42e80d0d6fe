//! Secrets that cannot be guessed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// 256 random bits from the operating system, as 43 characters that are safe in URLs and headers.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// From the operating system.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
