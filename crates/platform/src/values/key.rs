use std::sync::Arc;

use uuid::Uuid;

use crate::{random, vault::Vault};

/// The version and the key's id.
pub(super) const SEALED_HEAD: usize = 17;
const VERSION: u8 = 1;
const WRAPPED: &str = "hub value key 1";
const SEALED: &str = "hub value 1";

/// Seals the values of one customer, or of one month.
#[derive(Clone)]
pub struct ValueKey {
    pub id: Uuid,
    key: Arc<Vault>,
}

impl ValueKey {
    /// A new key, wrapped. Nonces are random: far fewer than 2^32 values are ever sealed under one key (NIST SP 800-38D, 8.3).
    pub(super) fn make(vault: &Vault, id: Uuid) -> Vec<u8> {
        vault.seal(WRAPPED, id.as_bytes(), &random::bytes::<32>())
    }

    pub(super) fn unwrap(vault: &Vault, id: Uuid, wrapped: &[u8]) -> Option<Self> {
        let bytes = vault.open(WRAPPED, id.as_bytes(), wrapped)?;
        Some(Self { id, key: Arc::new(Vault::new(&bytes)?) })
    }

    /// Bound to what it is `of`: it opens nowhere else.
    pub fn seal(&self, of: Uuid, plain: &[u8]) -> Vec<u8> {
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(self.id.as_bytes());
        sealed.append(&mut self.key.seal(SEALED, &self.bound(of), plain));
        sealed
    }

    pub fn open(&self, of: Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
        let (head, content) = sealed.split_at_checked(SEALED_HEAD)?;
        if head[0] != VERSION || head[1..] != *self.id.as_bytes() {
            return None;
        }
        self.key.open(SEALED, &self.bound(of), content)
    }

    fn bound(&self, of: Uuid) -> [u8; 32] {
        let mut ids = [0; 32];
        ids[..16].copy_from_slice(of.as_bytes());
        ids[16..].copy_from_slice(self.id.as_bytes());
        ids
    }
}
