//! The trail as a chain: sealed behind the writers, verified from the first row to the last, proved to others.

mod anchor;
mod given;
mod keys;
mod proof;
mod reanchor;
mod rows;
mod sealer;
mod verify;

pub use anchor::{Anchor, AnchorFile};
pub(crate) use given::anchor;
pub use given::{sealer, trust};
pub use keys::{PublicKey, SigningKey};
pub use proof::{export, prove};
pub use reanchor::{Reanchored, reanchor};
pub use sealer::{Sealer, Sealing};
pub(crate) use sealer::{Standing, standing};
pub use verify::{Figures, Finding, Outcome, Report, Trust, verify};

#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
    #[error(
        "the trail was signed with the key {0}, which is neither audit_key nor among audit_trusted_keys: nothing is sealed until it is. Put it back \
         as audit_key, or, where another took its place on purpose, name it in audit_trusted_keys"
    )]
    OtherKey(String),
    #[error("the anchor file {path}: {cause}")]
    Anchor { path: String, cause: String },
    #[error(
        "the trail in the database ends at seal {head}, and the anchor file {path} knows of seal {anchored}: an earlier state was put back, or \
         the end was cut off. Nothing is sealed until that is explained; after a restore on purpose: hub audit reanchor --reason \"…\""
    )]
    Behind { head: i64, anchored: i64, path: String },
    #[error(
        "seal {anchored} in the database is not what the anchor file {path} says: what was sealed has been changed, or this is another \
         database. Nothing is sealed until that is explained; after a restore on purpose: hub audit reanchor --reason \"…\""
    )]
    Differs { anchored: i64, path: String },
    #[error("there is no anchor to begin anew: it is switched off, or nothing was anchored yet")]
    NoAnchor,
    #[error("there is no data folder (setting `data_dir`) for the anchor file")]
    NoFolder,
    #[error("there is no audit key to seal with")]
    NoKey,
    #[error("audit_trusted_keys: {0} is not 64 hexadecimal digits")]
    BadTrustedKey(String),
    #[error("audit_key must be 64 hexadecimal digits")]
    BadKey,
    #[error("{0}")]
    NotThere(String),
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}
