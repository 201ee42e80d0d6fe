use std::{path::PathBuf, time::Duration};

use super::{Secret, SettingsError, Values, origin, text, within, wrong};

/// Copies of the database; checked where they are used.
#[derive(Debug, Clone)]
pub struct BackupSettings {
    /// None: no copies are made by themselves, unless there is a bucket.
    pub folder: Option<PathBuf>,
    /// Instead of a folder.
    pub bucket: Option<BucketSettings>,
    /// As given, or as found in its file by whoever starts the hub.
    pub key: Option<Secret>,
    /// Others who can open them.
    pub recipients: Vec<String>,
    pub keep_days: i64,
    /// Of the private database: after how long at most what was written is archived; None: its log is not.
    pub log_every: Option<Duration>,
}

impl BackupSettings {
    /// Whether there is a place for copies, so that they are made by themselves.
    pub fn has_place(&self) -> bool {
        self.folder.is_some() || self.bucket.is_some()
    }
}

/// A bucket of a storage that speaks S3.
#[derive(Debug, Clone)]
pub struct BucketSettings {
    pub name: String,
    /// What stands before every name in it; empty, or without a slash at either end.
    pub prefix: String,
    /// Scheme, host and port; None: Amazon's own.
    pub endpoint: Option<String>,
    pub region: String,
    pub key_id: Secret,
    pub secret: Secret,
}

impl BucketSettings {
    /// As it was given.
    pub fn url(&self) -> String {
        match self.prefix.as_str() {
            "" => format!("s3://{}", self.name),
            prefix => format!("s3://{}/{prefix}", self.name),
        }
    }
}

pub(super) fn read(values: &Values) -> Result<BackupSettings, SettingsError> {
    let recipients = text(values, "backup_recipients").split(',').map(|one| one.trim().to_owned());
    let (folder, bucket) = (given(values, "backup_folder").map(PathBuf::from), read_bucket(values)?);
    if folder.is_some() && bucket.is_some() {
        return Err(wrong(
            values,
            "backup_bucket",
            "must be empty where `backup_folder` is given: copies go to one place",
        ));
    }
    Ok(BackupSettings {
        folder,
        bucket,
        key: given(values, "backup_key").map(Secret),
        recipients: recipients.filter(|one| !one.is_empty()).collect(),
        keep_days: i64::try_from(within(values, "backup_keep_days", 1, 3_650)?).unwrap_or(35),
        log_every: u64::try_from(within(values, "backup_log_seconds", 0, 3_600)?)
            .ok()
            .filter(|seconds| *seconds > 0)
            .map(Duration::from_secs),
    })
}

fn given(values: &Values, name: &str) -> Option<String> {
    Some(text(values, name)).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// None without a bucket; what else is given is checked all the same.
fn read_bucket(values: &Values) -> Result<Option<BucketSettings>, SettingsError> {
    let name = "backup_bucket_endpoint";
    let endpoint = match text(values, name) {
        "" => None,
        url => Some(
            origin(url)
                .ok_or_else(|| wrong(values, name, "must be https://host, with a port if any and no path"))?,
        ),
    };
    let Some(url) = given(values, "backup_bucket") else { return Ok(None) };
    let (name, prefix) = split(&url).ok_or_else(|| {
        let cause =
            "must be s3://bucket or s3://bucket/prefix, of letters, digits, dots, dashes and underscores";
        wrong(values, "backup_bucket", cause)
    })?;
    let needed = |setting: &'static str| match given(values, setting) {
        Some(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text),
        Some(_) => Err(wrong(values, setting, "must be letters, digits and signs without spaces")),
        None => Err(SettingsError::Wrong {
            given: setting.to_owned(),
            value: String::new(),
            cause: "must be given where `backup_bucket` is".to_owned(),
        }),
    };
    Ok(Some(BucketSettings {
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        endpoint,
        region: needed("backup_bucket_region")?,
        key_id: Secret(needed("backup_bucket_key_id")?),
        secret: Secret(needed("backup_bucket_secret")?),
    }))
}

/// Bucket and prefix of `s3://bucket/prefix`.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("s3://")?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        !part.is_empty() && letters && !part.bytes().all(|byte| byte == b'.')
    };
    // A slash with nothing behind it leaves an empty part.
    let parts = || prefix.split('/').filter(|_| rest.contains('/'));
    let whole = plain(name) && parts().all(plain);
    whole.then_some((name, prefix))
}
