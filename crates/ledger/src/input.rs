//! What people ask for, checked field by field before anything else happens.

use bookings::RefundDestination;
use jiff::civil::Date;
use kernel::{BookingId, PaymentId, Pence, clean_line, clean_text};
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use staff::Role;
use utoipa::ToSchema;

use crate::model::{CreditReason, LimitedAct, Settlement};

/// Ten million pounds: far above any move, far below where sums could overflow.
const AMOUNT_MAX: i64 = 1_000_000_000;
const EXPIRES_MAX_YEARS: i16 = 10;

/// A refund of a booking, whole or in part.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefundInput {
    pub booking_id: BookingId,
    /// Which of the booking's payments goes back; without it, the latest that is large enough.
    #[serde(default)]
    pub payment_id: Option<PaymentId>,
    /// In pence, more than 0.
    pub amount: Pence,
    #[serde(default = "original")]
    pub destination: RefundDestination,
    /// A code of the catalogue.
    pub reason: String,
    /// Up to 2,000 characters; needed for some reasons.
    #[serde(default)]
    pub notes: Option<String>,
}

const fn original() -> RefundDestination {
    RefundDestination::Original
}

/// Store credit for a customer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreditInput {
    /// In pence, more than 0.
    pub amount: Pence,
    /// `compensation`, `loyalty`, `goodwill` or `correction`.
    pub reason: CreditReason,
    #[serde(default)]
    pub notes: Option<String>,
    /// The last day on which it can be spent, in London; today at the earliest.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
}

/// Store credit that pays for a booking.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpendInput {
    pub booking_id: BookingId,
    /// In pence, more than 0.
    pub amount: Pence,
    #[serde(default)]
    pub notes: Option<String>,
}

/// A transfer that a person has made, or could not make.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SettleInput {
    pub outcome: SettleOutcome,
    /// The bank's reference of a transfer that was made, up to 140 characters.
    #[serde(default)]
    pub reference: Option<String>,
    /// Why it failed, in words.
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SettleOutcome {
    Paid,
    Failed,
    Cancelled,
}

/// What somebody says of a difference between us and a provider.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DifferenceInput {
    /// One of the difference's `settlements`.
    pub outcome: Settlement,
    /// 1 to 1,000 characters.
    pub word: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DecisionInput {
    /// As the request showed it: a decision counts for exactly this.
    pub request_hash: String,
    /// 1 to 1,000 characters.
    pub word: String,
}

/// New ceilings, in pence; null is no ceiling.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LimitsInput {
    pub role: Role,
    pub act: LimitedAct,
    /// The version that was seen.
    pub version: i32,
    pub per_act: Option<Pence>,
    #[serde(rename = "perCustomer90Days")]
    pub per_customer_90_days: Option<Pence>,
    pub per_person_day: Option<Pence>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReasonInput {
    pub code: String,
    /// 1 to 100 characters.
    pub title: String,
    pub needs_note: bool,
    /// Retired reasons are offered no longer and stay on the refunds that name them.
    pub retired: bool,
}

pub(crate) fn amount(given: Pence) -> Result<Pence> {
    if given.0 <= 0 {
        return Err(Problem::invalid("amount", "must be more than £0.00"));
    }
    if given.0 > AMOUNT_MAX {
        return Err(Problem::invalid("amount", format!("must be at most {}", Pence(AMOUNT_MAX))));
    }
    Ok(given)
}

pub(crate) fn ceiling(field: &'static str, given: Option<Pence>) -> Result<Option<Pence>> {
    match given {
        Some(pence) if !(0..=AMOUNT_MAX).contains(&pence.0) => {
            Err(Problem::invalid(field, format!("must be between £0.00 and {}", Pence(AMOUNT_MAX))))
        }
        _ => Ok(given),
    }
}

/// Blank notes are none.
pub(crate) fn notes(given: Option<String>) -> Result<Option<String>> {
    text("notes", given, 2000)
}

pub(crate) fn text(field: &'static str, given: Option<String>, most: usize) -> Result<Option<String>> {
    given
        .filter(|text| !text.trim().is_empty())
        .map(|text| clean_text(&text, most).map_err(|fault| Problem::invalid(field, fault.to_string())))
        .transpose()
}

pub(crate) fn line(field: &'static str, given: &str, most: usize) -> Result<String> {
    clean_line(given, most).map_err(|fault| Problem::invalid(field, fault.to_string()))
}

pub(crate) fn expiry(given: Option<Date>, today: Date) -> Result<Option<Date>> {
    let Some(day) = given else { return Ok(None) };
    if day < today {
        return Err(Problem::invalid("expiresOn", "must be today or later"));
    }
    if day.year() > today.year() + EXPIRES_MAX_YEARS {
        return Err(Problem::invalid("expiresOn", format!("must be within {EXPIRES_MAX_YEARS} years")));
    }
    Ok(Some(day))
}
