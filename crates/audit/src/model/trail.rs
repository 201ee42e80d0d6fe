use jiff::Timestamp;
use kernel::{StaffId, VerificationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a verification ended, the worst first that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrailOutcome {
    /// Everything is as it was sealed.
    Ok,
    /// Something was changed after it was sealed, or contradicts the books.
    Broken,
    /// Not everything could be looked at.
    Incomplete,
    /// The database is not the one that was anchored.
    AnchorMismatch,
    /// It came to no end.
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrailFinding {
    pub outcome: TrailOutcome,
    /// The seal's number, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// What and which: `transfer 17`.
    pub row: String,
    /// What is wrong with it, in words.
    pub what: String,
}

/// One run over the whole trail.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrailVerification {
    pub id: VerificationId,
    pub requested_by: StaffId,
    pub requested_by_name: String,
    pub requested_at: Timestamp,
    /// Seals looked at, of `total`.
    pub done: i64,
    pub total: i64,
    /// Absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<TrailOutcome>,
    /// The last signed seal it saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upto: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// The first twenty.
    pub findings: Vec<TrailFinding>,
    /// How many more there are.
    pub more: i64,
}

/// How the database stands to the file outside it that its head is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnchorState {
    /// There is none (setting `audit_anchor`).
    Off,
    /// Nothing was written to it yet.
    Empty,
    Holds,
    /// The database ends before it: nothing is sealed.
    Behind,
    /// The database says otherwise: nothing is sealed.
    Differs,
    /// It cannot be read: nothing is sealed.
    Unreadable,
}

/// How far the trail is sealed and verified.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrailState {
    /// The last signed seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// Events without a seal yet, 10,000 at most.
    pub waiting: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<Timestamp>,
    pub anchor: AnchorState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<TrailVerification>,
    /// The one that ended last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<TrailVerification>,
}
