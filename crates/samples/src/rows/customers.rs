//! Customers and what belongs to them.

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::Phone;
use serde::Serialize;
use uuid::Uuid;

use crate::copy::{Row, Tuple};

pub(crate) struct Customer {
    pub id: Uuid,
    pub name: String,
    pub email: Option<String>,
    pub email_verified_at: Option<Timestamp>,
    pub phone: Option<Phone>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub archive_reason: Option<&'static str>,
}

impl Row for Customer {
    const TABLE: &'static str = "customers";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "email",
        "email_verified_at",
        "phone",
        "phone_e164",
        "created_at",
        "updated_at",
        "archived_at",
        "archive_reason",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .text(&self.name)
            .maybe_text(self.email.as_deref())
            .maybe_instant(self.email_verified_at)
            .maybe_text(self.phone.as_ref().map(|phone| phone.typed.as_str()))
            .maybe_text(self.phone.as_ref().map(|phone| phone.e164.as_str()))
            .instant(self.created_at)
            .instant(self.updated_at)
            .maybe_instant(self.archived_at)
            .maybe_text(self.archive_reason);
    }
}

pub(crate) struct Address {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub label: &'static str,
    pub place: Place,
    pub is_default: bool,
    pub created_at: Timestamp,
}

impl Row for Address {
    const TABLE: &'static str = "addresses";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "customer_id",
        "label",
        "line1",
        "line2",
        "city",
        "postcode",
        "floor",
        "flat",
        "has_lift",
        "access_notes",
        "is_default",
        "created_at",
        "updated_at",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        let place = &self.place;
        tuple
            .uuid(self.id)
            .uuid(self.customer_id)
            .text(self.label)
            .text(&place.line1)
            .maybe_text(place.line2.as_deref())
            .text(&place.city)
            .text(&place.postcode)
            .maybe_text(place.floor.as_deref())
            .maybe_text(place.flat.as_deref())
            .maybe_boolean(place.has_lift)
            .maybe_text(place.access_notes.as_deref())
            .boolean(self.is_default)
            .instant(self.created_at)
            .instant(self.created_at);
    }
}

/// Where somebody lives, and, as JSON, what a booking keeps of it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    pub line1: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    pub postcode: String,
    pub lat: f64,
    pub lng: f64,
    pub property_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    // The agreed snapshot has no field of its own for the flat; it stands in its second line.
    #[serde(skip)]
    pub flat: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_lift: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_notes: Option<String>,
}

pub(crate) struct Contact {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub label: &'static str,
    pub name: String,
    pub phone: Option<Phone>,
    pub email: Option<String>,
    pub notes: Option<&'static str>,
    pub is_default: bool,
    pub created_at: Timestamp,
}

impl Row for Contact {
    const TABLE: &'static str = "contacts";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "customer_id",
        "label",
        "name",
        "phone",
        "phone_e164",
        "email",
        "notes",
        "is_default",
        "created_at",
        "updated_at",
    ];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.customer_id)
            .text(self.label)
            .text(&self.name)
            .maybe_text(self.phone.as_ref().map(|phone| phone.typed.as_str()))
            .maybe_text(self.phone.as_ref().map(|phone| phone.e164.as_str()))
            .maybe_text(self.email.as_deref())
            .maybe_text(self.notes)
            .boolean(self.is_default)
            .instant(self.created_at)
            .instant(self.created_at);
    }
}

pub(crate) struct Flag {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub kind: &'static str,
    pub reason: &'static str,
    pub raised_at: Timestamp,
    pub expires_on: Option<Date>,
    pub removed_at: Option<Timestamp>,
    pub removal_reason: Option<&'static str>,
}

impl Row for Flag {
    const TABLE: &'static str = "flags";
    const COLUMNS: &'static [&'static str] =
        &["id", "customer_id", "kind", "reason", "raised_at", "expires_on", "removed_at", "removal_reason"];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.customer_id)
            .text(self.kind)
            .text(self.reason)
            .instant(self.raised_at)
            .maybe_date(self.expires_on)
            .maybe_instant(self.removed_at)
            .maybe_text(self.removal_reason);
    }
}

pub(crate) struct Note {
    pub id: Uuid,
    pub customer_id: Uuid,
    pub body: &'static str,
    pub pinned: bool,
    pub created_at: Timestamp,
}

impl Row for Note {
    const TABLE: &'static str = "notes";
    const COLUMNS: &'static [&'static str] =
        &["id", "customer_id", "body", "pinned", "created_at", "updated_at"];

    fn write(&self, tuple: &mut Tuple<'_>) {
        tuple
            .uuid(self.id)
            .uuid(self.customer_id)
            .text(self.body)
            .boolean(self.pinned)
            .instant(self.created_at)
            .instant(self.created_at);
    }
}
