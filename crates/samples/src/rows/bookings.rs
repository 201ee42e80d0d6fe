//! Bookings and the money that moved for them.

use jiff::Timestamp;
use kernel::Phone;
use serde::Serialize;
use uuid::Uuid;

use super::Place;
use crate::copy::{Row, Tuple};

pub(crate) struct Booking {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub reference: String,
    pub status: &'static str,
    pub scheduled_at: Timestamp,
    pub time_slot: &'static str,
    pub urgency: &'static str,
    pub contact_name: String,
    pub contact_email: Option<String>,
    pub contact_phone: Option<Phone>,
    pub pickup: Place,
    pub dropoff: Place,
    pub items: Vec<Item>,
    pub crew_size: i16,
    pub distance_miles: f64,
    pub estimated_minutes: i32,
    pub price_parts: PriceParts,
    pub driver_name: Option<String>,
    pub payment_intent_id: Option<String>,
    pub paid_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    pub cancellation_reason: Option<&'static str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub name: &'static str,
    pub quantity: u8,
    /// Cubic metres of one.
    #[serde(rename = "volumeM3")]
    pub volume_m3: f64,
}

/// What a total was made from. Amounts in pence; the percentages are both of the sum of the amounts.
#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PriceParts {
    pub distance: i64,
    pub access: i64,
    pub items: i64,
    pub weather: i64,
    pub crew_percent: i64,
    pub availability_percent: i64,
}

impl PriceParts {
    /// In pence. Exact, because the amounts are whole pounds.
    pub(crate) fn total(&self) -> i64 {
        let base = self.distance + self.access + self.items + self.weather;
        base * (100 + self.crew_percent + self.availability_percent) / 100
    }
}

impl Row for Booking {
    const TABLE: &'static str = "bookings";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "customer_id",
        "reference",
        "status",
        "scheduled_at",
        "time_slot",
        "urgency",
        "contact_name",
        "contact_email",
        "contact_phone",
        "pickup",
        "dropoff",
        "items",
        "crew_size",
        "distance_miles",
        "estimated_minutes",
        "price_parts",
        "total",
        "driver_name",
        "payment_intent_id",
        "paid_at",
        "completed_at",
        "cancelled_at",
        "cancellation_reason",
        "created_at",
        "updated_at",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.customer_id)
            .text(&self.reference)
            .text(self.status)
            .instant(self.scheduled_at)
            .text(self.time_slot)
            .text(self.urgency)
            .text(&self.contact_name)
            .maybe_text(self.contact_email.as_deref())
            .maybe_text(self.contact_phone.as_ref().map(|phone| phone.typed.as_str()))
            .json(&self.pickup)
            .json(&self.dropoff)
            .json(&self.items)
            .smallint(self.crew_size)
            .double(self.distance_miles)
            .integer(self.estimated_minutes)
            .json(&self.price_parts)
            .bigint(self.price_parts.total())
            .maybe_text(self.driver_name.as_deref())
            .maybe_text(self.payment_intent_id.as_deref())
            .maybe_instant(self.paid_at)
            .maybe_instant(self.completed_at)
            .maybe_instant(self.cancelled_at)
            .maybe_text(self.cancellation_reason)
            .instant(self.created_at)
            .instant(self.updated_at);
    }
}

pub(crate) struct Payment {
    pub id: Uuid,
    pub booking_id: Uuid,
    pub customer_id: Uuid,
    pub provider: &'static str,
    pub intent_id: Option<String>,
    pub status: &'static str,
    pub amount: i64,
    pub captured_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Row for Payment {
    const TABLE: &'static str = "payments";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "booking_id",
        "customer_id",
        "provider",
        "intent_id",
        "status",
        "amount",
        "captured",
        "captured_at",
        "created_at",
        "updated_at",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.booking_id)
            .uuid(self.customer_id)
            .text(self.provider)
            .maybe_text(self.intent_id.as_deref())
            .text(self.status)
            .bigint(self.amount)
            .bigint(if self.captured_at.is_some() { self.amount } else { 0 })
            .maybe_instant(self.captured_at)
            .instant(self.created_at)
            .instant(self.captured_at.unwrap_or(self.created_at));
    }
}

pub(crate) struct Refund {
    pub id: Uuid,
    pub payment_id: Uuid,
    pub amount: i64,
    pub reason: &'static str,
    pub notes: Option<&'static str>,
    pub status: &'static str,
    pub processed_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

impl Row for Refund {
    const TABLE: &'static str = "refunds";
    const COLUMNS: &'static [&'static str] =
        &["id", "payment_id", "amount", "reason", "notes", "status", "processed_at", "created_at"];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.payment_id)
            .bigint(self.amount)
            .text(self.reason)
            .maybe_text(self.notes)
            .text(self.status)
            .maybe_instant(self.processed_at)
            .instant(self.created_at);
    }
}
