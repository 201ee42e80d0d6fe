use std::path::PathBuf;

use super::{Secret, SettingsError, Values, text, within};

/// Copies of the database; checked where they are used.
#[derive(Debug, Clone)]
pub struct BackupSettings {
    /// None: no copies are made by themselves.
    pub folder: Option<PathBuf>,
    /// As given, or as found in its file by whoever starts the hub.
    pub key: Option<Secret>,
    /// Others who can open them.
    pub recipients: Vec<String>,
    pub keep_days: i64,
}

pub(super) fn read(values: &Values) -> Result<BackupSettings, SettingsError> {
    let given = |name| Some(text(values, name)).filter(|text| !text.is_empty()).map(str::to_owned);
    let recipients = text(values, "backup_recipients").split(',').map(|one| one.trim().to_owned());
    Ok(BackupSettings {
        folder: given("backup_folder").map(PathBuf::from),
        key: given("backup_key").map(Secret),
        recipients: recipients.filter(|one| !one.is_empty()).collect(),
        keep_days: i64::try_from(within(values, "backup_keep_days", 1, 3_650)?).unwrap_or(35),
    })
}
