//! Decisions about retention: when a period is over, and what has to be looked at first.

use jiff::{SignedDuration, Span, Timestamp, tz::TimeZone};
use platform::{Problem, Result};

use crate::RetentionRun;

/// What somebody agrees to must be what they can have seen.
const SEEN_WITHIN: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What is older than this is past its period; months end at the same time of the same day in London.
pub(crate) fn past(now: Timestamp, months: i32) -> Timestamp {
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let before = now.to_zoned(london).checked_sub(Span::new().months(months));
    before.map_or(Timestamp::MIN, |at| at.timestamp())
}

/// Nobody switches on what nobody has looked at.
pub(crate) fn check_switch_on(last_dry: Option<&RetentionRun>, now: Timestamp) -> Result<()> {
    let seen =
        last_dry.and_then(|run| run.finished_at).is_some_and(|at| now.duration_since(at) <= SEEN_WITHIN);
    if seen {
        Ok(())
    } else {
        Err(Problem::conflict(
            "dry_run_needed",
            "First have it said what would go: the last dry run is older than a week, or there was none.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_ends_at_the_same_hour_of_the_same_day_in_london() {
        assert_eq!(past(at("2026-11-28T13:00:00Z"), 13), at("2025-10-28T13:00:00Z"));
        assert_eq!(past(at("2026-11-28T13:00:00Z"), 5), at("2026-06-28T12:00:00Z"), "summer time then");
        assert_eq!(past(at("2026-03-31T10:00:00Z"), 1), at("2026-02-28T11:00:00Z"), "a shorter month");
    }

    #[test]
    fn what_is_switched_on_was_looked_at() {
        let run = |finished_at: Option<&str>| RetentionRun {
            id: kernel::RetentionRunId::new(at("2026-11-20T03:00:00Z")),
            dry: true,
            requested_by_name: None,
            started_at: at("2026-11-20T03:00:00Z"),
            finished_at: finished_at.map(at),
            report: Vec::new(),
        };
        let now = at("2026-11-28T13:00:00Z");
        assert!(check_switch_on(None, now).is_err());
        assert!(check_switch_on(Some(&run(None)), now).is_err());
        assert!(check_switch_on(Some(&run(Some("2026-11-21T12:59:59Z"))), now).is_err());
        assert!(check_switch_on(Some(&run(Some("2026-11-21T13:00:00Z"))), now).is_ok());
    }
}
