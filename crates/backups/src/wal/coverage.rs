//! What can be reached: from each base as far as the log after it has no gap.

use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, tz::TimeZone};

use super::{base::StoredBase, segment::Archived};
use crate::BackupError;

/// So many segments, one a minute.
const A_DAY: usize = 24 * 60;

/// Where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// As far as the log goes that follows the newest base.
    Latest,
    /// What was committed until then, and nothing that was committed later.
    At(Timestamp),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latest => f.write_str("the end of the log"),
            Self::At(at) => f.write_str(&both_clocks(*at)),
        }
    }
}

/// Any instant of this stretch can be reached from this base.
#[derive(Debug, Clone)]
pub struct Coverage {
    pub base: StoredBase,
    pub until: Timestamp,
    /// Log that lies beyond a gap, and cannot be reached from this base.
    pub gap: bool,
    pub(crate) log: Vec<Archived>,
}

impl Coverage {
    /// `log`: of the base's cluster, in any order.
    pub(crate) fn of(base: StoredBase, log: &[Archived]) -> Self {
        let manifest = &base.manifest;
        let first = manifest.first();
        let own: BTreeMap<u64, Archived> = log
            .iter()
            .filter(|one| one.segment.timeline == first.timeline && one.segment.number >= first.number)
            .map(|one| (one.segment.number, *one))
            .collect();
        let unbroken: Vec<Archived> =
            (first.number..).map_while(|number| own.get(&number).copied()).collect();
        let until = unbroken.iter().map(|one| one.until).fold(manifest.finished_at, Timestamp::max);
        Self { gap: unbroken.len() < own.len(), base, until, log: unbroken }
    }

    pub fn from(&self) -> Timestamp {
        self.base.manifest.finished_at
    }

    /// The end, or what can be replayed within minutes: of a busy day about that day.
    pub(crate) fn a_day(&self) -> Target {
        match self.log.get(A_DAY) {
            Some(last) if last.until > self.from() => Target::At(last.until),
            _ => Target::Latest,
        }
    }

    /// Segments of log.
    pub fn segments(&self) -> usize {
        self.log.len()
    }

    /// What they take where they lie.
    pub fn log_bytes(&self) -> u64 {
        self.log.iter().map(|one| one.bytes).sum()
    }
}

/// The base to begin with. `covered`: the newest first.
pub(crate) fn choose(covered: &[Coverage], target: Target) -> Result<&Coverage, BackupError> {
    let found = match target {
        Target::Latest => covered.first(),
        Target::At(at) => covered.iter().find(|one| one.from() <= at && at <= one.until),
    };
    found.ok_or_else(|| match covered {
        [] => BackupError::NoBase,
        _ => BackupError::NotCovered { asked: target.to_string(), covered: stretches(covered).join("; ") },
    })
}

/// In words, the newest first: what overlaps is one.
pub(crate) fn stretches(covered: &[Coverage]) -> Vec<String> {
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
    for one in covered {
        match joined.last_mut() {
            Some((from, until)) if one.until >= *from => {
                *from = one.from().min(*from);
                *until = one.until.max(*until);
            }
            _ => joined.push((one.from(), one.until)),
        }
    }
    joined.iter().map(|(from, until)| format!("{} to {}", both_clocks(*from), both_clocks(*until))).collect()
}

/// In London time and in UTC.
pub(crate) fn both_clocks(at: Timestamp) -> String {
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let london = at.to_zoned(london).strftime("%-d %b %Y %H:%M:%S").to_string();
    format!("{london} in London ({})", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{base::tests::base, segment::Segment},
        *,
    };

    fn at(text: &str) -> Timestamp {
        format!("2026-06-{text}Z").parse().unwrap()
    }

    fn log(numbers: &[(u64, &str)]) -> Vec<Archived> {
        let one = |(number, until): &(u64, &str)| Archived {
            segment: Segment { timeline: 1, number: *number },
            until: at(until),
            bytes: 10,
        };
        numbers.iter().map(one).collect()
    }

    #[test]
    fn log_is_reached_as_far_as_it_has_no_gap() {
        let log = log(&[
            (3, "01T09:00:00"),
            (5, "01T10:02:00"),
            (4, "01T10:01:00"),
            (7, "01T10:04:00"),
            (8, "01T10:05:00"),
        ]);
        let one = Coverage::of(base(at("01T10:00:30"), 1, 4), &log);
        assert_eq!((one.until, one.segments(), one.gap), (at("01T10:02:00"), 2, true));
        let two = Coverage::of(base(at("01T10:04:30"), 1, 8), &log);
        assert_eq!((two.until, two.segments(), two.gap), (at("01T10:05:00"), 1, false));
        // Of another timeline nothing is taken.
        let other = Coverage::of(base(at("01T10:00:30"), 2, 4), &log);
        assert_eq!((other.until, other.segments()), (other.from(), 0));

        let covered = [two, one];
        let from = |target| choose(&covered, target).map(Coverage::from);
        assert_eq!(from(Target::Latest).unwrap(), at("01T10:04:30"));
        assert_eq!(from(Target::At(at("01T10:01:30"))).unwrap(), at("01T10:00:30"));
        assert_eq!(from(Target::At(at("01T10:05:00"))).unwrap(), at("01T10:04:30"));
        for outside in ["01T10:00:29", "01T10:02:01", "01T10:04:29", "01T10:05:01"] {
            let refused = from(Target::At(at(outside))).unwrap_err().to_string();
            let told = "1 Jun 2026 11:00:30 in London (2026-06-01T10:00:30Z) to 1 Jun 2026 11:02:00 in London (2026-06-01T10:02:00Z)";
            assert!(refused.contains(told), "{refused}");
        }
        assert!(matches!(choose(&[], Target::Latest), Err(BackupError::NoBase)));
    }

    #[test]
    fn stretches_that_overlap_are_told_as_one() {
        let log = log(&[(4, "01T10:01:00"), (5, "01T10:02:00"), (6, "01T10:03:00")]);
        let covered = [base(at("01T10:01:30"), 1, 5), base(at("01T10:00:30"), 1, 4)]
            .map(|base| Coverage::of(base, &log));
        assert_eq!(stretches(&covered).len(), 1);
        assert!(
            stretches(&covered)[0].contains("2026-06-01T10:00:30Z")
                && stretches(&covered)[0].contains("10:03:00Z")
        );
    }
}
