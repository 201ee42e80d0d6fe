//! Decisions about customers.

use bookings::BookingStatus;
use jiff::{Timestamp, civil::Date};
use kernel::{BookingId, london_day, months_before};
use platform::Problem;
use serde_json::json;
use staff::{
    Permission, Role, allowed,
    permissions::{CustomerArchive, CustomerUpdate, NoteWrite},
};

use crate::{Act, Customer, CustomerActs, CustomerStatus};

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

/// What this role may do to this customer, and why not.
pub fn acts(customer: &Customer, active: &[(BookingId, String, BookingStatus)], role: Role) -> CustomerActs {
    let archived = customer.archived_at.is_some();
    let living = || {
        if archived {
            Err(Problem::conflict("archived", "This customer is archived. Restore them first."))
        } else {
            Ok(())
        }
    };
    let shelved = || {
        if archived {
            Ok(())
        } else {
            Err(Problem::conflict("not_archived", "This customer is not archived."))
        }
    };
    CustomerActs {
        update: act::<CustomerUpdate>(role, living),
        archive: act::<CustomerArchive>(role, || living().and_then(|()| check_archive(active))),
        restore: act::<CustomerArchive>(role, shelved),
        write_notes: act::<NoteWrite>(role, || Ok(())),
    }
}

fn act<P: Permission>(role: Role, state: impl FnOnce() -> Result<(), Problem>) -> Act {
    match allowed::<P>(role).and_then(|()| state()) {
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
