//! An authenticator in software that can be made to lie.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    P256,
    Ed25519,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

pub struct SoftKey {
    pair: Pair,
    pub credential: Vec<u8>,
    pub origin: String,
    pub rp_id: String,
    /// User present and verified.
    pub flags: u8,
    pub counter: u32,
    pub ceremony: &'static str,
    /// What it claims to be.
    pub algorithm: i64,
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A CBOR head: major type and a number.
fn head(major: u8, number: u64) -> Vec<u8> {
    let major = major << 5;
    match number {
        0..=23 => vec![major | number as u8],
        24..=0xff => vec![major | 24, number as u8],
        _ => [vec![major | 25], (number as u16).to_be_bytes().to_vec()].concat(),
    }
}

fn int(number: i64) -> Vec<u8> {
    if number < 0 { head(1, (-1 - number) as u64) } else { head(0, number as u64) }
}

fn bytes(content: &[u8]) -> Vec<u8> {
    [head(2, content.len() as u64), content.to_vec()].concat()
}

fn word(content: &str) -> Vec<u8> {
    [head(3, content.len() as u64), content.as_bytes().to_vec()].concat()
}

impl SoftKey {
    pub fn new(kind: Kind, public_url: &str) -> Self {
        let random = SystemRandom::new();
        let pair = match kind {
            Kind::P256 => {
                let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
                let read = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &random);
                Pair::P256(read.unwrap())
            }
            Kind::Ed25519 => {
                let made = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
                Pair::Ed25519(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
            }
        };
        Self {
            algorithm: if kind == Kind::P256 { -7 } else { -8 },
            pair,
            credential: platform::random::bytes::<32>().to_vec(),
            origin: public_url.to_owned(),
            rp_id: "localhost".to_owned(),
            flags: 0x05,
            counter: 1,
            ceremony: "webauthn.get",
        }
    }

    fn client_data(&self, ceremony: &str, challenge: &str) -> Vec<u8> {
        let data =
            json!({ "type": ceremony, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        data.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let hash = Sha256::digest(self.rp_id.as_bytes());
        [hash.as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn cose(&self) -> Vec<u8> {
        match &self.pair {
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (bytes(&point[1..33]), bytes(&point[33..]));
                let start =
                    [head(5, 5), int(1), int(2), int(3), int(self.algorithm), int(-1), int(1)].concat();
                [start, int(-2), x, int(-3), y].concat()
            }
            Pair::Ed25519(pair) => {
                let start =
                    [head(5, 4), int(1), int(1), int(3), int(self.algorithm), int(-1), int(6)].concat();
                [start, int(-2), bytes(pair.public_key().as_ref())].concat()
            }
        }
    }

    /// What the browser sends when a passkey is added.
    pub fn registration(&self, challenge: &str, name: &str) -> Value {
        let id = &self.credential;
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        let data =
            [self.data(self.flags | 0x40), vec![0; 16], length.to_vec(), id.clone(), self.cose()].concat();
        let object = [
            head(5, 3),
            word("fmt"),
            word("none"),
            word("attStmt"),
            head(5, 0),
            word("authData"),
            bytes(&data),
        ]
        .concat();
        json!({
            "name": name,
            "clientData": text(&self.client_data("webauthn.create", challenge)),
            "attestation": text(&object),
        })
    }

    pub fn id(&self) -> String {
        text(&self.credential)
    }

    /// What the browser sends when the passkey is used; its counter moves on.
    pub fn assertion(&mut self, challenge: &str) -> Value {
        self.counter += 1;
        let client_data = self.client_data(self.ceremony, challenge);
        let data = self.data(self.flags);
        let message = [data.clone(), Sha256::digest(&client_data).to_vec()].concat();
        let signature = match &self.pair {
            Pair::P256(pair) => pair.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(&message).as_ref().to_vec(),
        };
        json!({
            "credentialId": self.id(),
            "clientData": text(&client_data),
            "authenticatorData": text(&data),
            "signature": text(&signature),
        })
    }
}
