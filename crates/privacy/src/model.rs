//! Nouns of personal exports, as they are on the wire.

use jiff::Timestamp;
use kernel::{CustomerId, DataRequestId, ExportId, StaffId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// A job is making it.
    Asked,
    /// It waits to be fetched.
    Ready,
    /// Somebody with the link has fetched it; the content is destroyed.
    Fetched,
    /// Nobody fetched it in time, or a newer one took its place; the content is destroyed.
    Expired,
    /// It could not be made.
    Failed,
}

impl ExportState {
    /// As in the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Ready => "ready",
            Self::Fetched => "fetched",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// A copy of everything about one customer: that it was made, not what it holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonalExport {
    pub id: ExportId,
    pub customer_id: CustomerId,
    /// The data request that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_request_id: Option<DataRequestId>,
    pub state: ExportState,
    pub requested_by: StaffId,
    pub requested_by_name: String,
    pub requested_at: Timestamp,
    /// Until then the link works.
    pub expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
    /// When it was fetched, expired or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Bytes of the ZIP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// Of the ZIP, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Records in it; the sections add up to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<i64>,
    /// The last seal of the audit trail that it saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seal: Option<i64>,
    /// The chain as far as that seal, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<String>,
    /// Why it failed or expired early, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<&'static str>,
}

/// The copies of a customer, latest first, and whether another may be made.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportList {
    pub exports: Vec<PersonalExport>,
    pub may_export: ExportAct,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportAct {
    pub allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A copy of everything about the customer: there is nothing to choose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportInput {}

/// Where the copy is fetched, once and without a sign-in. Shown this once: nobody can show it again.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportLink {
    pub url: String,
    pub expires_at: Timestamp,
}

/// A copy that was asked for. Without a link when the same request came before: it was in the first answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AskedExport {
    pub export: PersonalExport,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<ExportLink>,
}

/// So many records of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportSection {
    pub name: &'static str,
    pub title: &'static str,
    pub rows: i64,
}
