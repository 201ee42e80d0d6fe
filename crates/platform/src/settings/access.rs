use std::time::Duration;

use kernel::Pence;

use super::{SettingsError, Values, text, within};

/// How people show who they are.
#[derive(Debug, Clone)]
pub struct AccessSettings {
    /// Names of roles; checked by whoever knows the roles.
    pub second_factor_roles: Vec<String>,
    /// How long it counts that somebody has shown who they are.
    pub proof: Duration,
    /// Money of this much and more needs that.
    pub proof_from: Pence,
    pub key_requests_per_minute: i32,
}

impl AccessSettings {
    pub(super) fn parse(values: &Values) -> Result<Self, SettingsError> {
        let roles = text(values, "second_factor_roles").split(',').map(|role| role.trim().to_owned());
        let pence = within(values, "step_up_pence", 0, 1_000_000_000)?;
        Ok(Self {
            second_factor_roles: roles.filter(|role| !role.is_empty()).collect(),
            proof: Duration::from_secs(60 * within(values, "step_up_minutes", 1, 1440)? as u64),
            key_requests_per_minute: i32::try_from(within(
                values,
                "api_key_requests_per_minute",
                1,
                100_000,
            )?)
            .unwrap_or(1),
            proof_from: Pence(i64::try_from(pence).unwrap_or(i64::MAX)),
        })
    }
}
