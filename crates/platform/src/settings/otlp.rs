use hyper::header::{HeaderName, HeaderValue};

use super::{Secret, SettingsError, Values, origin, stripe::is_private, text, within, wrong};

/// Who takes the spans of this hub.
#[derive(Debug, Clone)]
pub struct OtlpSettings {
    /// Scheme, host and port of the collector.
    pub origin: String,
    /// Before `/v1/traces`, without a slash at its end.
    pub path: String,
    /// Names, and what lets the hub in.
    pub headers: Vec<(String, Secret)>,
    /// Of a hundred chains that begin here, so many are recorded.
    pub percent: u8,
}

pub(super) fn read(values: &Values) -> Result<Option<OtlpSettings>, SettingsError> {
    let percent = u8::try_from(within(values, "otlp_sample_percent", 0, 100)?).unwrap_or(100);
    let headers = headers(values)?;
    let url = text(values, "otlp_endpoint");
    if url.is_empty() {
        return Ok(None);
    }
    let (origin, path) = split(url).ok_or_else(|| {
        wrong(
            values,
            "otlp_endpoint",
            "must be http://host:4318 or https://host, with a path if any; /v1/traces is added",
        )
    })?;
    if !headers.is_empty() && !is_private(&origin) {
        return Err(wrong(
            values,
            "otlp_endpoint",
            "must be https://host, or an address of this machine, where otlp_headers are given: nobody in between may read them",
        ));
    }
    Ok(Some(OtlpSettings { origin, path: path.to_owned(), headers, percent }))
}

fn split(url: &str) -> Option<(String, &str)> {
    let after = url.find("://")? + 3;
    let end = url[after..].find('/').map_or(url.len(), |at| after + at);
    let (start, path) = url.split_at(end);
    let path = path.trim_end_matches('/');
    let plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte));
    let added = path.ends_with("/v1/traces");
    origin(start).filter(|_| plain && !added).map(|origin| (origin, path))
}

fn headers(values: &Values) -> Result<Vec<(String, Secret)>, SettingsError> {
    let given = text(values, "otlp_headers").split(',').map(str::trim).filter(|one| !one.is_empty());
    let read = given.map(|one| {
        let (name, value) = one.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let right = HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok();
        right.then(|| (name.to_owned(), Secret(value.to_owned())))
    });
    let read: Option<Vec<_>> = read.collect();
    read.ok_or_else(|| wrong(values, "otlp_headers", "must be name=value, with commas between them"))
}
