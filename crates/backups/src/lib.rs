//! Copies of the whole database: made every night and by command, compressed, encrypted, and proved by restoring them beside the
//! living one.
//!
//! A copy is two files: `hub-<instant>.backup`, PostgreSQL's own dump encrypted with age, and `hub-<instant>.json`, its manifest, which
//! says without anybody's data what must be in it ([`Manifest`]). Whoever has the key can open it with `age` and
//! `pg_restore` alone.
//!
//! Copies lie in a folder or in a bucket ([`Place`]).
//!
//! Invariants: a copy is of one instant; its name appears when it is whole and durable; nothing is restored into a
//! database that holds anything, and what cannot be restored whole leaves it empty; a restored database is **fenced**, so that no mail
//! and no refund leaves it, until a person accepts it.

use std::path::PathBuf;

mod actions;
mod archive;
mod carry;
mod drill;
mod error;
mod facts;
mod fence;
mod figures;
mod http;
mod input;
mod jobs;
mod key;
mod model;
mod place;
mod programs;
mod restore;
mod rules;
mod store;
mod wal;

pub use actions::{create, prune, stored, verify};
pub use archive::opens;
pub use carry::{carry_over, finish_move};
pub use drill::{drill, drill_newest};
pub use error::BackupError;
pub use facts::Facts;
pub use fence::{Fence, accept, finish_restore, read_fence, unfinished_restore};
pub use figures::FIGURES;
pub use http::routes;
pub use input::FenceAcceptInput;
pub use jobs::jobs;
pub use key::Key;
pub use model::{Backup, BackupState, BackupsPage, Drill, DrillState, Manifest, Reach};
pub use place::{Entry, Located, Place, Stored, Writer};
pub use programs::Programs;
pub use restore::{Restored, restore};
pub use wal::{
    BaseManifest, Coverage, Recovered, Recovery, Shelf, Shipper, StoredBase, Target, Wal, create_base,
    fetch_segment, forget_log, give_up_log, verify_base,
};

/// The name of a check, and a query that returns a line of text for every row that is wrong.
pub type Check = (&'static str, &'static str);

/// What copies of this database are made with, and kept by.
pub struct Keeping {
    pub programs: Programs,
    pub key: Key,
    /// None: none is set, and nothing is made by itself.
    pub place: Option<Place>,
    /// None: the cluster is not ours, or its log is not wanted.
    pub wal: Option<Wal>,
    pub keep_days: i64,
    /// The hub itself, as PostgreSQL calls it.
    pub program: PathBuf,
    /// Where a drill has its PostgreSQL for a while.
    pub data_dir: PathBuf,
    pub newest_migration: &'static str,
    /// What must hold in a restored database.
    pub checks: &'static [Check],
}

impl Keeping {
    /// Of whom the log is archived, and where.
    pub fn log(&self) -> Result<(&Wal, Shelf), BackupError> {
        let place = self.place.clone().ok_or(BackupError::NoPlace)?;
        let wal = self.wal.as_ref().ok_or(BackupError::NoLog)?;
        Ok((wal, Shelf { place, key: self.key.clone() }))
    }
}
