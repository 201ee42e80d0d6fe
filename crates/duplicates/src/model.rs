use customers::{Act, Customer};
use jiff::Timestamp;
use kernel::{CustomerId, DismissalId, MergeId, Pence};
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

/// What two customers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateReason {
    /// Mail to both reaches the same mailbox: capitals, what follows a plus, and the dots of Gmail left aside.
    Email,
    /// The same phone number, however it was typed.
    Phone,
    /// The same surname at the same postcode.
    SurnamePostcode,
}

impl DuplicateReason {
    /// In the order in which they are listed, which is that of their names.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::SurnamePostcode];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::SurnamePostcode => "surname_postcode",
        }
    }
}

/// How likely two customers are the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DuplicateStrength {
    /// Two reasons or more, or the same mailbox.
    Strong,
    /// The same phone number.
    Fair,
    /// Only surname and postcode: may be a family.
    Weak,
}

/// Two customers that may be one person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DuplicatePair {
    pub one: Customer,
    pub other: Customer,
    pub reasons: Vec<DuplicateReason>,
    pub strength: DuplicateStrength,
    /// How many customers share what these two do; of more than six, pairs of the first six are listed.
    pub shared_by: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DuplicatePage {
    pub pairs: Vec<DuplicatePair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Somebody has said that two customers are not the same person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dismissal {
    pub id: DismissalId,
    pub one_id: CustomerId,
    pub one_name: String,
    pub other_id: CustomerId,
    pub other_name: String,
    pub reason: String,
    pub dismissed_by_name: String,
    pub dismissed_at: Timestamp,
}

/// The latest two hundred.
#[derive(Debug, Serialize, ToSchema)]
pub struct DismissalList {
    pub dismissals: Vec<Dismissal>,
}
