use std::time::Duration;

use kernel::Pence;

use super::{Secret, SettingsError, Values, origin, stripe::is_private, text, within, wrong};

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
    pub single_sign_on: Option<SingleSignOnSettings>,
}

/// A provider of OpenID Connect.
#[derive(Debug, Clone)]
pub struct SingleSignOnSettings {
    /// As the provider itself writes it.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Secret,
    /// In small letters; empty: any.
    pub domains: Vec<String>,
    /// As on the button: "Sign in with …".
    pub name: String,
}

impl SingleSignOnSettings {
    fn parse(values: &Values) -> Result<Option<Self>, SettingsError> {
        let issuer = text(values, "oidc_issuer");
        if issuer.is_empty() {
            return Ok(None);
        }
        if split_url(issuer).is_none() {
            return Err(wrong(
                values,
                "oidc_issuer",
                "must be https://host, perhaps with a path, or http:// and an address of this machine",
            ));
        }
        for name in ["oidc_client_id", "oidc_client_secret", "oidc_name"] {
            if text(values, name).is_empty() {
                return Err(wrong(values, name, "is needed with oidc_issuer"));
            }
        }
        let domains = text(values, "oidc_domains").split(',').map(|domain| domain.trim().to_lowercase());
        Ok(Some(Self {
            issuer: issuer.to_owned(),
            client_id: text(values, "oidc_client_id").to_owned(),
            client_secret: Secret(text(values, "oidc_client_secret").to_owned()),
            domains: domains.filter(|domain| !domain.is_empty()).collect(),
            name: text(values, "oidc_name").to_owned(),
        }))
    }
}

/// Origin, and path with query, of an address where nobody in between can read along; nothing of any other.
pub fn split_url(url: &str) -> Option<(String, &str)> {
    let after = url.find("://")? + 3;
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |at| after + at);
    let (start, path) = url.split_at(end);
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
    let origin = origin(start).filter(|origin| is_private(origin) && plain)?;
    Some((origin, path))
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
            single_sign_on: SingleSignOnSettings::parse(values)?,
            proof_from: Pence(i64::try_from(pence).unwrap_or(i64::MAX)),
        })
    }
}
