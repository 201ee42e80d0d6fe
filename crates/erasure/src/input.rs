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

impl ErasureApproval {
    pub(crate) fn check(&self) -> Result<Vec<u8>> {
        let hash = chain::unhex(&self.plan_hash).filter(|hash| hash.len() == 32);
        hash.ok_or_else(|| Problem::invalid("planHash", "must be the plan's hash: 64 hexadecimal digits"))
    }
}
