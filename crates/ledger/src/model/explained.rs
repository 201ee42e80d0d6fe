//! What a figure is made of.

use jiff::Timestamp;
use kernel::{BookingId, CustomerId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A figure with the rows that it sums, latest first. Amounts are in pence where the figure is money, in microseconds since 1970
/// where it is an instant; else each row counts 1.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// As it is shown elsewhere.
    pub value: i64,
    /// Over all entries, whatever the page holds: the same, or something is wrong.
    pub sum: i64,
    /// How many entries there are.
    pub count: i64,
    /// When it was looked at. Figures follow every change at once.
    pub as_of: Timestamp,
    pub entries: Vec<ExplainedEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One row that counts into a figure.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedEntry {
    pub id: Uuid,
    pub kind: EntryKind,
    pub at: Timestamp,
    pub amount: i64,
    /// What people call it: a reference, a number, a name.
    pub label: String,
    /// What else tells it from others, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    pub customer_id: CustomerId,
    /// Where the figure is about many customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<BookingId>,
}

/// What kind of row it is; `id` is of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Booking,
    Payment,
    Refund,
    Credit,
    Dispute,
    Ticket,
    Address,
    Contact,
}

/// The figures of finance's day that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FinanceFigure {
    Refunded,
    Credited,
    UnderWay,
    RequiresAction,
    InDoubt,
    PendingApproval,
    Failed,
    CreditOwed,
    Disputed,
}
