use std::time::Duration;

use super::{SettingsError, Values, origin, text, within, wrong};

#[derive(Debug, Clone)]
pub struct StripeSettings {
    pub api_key: Secret,
    pub webhook_secret: Option<Secret>,
    /// Scheme, host and port.
    pub api_url: String,
    /// For a whole call.
    pub timeout: Duration,
}

/// Text that logs do not show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// None without a key; what else is given is checked all the same.
pub(super) fn read(values: &Values) -> Result<Option<StripeSettings>, SettingsError> {
    let secret = |name| {
        let plain = text(values, name).bytes().all(|byte| byte.is_ascii_graphic());
        if plain {
            Ok(Some(Secret(text(values, name).to_owned())).filter(|Secret(given)| !given.is_empty()))
        } else {
            Err(wrong(values, name, "must be letters, digits and signs without spaces"))
        }
    };
    let (key, webhook_secret) = (secret("stripe_api_key")?, secret("stripe_webhook_secret")?);
    let name = "stripe_api_url";
    let api_url = origin(text(values, name)).filter(|url| is_private(url)).ok_or_else(|| {
        wrong(values, name, "must be https://host, or http:// and an address of this machine")
    })?;
    let timeout = Duration::from_secs(within(values, "stripe_timeout_seconds", 1, 120)? as u64);
    Ok(key.map(|api_key| StripeSettings { api_key, webhook_secret, api_url, timeout }))
}

/// Whether nobody in between can read what is sent there.
pub(super) fn is_private(url: &str) -> bool {
    let Some(host) = url.strip_prefix("http://") else { return true };
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host }
    });
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}
