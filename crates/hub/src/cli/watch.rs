//! What Prometheus and Grafana are given: the same files that the tests compare with what is measured.

use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum Watch {
    /// Print the alert rules for Prometheus; each names its runbook in docs/runbooks.
    Rules,
    /// Print the dashboard for Grafana.
    Dashboard,
}

const DASHBOARD: &str = include_str!("../../../../ops/grafana.json");

pub(super) fn text(command: &Watch) -> String {
    match command {
        Watch::Rules => ::watch::alerts_file(),
        Watch::Dashboard => DASHBOARD.to_owned(),
    }
}
