//! Secrets that cannot be guessed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// 256 random bits from the operating system, as 43 characters that are safe in URLs and headers.
pub fn token() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}
