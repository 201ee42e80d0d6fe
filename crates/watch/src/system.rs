//! What the System page shows of the figures.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::{
    metrics::{Family, Taken},
    migrate,
    settings::Settings,
};

use crate::model::{JobCounts, SlowStatement, SystemState, Told};

pub(crate) fn state(families: &[Family], settings: &Settings) -> SystemState {
    let value = |name: &str, label: Option<(&str, &str)>| {
        let family = families.iter().find(|family| family.name == name)?;
        let fits = |text: &(&str, &str), given: Option<&str>| given == Some(text.1);
        let wanted = family
            .samples
            .iter()
            .find(|sample| label.as_ref().is_none_or(|text| fits(text, sample.label(text.0))));
        wanted.map(|sample| sample.value as i64)
    };
    let one = |name: &str| value(name, None).unwrap_or_default();
    let mails = |state: &str| value("hub_mails", Some(("state", state))).unwrap_or_default();
    SystemState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        migration: migrate::newest().to_owned(),
        migrations_missing: 0,
        postgres: String::new(),
        database_bytes: one("hub_database_size_bytes"),
        database_connections: one("hub_database_connections"),
        database_connections_max: one("hub_database_connections_max"),
        alerts: Vec::new(),
        past_alerts: Vec::new(),
        told: Told {
            emails: i64::try_from(settings.alerts.emails.len()).unwrap_or(i64::MAX),
            webhook: settings.alerts.webhook.is_some(),
        },
        jobs: jobs(families),
        jobs_oldest_s: one("hub_jobs_due_oldest_seconds"),
        mails_queued: mails("queued"),
        mails_failed: mails("failed"),
        mails_oldest_s: one("hub_mails_queued_oldest_seconds"),
        unsealed: one("hub_audit_unsealed"),
        unsealed_oldest_s: one("hub_audit_unsealed_oldest_seconds"),
        seals: one("hub_audit_seals"),
        backup_age_s: value("hub_backup_last_good_age_seconds", None),
        log_archive_age_s: value("hub_log_archive_age_seconds", None),
        drill_age_s: value("hub_drill_last_good_age_seconds", None),
        drill_failed: one("hub_drill_last_failed") == 1,
        fenced: one("hub_fenced") == 1,
    }
}

fn jobs(families: &[Family]) -> Vec<JobCounts> {
    let mut kinds: BTreeMap<&str, JobCounts> = BTreeMap::new();
    for family in families.iter().filter(|family| ["hub_jobs", "hub_jobs_retrying"].contains(&family.name)) {
        for sample in &family.samples {
            let Some(kind) = sample.label("kind") else { continue };
            let counts = kinds.entry(kind).or_insert_with(|| JobCounts {
                kind: kind.to_owned(),
                ready: 0,
                retrying: 0,
                running: 0,
                dead: 0,
            });
            let place = match sample.label("state") {
                Some("ready") => &mut counts.ready,
                Some("running") => &mut counts.running,
                Some("dead") => &mut counts.dead,
                _ => &mut counts.retrying,
            };
            *place = sample.value as i64;
        }
    }
    kinds.into_values().collect()
}

/// What took the most time in all first.
pub(crate) fn by_function(mut taken: Vec<Taken>, most: usize) -> Vec<SlowStatement> {
    let all = taken.iter().map(|one| one.sum_us).sum::<u64>().max(1) as f64;
    taken.sort_by(|one, other| other.sum_us.cmp(&one.sum_us).then_with(|| one.query.cmp(&other.query)));
    let shown = taken.into_iter().take(most).map(|one| {
        let calls = one.counts.iter().sum::<u64>();
        let spent_ms = one.sum_us as f64 / 1e3;
        SlowStatement {
            query: one.query,
            calls: i64::try_from(calls).unwrap_or(i64::MAX),
            spent_ms,
            mean_ms: spent_ms / calls.max(1) as f64,
            share: 100.0 * one.sum_us as f64 / all,
        }
    });
    shown.collect()
}

/// The beginning of its quarter of an hour.
pub(crate) fn quarter(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(900) * 900).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_the_most_time_in_all_comes_first() {
        let taken = |query: &str, calls: u64, sum_us: u64| {
            let counts = std::array::from_fn(|at| if at == 0 { calls } else { 0 });
            Taken { query: query.to_owned(), counts, sum_us }
        };
        let all = vec![taken("a::often", 100, 5_000), taken("b::long", 2, 15_000), taken("c::never", 1, 0)];
        let shown = by_function(all, 2);
        let told: Vec<_> = shown
            .iter()
            .map(|one| (one.query.as_str(), one.calls, one.spent_ms, one.mean_ms, one.share))
            .collect();
        assert_eq!(told, [("b::long", 2, 15.0, 7.5, 75.0), ("a::often", 100, 5.0, 0.05, 25.0)]);
        assert!(by_function(Vec::new(), 2).is_empty());
    }
}
