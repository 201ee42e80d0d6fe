//! What one page of the source becomes: rows to write, links to keep, remarks to report.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::Kind;
use super::report::{Finding, Severity};

/// A translated row that is new, or whose content changed since it was last taken in.
pub struct Item<R> {
    pub id: String,
    pub record: R,
    pub hash: [u8; 32],
    /// Our row, if the source's is linked already.
    pub ours: Option<Ours>,
}

/// Our row as it stands before it is updated.
#[derive(Debug, Clone)]
pub struct Ours {
    pub id: Uuid,
    pub customer_id: Option<Uuid>,
    /// Somebody changed it here after the import had last written it.
    pub edited: bool,
    pub before: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Create,
    Update,
    /// Link the source's row with one of ours that stays as it is.
    Match,
}

/// One row that will be written together with its link.
pub struct Planned<W> {
    pub kind: Kind,
    pub external_id: String,
    pub hash: [u8; 32],
    pub our_id: Uuid,
    pub customer_id: Option<Uuid>,
    pub change: Change,
    /// The `updated_at` our row gets; the link remembers it, and thereby whether the row was edited here since.
    pub stamp: Timestamp,
    /// Whether the link is brought up to date. Not where a row edited on both sides was taken in only in part.
    pub links: bool,
    pub values: Option<(Option<Value>, Value)>,
    /// `None` when only the link is new.
    pub row: Option<W>,
}

impl<W> Planned<W> {
    /// A row to be made, or to be brought up to date where the item is linked already.
    pub fn of<R>(
        kind: Kind,
        item: &Item<R>,
        our_id: Uuid,
        customer_id: Option<Uuid>,
        stamp: Timestamp,
        row: W,
    ) -> Self {
        Self {
            kind,
            external_id: item.id.clone(),
            hash: item.hash,
            our_id,
            customer_id,
            change: if item.ours.is_some() { Change::Update } else { Change::Create },
            stamp,
            links: true,
            values: None,
            row: Some(row),
        }
    }

    /// A link with a row of ours that stays as it is.
    pub fn link<R>(
        kind: Kind,
        item: &Item<R>,
        our_id: Uuid,
        customer_id: Option<Uuid>,
        stamp: Timestamp,
    ) -> Self {
        Self {
            kind,
            external_id: item.id.clone(),
            hash: item.hash,
            our_id,
            customer_id,
            change: Change::Match,
            stamp,
            links: true,
            values: None,
            row: None,
        }
    }

    pub fn finding(&self, severity: Severity, reason: String) -> Finding {
        Finding { kind: self.kind, external_id: self.external_id.clone(), severity, reason }
    }
}

/// The plan for one page.
pub struct Batch<W> {
    kind: Kind,
    pub planned: Vec<Planned<W>>,
    pub findings: Vec<Finding>,
    pub unchanged: u64,
}

impl<W> Batch<W> {
    pub fn new(kind: Kind) -> Self {
        Self { kind, planned: Vec::new(), findings: Vec::new(), unchanged: 0 }
    }

    pub fn add(&mut self, planned: Planned<W>) {
        self.planned.push(planned);
    }

    /// The row is not taken in. Remarks on how it would have been are of no interest then.
    pub fn problem(&mut self, external_id: &str, reason: impl Into<String>) {
        self.findings.retain(|finding| finding.external_id != external_id);
        self.find(external_id, Severity::Problem, reason.into());
    }

    pub fn warn(&mut self, external_id: &str, reason: impl Into<String>) {
        self.find(external_id, Severity::Warning, reason.into());
    }

    fn find(&mut self, external_id: &str, severity: Severity, reason: String) {
        self.findings.push(Finding {
            kind: self.kind,
            external_id: external_id.to_owned(),
            severity,
            reason,
        });
    }
}
