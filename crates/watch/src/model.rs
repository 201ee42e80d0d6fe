use jiff::Timestamp;
use kernel::AlertId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::Severity;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// It holds, and not for long enough that somebody is told.
    Pending,
    Firing,
    Over,
}

/// A rule that holds, or held.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    pub id: AlertId,
    /// As Prometheus names it.
    pub rule: String,
    pub severity: Severity,
    /// What has happened, in a few words.
    pub title: String,
    /// What it means for people.
    pub meaning: String,
    /// What to do, as a file of the documents.
    pub runbook: String,
    pub state: AlertState,
    pub since: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fired_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// What was found last; in what, the rule says.
    pub value: f64,
}

/// How the system fares.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SystemState {
    pub version: String,
    /// The last migration that this release knows.
    pub migration: String,
    pub migrations_missing: i64,
    /// As PostgreSQL names itself.
    pub postgres: String,
    pub database_bytes: i64,
    pub database_connections: i64,
    pub database_connections_max: i64,
    /// Those that are not over, what fires first.
    pub alerts: Vec<Alert>,
    /// The latest that are.
    pub past_alerts: Vec<Alert>,
    pub told: Told,
    /// Kinds of which jobs wait, run or are dead.
    pub jobs: Vec<JobCounts>,
    /// For how long the job has been due that has waited longest; 0: none waits.
    pub jobs_oldest_s: i64,
    pub mails_queued: i64,
    pub mails_failed: i64,
    pub mails_oldest_s: i64,
    /// Events and transfers without a seal, as far as ten thousand of each.
    pub unsealed: i64,
    pub unsealed_oldest_s: i64,
    /// The number of the last seal.
    pub seals: i64,
    /// Absent: no copy was ever tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_age_s: Option<i64>,
    /// How long ago the latest instant was that the database can be brought back to. Absent: its log is not archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_archive_age_s: Option<i64>,
    /// Absent: there is nothing to drill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drill_age_s: Option<i64>,
    pub drill_failed: bool,
    pub fenced: bool,
}

/// Who hears of alerts beside this page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// So many addresses.
    pub emails: i64,
    pub webhook: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobCounts {
    /// As in `mail.send`.
    pub kind: String,
    pub ready: i64,
    /// Of the ready ones, those that have failed before.
    pub retrying: i64,
    pub running: i64,
    pub dead: i64,
}

/// How long answers took, by operation, over all processes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResponseTimes {
    /// Counted by quarters of an hour: the beginning of the first.
    pub since: Timestamp,
    pub requests: i64,
    /// Answered with a 5xx.
    pub failed: i64,
    /// What is asked for most first.
    pub operations: Vec<OperationTimes>,
    /// The latest that failed.
    pub failures: Vec<FailedRequest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OperationTimes {
    pub method: String,
    /// The pattern of its address, such as `/api/admin/customers/{id}`.
    pub route: String,
    pub requests: i64,
    pub failed: i64,
    /// Half of the answers began within so many microseconds (p50): the upper bound that it lies under.
    pub half_us: i64,
    /// 95 of 100 did (p95).
    pub most_us: i64,
    /// 99 of 100 did (p99).
    pub nearly_all_us: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FailedRequest {
    /// Names it in the log.
    pub request_id: String,
    pub at: Timestamp,
    pub method: String,
    pub route: String,
    pub status: i16,
}

/// What the database spends its time on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlowStatements {
    /// By PostgreSQL (`pg_stat_statements`). False: by the process that answers, since it began.
    pub counted: bool,
    /// What took the most time in all first.
    pub statements: Vec<SlowStatement>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SlowStatement {
    /// Its text, in which values stand as `$1`; or the function of the program that asks.
    pub query: String,
    pub calls: i64,
    pub spent_ms: f64,
    pub mean_ms: f64,
    /// Of the time of all that are counted, in percent.
    pub share: f64,
}
