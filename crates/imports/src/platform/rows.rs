//! Rows as the source has them. Every value is PostgreSQL's text of it, whatever its type there: so a value we cannot keep
//! is the problem of its row, never of the page it came with. Field names are the names in the `read_*.sql` files.

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct UserRow {
    pub email: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    /// A boolean, or the time of the verification: platforms differ.
    pub email_verified: Option<String>,
    pub created_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StaffRow {
    pub email: Option<String>,
    pub name: Option<String>,
    pub admin_role: Option<String>,
    pub is_active: Option<String>,
    pub last_login: Option<String>,
    pub created_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AddressRow {
    pub user_id: Option<String>,
    pub label: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
    pub floor: Option<String>,
    pub flat: Option<String>,
    pub lift: Option<String>,
    pub notes: Option<String>,
    pub is_default: Option<String>,
    /// Marked as the default, like another one before it.
    pub second_default: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContactRow {
    pub user_id: Option<String>,
    pub label: Option<String>,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub notes: Option<String>,
    pub is_default: Option<String>,
    /// Marked as the default, like another one before it.
    pub second_default: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
}

/// A booking with its two ends and its items joined; the cancellation is read by the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BookingRow {
    pub customer_id: Option<String>,
    pub customer_name: Option<String>,
    pub customer_phone: Option<String>,
    pub customer_email: Option<String>,
    pub reference: Option<String>,
    pub status: Option<String>,
    pub scheduled_at: Option<String>,
    pub time_slot: Option<String>,
    pub urgency: Option<String>,
    pub total: Option<String>,
    pub access_surcharge: Option<String>,
    pub distance_cost: Option<String>,
    pub items_surcharge: Option<String>,
    pub weather_surcharge: Option<String>,
    pub crew_percent: Option<String>,
    pub availability_percent: Option<String>,
    pub distance_miles: Option<String>,
    pub estimated_minutes: Option<String>,
    pub crew_size: Option<String>,
    pub paid_at: Option<String>,
    pub payment_intent_id: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
    pub pickup: EndRow,
    pub dropoff: EndRow,
    pub items: Vec<ItemRow>,
    #[serde(skip)]
    pub cancellation: Option<CancellationRow>,
}

/// One end of a move: `"BookingAddress"` and `"PropertyDetails"`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EndRow {
    pub label: Option<String>,
    pub postcode: Option<String>,
    pub lat: Option<String>,
    pub lng: Option<String>,
    pub property_type: Option<String>,
    pub access_type: Option<String>,
    pub floors: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ItemRow {
    pub name: Option<String>,
    pub quantity: Option<String>,
    pub volume: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CancellationRow {
    pub reason: Option<String>,
    pub cancelled_at: Option<String>,
}

/// A payment, or a paid booking that has none (see `read_paid_bookings.sql`).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PaymentRow {
    pub booking_id: Option<String>,
    pub provider: Option<String>,
    pub intent_id: Option<String>,
    pub amount: Option<String>,
    pub currency: Option<String>,
    pub status: Option<String>,
    pub paid_at: Option<String>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RefundRow {
    pub payment_id: Option<String>,
    pub amount: Option<String>,
    pub reason: Option<String>,
    pub status: Option<String>,
    pub notes: Option<String>,
    pub processed_at: Option<String>,
    pub created_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TicketRow {
    pub customer_id: Option<String>,
    pub category: Option<String>,
    pub order_ref: Option<String>,
    pub description: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub status: Option<String>,
    pub priority: Option<String>,
    pub attachments: Option<Vec<Option<String>>>,
    pub created_at: Option<String>,
    pub updated_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ResponseRow {
    pub ticket_id: Option<String>,
    pub message: Option<String>,
    pub is_from_support: Option<String>,
    pub attachments: Option<Vec<Option<String>>>,
    pub created_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AuditRow {
    pub actor_id: Option<String>,
    pub actor_role: Option<String>,
    pub action: Option<String>,
    pub target_type: Option<String>,
    pub target_id: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub details: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: Option<String>,
}
