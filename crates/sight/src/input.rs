use kernel::clean_line;
use platform::{Problem, Result};
use serde::{Deserialize, Serialize};
use staff::Role;
use utoipa::ToSchema;

use crate::model::SightLimits;

/// More would be no bound.
const MOST: i32 = 1_000_000;

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RevealInput {
    /// Why the contact details are needed: 3 to 300 characters.
    reason: String,
}

impl RevealInput {
    pub(crate) fn check(self) -> Result<String> {
        let reason =
            clean_line(&self.reason, 300).map_err(|fault| Problem::invalid("reason", fault.to_string()))?;
        if reason.chars().count() < 3 {
            return Err(Problem::invalid("reason", "must say why, in three characters or more"));
        }
        Ok(reason)
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SightLimitsInput {
    pub(crate) role: Role,
    /// Customers that one person may reveal in a day: 0 to 1,000,000; absent or null: any number.
    reveals: Option<i32>,
    /// Customers read by one person in a day at which superadmins are told: 1 to 1,000,000; absent or null: never.
    alarm: Option<i32>,
    /// Customers read by one person in a day after which reading is refused, not below the alarm; absent or null: never.
    stop: Option<i32>,
    /// As it was read.
    pub(crate) version: i32,
}

impl SightLimitsInput {
    pub(crate) fn check(self, hidden: bool) -> Result<SightLimits> {
        let within = |field: &'static str, least: i32, given: Option<i32>| match given {
            Some(count) if !(least..=MOST).contains(&count) => {
                Err(Problem::invalid(field, format!("must be from {least} to 1,000,000")))
            }
            given => Ok(given),
        };
        let (reveals, alarm) = (within("reveals", 0, self.reveals)?, within("alarm", 1, self.alarm)?);
        let stop = within("stop", 1, self.stop)?;
        if let (Some(alarm), Some(stop)) = (alarm, stop)
            && stop < alarm
        {
            return Err(Problem::invalid("stop", "must not come before the alarm"));
        }
        let version = self.version.saturating_add(1);
        Ok(SightLimits { role: self.role, hidden, reveals, alarm, stop, version })
    }
}
