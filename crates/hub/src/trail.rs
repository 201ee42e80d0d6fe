//! What the audit trail is sealed and verified with on this machine: the key, and the anchor file.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result};
use audit::trail::{AnchorFile, PublicKey, Sealer, SigningKey, Trust};
use kernel::Clock;
use platform::settings::{Secret, Settings};

use crate::database::data_dir;

const KEY_FILE: &str = "audit.key";

/// Makes the key when there is none yet.
pub fn sealer(settings: &Settings, clock: Clock) -> Result<Sealer> {
    let key = match key(settings)? {
        Some(key) => key,
        None => {
            let folder = data_dir(settings)?;
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            make(&folder.join(KEY_FILE))?
        }
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
    let path = data_dir(settings)?.join(KEY_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(SigningKey::read(&text).with_context(|| path.display().to_string())?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Never over another: whoever comes second reads what the first has written.
fn make(path: &Path) -> Result<SigningKey> {
    let seed = platform::random::bytes::<32>();
    let text = chain::hex(&seed);
    let mut file = fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    tracing::info!(path = %path.display(), "made the key that signs the audit trail: keep a copy apart from the database's");
    Ok(SigningKey::read(&text)?)
}

fn trusted(settings: &Settings) -> Result<Vec<PublicKey>> {
    let keys = settings.audit.trusted_keys.iter();
    keys.map(|text| PublicKey::read(text).with_context(|| format!("audit_trusted_keys: {text}"))).collect()
}

fn anchor(settings: &Settings) -> Option<AnchorFile> {
    settings.audit.anchor.as_deref().map(AnchorFile::new)
}
