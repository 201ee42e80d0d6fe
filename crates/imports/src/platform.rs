//! The import from the booking platform's PostgreSQL database.
//!
//! ```text
//! source (read-only snapshot) -> translate (pure) -> plan (what is new, changed, conflicting) -> write (a batch is one transaction)
//! ```
//!
//! Invariants:
//! - **The source is never written.** Its session and its one transaction are read-only.
//! - **Every source row ends in one count**: created, updated, matched, unchanged or problem. A problem is in the report with its reason.
//! - **Repeatable.** Our ids are made from the source's, a link and its row are committed together, and an unchanged row
//!   (same hash of its translated content) is not written. A run that broke off is completed by the next one.
//! - **Edits made here survive.** `external_links.last_changed_at` is the `updated_at` the import left on our row. Where they
//!   differ, somebody edited the row here; if the source changed too, ours is kept and the row is listed in every run.
//!   Bookings differ in one point: status, payment and price always follow the source, only their details are kept.
//! - **A dry run** plans against the same database inside a read-only transaction, and remembers what it would have made.
//!
//! What vanishes from the source stays here; customers of a booking never change; refunds and history are written once.

mod batch;
mod engine;
mod ids;
mod kind;
mod lookups;
mod overlay;
mod report;
mod rows;
mod schema;
mod source;
mod steps;
mod tidy;
mod translate;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ::platform::Values;
use ::platform::address::{AddressError, causes};
use ::platform::values::ValuesError;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

pub use kind::Kind;

use engine::Engine;
use report::Report;
use source::{Session, Source};

/// The name under which the platform's records are known in `external_links`, `import_runs` and `imported_history`.
pub const SYSTEM: &str = "platform";

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// `postgres://...` of the platform's database, as its own configuration has it; a `schema` parameter is understood.
    pub from: String,
    /// Write. Without it the run only counts and reports what it would do.
    pub apply: bool,
    /// Where the list of problems and warnings goes: CSV, or JSON when the name ends in `.json`. Replaced by each run.
    pub report: PathBuf,
    /// Take in the platform's administrators too, without passwords: they sign in by invitation.
    pub include_staff: bool,
    /// Rows read and written at a time; each batch is one transaction.
    pub batch: usize,
    /// What the values of events are encrypted with.
    pub values: Values,
}

/// Rows of one kind: each row of the source is counted exactly once in the first five.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    pub created: u64,
    pub updated: u64,
    /// Linked with a record that was here already, which is left as it is.
    pub matched: u64,
    pub unchanged: u64,
    /// Not taken in, or not as the source has it: in the report with the reason.
    pub problems: u64,
    /// Remarks on rows that this run took in. A row may have several.
    pub warnings: u64,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub kind: Kind,
    pub done: u64,
    pub total: u64,
}

/// What a run did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The row in `import_runs`, if this run wrote.
    pub run_id: Option<Uuid>,
    pub applied: bool,
    pub counts: BTreeMap<Kind, Counts>,
    pub report: PathBuf,
}

impl Summary {
    /// All kinds together.
    pub fn total(&self) -> Counts {
        self.counts.values().fold(Counts::default(), |sum, one| Counts {
            created: sum.created + one.created,
            updated: sum.updated + one.updated,
            matched: sum.matched + one.matched,
            unchanged: sum.unchanged + one.unchanged,
            problems: sum.problems + one.problems,
            warnings: sum.warnings + one.warnings,
        })
    }
}

/// Why a run could not begin or go on. Single rows never cause one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the source: {0}")]
    Address(AddressError),
    #[error("the source database cannot be reached: {}", told(.0))]
    Unreachable(#[source] tokio_postgres::Error),
    #[error("the source database lacks what the import reads: {}", .0.join(", "))]
    Missing(Vec<String>),
    #[error("reading from the source failed: {}", told(.0))]
    Source(#[source] tokio_postgres::Error),
    #[error("a row of the source cannot be read: {0}")]
    Row(#[source] serde_json::Error),
    #[error("the database refused: {}", told(.0))]
    Target(#[source] tokio_postgres::Error),
    #[error("the values could not be encrypted: {0}")]
    Values(#[source] ValuesError),
    #[error("another import from the platform is running")]
    AlreadyRunning,
    #[error("the report cannot be written: {0}")]
    Report(#[source] std::io::Error),
}

impl From<ValuesError> for Error {
    fn from(error: ValuesError) -> Self {
        match error {
            ValuesError::Database(error) => Self::Target(error),
            other => Self::Values(other),
        }
    }
}

/// The message of PostgreSQL where there is one; the bare error says no more than "db error".
fn told(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| causes(error), |db| format!("{} ({})", db.message(), db.code().code()))
}

/// Imports from the platform into `target`, which must not be inside a transaction. `now` is the time of all the run writes.
///
/// `progress` is called after every batch. When an error is returned, every batch up to the last call is committed
/// and the next run completes the work; the report then holds what was found so far.
pub async fn run(
    options: &Options,
    target: &mut tokio_postgres::Client,
    now: Timestamp,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Summary, Error> {
    // PostgreSQL keeps microseconds; a finer instant would not compare equal with what was stored.
    let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
    let mut session = Session::connect(&options.from).await?;
    let source = Source::open(&mut session).await?;
    let report = Report::create(&options.report).map_err(Error::Report)?;
    let mut engine = Engine::begin(&source, target, report, options, now, progress).await?;
    let outcome = steps::run_all(&mut engine, options.include_staff).await;
    engine.finish(outcome).await
}
