use kernel::clean_text;
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why something is asked for, placed, or lifted.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErasureReason {
    /// 1 to 500 characters.
    pub reason: String,
}

impl ErasureReason {
    pub(crate) fn check(&self) -> Result<String> {
        clean_text(&self.reason, 500).map_err(|fault| Problem::invalid("reason", fault.to_string()))
    }
}

/// The plan as it was seen.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ErasureApproval {
    /// Its `planHash`.
    #[schema(max_length = 64)]
    pub plan_hash: String,
}
