use jiff::Timestamp;
use kernel::{BackupId, DrillId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Facts, Fence};

/// What a copy holds, and what its file must be. Tells nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// `hub backup 1`
    pub format: String,
    pub release: String,
    pub postgres: i32,
    /// The instant that the copy shows.
    pub taken_at: Timestamp,
    pub took_ms: i64,
    /// Of the encrypted file.
    pub bytes: i64,
    pub sha256: String,
    /// The vault key that sealed values need, by its fingerprint.
    pub vault: Option<String>,
    /// The age recipients that can open it.
    pub recipients: Vec<String>,
    pub facts: Facts,
}

pub(crate) const FORMAT: &str = "hub backup 1";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BackupState {
    Running,
    Done,
    Failed,
    /// Its file has gone by age.
    Pruned,
}

/// A copy that was made, or tried.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Backup {
    pub id: BackupId,
    pub state: BackupState,
    pub file: String,
    pub started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrillState {
    Running,
    Passed,
    Failed,
}

/// A copy that was restored beside the living database, and what was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drill {
    pub id: DrillId,
    pub state: DrillState,
    pub file: String,
    pub started_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// What is wrong, a line each.
    pub findings: Vec<String>,
}

/// How far the archive of the log goes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reach {
    /// The earliest instant since which there is no gap; absent: no base was made yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// The latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Since when what is written is not archived, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// What there is to know of copies.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupsPage {
    /// The folder or bucket that copies go to; absent: none is set, and none are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    pub keep_days: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_backup_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_drill_at: Option<Timestamp>,
    /// Whether a copy, or a drill, is under way or waits for its turn.
    pub backup_waits: bool,
    pub drill_waits: bool,
    /// To which instants the database can be brought back; absent: its log is not archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// The newest first.
    pub backups: Vec<Backup>,
    pub drills: Vec<Drill>,
    /// This database was restored, and nobody has accepted it yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fence: Option<Fence>,
}
