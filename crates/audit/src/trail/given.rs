//! What the settings give to seal and verify with: the key, the keys before it, and where the head is anchored.

use kernel::Clock;
use platform::settings::{AnchorPlace, Secret, Settings};

use super::{AnchorFile, PublicKey, Sealer, SigningKey, TrailError, Trust};

const ANCHOR_FILE: &str = "audit.anchor";

pub fn sealer(settings: &Settings, clock: Clock) -> Result<Sealer, TrailError> {
    let key = key(settings)?.ok_or(TrailError::NoKey)?;
    Ok(Sealer::new(key, trusted(settings)?, anchor(settings)?, clock))
}

/// What a verification believes: without a key, no signature can be checked, and it says so.
pub fn trust(settings: &Settings) -> Result<Trust, TrailError> {
    let mut keys = trusted(settings)?;
    keys.extend(key(settings)?.map(|key| key.public()));
    let file = anchor(settings)?;
    let anchors = file.as_ref().map_or_else(|| Ok(Vec::new()), AnchorFile::read)?;
    Ok(Trust { keys, anchors, expects_anchor: file.is_some() })
}

/// None when it is switched off.
pub(crate) fn anchor(settings: &Settings) -> Result<Option<AnchorFile>, TrailError> {
    Ok(match (&settings.audit.anchor, &settings.data_dir) {
        (AnchorPlace::Off, _) => None,
        (AnchorPlace::File(path), _) => Some(AnchorFile::new(path)),
        (AnchorPlace::DataFolder, Some(folder)) => Some(AnchorFile::new(&folder.join(ANCHOR_FILE))),
        (AnchorPlace::DataFolder, None) => return Err(TrailError::NoFolder),
    })
}

fn key(settings: &Settings) -> Result<Option<SigningKey>, TrailError> {
    settings.audit.key.as_ref().map(|Secret(given)| SigningKey::read(given)).transpose()
}

fn trusted(settings: &Settings) -> Result<Vec<PublicKey>, TrailError> {
    let keys = settings.audit.trusted_keys.iter();
    keys.map(|text| PublicKey::read(text).map_err(|_| TrailError::BadTrustedKey(text.clone()))).collect()
}
