use chain::Checkpoint;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::TrailError;

/// Signs checkpoints (Ed25519, RFC 8032). Lives outside the database.
pub struct SigningKey(Ed25519KeyPair);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(pub [u8; 32]);

impl SigningKey {
    /// From the 64 hexadecimal digits of its seed.
    pub fn read(text: &str) -> Result<Self, TrailError> {
        let seed = chain::unhex(text.trim()).ok_or(TrailError::BadKey)?;
        Ed25519KeyPair::from_seed_unchecked(&seed).map(Self).map_err(|_| TrailError::BadKey)
    }

    pub fn public(&self) -> PublicKey {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.public_key().as_ref());
        PublicKey(key)
    }

    pub(super) fn sign(&self, checkpoint: &Checkpoint) -> Vec<u8> {
        self.0.sign(&checkpoint.message()).as_ref().to_vec()
    }
}

impl PublicKey {
    pub fn read(text: &str) -> Result<Self, TrailError> {
        let bytes = chain::unhex(text.trim()).ok_or(TrailError::BadKey)?;
        bytes.try_into().map(Self).map_err(|_| TrailError::BadKey)
    }

    pub(super) fn has_signed(&self, checkpoint: &Checkpoint, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(&checkpoint.message(), signature).is_ok()
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&chain::hex(&self.0))
    }
}
