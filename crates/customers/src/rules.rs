//! Decisions about customers.

use bookings::BookingStatus;
use jiff::{Span, Timestamp, civil::Date};
use kernel::{BookingId, london_day, months_before};
use platform::Problem;
use serde_json::json;
use staff::{
    Permission, Reach,
    permissions::{CustomerArchive, CustomerMerge, CustomerUpdate, FlagWrite, NoteWrite},
};

use crate::{Act, Customer, CustomerActs, CustomerStatus, Flag, FlagKind};

/// The longest that a flag with an end may count.
const FLAG_YEARS: i32 = 10;

/// An order on this day or later makes a customer active.
pub(crate) fn active_since(now: Timestamp) -> Date {
    months_before(london_day(now), 12)
}

pub(crate) fn status(archived: bool, last_order_at: Option<Timestamp>, now: Timestamp) -> CustomerStatus {
    match last_order_at {
        _ if archived => CustomerStatus::Archived,
        None => CustomerStatus::New,
        Some(at) if london_day(at) >= active_since(now) => CustomerStatus::Active,
        Some(_) => CustomerStatus::Inactive,
    }
}

/// A customer with a move that is still to come, or being booked, is not archived.
pub(crate) fn check_archive(active: &[(BookingId, String, BookingStatus)]) -> Result<(), Problem> {
    if active.is_empty() {
        return Ok(());
    }
    let references: Vec<&str> = active.iter().map(|(_, reference, _)| reference.as_str()).collect();
    let detail = match references.as_slice() {
        [one] => format!("Booking {one} is still open. Complete or cancel it first."),
        many => format!(
            "{} bookings are still open: {}. Complete or cancel them first.",
            many.len(),
            many.join(", ")
        ),
    };
    let bookings: Vec<_> = active
        .iter()
        .map(|(id, reference, status)| json!({ "id": id, "reference": reference, "status": status }))
        .collect();
    Err(Problem::conflict("active_bookings", detail).with("bookings", bookings.into()))
}

/// An archived customer is left as they are.
pub(crate) fn check_living(customer: &Customer) -> Result<(), Problem> {
    check_not_erased(customer)?;
    if customer.archived_at.is_some() {
        return Err(Problem::conflict("archived", "This customer is archived. Restore them first."));
    }
    Ok(())
}

/// Of who was erased, or is part of somebody else by now, nothing is changed any more.
pub(crate) fn check_not_erased(customer: &Customer) -> Result<(), Problem> {
    check_not_merged(customer)?;
    if customer.erased_at.is_some() {
        return Err(Problem::conflict(
            "erased",
            "This customer was erased. Nothing about them can be written any more.",
        ));
    }
    Ok(())
}

/// Who became part of somebody else is acted for there.
pub(crate) fn check_not_merged(customer: &Customer) -> Result<(), Problem> {
    if customer.merged_into.is_some() { Err(Problem::merged()) } else { Ok(()) }
}

/// A flag counts until the end of its last day.
pub(crate) fn check_expiry(expires_on: Option<Date>, today: Date) -> Result<(), Problem> {
    let latest = today.saturating_add(Span::new().years(FLAG_YEARS));
    match expires_on {
        Some(day) if day < today => Err(Problem::invalid("expiresOn", "must not lie in the past")),
        Some(day) if day > latest => {
            Err(Problem::invalid("expiresOn", format!("must be within {FLAG_YEARS} years")))
        }
        _ => Ok(()),
    }
}

/// One flag of a kind is enough.
pub(crate) fn check_add_flag(open: &[Flag], kind: FlagKind) -> Result<(), Problem> {
    let Some(flag) = open.iter().find(|flag| flag.kind == kind) else { return Ok(()) };
    let by = flag.raised_by_name.as_deref().map(|name| format!(" by {name}")).unwrap_or_default();
    let detail = format!(
        "This customer has been flagged{by} since {} already: {}.",
        london_date(flag.raised_at),
        kind.words()
    );
    Err(Problem::conflict("flag_exists", detail).on_field("kind").with("flag", json!(flag)))
}

/// What was removed stays removed, and the second to try learns by whom.
pub(crate) fn check_remove_flag(flag: &Flag) -> Result<(), Problem> {
    let Some(at) = flag.removed_at else { return Ok(()) };
    let when = london_date(at);
    let detail = match &flag.removed_by_name {
        Some(name) => format!("{name} removed this flag on {when}."),
        None if flag.removal_reason.is_some() => format!("This flag was removed on {when}."),
        None => format!("This flag expired on {when}."),
    };
    Err(Problem::conflict("flag_removed", detail).with("flag", json!(flag)))
}

fn london_date(at: Timestamp) -> String {
    london_day(at).strftime("%-d %b %Y").to_string()
}

/// Whether somebody may bring back an archived customer, and why not.
pub(crate) fn may_restore(customer: &Customer, reach: &Reach) -> Act {
    act::<CustomerArchive>(reach, || check_not_erased(customer))
}

/// What this role may do to this customer, and why not.
pub fn acts(
    customer: &Customer,
    being_erased: bool,
    active: &[(BookingId, String, BookingStatus)],
    reach: &Reach,
) -> CustomerActs {
    let staying = || {
        check_not_erased(customer)?;
        if being_erased { Err(Problem::being_erased()) } else { Ok(()) }
    };
    let living = || staying().and_then(|()| check_living(customer));
    let shelved = || {
        staying()?;
        if customer.archived_at.is_some() {
            Ok(())
        } else {
            Err(Problem::conflict("not_archived", "This customer is not archived."))
        }
    };
    CustomerActs {
        update: act::<CustomerUpdate>(reach, living),
        archive: act::<CustomerArchive>(reach, || living().and_then(|()| check_archive(active))),
        restore: act::<CustomerArchive>(reach, shelved),
        write_notes: act::<NoteWrite>(reach, staying),
        add_flag: act::<FlagWrite>(reach, living),
        remove_flag: act::<FlagWrite>(reach, living),
        merge: act::<CustomerMerge>(reach, living),
    }
}

fn act<P: Permission>(reach: &Reach, state: impl FnOnce() -> Result<(), Problem>) -> Act {
    match reach.may::<P>().and_then(|()| state()) {
        Ok(()) => Act { allowed: true, code: None, reason: None },
        Err(problem) => {
            Act { allowed: false, code: Some(problem.code.to_owned()), reason: Some(problem.detail) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn status_follows_the_last_order() {
        let now = at("2026-11-22T12:00:00Z");
        assert_eq!(status(false, None, now), CustomerStatus::New);
        assert_eq!(status(false, Some(at("2025-11-22T00:00:00Z")), now), CustomerStatus::Active);
        assert_eq!(status(false, Some(at("2025-11-21T23:59:59Z")), now), CustomerStatus::Inactive);
        assert_eq!(status(true, Some(at("2026-11-21T00:00:00Z")), now), CustomerStatus::Archived);
    }

    #[test]
    fn open_bookings_are_named() {
        let id = BookingId::new(at("2026-01-01T00:00:00Z"));
        let one = vec![(id, "SV-1".to_owned(), BookingStatus::Confirmed)];
        let problem = check_archive(&one).unwrap_err();
        assert_eq!(problem.code, "active_bookings");
        assert_eq!(problem.detail, "Booking SV-1 is still open. Complete or cancel it first.");
        assert!(check_archive(&[]).is_ok());
    }
}
