mod disputes;
mod explained;
mod reconciliation;

pub use disputes::*;
pub use explained::*;
pub use reconciliation::*;

use bookings::{RefundDestination, RefundStatus};
use jiff::{Timestamp, civil::Date};
use kernel::{ApprovalId, BookingId, CreditId, CustomerId, PaymentId, Pence, RefundId, StaffId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use staff::Role;
use utoipa::ToSchema;
use uuid::Uuid;

/// A refund with all that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundRecord {
    pub id: RefundId,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub booking_id: BookingId,
    pub booking_reference: String,
    pub payment_id: PaymentId,
    pub amount: Pence,
    pub destination: RefundDestination,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    /// In words, as the catalogue had it then.
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub status: RefundStatus,
    /// What happened last and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_detail: Option<String>,
    /// `manual` or `stripe`: who carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// What proves a transfer made by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<ApprovalId>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processed_at: Option<Timestamp>,
    /// Who is making the bank transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<RefundClaim>,
}

/// Somebody is making the bank transfer of a refund; until then nobody else settles it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundClaim {
    pub staff_id: StaffId,
    pub name: String,
    pub at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// Why money goes back: an entry of the managed catalogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundReason {
    pub code: String,
    pub title: String,
    pub needs_note: bool,
    pub retired: bool,
}

/// A sum the company owes a customer, and what became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditLot {
    pub id: CreditId,
    pub amount: Pence,
    pub remaining: Pence,
    pub reason: CreditReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// The last day, in London, on which it can be spent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_by: Option<String>,
    pub created_at: Timestamp,
    /// Oldest first.
    pub uses: Vec<CreditUse>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditReason {
    Compensation,
    Loyalty,
    Goodwill,
    Correction,
    /// A refund whose money stays here.
    Refund,
}

/// What reduced a credit, or added to it again.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditUse {
    pub kind: CreditUseKind,
    pub amount: Pence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<BookingId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_by: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditUseKind {
    Spent,
    Expired,
    Withdrawn,
    /// Its booking was cancelled: it adds to the credit again.
    Returned,
}

/// What a customer can spend, lot by lot, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreditBalance {
    /// The sum of what remains of the lots.
    pub balance: Pence,
    pub lots: Vec<CreditLot>,
}

/// What a refund of this payment could be at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refundable {
    pub booking_id: BookingId,
    pub booking_reference: String,
    pub payment_id: PaymentId,
    pub provider: String,
    pub captured: Pence,
    pub refunded: Pence,
    pub reserved: Pence,
    pub disputed: Pence,
    /// captured - refunded - reserved - disputed.
    pub refundable: Pence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Timestamp>,
}

/// What the company's money story with a customer is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerMoney {
    /// Captured minus refunded, over all time: the customer's LTV. What banks took in disputes is told apart, in
    /// `lostInDisputes`.
    pub ltv: Pence,
    pub captured: Pence,
    pub refunded: Pence,
    /// What banks took back for good.
    pub lost_in_disputes: Pence,
    /// Newest first.
    pub payments: Vec<Refundable>,
    /// Newest first.
    pub refunds: Vec<RefundRecord>,
    /// Newest first.
    pub disputes: Vec<DisputeRecord>,
    pub credit: CreditBalance,
    /// Acts of this customer that wait for somebody's decision, for those who may see them.
    pub approvals: Vec<Approval>,
    pub actions: MoneyActs,
}

/// What one may do here, and why not.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MoneyActs {
    pub issue_refund: Permitted,
    pub issue_credit: Permitted,
    pub spend_credit: Permitted,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Permitted {
    pub allowed: bool,
    /// `not_permitted`, `customer_archived`, `nothing_left_to_refund`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An entry in the books, as seen from one customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    pub number: i64,
    pub at: Timestamp,
    pub kind: String,
    pub debit: String,
    pub credit: String,
    pub amount: Pence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_id: Option<CreditId>,
    /// The event that says who did it.
    pub event_id: Uuid,
}

/// Latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TransferPage {
    pub transfers: Vec<Transfer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What ceilings are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitedAct {
    Refund,
    Credit,
}

impl LimitedAct {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Credit => "credit",
        }
    }
}

/// What a role may do without asking, in pence; no value is no ceiling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub role: Role,
    pub act: LimitedAct,
    pub per_act: Option<Pence>,
    #[serde(rename = "perCustomer90Days")]
    pub per_customer_90_days: Option<Pence>,
    pub per_person_day: Option<Pence>,
    pub version: i32,
}

/// What was done before, as ceilings count it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Spent {
    /// For this customer, by anybody, in the last 90 days.
    pub customer: Pence,
    /// By this person, today in London.
    pub person: Pence,
}

/// By what an act was held back: kept with the request for ever.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    pub limits: Limits,
    pub spent: Spent,
    pub exceeded: Vec<Ceiling>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ceiling {
    PerAct,
    #[serde(rename = "per_customer_90_days")]
    PerCustomer90Days,
    PerPersonDay,
}

/// An act above a ceiling, and what somebody else decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    pub id: ApprovalId,
    pub act: LimitedAct,
    pub customer_id: CustomerId,
    pub customer_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<BookingId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_reference: Option<String>,
    pub amount: Pence,
    /// The whole act as it will be done.
    pub request: Value,
    /// What the decision is bound to: send it back with it.
    pub request_hash: String,
    /// The ceilings and sums by which it was held back: `limits`, `spent`, `exceeded`.
    pub policy: Value,
    pub state: ApprovalState,
    pub requested_by: StaffId,
    pub requested_by_name: String,
    pub requested_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_id: Option<RefundId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_id: Option<CreditId>,
    /// May the one who asks decide, and why not.
    pub decide: Permitted,
    pub withdraw: Permitted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    Pending,
    Approved,
    Rejected,
    Withdrawn,
}

/// Latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalPage {
    pub approvals: Vec<Approval>,
    /// How many wait for a decision, whatever the page shows.
    pub pending: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundPage {
    pub refunds: Vec<RefundRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Finance's day, and what is under way.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FinanceDay {
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// Refunds that went back today.
    pub refunded: Sum,
    /// Credits given today, refunds to store credit not among them.
    pub credited: Sum,
    /// Approved and on their way, the ones below included.
    pub under_way: Sum,
    /// A person must do something: make a transfer, look into a refund.
    pub requires_action: Sum,
    pub in_doubt: Sum,
    pub pending_approval: Sum,
    /// Failed in the last seven days.
    pub failed: Sum,
    /// What customers can still spend.
    pub credit_owed: Pence,
    /// Held by banks until they decide.
    pub disputed: Sum,
    /// Disputes and inquiries that somebody must answer at Stripe.
    pub disputes_to_answer: Sum,
    /// Where we and the providers differ, until somebody settles it.
    pub differences: i64,
}

#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sum {
    pub count: i64,
    pub amount: Pence,
}
