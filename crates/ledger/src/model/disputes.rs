//! Money that customers' banks ask back.

use bookings::DisputeStatus;
use jiff::Timestamp;
use kernel::{BookingId, CustomerId, DisputeId, PaymentId, Pence};
use serde::Serialize;
use utoipa::ToSchema;

/// A dispute with all that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisputeRecord {
    pub id: DisputeId,
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub booking_id: BookingId,
    pub booking_reference: String,
    pub payment_id: PaymentId,
    /// Stripe's name for it.
    pub provider_dispute_id: String,
    pub amount: Pence,
    /// What of the payment it holds back or took.
    pub held: Pence,
    /// In Stripe's word.
    pub reason: String,
    pub status: DisputeStatus,
    /// What it means and what to do.
    pub status_detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_due_by: Option<Timestamp>,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Latest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DisputePage {
    pub disputes: Vec<DisputeRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
