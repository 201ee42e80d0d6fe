//! What a storage refuses, in words that say what to do.

use object_store::Error;

use crate::BackupError;

/// Codes of S3's answers, and what helps against them.
const REMEDIES: &[(&str, &str)] = &[
    ("NoSuchBucket", "there is no such bucket: make it, or look at `backup_bucket`"),
    ("InvalidAccessKeyId", "the storage does not know this access key: look at `backup_bucket_key_id`"),
    ("NotSignedUp", "the storage does not know this access key: look at `backup_bucket_key_id`"),
    ("SignatureDoesNotMatch", "the access key's secret is wrong: look at `backup_bucket_secret`"),
    (
        "AccessDenied",
        "the access key may not do this: let it list, read, write and delete in the bucket, or look at `backup_bucket_key_id`",
    ),
    ("RequestTimeTooSkewed", "the clock of this machine is wrong: set it"),
    ("AuthorizationHeaderMalformed", "the bucket is of another region: look at `backup_bucket_region`"),
    ("PermanentRedirect", "the bucket is of another region: look at `backup_bucket_region`"),
    ("QuotaExceeded", "the storage is full: make room there, or remove what is old with `hub backup prune`"),
];

pub(super) fn told(at: &str, error: &Error) -> BackupError {
    let text = everything(error);
    let code = code(&text);
    let cause = match code.and_then(|code| REMEDIES.iter().find(|(known, _)| *known == code)) {
        Some((code, remedy)) => format!("{remedy} ({code})"),
        None if text.contains("region") => {
            "the bucket is of another region: look at `backup_bucket_region`".to_owned()
        }
        None if text.contains("HTTP error") => format!(
            "the storage cannot be reached ({}): look at `backup_bucket_endpoint`, and whether it runs",
            last(&text)
        ),
        None => code.map_or_else(|| last(&text).to_owned(), |code| format!("the storage refuses it: {code}")),
    };
    BackupError::At { at: at.to_owned(), cause }
}

/// Whether this is about the bucket and not about what was to be in it.
pub(super) fn is_no_bucket(error: &Error) -> bool {
    code(&everything(error)) == Some("NoSuchBucket")
}

/// With what lies beneath: the outermost says little.
fn everything(error: &Error) -> String {
    platform::address::causes(error)
}

/// Of the XML that is the answer's body.
fn code(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code)
}

/// Without the address and the count of tries, which come before.
fn last(text: &str) -> &str {
    let told = text.rsplit_once(" - ").map_or(text, |(_, last)| last);
    told.strip_prefix("HTTP error: ").unwrap_or(told)
}
