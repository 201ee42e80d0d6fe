//! Passkeys (WebAuthn Level 2): what a browser and an authenticator send, read and checked. What an authenticator says of its
//! make is neither asked for nor looked at.

use minicbor::{Decoder, data::Type};
use ring::{
    digest,
    signature::{
        ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    },
};
use serde::Deserialize;

/// Algorithms that are taken (COSE): ES256, EdDSA with Ed25519, RS256.
pub(crate) const ALGORITHMS: [i64; 3] = [-7, -8, -257];
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;
/// Longer ids are not credentials (WebAuthn 5.8.3).
const LONGEST_ID: usize = 1023;

/// What is wrong with what came; told to the log of tests, never to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    ClientData,
    Ceremony,
    Origin,
    RelyingParty,
    NotVerified,
    Malformed,
    Algorithm,
    Signature,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceremony {
    Create,
    Get,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// The challenge that was answered on our own page, still encoded.
pub(crate) fn challenge_of(client_data: &[u8], ceremony: Ceremony, origin: &str) -> Result<String, Fault> {
    let data: ClientData = serde_json::from_slice(client_data).map_err(|_| Fault::ClientData)?;
    let expected = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if data.r#type != expected {
        return Err(Fault::Ceremony);
    }
    if data.origin != origin || data.cross_origin {
        return Err(Fault::Origin);
    }
    Ok(data.challenge)
}

/// What the authenticator says.
#[derive(Debug)]
pub(crate) struct AuthenticatorData<'a> {
    pub counter: u32,
    /// A new credential: its id, and its key in COSE.
    pub credential: Option<(&'a [u8], &'a [u8])>,
}

/// Read, for this relying party, of somebody who was there and was verified.
pub(crate) fn authenticator_data<'a>(bytes: &'a [u8], rp_id: &str) -> Result<AuthenticatorData<'a>, Fault> {
    let (hash, rest) = bytes.split_at_checked(32).ok_or(Fault::Malformed)?;
    let (flags, rest) = rest.split_first().ok_or(Fault::Malformed)?;
    let (counter, mut rest) = rest.split_first_chunk::<4>().ok_or(Fault::Malformed)?;
    if hash != digest::digest(&digest::SHA256, rp_id.as_bytes()).as_ref() {
        return Err(Fault::RelyingParty);
    }
    if flags & USER_PRESENT == 0 || flags & USER_VERIFIED == 0 {
        return Err(Fault::NotVerified);
    }
    let mut credential = None;
    if flags & ATTESTED != 0 {
        let (_aaguid, after) = rest.split_at_checked(16).ok_or(Fault::Malformed)?;
        let (length, after) = after.split_first_chunk::<2>().ok_or(Fault::Malformed)?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length == 0 || length > LONGEST_ID {
            return Err(Fault::Malformed);
        }
        let (id, after) = after.split_at_checked(length).ok_or(Fault::Malformed)?;
        let (key, after) = item(after)?;
        credential = Some((id, key));
        rest = after;
    }
    if flags & EXTENSIONS != 0 {
        rest = item(rest)?.1;
    }
    if !rest.is_empty() {
        return Err(Fault::Malformed);
    }
    Ok(AuthenticatorData { counter: u32::from_be_bytes(*counter), credential })
}

/// The first CBOR item, and what follows it.
fn item(bytes: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let mut decoder = Decoder::new(bytes);
    decoder.skip().map_err(|_| Fault::Malformed)?;
    bytes.split_at_checked(decoder.position()).ok_or(Fault::Malformed)
}

/// The authenticator's words inside an attestation object.
pub(crate) fn attested(object: &[u8]) -> Result<&[u8], Fault> {
    let broken = |_| Fault::Malformed;
    let mut decoder = Decoder::new(object);
    let fields = decoder.map().map_err(broken)?.ok_or(Fault::Malformed)?;
    let mut found = None;
    for _ in 0..fields {
        if decoder.str().map_err(broken)? == "authData" {
            if found.replace(decoder.bytes().map_err(broken)?).is_some() {
                return Err(Fault::Malformed);
            }
        } else {
            decoder.skip().map_err(broken)?;
        }
    }
    if decoder.position() != object.len() {
        return Err(Fault::Malformed);
    }
    found.ok_or(Fault::Malformed)
}

/// A public key, from COSE (RFC 9053 7).
#[derive(Debug)]
enum PublicKey<'a> {
    P256(Vec<u8>),
    Ed25519(&'a [u8]),
    Rsa { n: &'a [u8], e: &'a [u8] },
}

#[derive(Default)]
struct Cose<'a> {
    kty: Option<i64>,
    alg: Option<i64>,
    numbers: [Option<i64>; 1],
    texts: [Option<&'a [u8]>; 3],
}

fn public_key(cose: &[u8]) -> Result<PublicKey<'_>, Fault> {
    let broken = |_| Fault::Malformed;
    let mut decoder = Decoder::new(cose);
    let mut key = Cose::default();
    for _ in 0..decoder.map().map_err(broken)?.ok_or(Fault::Malformed)? {
        let label = decoder.i64().map_err(broken)?;
        let is_text = decoder.datatype().map_err(broken)? == Type::Bytes;
        match label {
            1 => key.kty = Some(decoder.i64().map_err(broken)?),
            3 => key.alg = Some(decoder.i64().map_err(broken)?),
            -1 if !is_text => key.numbers[0] = Some(decoder.i64().map_err(broken)?),
            -3..=-1 => {
                let place = usize::try_from(-1 - label).unwrap_or(0);
                key.texts[place] = Some(decoder.bytes().map_err(broken)?);
            }
            _ => decoder.skip().map_err(broken)?,
        }
    }
    if decoder.position() != cose.len() {
        return Err(Fault::Malformed);
    }
    match (key.kty, key.alg, key.numbers[0], key.texts) {
        (Some(2), Some(-7), Some(1), [_, Some(x), Some(y)]) if x.len() == 32 && y.len() == 32 => {
            Ok(PublicKey::P256([&[4], x, y].concat()))
        }
        (Some(1), Some(-8), Some(6), [_, Some(x), _]) if x.len() == 32 => Ok(PublicKey::Ed25519(x)),
        (Some(3), Some(-257), None, [Some(n), Some(e), _]) => Ok(PublicKey::Rsa { n, e }),
        _ => Err(Fault::Algorithm),
    }
}

/// Whether the key is one that we can check signatures of.
pub(crate) fn check_key(cose: &[u8]) -> Result<(), Fault> {
    public_key(cose).map(|_| ())
}

/// Whether the holder of this key has signed what the authenticator and the browser say (WebAuthn 7.2, 19 to 20).
pub(crate) fn check_signature(
    cose: &[u8],
    authenticator_data: &[u8],
    client_data: &[u8],
    signature: &[u8],
) -> Result<(), Fault> {
    let message = [authenticator_data, digest::digest(&digest::SHA256, client_data).as_ref()].concat();
    match public_key(cose)? {
        PublicKey::P256(point) => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(&message, signature)
        }
        PublicKey::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(&message, signature),
        PublicKey::Rsa { n, e } => {
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, &message, signature)
        }
    }
    .map_err(|_| Fault::Signature)
}

/// A counter that does not grow says that there are two of the same authenticator; most passkeys have none and stay at 0.
pub(crate) fn counter_is_right(before: u32, now: u32) -> bool {
    (before == 0 && now == 0) || now > before
}

/// The name by which browsers know us: the host of the address, without a port.
pub(crate) fn rp_id(public_url: &str) -> &str {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    if host.starts_with('[') {
        return host.split_inclusive(']').next().unwrap_or(host);
    }
    host.split(':').next().unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relying_party_is_the_host() {
        for (url, id) in [
            ("https://desk.example.com", "desk.example.com"),
            ("http://localhost:8080", "localhost"),
            ("http://[::1]:8080", "[::1]"),
        ] {
            assert_eq!(rp_id(url), id);
        }
    }

    #[test]
    fn a_counter_grows_or_there_is_none() {
        assert!(counter_is_right(0, 0) && counter_is_right(0, 1) && counter_is_right(7, 8));
        assert!(!counter_is_right(7, 7) && !counter_is_right(7, 0) && !counter_is_right(7, 6));
    }

    #[test]
    fn client_data_is_of_our_own_page() {
        let read = |json: &str| challenge_of(json.as_bytes(), Ceremony::Get, "https://desk.example.com");
        let right = r#"{"type":"webauthn.get","challenge":"abc","origin":"https://desk.example.com","crossOrigin":false,"x":1}"#;
        assert_eq!(read(right).unwrap(), "abc");
        assert_eq!(read(&right.replace("get", "create")), Err(Fault::Ceremony));
        assert_eq!(read(&right.replace("desk.", "desk.example.com.evil.")), Err(Fault::Origin));
        assert_eq!(read(&right.replace("https", "http")), Err(Fault::Origin));
        assert_eq!(read(&right.replace("false", "true")), Err(Fault::Origin));
        for cut in 0..right.len() {
            assert_eq!(read(&right[..cut]), Err(Fault::ClientData), "{cut}");
        }
    }

    #[test]
    fn hostile_cbor_is_refused_without_a_panic() {
        let deep = [vec![0x81; 100_000], vec![0x00]].concat();
        let huge = [&[0xbb][..], &[0xff; 8]].concat();
        for bytes in
            [&deep[..], &huge, &[], &[0xa0], &[0xbf, 0xff], &[0x5b, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]]
        {
            assert!(attested(bytes).is_err());
            assert!(check_key(bytes).is_err());
            let data = [&[0; 32][..], &[0x45, 0, 0, 0, 0], &[0; 16], &[0, 1, 7], bytes].concat();
            let _ = authenticator_data(&data, "x");
            let own = digest::digest(&digest::SHA256, b"x");
            let data = [own.as_ref(), &[0x45, 0, 0, 0, 0], &[0; 16], &[0, 1, 7], bytes].concat();
            if let Ok(read) = authenticator_data(&data, "x") {
                assert!(check_key(read.credential.unwrap().1).is_err());
            }
        }
    }
}
