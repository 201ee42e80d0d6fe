//! When somebody must be told: one list, from which the rules for Prometheus are written and by which the hub judges itself.

use std::fmt::Write as _;

mod judged;
mod letter;
mod list;
mod percentile;

pub(crate) use judged::{Living, Step, step};
pub(crate) use letter::letter;
pub use list::RULES;
pub(crate) use percentile::percentile;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Wake somebody: people cannot work, or something promised does not hold.
    Critical,
    /// In working hours.
    Warning,
}

impl Severity {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
        }
    }
}

/// What processes count, each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Requests,
    /// Answered with a 5xx.
    Failed,
    /// Answered after more than a second.
    Slow,
    Connections,
    /// Connections of the pool that were waited for longer than a tenth of a second, or in vain.
    LateConnections,
    SignInsRefused,
}

impl Counted {
    /// How many in so many minutes, by all processes, in Prometheus's own language.
    fn query(self, minutes: u32) -> String {
        let sum = |series: &str| format!("sum(increase({series}[{minutes}m]))");
        let above = |histogram: &str, bound: &str| {
            format!(
                "({} - {})",
                sum(&format!("{histogram}_count")),
                sum(&format!("{histogram}_bucket{{le=\"{bound}\"}}"))
            )
        };
        match self {
            Self::Requests => sum("hub_http_requests_total"),
            Self::Failed => sum("hub_http_requests_total{class=\"5xx\"}"),
            Self::Slow => above("hub_http_request_duration_seconds", "1"),
            Self::Connections => sum("hub_database_pool_wait_seconds_count"),
            Self::LateConnections => above("hub_database_pool_wait_seconds", "0.1"),
            Self::SignInsRefused => {
                sum("hub_events_total{action=~\"staff.sign_in_refused|staff.code_refused\"}")
            }
        }
    }
}

/// What must be so for a rule to hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// A figure, summed over its series with these labels, is above this.
    Above { figure: &'static str, labels: &'static [(&'static str, &'static str)], limit: f64 },
    /// Of what was counted in so many minutes, more than so many percent, and more than a handful.
    Share { part: Counted, whole: Counted, minutes: u32, percent: f64, more_than: f64 },
    /// So many in so many minutes.
    MoreThan { what: Counted, minutes: u32, limit: f64 },
    /// Only who stands outside can tell; said in Prometheus's own language.
    Outside(&'static str),
}

impl Condition {
    /// In Prometheus's own language. Processes on one database all show its figures: the highest counts, once.
    pub fn query(&self) -> String {
        match self {
            Self::Above { figure, labels, limit } => {
                let labels: Vec<String> =
                    labels.iter().map(|(label, text)| format!("{label}=\"{text}\"")).collect();
                let labels =
                    if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
                format!("max(sum by (instance) ({figure}{labels})) > {limit}")
            }
            Self::Share { part, whole, minutes, percent, more_than } => {
                let (part, whole) = (part.query(*minutes), whole.query(*minutes));
                format!("100 * {part} / {whole} > {percent} and {part} > {more_than}")
            }
            Self::MoreThan { what, minutes, limit } => format!("{} > {limit}", what.query(*minutes)),
            Self::Outside(query) => (*query).to_owned(),
        }
    }
}

/// When somebody is told, and what they then do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// As Prometheus names it. Its runbook has the same name, in small letters with dashes.
    pub name: &'static str,
    pub severity: Severity,
    /// What has happened, in a few words.
    pub title: &'static str,
    /// What it means for people.
    pub meaning: &'static str,
    pub when: Condition,
    /// For so long it must have been so.
    pub minutes: u32,
    /// A mail about it would not arrive.
    pub is_about_mail: bool,
}

impl Rule {
    /// Whether it needs this figure of the database.
    pub(crate) fn goes_by(&self, name: &str) -> bool {
        matches!(self.when, Condition::Above { figure, .. } if figure == name)
    }

    /// `HubJobsDead` has `docs/runbooks/jobs-dead.md`.
    pub fn runbook(&self) -> String {
        let mut path = "docs/runbooks/".to_owned();
        for (at, c) in self.name.trim_start_matches("Hub").char_indices() {
            if c.is_ascii_uppercase() && at > 0 {
                path.push('-');
            }
            path.push(c.to_ascii_lowercase());
        }
        path + ".md"
    }
}

/// As a file of rules for Prometheus.
pub fn alerts_file() -> String {
    let mut text = String::from(
        "# Written by a test from the list in crates/watch/src/rules.rs, by which the hub also judges itself; `hub watch rules` prints it.\n\
         groups:\n  - name: hub\n    rules:\n",
    );
    for rule in RULES {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        // Writing to a string does not fail. What stands in quotes is YAML as well as JSON.
        let _ = write!(
            text,
            "      - alert: {}\n        expr: {}\n        for: {}m\n        keep_firing_for: {}m\n        labels:\n          severity: {}\n        \
             annotations:\n          summary: {}\n          description: {}\n          runbook_url: {}\n",
            rule.name,
            quoted(&rule.when.query()),
            rule.minutes,
            judged::QUIET_MINUTES,
            rule.severity.name(),
            quoted(rule.title),
            quoted(rule.meaning),
            rule.runbook(),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_says_the_same_to_prometheus() {
        let of = |name: &str| RULES.iter().find(|rule| rule.name == name).unwrap();
        assert_eq!(of("HubJobsDead").when.query(), "max(sum by (instance) (hub_jobs{state=\"dead\"})) > 0");
        assert_eq!(of("HubFenced").when.query(), "max(sum by (instance) (hub_fenced)) > 0");
        assert_eq!(
            of("HubRequestsFail").when.query(),
            "100 * sum(increase(hub_http_requests_total{class=\"5xx\"}[5m])) / sum(increase(hub_http_requests_total[5m])) > 1 \
             and sum(increase(hub_http_requests_total{class=\"5xx\"}[5m])) > 4"
        );
        assert_eq!(of("HubRefundsInDoubt").runbook(), "docs/runbooks/refunds-in-doubt.md");
    }

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(rule.name.starts_with("Hub") && rule.name.chars().all(|c| c.is_ascii_alphabetic()));
            assert!(RULES[at + 1..].iter().all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
