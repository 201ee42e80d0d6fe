//! What the System page shows of the figures.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::{metrics::Family, migrate, settings::Settings};

use crate::model::{JobCounts, SystemState, Told};

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

/// The beginning of its quarter of an hour.
pub(crate) fn quarter(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(900) * 900).unwrap_or(at)
}
