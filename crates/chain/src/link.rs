//! Leaves in one line: each seal holds the hash of all before it.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::Hash;

/// What the first seal follows.
pub const GENESIS: Hash = [0; 32];

/// What a seal stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// An event that brought its own leaf.
    Event,
    /// An event that had none and was sealed as it was found.
    Found,
    Transfer,
}

impl Sealed {
    pub fn code(self) -> i16 {
        match self {
            Self::Event => 1,
            Self::Found => 2,
            Self::Transfer => 3,
        }
    }

    pub fn from_code(code: i16) -> Option<Self> {
        [Self::Event, Self::Found, Self::Transfer].into_iter().find(|sealed| sealed.code() == code)
    }
}

/// One seal, but for what comes before it.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub number: i64,
    pub sealed: i16,
    /// The transaction that wrote the row.
    pub xid: i64,
    pub leaf: Hash,
}

impl Link {
    pub fn after(&self, chain: &Hash) -> Hash {
        let mut hash = Sha256::new();
        hash.update(b"hub seal 1\0");
        hash.update(chain);
        hash.update(self.number.to_be_bytes());
        hash.update(self.sealed.to_be_bytes());
        hash.update(self.xid.to_be_bytes());
        hash.update(self.leaf);
        hash.finalize().into()
    }
}

/// What is signed from time to time: as far as this seal, everything is in this hash.
#[derive(Debug, Clone, Copy)]
pub struct Checkpoint {
    pub number: i64,
    /// The checkpoint before; 0 for the first.
    pub after: i64,
    pub chain: Hash,
    pub at: Timestamp,
    /// Every transaction below this one has been sealed.
    pub below: i64,
}

impl Checkpoint {
    /// The bytes that are signed.
    pub fn message(&self) -> Vec<u8> {
        let mut bytes = b"hub checkpoint 1\0".to_vec();
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.after.to_be_bytes());
        bytes.extend(self.chain);
        bytes.extend(self.at.as_microsecond().to_be_bytes());
        bytes.extend(self.below.to_be_bytes());
        bytes
    }
}
