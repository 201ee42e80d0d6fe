//! What people type, checked field by field before anything else happens.

use kernel::{CustomerId, clean_text};
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which of the two records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergeSide {
    #[default]
    Survivor,
    Other,
}

/// Whose details stay where the two differ. An e-mail address or number that does not stay becomes a contact.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MergeKeep {
    pub name: MergeSide,
    pub email: MergeSide,
    pub phone: MergeSide,
}

/// Another record of the same person, to become part of this one.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MergeInput {
    pub other_id: CustomerId,
    /// Versions of the two records as they were seen.
    pub survivor_version: i32,
    pub other_version: i32,
    #[serde(default)]
    pub keep: MergeKeep,
    /// Why they are the same person; 1 to 500 characters.
    reason: String,
}

impl MergeInput {
    pub(crate) fn check(&self, survivor: CustomerId) -> Result<String> {
        if self.other_id == survivor {
            return Err(Problem::invalid("otherId", "is this customer: choose another record"));
        }
        reason(&self.reason)
    }
}

/// Why a merge was a mistake.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UndoMergeInput {
    /// 1 to 500 characters.
    reason: String,
}

impl UndoMergeInput {
    pub(crate) fn check(&self) -> Result<String> {
        reason(&self.reason)
    }
}

/// Two customers who are not the same person, and why.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DismissInput {
    pub one_id: CustomerId,
    pub other_id: CustomerId,
    /// 1 to 500 characters.
    reason: String,
}

impl DismissInput {
    pub(crate) fn check(&self) -> Result<String> {
        let reason = reason(&self.reason)?;
        if self.one_id == self.other_id {
            return Err(Problem::invalid("otherId", "is the same customer"));
        }
        Ok(reason)
    }
}

fn reason(text: &str) -> Result<String> {
    clean_text(text, 500).map_err(|fault| Problem::invalid("reason", fault.to_string()))
}
