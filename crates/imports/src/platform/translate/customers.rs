use jiff::Timestamp;
use serde::Serialize;

use crate::platform::rows::{AddressRow, ContactRow, StaffRow, UserRow};
use crate::platform::tidy::{
    Notes, Reason, block, email, instant, instant_if_any, is_true, line, line_or, phone, postcode, word,
};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomerRecord {
    pub name: String,
    pub email: Option<String>,
    pub email_verified_at: Option<Timestamp>,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub created_at: Timestamp,
    /// Overwritten by the platform's old deletion.
    pub archived: bool,
}

/// A platform user with the role customer.
pub fn customer(row: &UserRow, notes: &mut Notes) -> Result<CustomerRecord, Reason> {
    let created_at = instant("createdAt", row.created_at.as_deref())?;
    let email = email(notes, "email", row.email.as_deref());
    let (phone, phone_e164) = phone(notes, "phone", row.phone.as_deref()).unzip();
    if email.is_none() && phone.is_none() {
        return Err(Reason::new("has neither a valid email nor a phone"));
    }
    // A platform that only says that it was verified does not say when; an address is verified soon or never.
    let verified = match row.email_verified.as_deref() {
        None | Some("false" | "f") => None,
        Some("true" | "t") => Some(created_at),
        at => instant_if_any("emailVerified", at)?,
    };
    let name = name_or_stand_in(notes, row.name.as_deref(), email.as_deref());
    let archived = name == "Deleted Customer"
        && email
            .as_deref()
            .is_some_and(|email| email.starts_with("deleted-") && email.ends_with("@deleted.com"));
    Ok(CustomerRecord {
        name,
        email_verified_at: verified.filter(|_| email.is_some()),
        email,
        phone,
        phone_e164: phone_e164.flatten(),
        created_at,
        archived,
    })
}

/// The name, else what stands before the `@`, else `Unknown`.
pub fn name_or_stand_in(notes: &mut Notes, name: Option<&str>, email: Option<&str>) -> String {
    let local_part = email.and_then(|email| email.split('@').next()).unwrap_or("Unknown");
    line(notes, "name", name, 200).unwrap_or_else(|| {
        notes.add(if email.is_some() {
            "name is empty; the first part of the email stands in for it"
        } else {
            "name is empty; \"Unknown\" stands in for it"
        });
        local_part.to_owned()
    })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StaffRecord {
    pub email: String,
    pub name: String,
    pub role: &'static str,
    pub created_at: Timestamp,
    pub last_sign_in_at: Option<Timestamp>,
    pub disabled: bool,
}

/// A platform user with the role admin. Passwords are not read.
pub fn staff_member(row: &StaffRow, notes: &mut Notes) -> Result<StaffRecord, Reason> {
    let email = email(notes, "email", row.email.as_deref())
        .ok_or_else(|| Reason::new("has no valid email to sign in with"))?;
    let role = row.admin_role.as_deref().map(word);
    let role = match role.as_deref() {
        Some("SUPERADMIN") => "superadmin",
        Some("OPS") => "ops",
        Some("SUPPORT") => "support",
        Some("REVIEWER") => "reviewer",
        Some("FINANCE") => "finance",
        Some("READONLY") => "read_only",
        _ => {
            notes.add("adminRole is none of ours; taken in as read_only");
            "read_only"
        }
    };
    Ok(StaffRecord {
        name: name_or_stand_in(notes, row.name.as_deref(), Some(&email)),
        email,
        role,
        created_at: instant("createdAt", row.created_at.as_deref())?,
        last_sign_in_at: instant_if_any("lastLogin", row.last_login.as_deref())?,
        disabled: !is_true(row.is_active.as_deref()),
    })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AddressRecord {
    pub user_id: String,
    pub label: String,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub postcode: String,
    pub floor: Option<String>,
    pub flat: Option<String>,
    pub has_lift: Option<bool>,
    pub access_notes: Option<String>,
    pub is_default: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What stands for a part of an address that the source leaves empty.
const NOT_GIVEN: &str = "-";

pub fn address(row: &AddressRow, notes: &mut Notes) -> Result<AddressRecord, Reason> {
    let user_id = row.user_id.clone().ok_or_else(|| Reason::new("userId is missing"))?;
    let line1 = line(notes, "line1", row.line1.as_deref(), 200);
    let postcode = postcode(notes, "postcode", row.postcode.as_deref());
    if line1.is_none() && postcode.is_none() {
        return Err(Reason::new("has neither line1 nor postcode"));
    }
    let mut or_not_given = |column: &str, value: Option<String>| {
        value.unwrap_or_else(|| {
            notes.add(format!("{column} is empty; \"{NOT_GIVEN}\" stands in for it"));
            NOT_GIVEN.to_owned()
        })
    };
    let line1 = or_not_given("line1", line1);
    let postcode = or_not_given("postcode", postcode);
    Ok(AddressRecord {
        user_id,
        label: line_or(notes, "label", row.label.as_deref(), 60, "Address"),
        line1,
        line2: line(notes, "line2", row.line2.as_deref(), 200),
        city: line_or(notes, "city", row.city.as_deref(), 100, NOT_GIVEN),
        postcode,
        floor: line(notes, "floor", row.floor.as_deref(), 20),
        flat: line(notes, "flat", row.flat.as_deref(), 20),
        has_lift: row.lift.as_deref().map(|lift| is_true(Some(lift))),
        access_notes: block(notes, "notes", row.notes.as_deref(), 2000),
        is_default: is_default(notes, row.is_default.as_deref(), is_true(row.second_default.as_deref())),
        created_at: instant("createdAt", row.created_at.as_deref())?,
        updated_at: instant("updatedAt", row.updated_at.as_deref())?,
    })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContactRecord {
    pub user_id: String,
    pub label: String,
    pub name: String,
    pub phone: Option<String>,
    pub phone_e164: Option<String>,
    pub email: Option<String>,
    pub notes: Option<String>,
    pub is_default: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

pub fn contact(row: &ContactRow, notes: &mut Notes) -> Result<ContactRecord, Reason> {
    let user_id = row.user_id.clone().ok_or_else(|| Reason::new("userId is missing"))?;
    let email = email(notes, "email", row.email.as_deref());
    let (phone, phone_e164) = phone(notes, "phone", row.phone.as_deref()).unzip();
    if email.is_none() && phone.is_none() {
        return Err(Reason::new("has neither a valid email nor a phone"));
    }
    Ok(ContactRecord {
        user_id,
        label: line_or(notes, "label", row.label.as_deref(), 60, "Contact"),
        name: line_or(notes, "name", row.name.as_deref(), 200, "Unknown"),
        phone,
        phone_e164: phone_e164.flatten(),
        email,
        notes: block(notes, "notes", row.notes.as_deref(), 2000),
        is_default: is_default(notes, row.is_default.as_deref(), is_true(row.second_default.as_deref())),
        created_at: instant("createdAt", row.created_at.as_deref())?,
        updated_at: instant("updatedAt", row.updated_at.as_deref())?,
    })
}

fn is_default(notes: &mut Notes, text: Option<&str>, is_second: bool) -> bool {
    if is_second {
        notes.add("isDefault: another one is the default already");
    }
    is_true(text) && !is_second
}

#[cfg(test)]
mod tests;
