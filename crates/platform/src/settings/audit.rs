use std::path::PathBuf;

use super::{Secret, Values, text};

/// What proves the audit trail; checked where it is used.
#[derive(Debug, Clone)]
pub struct AuditSettings {
    pub key: Option<Secret>,
    pub trusted_keys: Vec<String>,
    pub anchor: AnchorPlace,
}

/// Where the head of the audit trail is written down outside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnchorPlace {
    DataFolder,
    File(PathBuf),
    Off,
}

pub(super) fn read(values: &Values) -> AuditSettings {
    let keys = text(values, "audit_trusted_keys").split(',').map(|key| key.trim().to_owned());
    AuditSettings {
        key: Some(text(values, "audit_key")).filter(|key| !key.is_empty()).map(|key| Secret(key.to_owned())),
        trusted_keys: keys.filter(|key| !key.is_empty()).collect(),
        anchor: match text(values, "audit_anchor") {
            "" => AnchorPlace::DataFolder,
            "off" => AnchorPlace::Off,
            file => AnchorPlace::File(file.into()),
        },
    }
}
