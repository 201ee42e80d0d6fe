use platform::{Problem, Result, retention::Rule};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionRuleInput {
    /// `name` of a rule.
    pub(crate) name: String,
    /// Whole months, within the bounds of the rule.
    pub(crate) months: i32,
    /// As it was read.
    pub(crate) version: i32,
}

impl RetentionRuleInput {
    pub(crate) fn check(&self, rule: &Rule) -> Result<i32> {
        let Rule { least, most, .. } = rule;
        if (*least..=*most).contains(&self.months) {
            Ok(self.months)
        } else {
            Err(Problem::invalid("months", format!("must be from {least} to {most}")))
        }
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetentionSwitchInput {
    pub(crate) is_on: bool,
}
