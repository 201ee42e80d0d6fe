//! Keys of this machine: given as settings, or files in the data folder that are made at the first start.

use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use platform::{
    settings::{Secret, Settings},
    vault::Vault,
};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use crate::database::data_dir;

const VAULT: &str = "vault.key";
const ERASURES: &str = "erasures.jsonl";
const AUDIT: &str = "audit.key";
const BACKUP: &str = "backup.key";

/// The settings with the key in them that the audit trail is signed with, where there is one.
pub fn with_audit_key(mut settings: Settings) -> Result<Settings> {
    if settings.audit.key.is_none() && settings.data_dir.is_some() {
        settings.audit.key = read(&settings, AUDIT)?.map(Secret);
    }
    Ok(settings)
}

/// For whoever seals: made when there is none yet.
pub fn with_made_audit_key(settings: Settings) -> Result<Settings> {
    let mut settings = with_audit_key(settings)?;
    if settings.audit.key.is_none() {
        settings.audit.key = Some(Secret(make(&settings, AUDIT, "the audit trail's signatures")?));
    }
    Ok(settings)
}

/// The settings with the key in them that copies of the database are encrypted with, which must be there.
pub fn with_backup_key(mut settings: Settings) -> Result<Settings> {
    settings.backup.key = backup_key(&settings)?.map(Secret);
    if settings.backup.key.is_none() {
        bail!(
            "the backup key is missing: put it back as {BACKUP} in the data folder, or give it as the setting `backup_key`. Without \
             it no copy can be read"
        );
    }
    Ok(settings)
}

/// As given, or as found in its file.
pub fn backup_key(settings: &Settings) -> Result<Option<String>> {
    match &settings.backup.key {
        Some(Secret(key)) => Ok(Some(key.clone())),
        None => read(settings, BACKUP),
    }
}

/// For whoever makes copies: made when there is none yet.
pub fn with_made_backup_key(mut settings: Settings) -> Result<Settings> {
    if backup_key(&settings)?.is_none() {
        let key = backups::Key::make();
        write_new(&settings, BACKUP, &key, "copies of the database")?;
        settings.backup.key = Some(Secret(key));
    }
    with_backup_key(settings)
}

/// The settings with the vault's key and the place of the erasure ledger in them, for whoever reads or writes what stands under it. Made where neither the key nor
/// anything written with it is there yet; refused where this database was written with another.
pub async fn with_vault(mut settings: Settings, client: &Client, now: Timestamp) -> Result<Settings> {
    let known = fingerprint_known(client).await?;
    let key = match (vault_key(&settings)?, &known) {
        (Some(key), _) => key,
        (None, None) => make_vault_key(&settings)?,
        (None, Some(known)) => bail!(
            "the vault key is missing: this database was written with the one named {known}. Put it back as {VAULT} in the data \
             folder, or give it as the setting `vault_key`. If it is lost for good, `hub vault give-up` says what that means"
        ),
    };
    let here = fingerprint(&key)?;
    if known.is_none() {
        let insert = "insert into vault (fingerprint, since) values ($1, $2) on conflict do nothing";
        client.execute(insert, &[&here, &now]).await?;
    }
    // Read again: of two that start at once, one was first.
    let known = fingerprint_known(client).await?.unwrap_or_default();
    if known != here {
        bail!(
            "this is not the vault key that this database was written with: here is {here}, it wants {known}. Put the right one \
             back as {VAULT} in the data folder, or give it as the setting `vault_key`. If it is lost for good, \
             `hub vault give-up` says what that means"
        );
    }
    settings.vault_key = Some(Secret(key));
    if settings.erasure_ledger.is_none() {
        settings.erasure_ledger = Some(data_dir(&settings)?.join(ERASURES));
    }
    Ok(settings)
}

/// As given, or as found in its file.
pub fn vault_key(settings: &Settings) -> Result<Option<String>> {
    match &settings.vault_key {
        Some(Secret(key)) => Ok(Some(key.clone())),
        None => read(settings, VAULT),
    }
}

pub fn make_vault_key(settings: &Settings) -> Result<String> {
    make(settings, VAULT, "what the database keeps sealed")
}

/// Names a vault key and tells nothing of it.
pub fn fingerprint(key: &str) -> Result<String> {
    Vault::read(key).context("the vault key must be 64 hexadecimal digits")?;
    let key = key.trim().to_lowercase();
    let digest = Sha256::new().chain_update(b"hub vault 1\0").chain_update(key).finalize();
    Ok(chain::hex(&digest[..8]))
}

/// Of the key this database was written with.
pub async fn fingerprint_known(client: &Client) -> Result<Option<String>> {
    Ok(client.query_opt("select fingerprint from vault", &[]).await?.map(|row| row.get(0)))
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
    let text = chain::hex(&platform::random::bytes::<32>());
    write_new(settings, file, &text, what)?;
    Ok(text)
}

fn write_new(settings: &Settings, file: &str, text: &str, what: &str) -> Result<()> {
    let folder = data_dir(settings)?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let path = folder.join(file);
    let mut file = fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    tracing::info!(path = %path.display(), "made the key of {what}: keep a copy apart from the database's");
    Ok(())
}
