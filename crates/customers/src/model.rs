use jiff::{Timestamp, civil::Date};
use kernel::{AddressId, ContactId, CustomerId, FlagId, NoteId, Pence, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Derived, never stored. Flagged customers are told by their flags, beside this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomerStatus {
    /// No order yet.
    New,
    /// An order in the last twelve months.
    Active,
    /// Orders, but none in the last twelve months.
    Inactive,
    Archived,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    Vip,
    PaymentRisk,
    Abusive,
    DoNotContact,
    VulnerableCustomer,
    FraudSuspicion,
    Other,
}

impl FlagKind {
    pub fn from_name(name: &str) -> Self {
        match name {
            "vip" => Self::Vip,
            "payment_risk" => Self::PaymentRisk,
            "abusive" => Self::Abusive,
            "do_not_contact" => Self::DoNotContact,
            "vulnerable_customer" => Self::VulnerableCustomer,
            "fraud_suspicion" => Self::FraudSuspicion,
            _ => Self::Other,
        }
    }

    /// As in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vip => "vip",
            Self::PaymentRisk => "payment_risk",
            Self::Abusive => "abusive",
            Self::DoNotContact => "do_not_contact",
            Self::VulnerableCustomer => "vulnerable_customer",
            Self::FraudSuspicion => "fraud_suspicion",
            Self::Other => "other",
        }
    }

    /// As people say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Vip => "VIP",
            Self::PaymentRisk => "Payment risk",
            Self::Abusive => "Abusive",
            Self::DoNotContact => "Do not contact",
            Self::VulnerableCustomer => "Vulnerable customer",
            Self::FraudSuspicion => "Fraud suspicion",
            Self::Other => "Other",
        }
    }
}

/// Kept exact in the same transaction as whatever changes them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerStats {
    /// Bookings that were placed: every status but DRAFT.
    pub total_orders: i32,
    pub completed_orders: i32,
    pub cancelled_orders: i32,
    /// Captured minus refunded over all time, in pence.
    pub total_ltv: Pence,
    pub open_tickets: i32,
    /// Of the open tickets, those with priority URGENT.
    pub urgent_tickets: i32,
    pub addresses_count: i32,
    pub contacts_count: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_order_at: Option<Timestamp>,
}

/// A customer as the list shows them, and the head of their page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub email_verified: bool,
    /// As typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// For dialling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_e164: Option<String>,
    pub status: CustomerStatus,
    /// Kinds of the open flags.
    pub flags: Vec<FlagKind>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Why, while they are archived, if somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive_reason: Option<String>,
    /// The person is gone from this record; what is left is for the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
    /// They are part of this other customer by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CustomerId>,
    /// For `If-Match`.
    pub version: i32,
    pub stats: CustomerStats,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    pub id: AddressId,
    /// What the customer calls it, such as Home.
    pub label: String,
    pub line1: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    pub postcode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<String>,
    /// Absent: not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_lift: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_notes: Option<String>,
    pub is_default: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// Somebody to call when the customer cannot be reached.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    pub id: ContactId,
    /// Who they are to the customer, such as Sister.
    pub label: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_e164: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    pub is_default: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// What staff wrote down about a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub id: NoteId,
    pub body: String,
    pub pinned: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_id: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// Somebody's warning to everybody. Open until it is removed or its last day in London is over.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Flag {
    pub id: FlagId,
    pub kind: FlagKind,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_by_name: Option<String>,
    pub raised_at: Timestamp,
    /// The last day on which it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// Absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
    /// Absent when it expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removed_by_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removal_reason: Option<String>,
}

/// Whether an act is open to this person on this record, and if not, why.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    pub allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In words, for the disabled button.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What the person who asks may do to this customer now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerActs {
    pub update: Act,
    pub archive: Act,
    pub restore: Act,
    pub write_notes: Act,
    pub add_flag: Act,
    pub remove_flag: Act,
    /// With another record of the same person.
    pub merge: Act,
}
