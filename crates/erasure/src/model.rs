use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, ErasureId, LegalHoldId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What must be kept whatever anybody asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegalHold {
    pub id: LegalHoldId,
    pub reason: String,
    pub placed_by_name: String,
    pub placed_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift_reason: Option<String>,
}

/// Why somebody cannot be erased just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErasureBlock {
    pub code: String,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureState {
    /// Waits for somebody else's approval.
    Planned,
    Withdrawn,
    Approved,
    Running,
    /// The scan found something of the person that somebody has to look at.
    Found,
    /// Something has come up since it was approved; it was not begun.
    Stopped,
    Done,
}

impl ErasureState {
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

/// What goes, and what stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasurePlan {
    pub goes: Vec<PlannedLoss>,
    pub stays: Vec<PlannedStay>,
    /// Values in the audit trail that become unreadable with their key.
    pub values: i64,
    /// Values that a release before the keys wrote in clear: the trail is not rewritten, so they stay.
    pub values_in_clear: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedLoss {
    pub table: String,
    pub what: String,
    pub rows: i64,
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedStay {
    pub what: String,
    pub why: String,
    pub rows: i64,
    /// The last day; without one, for as long as the books are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Where something of the person was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScanFinding {
    pub table: String,
    pub rows: i64,
    /// At most five.
    pub ids: Vec<String>,
}

/// A look through every text of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScanReport {
    pub at: Timestamp,
    pub tables: i64,
    pub columns: i64,
    pub rows: i64,
    pub identifiers: i64,
    /// In the person's own rows, or in rows of nobody: the scan has failed.
    pub found: Vec<ScanFinding>,
    /// The same e-mail address or phone number with other customers, who keep theirs.
    pub with_others: Vec<ScanFinding>,
}

impl ScanReport {
    pub fn is_clean(&self) -> bool {
        self.found.is_empty()
    }
}

/// The money of a person, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Books {
    pub bookings: i64,
    pub payments: i64,
    pub captured: i64,
    pub refunded: i64,
    pub refunds: i64,
    pub credits: i64,
    pub credit_remaining: i64,
    pub invoices: i64,
    pub transfers: i64,
    pub transferred: i64,
    /// Over all customers: amounts by account, as debits minus credits of this person's entries.
    pub accounts: Value,
    pub ltv: i64,
    pub tickets: i64,
}

/// What proves an erasure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasureCertificate {
    pub format: String,
    pub erasure_id: ErasureId,
    pub customer_id: CustomerId,
    pub plan_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// Rows whose content went, by table.
    pub overwritten: Value,
    pub keys_destroyed: i64,
    pub stays: Vec<PlannedStay>,
    pub scan: ScanReport,
    pub books_before: Books,
    pub books_after: Books,
    pub books_equal: bool,
    /// The seal, and the chain as far as it, that the audit trail was signed at when this was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_seal: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_chain: Option<String>,
    pub finished_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerErasure {
    pub id: ErasureId,
    pub customer_id: CustomerId,
    pub state: ErasureState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub plan: ErasurePlan,
    /// What an approval is bound to.
    pub plan_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_by_name: Option<String>,
    pub planned_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Timestamp>,
    /// What is done next: `collect`, `overwrite`, `scan`, `key`, `certify`, `end`.
    pub step: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<ScanReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_because: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<ErasureCertificate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// Whether one may do something, and why not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErasureActState {
    pub allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasureActs {
    pub plan_erasure: ErasureActState,
    pub approve_erasure: ErasureActState,
    pub withdraw_erasure: ErasureActState,
    pub scan_again: ErasureActState,
    pub place_hold: ErasureActState,
    pub lift_hold: ErasureActState,
}

/// Somebody archived, of whom nothing was heard for longer than they are kept. Nobody is erased by it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasureProposal {
    pub customer_id: CustomerId,
    pub name: String,
    pub archived_at: Timestamp,
    /// Archived, or their last order, move, ticket, mail or data request: whichever came last.
    pub last_contact_at: Timestamp,
    pub proposed_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProposalPage {
    pub proposals: Vec<ErasureProposal>,
    /// Of all of them.
    pub total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What keeps, and what erases, a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErasurePage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// Latest first; the one without an end is in force.
    pub holds: Vec<LegalHold>,
    /// The latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erasure: Option<CustomerErasure>,
    /// Their time is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ErasureProposal>,
    /// What stands in the way.
    pub blocks: Vec<ErasureBlock>,
    pub actions: ErasureActs,
}
