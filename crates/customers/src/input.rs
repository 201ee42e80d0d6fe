//! What people type, checked field by field before anything else happens.

use jiff::civil::Date;
use kernel::{Email, FlagId, Phone, Postcode, TextFault, clean_line, clean_text};
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FlagKind, rules};

/// A customer's own details. E-mail or phone: at least one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CustomerInput {
    /// 1 to 200 characters.
    name: String,
    email: Option<String>,
    phone: Option<String>,
    /// Absent: a changed address counts as unverified, an unchanged one stays as it was.
    email_verified: Option<bool>,
}

/// As it is stored; also the shape of before and after in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Details {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    #[serde(rename = "phoneE164")]
    pub phone_e164: Option<String>,
    pub email_verified: bool,
}

impl CustomerInput {
    /// `before`: what is stored now, if anything.
    pub fn check(self, before: Option<&Details>) -> Result<Details> {
        let name = field("name", clean_line(&self.name, 200))?;
        let email = optional("email", self.email, Email::parse)?.map(Email::into_string);
        // A number that came in by import may not parse; left as it was, it is no reason to refuse the rest.
        let untouched = before.filter(|before| before.phone.is_some() && before.phone == self.phone);
        let (phone, phone_e164) = match untouched {
            Some(before) => (before.phone.clone(), before.phone_e164.clone()),
            None => {
                optional("phone", self.phone, Phone::parse)?.map(|phone| (phone.typed, phone.e164)).unzip()
            }
        };
        if email.is_none() && phone.is_none() {
            return Err(Problem::invalid("email", "is needed unless there is a phone number"));
        }
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        let kept = before.is_some_and(|before| {
            before.email_verified
                && before.email.as_deref().zip(email.as_deref()).is_some_and(|(a, b)| same(a, b))
        });
        let email_verified = self.email_verified.unwrap_or(kept);
        if email_verified && email.is_none() {
            return Err(Problem::invalid("emailVerified", "needs an e-mail address"));
        }
        Ok(Details { name, email, phone, phone_e164, email_verified })
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddressInput {
    label: String,
    line1: String,
    line2: Option<String>,
    city: String,
    postcode: String,
    floor: Option<String>,
    flat: Option<String>,
    has_lift: Option<bool>,
    access_notes: Option<String>,
    /// The first address of a customer is the default anyway.
    #[serde(default)]
    is_default: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddressDetails {
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
}

impl AddressInput {
    pub fn check(self, before: Option<&crate::Address>) -> Result<AddressDetails> {
        let postcode = match before {
            Some(before) if before.postcode == self.postcode => self.postcode,
            _ => field("postcode", Postcode::parse(&self.postcode))?.into_string(),
        };
        Ok(AddressDetails {
            label: field("label", clean_line(&self.label, 60))?,
            line1: field("line1", clean_line(&self.line1, 200))?,
            line2: optional("line2", self.line2, |text| clean_line(text, 200))?,
            city: field("city", clean_line(&self.city, 100))?,
            postcode,
            floor: optional("floor", self.floor, |text| clean_line(text, 20))?,
            flat: optional("flat", self.flat, |text| clean_line(text, 20))?,
            has_lift: self.has_lift,
            access_notes: optional("accessNotes", self.access_notes, |text| clean_text(text, 2000))?,
            is_default: self.is_default,
        })
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ContactInput {
    label: String,
    name: String,
    phone: Option<String>,
    email: Option<String>,
    notes: Option<String>,
    #[serde(default)]
    is_default: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactDetails {
    pub label: String,
    pub name: String,
    pub phone: Option<String>,
    #[serde(rename = "phoneE164")]
    pub phone_e164: Option<String>,
    pub email: Option<String>,
    pub notes: Option<String>,
    pub is_default: bool,
}

impl ContactInput {
    pub fn check(self, before: Option<&crate::Contact>) -> Result<ContactDetails> {
        let untouched = before.filter(|before| before.phone.is_some() && before.phone == self.phone);
        let (phone, phone_e164) = match untouched {
            Some(before) => (before.phone.clone(), before.phone_e164.clone()),
            None => {
                optional("phone", self.phone, Phone::parse)?.map(|phone| (phone.typed, phone.e164)).unzip()
            }
        };
        let email = optional("email", self.email, Email::parse)?.map(Email::into_string);
        if email.is_none() && phone.is_none() {
            return Err(Problem::invalid("phone", "is needed unless there is an e-mail address"));
        }
        Ok(ContactDetails {
            label: field("label", clean_line(&self.label, 60))?,
            name: field("name", clean_line(&self.name, 200))?,
            phone,
            phone_e164,
            email,
            notes: optional("notes", self.notes, |text| clean_text(text, 2000))?,
            is_default: self.is_default,
        })
    }
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NoteInput {
    /// 1 to 10,000 characters.
    body: String,
    #[serde(default)]
    pinned: bool,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct NoteDetails {
    pub body: String,
    pub pinned: bool,
}

impl NoteInput {
    pub fn check(self) -> Result<NoteDetails> {
        Ok(NoteDetails { body: field("body", clean_text(&self.body, 10_000))?, pinned: self.pinned })
    }
}

/// A flag to be put up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagInput {
    kind: FlagKind,
    /// 1 to 500 characters; shown wherever the customer is.
    reason: String,
    /// At most 2,000 characters.
    notes: Option<String>,
    /// The last day on which it counts (Europe/London): today or later, at most ten years ahead.
    expires_on: Option<Date>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FlagDetails {
    pub kind: FlagKind,
    pub reason: String,
    pub notes: Option<String>,
    pub expires_on: Option<Date>,
}

impl FlagInput {
    pub fn kind(&self) -> FlagKind {
        self.kind
    }

    /// The same as it would be stored, to be put up later.
    pub fn checked(self, today: Date) -> Result<Self> {
        let FlagDetails { kind, reason, notes, expires_on } = self.check(today)?;
        Ok(Self { kind, reason, notes, expires_on })
    }

    pub(crate) fn check(self, today: Date) -> Result<FlagDetails> {
        let reason = field("reason", clean_line(&self.reason, 500))?;
        let notes = optional("notes", self.notes, |text| clean_text(text, 2000))?;
        rules::check_expiry(self.expires_on, today)?;
        Ok(FlagDetails { kind: self.kind, reason, notes, expires_on: self.expires_on })
    }
}

/// Why somebody is archived, if it is said.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArchiveInput {
    /// 1 to 500 characters; shown while they are archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ArchiveInput {
    pub fn checked(self) -> Result<Self> {
        Ok(Self { reason: optional("reason", self.reason, |text| clean_line(text, 500))? })
    }
}

/// A flag to be taken down, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlagRemovalInput {
    flag_id: FlagId,
    /// 1 to 500 characters.
    reason: String,
}

impl FlagRemovalInput {
    pub(crate) fn check(self) -> Result<(FlagId, String)> {
        Ok((self.flag_id, field("reason", clean_line(&self.reason, 500))?))
    }
}

fn field<T>(name: &'static str, outcome: Result<T, TextFault>) -> Result<T> {
    outcome.map_err(|fault| Problem::invalid(name, fault.to_string()))
}

/// Blank means absent: that is how forms send what was left empty.
fn optional<T>(
    name: &'static str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, TextFault>,
) -> Result<Option<T>> {
    match text {
        Some(text) if !text.trim().is_empty() => field(name, parse(&text)).map(Some),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(json: serde_json::Value) -> CustomerInput {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_customer_can_be_reached() {
        let problem =
            input(serde_json::json!({"name": "Ng", "email": " ", "phone": null})).check(None).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some("email"));
        assert!(input(serde_json::json!({"name": "Ng", "phone": "07700 900123"})).check(None).is_ok());
    }

    #[test]
    fn a_changed_address_is_unverified() {
        let before = input(serde_json::json!({"name": "Ng", "email": "ng@a.co", "emailVerified": true}))
            .check(None)
            .unwrap();
        let kept = input(serde_json::json!({"name": "Ng", "email": "NG@a.co"})).check(Some(&before)).unwrap();
        assert!(kept.email_verified);
        let changed =
            input(serde_json::json!({"name": "Ng", "email": "ng@b.co"})).check(Some(&before)).unwrap();
        assert!(!changed.email_verified);
    }
}
