use kernel::clean_line;
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FenceAcceptInput {
    /// What was looked at; it stays in the trail. 500 characters at most.
    pub(crate) reason: String,
}

impl FenceAcceptInput {
    pub(crate) fn reason(&self) -> Result<String> {
        clean_line(&self.reason, 500).map_err(|fault| Problem::invalid("reason", fault.to_string()))
    }
}
