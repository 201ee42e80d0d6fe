//! One-time codes by time (RFC 6238): six digits of HMAC-SHA-1, a new one every 30 seconds, as every authenticator app has them.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use qrcodegen::{QrCode, QrCodeEcc};
use ring::hmac;

const SECONDS: i64 = 30;
/// 160 bits, as long as the hash (RFC 4226 4, R6).
pub(crate) const SECRET_LENGTH: usize = 20;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The light margin that a QR code needs to be found.
const MARGIN: i32 = 4;

/// The step whose code this is: the present one, or one to either side for clocks that differ. Steps up to `used` are past.
pub(crate) fn matching_step(secret: &[u8], code: u32, now: Timestamp, used: i64) -> Option<i64> {
    let present = now.as_second() / SECONDS;
    // All are looked at, so that the time tells nothing.
    let fits: Vec<i64> =
        (present - 1..=present + 1).filter(|step| digits(secret, *step) == code && *step > used).collect();
    fits.last().copied()
}

fn digits(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let hash = hmac::sign(&key, &step.to_be_bytes());
    let hash = hash.as_ref();
    let offset = usize::from(hash[hash.len() - 1] & 0xf);
    let bytes = [hash[offset] & 0x7f, hash[offset + 1], hash[offset + 2], hash[offset + 3]];
    u32::from_be_bytes(bytes) % 1_000_000
}

/// Base 32 without padding (RFC 4648 6).
pub(crate) fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    (0..(bytes.len() * 8).div_ceil(5))
        .map(|letter| {
            let index = (0..5).fold(0, |index, at| index << 1 | usize::from(bit(letter * 5 + at)));
            char::from(ALPHABET[index])
        })
        .collect()
}

/// What authenticator apps read from the QR code (the "Key URI Format" that they share).
pub(crate) fn uri(secret: &[u8], issuer: &str, account: &str) -> String {
    let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
    format!(
        "otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period={SECONDS}",
        encoded(issuer),
        encoded(account),
        base32(secret)
    )
}

/// The text as a QR code, black on white in either theme, as an SVG document. Nothing when it is too long for one.
pub(crate) fn qr_svg(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let side = size + 2 * MARGIN;
    let dark: String = (0..size)
        .flat_map(|y| (0..size).map(move |x| (x, y)))
        .filter(|(x, y)| code.get_module(*x, *y))
        .map(|(x, y)| format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN))
        .collect();
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{dark}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(digits(SECRET, second / SECONDS), code);
            assert_eq!(matching_step(SECRET, code, at(second), 0), Some(second / SECONDS));
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_to_either_side_and_never_again() {
        let now = at(1_800_000_015);
        let step = 60_000_000;
        for (code, fits) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = digits(SECRET, step + code);
            assert_eq!(matching_step(SECRET, code, now, 0).is_some(), fits);
        }
        let code = digits(SECRET, step);
        assert_eq!(matching_step(SECRET, code, now, step - 1), Some(step));
        assert_eq!(matching_step(SECRET, code, now, step), None);
        assert_eq!(matching_step(SECRET, digits(SECRET, step - 1), now, step), None);
    }

    /// RFC 4648, section 10.
    #[test]
    fn base_32_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn the_address_is_encoded_and_drawn() {
        let uri = uri(SECRET, "Customers Hub", "o'hara+x@example.com");
        assert_eq!(
            uri,
            "otpauth://totp/Customers%20Hub:o%27hara%2Bx%40example%2Ecom?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Customers%20Hub&algorithm=SHA1&digits=6&period=30"
        );
        assert!(qr_svg(&uri).unwrap().starts_with("<svg "));
        assert!(qr_svg(&"x".repeat(4_000)).is_none());
    }
}
