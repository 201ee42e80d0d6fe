//! Stripe's signature over what it tells us: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`, an HMAC-SHA256 of
//! `<t>.<body>` (docs.stripe.com/webhooks/signature).

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// How far the signature's time may lie from ours, so that an old message cannot be played again.
const TOLERANCE_S: i64 = 300;

/// Whether one of the signatures over these very bytes was made with the secret, and lately. While a secret is being
/// changed there are several.
pub(crate) fn verify(secret: &str, header: &str, body: &[u8], now: Timestamp) -> bool {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let Some(at) = parts().find(|(name, _)| *name == "t").map(|(_, value)| value) else { return false };
    let recent = at
        .parse::<i64>()
        .is_ok_and(|seconds| now.as_second().saturating_sub(seconds).saturating_abs() <= TOLERANCE_S);
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    // `verify_slice` compares in constant time.
    recent
        && parts()
            .filter(|(name, _)| *name == "v1")
            .filter_map(|(_, hex)| decode(hex))
            .any(|signature| mac.clone().verify_slice(&signature).is_ok())
}

fn decode(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "whsec_test";
    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    /// `printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test`
    const SIGNATURE: &str = "c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";

    fn accepts(header: &str, body: &[u8], at: i64) -> bool {
        verify(SECRET, header, body, Timestamp::from_second(at).unwrap())
    }

    #[test]
    fn only_what_was_signed_with_the_secret_and_lately_is_believed() {
        let right = format!("t=1700000000,v1={SIGNATURE}");
        assert!(accepts(&right, BODY, 1_700_000_000));
        assert!(accepts(&right, BODY, 1_700_000_300) && accepts(&right, BODY, 1_699_999_700));
        assert!(!accepts(&right, BODY, 1_700_000_301) && !accepts(&right, BODY, 1_699_999_699));
        assert!(!accepts(&right, br#"{"id":"evt_2"}"#, 1_700_000_000));
        assert!(!accepts(&right.replace("t=17", "t=18"), BODY, 1_800_000_000));
        assert!(!verify("whsec_other", &right, BODY, Timestamp::from_second(1_700_000_000).unwrap()));
    }

    #[test]
    fn one_of_several_signatures_is_enough() {
        let zeros = "0".repeat(64);
        assert!(accepts(&format!("t=1700000000,v1={zeros},v1={SIGNATURE},v0=x"), BODY, 1_700_000_000));
        for header in [
            "",
            "t=1700000000",
            "v1=",
            &format!("v1={SIGNATURE}"),
            "t=x,v1=y",
            &format!("t=1700000000,v0={SIGNATURE}"),
            &format!("t=1700000000,v1={zeros}"),
            "t=1700000000,v1=é",
        ] {
            assert!(!accepts(header, BODY, 1_700_000_000), "{header}");
        }
    }
    proptest! {
        #[test]
        fn fuzz_signatures(header in ".{0,120}|(t=[0-9-]{0,25},?)?(v1=[0-9a-f+]{0,70},?){0,3}", body in any::<Vec<u8>>()) {
            prop_assert!(!accepts(&header, &body, 1_700_000_000));
        }

        #[test]
        fn fuzz_signatures_with_something_changed(at in 0usize..64, digit in "[0-9a-f]", byte in 0..BODY.len(), bit in 0u8..8) {
            let mut signature = SIGNATURE.to_owned();
            signature.replace_range(at..=at, &digit);
            let header = format!("t=1700000000,v1={signature}");
            prop_assert_eq!(accepts(&header, BODY, 1_700_000_000), signature == SIGNATURE);
            let mut body = BODY.to_vec();
            body[byte] ^= 1 << bit;
            let right = format!("t=1700000000,v1={SIGNATURE}");
            prop_assert!(!accepts(&right, &body, 1_700_000_000));
        }
    }
}
