//! Whether a rule holds, and what follows from it.

use jiff::{SignedDuration, Timestamp};
use platform::metrics::Family;

use super::{Condition, Counted, Rule};

/// A rule that does not hold any more is over after so long: one that comes and goes is one.
pub(crate) const QUIET_MINUTES: i64 = 5;

impl Counted {
    pub const ALL: [Self; 6] = [
        Self::Requests,
        Self::Failed,
        Self::Slow,
        Self::Connections,
        Self::LateConnections,
        Self::SignInsRefused,
    ];

    /// As the database knows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Failed => "failed",
            Self::Slow => "slow",
            Self::Connections => "connections",
            Self::LateConnections => "late_connections",
            Self::SignInsRefused => "sign_ins_refused",
        }
    }

    /// How many this process has counted since it began: of the same series that Prometheus asks.
    pub(crate) fn count(self, families: &[Family]) -> f64 {
        let sum = |name: &str, suffix: &str, label: &str, texts: &[&str]| -> f64 {
            let samples =
                families.iter().filter(|family| family.name == name).flat_map(|family| &family.samples);
            samples
                .filter(|sample| sample.suffix == suffix)
                .filter(|sample| {
                    texts.is_empty() || sample.label(label).is_some_and(|text| texts.contains(&text))
                })
                .map(|sample| sample.value)
                .sum()
        };
        let longer = |name: &str, bound: &str| {
            (sum(name, "_count", "", &[]) - sum(name, "_bucket", "le", &[bound])).max(0.0)
        };
        match self {
            Self::Requests => sum("hub_http_requests_total", "", "", &[]),
            Self::Failed => sum("hub_http_requests_total", "", "class", &["5xx"]),
            Self::Slow => longer("hub_http_request_duration_seconds", "1"),
            Self::Connections => sum("hub_database_pool_wait_seconds", "_count", "", &[]),
            Self::LateConnections => longer("hub_database_pool_wait_seconds", "0.1"),
            Self::SignInsRefused => {
                sum("hub_events_total", "", "action", &["staff.sign_in_refused", "staff.code_refused"])
            }
        }
    }
}

impl Condition {
    /// What was found, if it holds. `counted`: how many in so many minutes, by all processes.
    pub(crate) fn holds(&self, families: &[Family], counted: impl Fn(Counted, u32) -> f64) -> Option<f64> {
        match self {
            Self::Above { figure, labels, limit } => {
                let family = families.iter().find(|family| family.name == *figure)?;
                let fits = |label: &(&str, &str), sample: &platform::metrics::Sample| {
                    sample.label(label.0) == Some(label.1)
                };
                let wanted = family.samples.iter().filter(|one| labels.iter().all(|label| fits(label, one)));
                let sum: f64 = wanted.map(|sample| sample.value).sum();
                (sum > *limit).then_some(sum)
            }
            Self::Share { part, whole, minutes, percent, more_than } => {
                let (part, whole) = (counted(*part, *minutes), counted(*whole, *minutes));
                let share = 100.0 * part / whole.max(1.0);
                (share > *percent && part > *more_than).then_some(share)
            }
            Self::MoreThan { what, minutes, limit } => {
                Some(counted(*what, *minutes)).filter(|count| count > limit)
            }
            Self::Outside(_) => None,
        }
    }
}

/// An alert that is not over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Living {
    pub since: Timestamp,
    pub fired_at: Option<Timestamp>,
    pub quiet_since: Option<Timestamp>,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Nothing,
    Begin(f64),
    /// Somebody is told.
    Fire(f64),
    Hold(f64),
    /// It ended before anybody was told.
    Forget,
    Quiet,
    /// Who was told is told that it is over.
    Resolve,
}

pub(crate) fn step(rule: &Rule, living: Option<Living>, found: Option<f64>, now: Timestamp) -> Step {
    let for_long =
        |since: Timestamp, minutes: i64| now.duration_since(since) >= SignedDuration::from_mins(minutes);
    match (living, found) {
        (None, None) => Step::Nothing,
        (None, Some(value)) => Step::Begin(value),
        (Some(Living { fired_at: None, since, .. }), Some(value)) if for_long(since, rule.minutes.into()) => {
            Step::Fire(value)
        }
        (Some(_), Some(value)) => Step::Hold(value),
        (Some(Living { fired_at: None, .. }), None) => Step::Forget,
        (Some(Living { quiet_since: Some(since), .. }), None) if for_long(since, QUIET_MINUTES) => {
            Step::Resolve
        }
        (Some(Living { quiet_since: None, .. }), None) => Step::Quiet,
        (Some(_), None) => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use platform::metrics::Sample;

    use super::*;
    use crate::RULES;

    fn of(name: &str) -> &'static Rule {
        RULES.iter().find(|rule| rule.name == name).unwrap()
    }

    #[test]
    fn a_figure_is_summed_over_its_labels() {
        let jobs = Family::gauge("hub_jobs", "").with([
            Sample::of(&[("kind", "a"), ("state", "dead")], 1.0),
            Sample::of(&[("kind", "b"), ("state", "dead")], 2.0),
            Sample::of(&[("kind", "b"), ("state", "ready")], 9.0),
        ]);
        let rule = of("HubJobsDead").when;
        assert_eq!(rule.holds(&[jobs], |_, _| 0.0), Some(3.0));
        assert_eq!(rule.holds(&[Family::gauge("hub_jobs", "")], |_, _| 0.0), None);
        assert_eq!(rule.holds(&[], |_, _| 0.0), None, "what is not measured holds nothing");
    }

    #[test]
    fn a_share_needs_a_handful() {
        let rule = of("HubRequestsFail").when;
        let with = |failed: f64, requests: f64| {
            rule.holds(&[], |what, minutes| {
                assert_eq!(minutes, 5);
                if what == Counted::Failed { failed } else { requests }
            })
        };
        assert_eq!((with(0.0, 0.0), with(4.0, 4.0), with(5.0, 500.0)), (None, None, None));
        assert_eq!((with(5.0, 100.0), with(6.0, 500.0)), (Some(5.0), Some(1.2)));
    }

    #[test]
    fn somebody_is_told_once_and_once_again_when_it_is_over() {
        let rule = of("HubJobsLate");
        let at = |minute: i64| Timestamp::from_second(1_000_000 + 60 * minute).unwrap();
        let mut living: Option<Living> = None;
        let mut said = Vec::new();
        let holds = |minute: i64| (2..=4).contains(&minute) || (7..=15).contains(&minute) || minute == 17;
        for minute in 0..30 {
            let now = at(minute);
            let step = step(rule, living, holds(minute).then_some(700.0), now);
            match step {
                Step::Begin(_) => living = Some(Living { since: now, fired_at: None, quiet_since: None }),
                Step::Fire(_) => living = living.map(|one| Living { fired_at: Some(now), ..one }),
                Step::Hold(_) => living = living.map(|one| Living { quiet_since: None, ..one }),
                Step::Quiet => living = living.map(|one| Living { quiet_since: Some(now), ..one }),
                Step::Forget | Step::Resolve => living = None,
                Step::Nothing => {}
            }
            if !matches!(step, Step::Nothing | Step::Hold(_)) {
                said.push((minute, step));
            }
        }
        assert_eq!(
            said,
            [
                (2, Step::Begin(700.0)),
                (5, Step::Forget),
                (7, Step::Begin(700.0)),
                (12, Step::Fire(700.0)),
                (16, Step::Quiet),
                (18, Step::Quiet),
                (23, Step::Resolve),
            ]
        );
    }
}
