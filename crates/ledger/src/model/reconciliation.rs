//! What the comparison with the providers shows.

use jiff::Timestamp;
use kernel::{CustomerId, DifferenceId, PaymentId, Pence, ReconciliationId, RefundId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the two sides differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// We believe the provider has it, and it has not.
    RefundMissingThere,
    /// Made at the provider's own desk, most likely.
    RefundMissingHere,
    RefundAmount,
    /// It went through and failed afterwards: the money is back with us.
    RefundFailedThere,
    /// It failed here, and yet the money went back.
    RefundSucceededThere,
    /// The states do not fit in another way.
    RefundState,
    PaymentMissingThere,
    PaymentMissingHere,
    PaymentAmount,
    /// We believe a bank asks for it, and Stripe does not know of that.
    DisputeMissingThere,
    /// Of a payment that our books do not have, or in another currency.
    DisputeMissingHere,
    /// A bank holds more than our books have left of the payment.
    DisputeAmount,
    DisputeState,
    /// A transfer by hand was marked as paid, and nothing proves it.
    ReferenceMissing,
    /// One transfer by hand counts for two refunds.
    ReferenceTwice,
    /// A transfer by hand was approved days ago and not made.
    TransferOverdue,
}

/// What one side says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    /// The provider's name for it, or the bank's reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub amount: Pence,
    pub currency: String,
    /// In this side's own word.
    pub state: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceState {
    Open,
    /// It was found no longer.
    Gone,
    Settled,
}

/// What somebody does about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// It stays as it is, for the reason given.
    Noted,
    /// The refund failed at the provider after all: it is taken back in our books, and its sum can be refunded again.
    AcceptTheirs,
    /// The refund went through at the provider: our books say so too.
    RecordTheirs,
}

/// A difference between us and a provider.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    pub id: DifferenceId,
    pub provider: String,
    pub kind: DifferenceKind,
    /// The provider's name for what differs, or our id.
    pub subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<Side>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Side>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_reference: Option<String>,
    /// When that which differs began.
    pub subject_at: Timestamp,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub state: DifferenceState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Settlement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_by: Option<String>,
    /// What can be done about it; empty when it is closed.
    pub settlements: Vec<Settlement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconciliationStage {
    Refunds,
    OurRefunds,
    Payments,
    OurPayments,
    Disputes,
    OurDisputes,
    Transfers,
    Done,
}

/// One comparison of everything.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReconciliationRun {
    pub id: ReconciliationId,
    /// Nobody: the clock did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<String>,
    pub started_at: Timestamp,
    /// What began on either side since then is compared.
    pub since: Timestamp,
    pub stage: ReconciliationStage,
    /// How many refunds and payments were looked at until now.
    pub compared: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Why it ended before everything was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The last runs, and a page of differences, latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// Ten at most, latest first.
    pub runs: Vec<ReconciliationRun>,
    /// Whether there is a provider to ask; transfers by hand are looked at in any case.
    pub stripe_connected: bool,
    /// How many are open, whatever the page shows.
    pub open: i64,
    pub differences: Vec<Difference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
