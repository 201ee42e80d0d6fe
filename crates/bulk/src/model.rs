use customers::FlagKind;
use jiff::{Timestamp, civil::Date};
use kernel::{BulkRunId, CustomerId, SelectionId};
use serde::{Deserialize, Serialize};
use staff::Mandate;
use utoipa::ToSchema;

use crate::input::BulkAct;

/// A customer by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedCustomer {
    pub id: CustomerId,
    pub name: String,
}

/// Whether the person who asks may do an act, and if not, why.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkMay {
    pub allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the person who asks may do to many.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkActs {
    pub add_flag: BulkMay,
    pub remove_flag: BulkMay,
    pub archive: BulkMay,
    pub restore: BulkMay,
    pub export: BulkMay,
}

/// Customers that were chosen, as they are now and for as long as this can be acted on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Selection {
    pub id: SelectionId,
    pub count: i32,
    /// The first ten, in order.
    pub sample: Vec<NamedCustomer>,
    pub expires_at: Timestamp,
    pub acts: BulkActs,
}

/// Why some are not changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkReason {
    pub code: String,
    pub reason: String,
    pub count: i64,
    /// The first five of them, in order.
    pub sample: Vec<NamedCustomer>,
}

/// What an act on a selection would come to now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkPreview {
    pub count: i64,
    pub change: i64,
    /// The first five that would be changed, in order.
    pub sample: Vec<NamedCustomer>,
    /// Those that are so already.
    pub skip: Vec<BulkReason>,
    pub refuse: Vec<BulkReason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkState {
    Running,
    Finished,
    Stopped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkAction {
    AddFlag,
    RemoveFlag,
    Archive,
    Restore,
}

impl BulkAction {
    /// As in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddFlag => "add_flag",
            Self::RemoveFlag => "remove_flag",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }
}

/// What became of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BulkOutcome {
    Changed,
    Skipped,
    Refused,
}

impl BulkOutcome {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
        }
    }
}

/// An act on many, at work or past.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkRun {
    pub id: BulkRunId,
    pub action: BulkAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<FlagKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// The run that this one takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<BulkRunId>,
    /// The run that took this one back, or is about to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<BulkRunId>,
    pub total: i32,
    pub changed: i32,
    /// They were so already.
    pub skipped: i32,
    pub refused: i32,
    pub state: BulkState,
    pub requested_by_name: String,
    pub started_at: Timestamp,
    /// Absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Absent where it stopped because who asked for it may not do this any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by_name: Option<String>,
    pub stop: BulkMay,
    pub undo: BulkMay,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkRunPage {
    pub runs: Vec<BulkRun>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What became of one customer in a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkCustomer {
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub outcome: BulkOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why they were not changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BulkCustomerPage {
    pub customers: Vec<BulkCustomer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A run that somebody is about to go on with, locked.
pub(crate) struct Work {
    pub act: BulkAct,
    pub selection: SelectionId,
    pub undoes: Option<BulkRunId>,
    pub total: i32,
    pub parts_done: i32,
    pub state: BulkState,
    pub mandate: Mandate,
}

/// What became of a customer, on its way into the database.
pub(crate) struct Fate {
    pub customer: CustomerId,
    pub position: i32,
    pub outcome: BulkOutcome,
    pub code: Option<&'static str>,
    pub flag: Option<kernel::FlagId>,
}
