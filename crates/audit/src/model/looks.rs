use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, StaffId};
use serde::Serialize;
use utoipa::ToSchema;

/// How often one role looked on one day of London.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LookDay {
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// The role they acted in; absent for the system itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    pub looks: i64,
}

/// Somebody who looked at a customer's data.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Looker {
    /// Absent for the system itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_name: Option<String>,
    /// The roles they acted in.
    pub roles: Vec<String>,
    pub looks: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// Who looked at a customer, who looked most first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerLooks {
    pub customer_id: CustomerId,
    pub customer_name: String,
    pub from: Timestamp,
    pub to: Timestamp,
    pub looks: i64,
    pub people: Vec<Looker>,
    pub days: Vec<LookDay>,
}

/// A customer whose data somebody looked at.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LookedAt {
    pub customer_id: CustomerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    pub looks: i64,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// Lists, searches and exports: reads that name nobody in particular.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LookedThrough {
    pub action: String,
    pub looks: i64,
    /// How many rows they showed in all.
    pub records: i64,
}

/// Whom a staff member looked at, whom they looked at most first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffLooks {
    pub staff_id: StaffId,
    pub staff_name: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// At customers, one by one.
    pub looks: i64,
    /// The first two hundred.
    pub customers: Vec<LookedAt>,
    /// How many customers there are in all.
    pub customer_count: i64,
    pub lists: Vec<LookedThrough>,
    pub days: Vec<LookDay>,
}
