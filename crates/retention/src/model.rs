use jiff::Timestamp;
use kernel::{CustomerId, RetentionRunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What goes after which time, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionRule {
    pub name: &'static str,
    pub title: &'static str,
    /// What goes, and what stays of it.
    pub what: &'static str,
    /// From when the period runs; completes "counted from".
    pub since: &'static str,
    /// Why so long and no longer.
    pub why: &'static str,
    /// Nothing goes by it: what is past its period is put before people, who decide.
    pub proposes: bool,
    pub months: i32,
    pub default_months: i32,
    pub least_months: i32,
    pub most_months: i32,
    pub version: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_by_name: Option<String>,
}

/// Something that is past its period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionExample {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    pub at: Timestamp,
}

/// What a run came to, for one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleReport {
    pub rule: String,
    pub months: i32,
    /// What is older is past its period.
    pub before: Timestamp,
    /// How much was past it and may go.
    pub due: i64,
    /// How much a legal hold keeps.
    pub held: i64,
    /// How much went, or was proposed.
    pub gone: i64,
    /// The five oldest of what may go.
    pub examples: Vec<RetentionExample>,
    pub finished: bool,
    /// Why this rule was not carried out to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionRun {
    pub id: RetentionRunId,
    /// Nothing went: it only says what would.
    pub dry: bool,
    /// Absent: it came by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_by_name: Option<String>,
    pub started_at: Timestamp,
    /// Absent while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    pub report: Vec<RuleReport>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionPage {
    /// Whether what is past its period goes every night. If not, nothing goes.
    pub is_on: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by_name: Option<String>,
    pub rules: Vec<RetentionRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running: Option<RetentionRun>,
    /// The last that was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<RetentionRun>,
    /// The last that only looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_dry: Option<RetentionRun>,
}
