//! PostgreSQL's write-ahead log, archived while it is written, and whole copies of the cluster that it is replayed on: the way back to an
//! instant, for the private database alone.
//!
//! A replication slot keeps the log in the cluster until it lies in the place of copies, compressed and encrypted, a file for each segment; no more than
//! `max_slot_wal_keep_size` of it, so that a place which takes nothing never stops the database. Every so often, when
//! anything was written, a transaction of our own closes a segment: whatever was committed before it can be reached from then on.
//!
//! Invariants: the slot moves on only past what is durable in the place; a segment is never written over by another of its name; a log that broke off is
//! not reached over: the stretch after it begins with a new base.

mod base;
mod coverage;
mod fetch;
mod recover;
mod segment;
mod shelf;
mod ship;
mod stand;

use platform::address::Address;

pub(crate) use base::{BASE, base_is_due, prune_bases};
pub use base::{BaseManifest, StoredBase, create_base, verify_base};
pub use coverage::{Coverage, Target};
pub use fetch::fetch_segment;
pub use recover::{Recovered, Recovery};
pub(crate) use segment::{Archived, Segment};
pub use shelf::Shelf;
pub use ship::Shipper;
pub(crate) use stand::{FORGET, read_reach};
pub use stand::{forget_log, give_up_log};

/// How the log of a cluster of ours is archived.
#[derive(Clone)]
pub struct Wal {
    /// In the superuser's role.
    pub database: Address,
    /// At the latest so long after something was written it is archived.
    pub every: std::time::Duration,
}
