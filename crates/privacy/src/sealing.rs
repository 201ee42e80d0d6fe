//! How the content is sealed, so that the secret of the link opens it and nothing else does: not the database, not its backups,
//! and not this program once it has handed the link out.
//!
//! The link's 256 random bits give a hash by which the row is found, and a private key of X25519. Only the public half of that is
//! stored. Whoever makes the content agrees on a key with it (a throw-away key on their side) and forgets it; the pieces are sealed
//! with AES-256-GCM, numbered, the last one marked, so that none can be swapped, left out or cut off.

use kernel::ExportId;
use platform::{Problem, Result, random};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use sha2::{Digest, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};

/// Bytes of a piece before it is sealed.
pub(crate) const PIECE: usize = 1 << 20;
const TOKEN_LENGTH: usize = 43;

/// The secret of a link, as it stands in the link.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    pub(crate) fn new() -> Self {
        Self(random::token())
    }

    /// None: no link of ours looks like this.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let fits = text.len() == TOKEN_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// What the row is found by.
    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"hub export link 1");
        hash.update(self.0.as_bytes());
        hash.finalize().into()
    }

    fn secret(&self) -> StaticSecret {
        StaticSecret::from(derived(self.0.as_bytes(), &[], b"hub export key 1"))
    }

    pub(crate) fn public_key(&self) -> [u8; 32] {
        PublicKey::from(&self.secret()).to_bytes()
    }
}

fn derived(from: &[u8], salt: &[u8], purpose: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    Salt::new(HKDF_SHA256, salt)
        .extract(from)
        .expand(&[purpose], HKDF_SHA256)
        .and_then(|okm| okm.fill(&mut key))
        .expect("HKDF gives 32 bytes");
    key
}

fn agreed(mine: &StaticSecret, theirs: [u8; 32], ephemeral: [u8; 32], recipient: [u8; 32]) -> LessSafeKey {
    let shared = mine.diffie_hellman(&PublicKey::from(theirs));
    let key = derived(shared.as_bytes(), &[ephemeral, recipient].concat(), b"hub export content 1");
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("the key has 32 bytes"))
}

/// Number and mark of a piece; a key seals one content only, so that no number is used twice under it.
fn nonce(position: u32) -> Nonce {
    let mut nonce = [0; 12];
    nonce[8..].copy_from_slice(&position.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

fn about(export: ExportId, position: u32, last: bool) -> Aad<[u8; 21]> {
    let mut aad = [0; 21];
    aad[..16].copy_from_slice(export.0.as_bytes());
    aad[16..20].copy_from_slice(&position.to_be_bytes());
    aad[20] = u8::from(last);
    Aad::from(aad)
}

pub(crate) struct Sealer {
    key: LessSafeKey,
    export: ExportId,
    position: u32,
    /// To be stored beside the content.
    pub ephemeral: [u8; 32],
}

impl Sealer {
    pub fn new(export: ExportId, recipient: [u8; 32]) -> Self {
        let mine = StaticSecret::from(random::bytes::<32>());
        let ephemeral = PublicKey::from(&mine).to_bytes();
        Self { key: agreed(&mine, recipient, ephemeral, recipient), export, position: 0, ephemeral }
    }

    /// The next piece, sealed, and its number.
    pub fn seal(&mut self, mut piece: Vec<u8>, last: bool) -> Result<(i32, Vec<u8>)> {
        let position = self.position;
        self.position += 1;
        self.key
            .seal_in_place_append_tag(nonce(position), about(self.export, position, last), &mut piece)
            .map_err(|_| Problem::internal(&"a piece of an export could not be sealed"))?;
        Ok((i32::try_from(position).map_err(|error| Problem::internal(&error))?, piece))
    }
}

pub(crate) struct Opener {
    key: LessSafeKey,
    export: ExportId,
    position: u32,
}

impl Opener {
    pub fn new(export: ExportId, token: &Token, ephemeral: [u8; 32]) -> Self {
        Self { key: agreed(&token.secret(), ephemeral, ephemeral, token.public_key()), export, position: 0 }
    }

    /// Pieces must come in the order in which they were sealed.
    pub fn open(&mut self, mut piece: Vec<u8>, last: bool) -> Result<Vec<u8>> {
        let position = self.position;
        self.position += 1;
        let length = self
            .key
            .open_in_place(nonce(position), about(self.export, position, last), &mut piece)
            .map_err(|_| Problem::internal(&"a piece of an export does not open"))?
            .len();
        piece.truncate(length);
        Ok(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(token: &Token) -> (ExportId, [u8; 32], Vec<Vec<u8>>) {
        let export = ExportId::new("2026-11-22T10:00:00Z".parse().unwrap());
        let mut sealer = Sealer::new(export, token.public_key());
        let one = sealer.seal(b"first".to_vec(), false).unwrap();
        let two = sealer.seal(b"second".to_vec(), true).unwrap();
        assert_eq!((one.0, two.0), (0, 1));
        (export, sealer.ephemeral, vec![one.1, two.1])
    }

    #[test]
    fn the_link_opens_what_was_sealed_for_it_and_no_other_does() {
        let token = Token::new();
        let (export, ephemeral, pieces) = sealed(&token);
        let mut opener = Opener::new(export, &token, ephemeral);
        assert_eq!(opener.open(pieces[0].clone(), false).unwrap(), b"first");
        assert_eq!(opener.open(pieces[1].clone(), true).unwrap(), b"second");
        assert!(Opener::new(export, &Token::new(), ephemeral).open(pieces[0].clone(), false).is_err());
        let other = ExportId::new("2026-11-22T10:00:00Z".parse().unwrap());
        assert!(Opener::new(other, &token, ephemeral).open(pieces[0].clone(), false).is_err());
    }

    #[test]
    fn pieces_that_were_swapped_changed_or_cut_off_do_not_open() {
        let token = Token::new();
        let (export, ephemeral, pieces) = sealed(&token);
        let opener = || Opener::new(export, &token, ephemeral);
        assert!(opener().open(pieces[1].clone(), true).is_err(), "swapped");
        assert!(opener().open(pieces[0].clone(), true).is_err(), "cut off");
        let mut changed = pieces[0].clone();
        changed[0] ^= 1;
        assert!(opener().open(changed, false).is_err(), "changed");
    }

    #[test]
    fn two_contents_for_one_link_have_two_keys() {
        let token = Token::new();
        assert_ne!(sealed(&token).2, sealed(&token).2);
    }

    #[test]
    fn only_what_looks_like_a_secret_of_ours_is_looked_up() {
        assert!(Token::read(Token::new().text()).is_some());
        let long = "a".repeat(44);
        for wrong in ["", "a", long.as_str(), &"/".repeat(43)] {
            assert!(Token::read(wrong).is_none(), "{wrong:?}");
        }
    }
}
