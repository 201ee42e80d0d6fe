use customers::{Act, Customer};
use jiff::Timestamp;
use kernel::{CustomerId, MergeId, Pence};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much moves, or has moved, from the one record to the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeCounts {
    pub addresses: i64,
    pub contacts: i64,
    pub notes: i64,
    pub flags: i64,
    pub bookings: i64,
    pub payments: i64,
    pub tickets: i64,
    pub credits: i64,
}

/// Something that stands in the way, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeBlock {
    pub code: String,
    pub reason: String,
}

/// Two records side by side, before they are merged.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergePreview {
    /// The record that stays, with its number.
    pub survivor: Customer,
    /// The record that becomes part of it.
    pub other: Customer,
    pub moves: MergeCounts,
    /// Store credit that moves.
    pub credit: Pence,
    /// Everything in the way.
    pub blocks: Vec<MergeBlock>,
    pub merge: Act,
}

/// One record became part of another.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    pub id: MergeId,
    pub survivor_id: CustomerId,
    pub merged_id: CustomerId,
    /// The other record's name, which it keeps.
    pub merged_name: String,
    pub reason: String,
    pub merged_by_name: String,
    pub merged_at: Timestamp,
    pub moved: MergeCounts,
    /// Absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undone_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo_reason: Option<String>,
    /// Whether it can be undone now.
    pub undo: Act,
}

/// Everybody who was merged into a customer, latest first, undone merges too.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeList {
    pub merges: Vec<Merge>,
}
