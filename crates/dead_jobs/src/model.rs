use jiff::Timestamp;
use kernel::JobId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A job without attempts left.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadJob {
    pub id: JobId,
    /// What it does, as in `mail.send`.
    pub kind: String,
    /// What it is about: ids only.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// How often it was tried.
    pub attempts: i32,
    /// What went wrong last, without addresses and numbers of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    pub created_at: Timestamp,
    /// Since when nobody tries any more.
    pub died_at: Timestamp,
}

/// The latest to die first.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeadJobPage {
    pub jobs: Vec<DeadJob>,
    /// How many there are, whatever the page shows.
    pub total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
