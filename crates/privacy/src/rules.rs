//! Decisions about personal exports: whether another may begin, and what a link opens.

use jiff::Timestamp;
use platform::{Problem, Result};

use crate::{ExportState, PersonalExport};

/// One at a time for each customer.
pub fn check_ask(exports: &[PersonalExport]) -> Result<()> {
    if exports.iter().any(|export| export.state == ExportState::Asked) {
        Err(in_the_making())
    } else {
        Ok(())
    }
}

pub(crate) fn in_the_making() -> Problem {
    Problem::conflict(
        "export_in_the_making",
        "A copy of this customer's data is being made just now. Wait until it is ready.",
    )
}

/// What somebody with the right link finds behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// To be fetched until then.
    Ready(Timestamp),
    /// Not made yet.
    InTheMaking,
    /// Whatever the reason: wrong, used and expired links give the same answer.
    Closed,
}

pub(crate) fn door(found: Option<(ExportState, Timestamp)>, now: Timestamp) -> Door {
    match found {
        Some((ExportState::Ready, until)) if now < until => Door::Ready(until),
        Some((ExportState::Asked, until)) if now < until => Door::InTheMaking,
        _ => Door::Closed,
    }
}

/// What to do about a copy that came to nothing.
pub(crate) fn remark(state: ExportState, failure: Option<&str>) -> Option<&'static str> {
    match (state, failure) {
        (ExportState::Failed, _) => {
            Some("It could not be made. Try again; if it fails again, tell whoever looks after this system.")
        }
        (ExportState::Expired, Some("replaced")) => {
            Some("A newer copy took its place, so its link no longer works.")
        }
        (ExportState::Expired, _) => {
            Some("Nobody fetched it in time, so it was destroyed. Make a new one if it is still wanted.")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_only_what_is_ready_and_in_time() {
        let until: Timestamp = "2026-11-29T10:00:00Z".parse().unwrap();
        let before: Timestamp = "2026-11-29T09:59:59Z".parse().unwrap();
        for (found, now, expected) in [
            (Some((ExportState::Ready, until)), before, Door::Ready(until)),
            (Some((ExportState::Ready, until)), until, Door::Closed),
            (Some((ExportState::Asked, until)), before, Door::InTheMaking),
            (Some((ExportState::Asked, until)), until, Door::Closed),
            (Some((ExportState::Fetched, until)), before, Door::Closed),
            (Some((ExportState::Expired, until)), before, Door::Closed),
            (Some((ExportState::Failed, until)), before, Door::Closed),
            (None, before, Door::Closed),
        ] {
            assert_eq!(door(found, now), expected, "{found:?}");
        }
    }
}
