use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a job is not needed any more.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DiscardInput {
    /// 1 to 500 characters.
    pub word: String,
}

impl DiscardInput {
    pub(crate) fn check(self) -> Result<String> {
        let word = kernel::clean_text(&self.word, 500)
            .map_err(|fault| Problem::invalid("word", fault.to_string()))?;
        if word.trim().is_empty() {
            return Err(Problem::invalid("word", "must say why, in a few words"));
        }
        Ok(word)
    }
}
