use jiff::{SignedDuration, Timestamp};

use crate::wal::{Archived, Segment};

/// Whatever their age, so many of the newest stay.
const ALWAYS: usize = 3;

/// Which go: older than so many days, but never the newest few. `stored`: the newest first.
pub(crate) fn old<T>(
    stored: &[T],
    keep_days: i64,
    now: Timestamp,
    taken_at: impl Fn(&T) -> Timestamp,
) -> Vec<&T> {
    let age = SignedDuration::from_hours(24 * keep_days);
    stored.iter().skip(ALWAYS).filter(|one| now.duration_since(taken_at(one)) > age).collect()
}

/// Whether a base needs this segment of its cluster's log, or one may still be made that does. `firsts`: what the bases that are kept begin with.
pub(crate) fn is_needed(one: &Archived, firsts: &[Segment], keep_days: i64, now: Timestamp) -> bool {
    let mut own = firsts.iter().filter(|first| first.timeline == one.segment.timeline).peekable();
    match own.peek() {
        Some(_) => own.any(|first| first.number <= one.segment.number),
        None => now.duration_since(one.until) <= SignedDuration::from_hours(24 * keep_days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_goes_with_the_oldest_base_that_needs_it() {
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let needed = |timeline, number, until: &str| {
            let segment = Segment { timeline, number };
            let one = Archived { segment, until: until.parse().unwrap(), bytes: 1 };
            is_needed(
                &one,
                &[Segment { timeline: 1, number: 7 }, Segment { timeline: 1, number: 5 }],
                35,
                now,
            )
        };
        let (old, new) = ("2026-10-01T12:00:00Z", "2026-11-28T11:00:00Z");
        assert!(needed(1, 5, old) && needed(1, 9, old), "as long as its base is kept");
        assert!(!needed(1, 4, new));
        assert!(needed(2, 1, new), "the base of a new timeline is still to come");
        assert!(!needed(2, 1, old));
    }
    use crate::{Facts, Manifest, Place, Stored};

    fn stored(at: &str) -> Stored {
        let facts = Facts {
            migration: String::new(),
            tables: [].into(),
            accounts: [].into(),
            seal: None,
            chain: None,
        };
        let manifest = Manifest {
            format: String::new(),
            release: String::new(),
            postgres: 15,
            taken_at: at.parse().unwrap(),
            took_ms: 0,
            bytes: 0,
            sha256: String::new(),
            vault: None,
            recipients: Vec::new(),
            facts,
        };
        Stored { at: Place::Folder("/".into()).at(at), manifest }
    }

    #[test]
    fn the_old_go_and_the_newest_three_stay_however_old() {
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let all =
            ["2026-11-27T12:00:00Z", "2026-10-01T12:00:00Z", "2026-09-01T12:00:00Z", "2026-08-01T12:00:00Z"]
                .map(stored);
        let gone = |all: &[Stored]| {
            old(all, 35, now, |one| one.manifest.taken_at)
                .iter()
                .map(|one| one.at.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(gone(&all), ["2026-08-01T12:00:00Z"]);
        assert_eq!(gone(&all[1..]), [""; 0]);
        assert_eq!(gone(&[]), [""; 0]);
    }
}
