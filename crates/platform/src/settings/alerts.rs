use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::Email;

use super::{Secret, SettingsError, Values, split_url, text, wrong};

/// Who is told when something is wrong.
#[derive(Debug, Clone)]
pub struct AlertSettings {
    pub emails: Vec<Email>,
    pub webhook: Option<WebhookSettings>,
}

/// Who is told by a signed request (Standard Webhooks).
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Scheme, host and port.
    pub origin: String,
    /// With its query.
    pub path: String,
    /// What the signature is made with, as bytes in base64.
    pub secret: Secret,
}

pub(super) fn read(values: &Values) -> Result<AlertSettings, SettingsError> {
    let given = text(values, "alert_emails").split(',').map(str::trim).filter(|one| !one.is_empty());
    let emails = given
        .map(|one| {
            Email::parse(one)
                .map_err(|_| wrong(values, "alert_emails", "must be e-mail addresses, by commas"))
        })
        .collect::<Result<_, _>>()?;
    Ok(AlertSettings { emails, webhook: webhook(values)? })
}

fn webhook(values: &Values) -> Result<Option<WebhookSettings>, SettingsError> {
    let url = text(values, "alert_webhook_url");
    if url.is_empty() {
        return Ok(None);
    }
    let (origin, path) = split_url(url).ok_or_else(|| {
        wrong(
            values,
            "alert_webhook_url",
            "must be https://host and a path, or http:// and an address of this machine",
        )
    })?;
    let secret = text(values, "alert_webhook_secret");
    let bytes = secret.strip_prefix("whsec_").and_then(|rest| STANDARD.decode(rest).ok());
    if bytes.is_none_or(|bytes| !(24..=64).contains(&bytes.len())) {
        return Err(wrong(
            values,
            "alert_webhook_secret",
            "alert_webhook_secret must be whsec_ and 24 to 64 bytes in base64, where alert_webhook_url is set (echo whsec_$(openssl rand -base64 32))",
        ));
    }
    let path = if path.is_empty() { "/" } else { path };
    let secret = Secret(secret.trim_start_matches("whsec_").to_owned());
    Ok(Some(WebhookSettings { origin, path: path.to_owned(), secret }))
}
