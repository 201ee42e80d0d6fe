use jiff::Timestamp;
use kernel::{BookingId, CustomerId, DisputeId, PaymentId, Pence, RefundId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One order: one move, with what was paid and refunded for it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    pub id: BookingId,
    pub customer_id: CustomerId,
    /// As the customer knows it, such as `SV-20260114-7QK2`.
    pub reference: String,
    pub status: BookingStatus,
    pub payment_status: PaymentStatus,
    pub scheduled_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_slot: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<String>,
    /// Who was to be spoken to about this move, as given then; not the customer's present details.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_phone: Option<String>,
    pub pickup: BookingPlace,
    pub dropoff: BookingPlace,
    pub items: Vec<BookingItem>,
    /// One to four.
    pub crew_size: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_miles: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimated_minutes: Option<i32>,
    pub price_parts: PriceParts,
    /// What the move costs.
    pub total: Pence,
    /// What came in, over all payments.
    pub captured: Pence,
    /// What of that went back.
    pub refunded: Pence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
    /// Oldest first.
    pub payments: Vec<Payment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingStatus {
    Draft,
    PendingPayment,
    Confirmed,
    Completed,
    Cancelled,
}

/// What a booking's payments amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    Unpaid,
    Paid,
    PartlyRefunded,
    Refunded,
}

/// Pickup or drop-off as agreed when the move was booked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingPlace {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lng: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_lift: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_notes: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingItem {
    pub name: String,
    pub quantity: u32,
    /// Cubic metres of one.
    #[serde(rename = "volumeM3", skip_serializing_if = "Option::is_none")]
    pub volume_m3: Option<f64>,
}

/// What the total was made from: amounts in pence, and percentages of their sum. Explains the total, does not make it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PriceParts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<Pence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<Pence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Pence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weather: Option<Pence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crew_percent: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub availability_percent: Option<f64>,
}

/// Money that came in, or was to come in, for a booking.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    pub id: PaymentId,
    /// `stripe`, `manual`, …
    pub provider: String,
    /// The provider's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent_id: Option<String>,
    pub status: PaymentState,
    pub amount: Pence,
    pub captured: Pence,
    /// The sum of the refunds that succeeded.
    pub refunded: Pence,
    /// Held for refunds that are under way or wait for approval.
    pub reserved: Pence,
    /// Held back by disputes, or lost to them.
    pub disputed: Pence,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Oldest first.
    pub refunds: Vec<Refund>,
    /// Oldest first.
    pub disputes: Vec<Dispute>,
}

/// Where one payment stands. What went back is told by its refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    Unpaid,
    RequiresAction,
    Paid,
    Cancelled,
}

impl Payment {
    /// What may still go back: captured, and neither refunded, nor reserved for a refund, nor disputed.
    pub fn refundable(&self) -> Pence {
        Pence(self.captured.0 - self.refunded.0 - self.reserved.0 - self.disputed.0)
    }
}

/// Money that went back, is on its way, or failed to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    pub id: RefundId,
    pub amount: Pence,
    pub destination: RefundDestination,
    /// In words, as the catalogue had it then.
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub status: RefundStatus,
    /// What happened last and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processed_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    Requested,
    /// Above a ceiling: somebody else decides.
    PendingApproval,
    Approved,
    /// The provider is being asked just now.
    Sending,
    /// The provider has it; the money is on its way.
    Submitted,
    /// The provider's answer was lost; it is looked up before anything is sent again.
    InDoubt,
    /// A person must do something: make the bank transfer, say.
    RequiresAction,
    ManualReview,
    /// The money went back. Only this may be called refunded.
    Succeeded,
    Rejected,
    Cancelled,
    Failed,
}

/// Where the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundDestination {
    /// The way it came: the card, or a bank transfer.
    Original,
    /// A credit of the customer, at once.
    StoreCredit,
}

/// Money that the customer's bank asks back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dispute {
    pub id: DisputeId,
    pub amount: Pence,
    /// What of the payment it holds back or took: 0 while it is an inquiry, and when it came to nothing.
    pub held: Pence,
    /// In the provider's word.
    pub reason: String,
    pub status: DisputeStatus,
    /// Until when it can be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_due_by: Option<Timestamp>,
    pub opened_at: Timestamp,
}

/// As Stripe has them. An inquiry (`warning_…`) holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    WarningNeedsResponse,
    WarningUnderReview,
    WarningClosed,
    NeedsResponse,
    UnderReview,
    /// The money came back.
    Won,
    /// The money is gone.
    Lost,
}

/// A booking among others: what tells it from them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundBooking {
    pub id: BookingId,
    pub reference: String,
    pub status: BookingStatus,
    /// When the move is.
    pub scheduled_at: Timestamp,
    pub customer_id: CustomerId,
    pub customer_name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundBookings {
    pub bookings: Vec<FoundBooking>,
}

/// A page of a customer's bookings, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BookingPage {
    pub bookings: Vec<Booking>,
    /// Where the next page begins; none on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
