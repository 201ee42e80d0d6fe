use jiff::{SignedDuration, Timestamp};

use crate::Stored;

/// Whatever their age, so many of the newest stay.
const ALWAYS: usize = 3;

/// Which go: older than so many days, but never the newest few. `stored`: the newest first.
pub(crate) fn to_prune(stored: &[Stored], keep_days: i64, now: Timestamp) -> Vec<&Stored> {
    let age = SignedDuration::from_hours(24 * keep_days);
    stored.iter().skip(ALWAYS).filter(|one| now.duration_since(one.manifest.taken_at) > age).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Facts, Manifest, Place};

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
        let gone =
            |all: &[Stored]| to_prune(all, 35, now).iter().map(|one| one.at.name.clone()).collect::<Vec<_>>();
        assert_eq!(gone(&all), ["2026-08-01T12:00:00Z"]);
        assert_eq!(gone(&all[1..]), [""; 0]);
        assert_eq!(gone(&[]), [""; 0]);
    }
}
