//! The trail as a chain: sealed behind the writers, verified from the first row to the last, proved to others.

mod anchor;
mod keys;
mod proof;
mod rows;
mod sealer;
mod verify;

pub use anchor::{Anchor, AnchorFile};
pub use keys::{PublicKey, SigningKey};
pub use proof::{export, prove};
pub use sealer::{Sealer, Sealing};
pub use verify::{Figures, Finding, Outcome, Report, Trust, verify};

#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
    #[error(
        "the trail was signed with the key {0}, which is neither audit_key nor among audit_trusted_keys: nothing is sealed until it is"
    )]
    OtherKey(String),
    #[error("the anchor file {path}: {cause}")]
    Anchor { path: String, cause: String },
    #[error("audit_key must be 64 hexadecimal digits")]
    BadKey,
    #[error("{0}")]
    NotThere(String),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}
