//! What the audit trail is sealed and verified with on this machine: the key, and the anchor file.

use anyhow::{Context, Result};
use audit::trail::{AnchorFile, PublicKey, Sealer, SigningKey, Trust};
use kernel::Clock;
use platform::settings::{Secret, Settings};

use crate::keys;

const KEY_FILE: &str = "audit.key";

/// Makes the key when there is none yet.
pub fn sealer(settings: &Settings, clock: Clock) -> Result<Sealer> {
    let key = match key(settings)? {
        Some(key) => key,
        None => SigningKey::read(&keys::make(settings, KEY_FILE, "the audit trail's signatures")?)?,
    };
    Ok(Sealer::new(key, trusted(settings)?, anchor(settings), clock))
}

/// What `hub audit verify` believes: without a key, no signature can be checked, and it says so.
pub fn trust(settings: &Settings) -> Result<Trust> {
    let mut keys = trusted(settings)?;
    keys.extend(key(settings)?.map(|key| key.public()));
    let anchors = anchor(settings).map_or_else(|| Ok(Vec::new()), |file| file.read())?;
    Ok(Trust { keys, anchors })
}

fn key(settings: &Settings) -> Result<Option<SigningKey>> {
    if let Some(Secret(given)) = &settings.audit.key {
        return Ok(Some(SigningKey::read(given)?));
    }
    let found = keys::read(settings, KEY_FILE)?;
    found.map(|text| SigningKey::read(&text).context(KEY_FILE)).transpose()
}

fn trusted(settings: &Settings) -> Result<Vec<PublicKey>> {
    let keys = settings.audit.trusted_keys.iter();
    keys.map(|text| PublicKey::read(text).with_context(|| format!("audit_trusted_keys: {text}"))).collect()
}

fn anchor(settings: &Settings) -> Option<AnchorFile> {
    settings.audit.anchor.as_deref().map(AnchorFile::new)
}
