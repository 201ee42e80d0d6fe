//! Keys of this machine: given as settings, or files in the data folder that are made at the first start.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
};

use anyhow::{Context, Result};
use platform::{
    settings::{Secret, Settings},
    vault::Vault,
};

use crate::database::data_dir;

const VAULT: &str = "vault.key";

/// The settings with the vault's key in them; made when there is none yet.
pub fn with_vault(mut settings: Settings) -> Result<Settings> {
    let (key, source) = match settings.vault_key.take() {
        Some(Secret(key)) => (key, "the setting `vault_key`".to_owned()),
        None => {
            let path = data_dir(&settings)?.join(VAULT).display().to_string();
            let key = match read(&settings, VAULT)? {
                Some(key) => key,
                None => make(&settings, VAULT, "what the database keeps sealed")?,
            };
            (key, path)
        }
    };
    Vault::read(&key).with_context(|| format!("{source} must be 64 hexadecimal digits"))?;
    settings.vault_key = Some(Secret(key));
    Ok(settings)
}

pub fn read(settings: &Settings, file: &str) -> Result<Option<String>> {
    let path = data_dir(settings)?.join(file);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Never over another: whoever comes second fails, and reads what the first has written.
pub fn make(settings: &Settings, file: &str, what: &str) -> Result<String> {
    let folder = data_dir(settings)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(file);
    let text = chain::hex(&platform::random::bytes::<32>());
    let mut file = fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    tracing::info!(path = %path.display(), "made the key of {what}: keep a copy apart from the database's");
    Ok(text)
}
