use jiff::Timestamp;
use serde::Serialize;
use staff::Role;
use utoipa::ToSchema;

/// What somebody sees of a customer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sight {
    /// Whether contact details are hidden now.
    pub hidden: bool,
    /// Until when they are shown, because of a reason given before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revealed_until: Option<Timestamp>,
    /// How many more customers may be revealed today; absent without a bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_today: Option<i32>,
}

/// How much a role reads in a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SightLimits {
    pub role: Role,
    /// Whether contact details are hidden from this role until it gives a reason.
    pub hidden: bool,
    /// Customers that one person may reveal in a day (Europe/London); absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reveals: Option<i32>,
    /// Customers read by one person in a day at which superadmins are told; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<i32>,
    /// Customers read by one person in a day after which reading is refused; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<i32>,
    pub version: i32,
}

/// Somebody who has read as much today as raises an alarm.
pub(crate) struct Reader {
    pub staff: kernel::StaffId,
    pub name: String,
    pub role: String,
    pub customers: i64,
    pub stopped: bool,
}
