//! How the five and their bookings are written down. Days count back from the day of seeding, unless they say otherwise.

use crate::rows::PriceParts;

/// A customer with everything but bookings and tickets.
pub(crate) struct Person {
    pub key: &'static str,
    pub name: &'static str,
    pub email: Option<&'static str>,
    pub verified: bool,
    pub phone: &'static str,
    pub joined_days_ago: i64,
    /// The first is the default.
    pub addresses: &'static [Home],
    pub contacts: &'static [Other],
    /// Text, pinned, days ago.
    pub notes: &'static [(&'static str, bool, i64)],
    /// Kind, reason, days ago.
    pub flags: &'static [(&'static str, &'static str, i64)],
}

/// A place; `key` is what bookings call it.
pub(crate) struct Home {
    pub key: &'static str,
    pub label: &'static str,
    pub line1: &'static str,
    pub city: &'static str,
    pub postcode: &'static str,
    pub lat: f64,
    pub lng: f64,
    pub property_type: &'static str,
    pub floor: Option<&'static str>,
    pub flat: Option<&'static str>,
    pub has_lift: Option<bool>,
    pub access_notes: Option<&'static str>,
}

/// Somebody else who may be called.
pub(crate) struct Other {
    pub label: &'static str,
    pub name: &'static str,
    pub phone: &'static str,
    pub notes: Option<&'static str>,
}

/// A booking.
pub(crate) struct Move {
    /// Has letters that generated references never have, so the two cannot meet.
    pub reference: &'static str,
    pub person: &'static str,
    pub status: &'static str,
    pub created_days_ago: i64,
    /// Negative when it has been.
    pub in_days: i64,
    pub hour: i8,
    pub from: &'static str,
    pub to: &'static str,
    pub items: &'static [(&'static str, u8)],
    pub crew_size: i16,
    pub miles: f64,
    pub minutes: i32,
    pub parts: PriceParts,
    pub money: Money,
    pub driver: Option<&'static str>,
    /// Reason and days ago.
    pub cancelled: Option<(&'static str, i64)>,
    pub tickets: &'static [Question],
}

/// What came in.
pub(crate) enum Money {
    /// Nobody was asked.
    None,
    /// Asked, and not paid.
    Awaited,
    /// Not paid, and no longer asked.
    Dropped,
    /// Paid by card on the day of booking, with what went back.
    Card(&'static [Back]),
    /// Paid by bank transfer.
    Transfer,
}

/// Pence that went back.
pub(crate) struct Back {
    pub amount: i64,
    pub reason: &'static str,
    pub notes: Option<&'static str>,
    pub days_ago: i64,
}

/// What a bank asked back of a booking's payment.
pub(crate) struct Asked {
    pub reference: &'static str,
    pub amount: i64,
    pub reason: &'static str,
    pub status: &'static str,
    pub days_ago: i64,
    /// Until when it can be answered, from now.
    pub due_in_days: Option<i64>,
}

pub(crate) struct Question {
    pub category: &'static str,
    pub description: &'static str,
    pub status: &'static str,
    pub priority: &'static str,
    pub hours_ago: i64,
    /// Ours when true, the text, and hours ago.
    pub responses: &'static [(bool, &'static str, i64)],
}
