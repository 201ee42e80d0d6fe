use std::path::{Path, PathBuf};

use crate::Located;

/// Why a copy was not made, not opened or not restored, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("no place for backups is set: give the setting `backup_folder`, or `backup_bucket`")]
    NoPlace,
    #[error("{path}: {cause}")]
    File { path: PathBuf, cause: std::io::Error },
    /// In a folder or in a bucket.
    #[error("{at}: {cause}")]
    At { at: String, cause: String },
    #[error("{0} is not in the bucket of the settings: give `backup_bucket` and what belongs to it")]
    ElsewhereInBuckets(String),
    #[error("{program}: {cause}")]
    Program { program: &'static str, cause: String },
    #[error(
        "the backup key must be an age identity, as `hub backup key` prints it, or as age-keygen makes it"
    )]
    Key,
    #[error("{0:?} is not an age recipient (age1…)")]
    Recipient(String),
    #[error("{at} cannot be decrypted with this backup key: {cause}")]
    Locked { at: String, cause: String },
    #[error("{0} has no manifest beside it: the file of the same name that ends in .json")]
    NoManifest(String),
    #[error("{at}: the manifest cannot be read: {cause}")]
    Manifest { at: String, cause: String },
    #[error("{at} is not what its manifest describes: it has {found}, and should have {wanted}")]
    Differs { at: String, found: String, wanted: String },
    #[error(
        "the log is archived of the private database alone, where `backup_log_seconds` is above 0 and a place for backups is set"
    )]
    NoLog,
    #[error(
        "there is no base to begin with: `hub backup create --base` makes one, and so does a running hub"
    )]
    NoBase,
    #[error("{asked} cannot be reached. What can: {covered}")]
    NotCovered { asked: String, covered: String },
    #[error(
        "{0} lies there already and is another: it is not written over. Two databases with one identifier archive into one place, and must not"
    )]
    OtherLog(String),
    #[error(
        "PostgreSQL had to let go of log before it was archived, so what comes after begins with a new base: the place of copies took nothing for too long"
    )]
    LogLost,
    #[error("another one is under way")]
    Busy,
    #[error("the database holds {0} tables already: restore into an empty one")]
    NotEmpty(i64),
    #[error("{0} was made by a later release: restore it with that release")]
    Later(String),
    #[error("{}", platform::address::causes(.0))]
    Postgres(#[from] tokio_postgres::Error),
    #[error(transparent)]
    Embedded(#[from] embedded::Error),
    #[error("{0}")]
    Problem(String),
}

impl From<platform::Problem> for BackupError {
    fn from(problem: platform::Problem) -> Self {
        Self::Problem(problem.detail)
    }
}

impl BackupError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::File { path, cause }
    }

    /// What was said by the place itself stays as it was said.
    pub(crate) fn at(located: &Located) -> impl FnOnce(std::io::Error) -> Self {
        let at = located.to_string();
        move |cause| cause.downcast().unwrap_or_else(|cause| Self::At { at, cause: cause.to_string() })
    }
}
