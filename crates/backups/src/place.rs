//! Where copies lie, and the key they are encrypted with.

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

use age::{
    secrecy::ExposeSecret,
    x25519::{Identity, Recipient},
};
use jiff::Timestamp;

use crate::{BackupError, Manifest, archive};

/// Opens and locks copies. Whoever has its text can read them all.
#[derive(Clone)]
pub struct Key {
    identity: Identity,
    /// Others who can open them too.
    others: Vec<Recipient>,
}

impl Key {
    /// A new one, as text.
    pub fn make() -> String {
        Identity::generate().to_string().expose_secret().to_owned()
    }

    /// `text`: an age identity, with or without the comment lines of age-keygen; `others`: age recipients.
    pub fn read(text: &str, others: &[String]) -> Result<Self, BackupError> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let identity = Identity::from_str(line.unwrap_or_default()).map_err(|_| BackupError::Key)?;
        let read =
            |text: &String| Recipient::from_str(text).map_err(|_| BackupError::Recipient(text.clone()));
        Ok(Self { identity, others: others.iter().map(read).collect::<Result<_, _>>()? })
    }

    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn recipients(&self) -> Vec<Recipient> {
        let own = self.identity.to_public();
        self.others.iter().cloned().chain([own]).collect()
    }
}

/// A folder of copies.
#[derive(Debug, Clone)]
pub struct Place(PathBuf);

/// A copy that lies there.
#[derive(Debug, Clone)]
pub struct Stored {
    pub path: PathBuf,
    pub manifest: Manifest,
}

impl Place {
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Made when it is missing, for its owner alone.
    pub(crate) fn prepare(&self) -> Result<(), BackupError> {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0).map_err(BackupError::file(&self.0))
    }

    pub(crate) fn path_at(&self, at: Timestamp) -> PathBuf {
        self.0.join(format!("hub-{}.backup", at.strftime("%Y%m%dT%H%M%SZ")))
    }

    /// The newest first; what has no manifest is no copy.
    pub fn stored(&self) -> Result<Vec<Stored>, BackupError> {
        let mut stored = Vec::new();
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(stored),
            Err(error) => return Err(BackupError::file(&self.0)(error)),
        };
        for entry in entries {
            let path = entry.map_err(BackupError::file(&self.0))?.path();
            if path.extension().is_some_and(|ending| ending == "backup")
                && let Ok(manifest) = Manifest::beside(&path)
            {
                stored.push(Stored { path, manifest });
            }
        }
        stored.sort_by_key(|one| std::cmp::Reverse(one.manifest.taken_at));
        Ok(stored)
    }

    pub(crate) fn remove(stored: &Stored) -> Result<(), BackupError> {
        // The manifest goes first: without it the rest is no copy any more.
        for path in [manifest_path(&stored.path), stored.path.clone()] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(BackupError::file(&path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn manifest_path(backup: &Path) -> PathBuf {
    backup.with_extension("json")
}

impl Manifest {
    /// Of the copy in this file.
    pub fn beside(backup: &Path) -> Result<Self, BackupError> {
        let path = manifest_path(backup);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(BackupError::NoManifest(backup.to_owned()));
            }
            outcome => outcome.map_err(BackupError::file(&path))?,
        };
        serde_json::from_str(&text).map_err(|cause| BackupError::Manifest { path, cause: cause.to_string() })
    }

    pub(crate) fn write_beside(&self, backup: &Path) -> Result<(), BackupError> {
        use std::io::Write;
        let (path, part) = (manifest_path(backup), backup.with_extension("json.part"));
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let mut file = archive::private_file(&part)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(BackupError::file(&part))?;
        fs::rename(&part, &path).map_err(BackupError::file(&path))?;
        archive::sync_folder(&path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_age_keygen_writes_it_and_nothing_else_is() {
        let text = Key::make();
        let with_comments = format!("# created: 2026-11-28\n# public key: age1…\n{text}\n");
        assert_eq!(
            Key::read(&with_comments, &[]).unwrap().recipient(),
            Key::read(&text, &[]).unwrap().recipient()
        );
        for wrong in ["", "AGE-SECRET-KEY-1", &text[..60], "0123"] {
            assert!(Key::read(wrong, &[]).is_err(), "{wrong}");
        }
        assert!(matches!(Key::read(&text, &["age1nonsense".to_owned()]), Err(BackupError::Recipient(_))));
    }
}
