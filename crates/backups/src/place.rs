//! Where copies lie: a folder, or a bucket of a storage that speaks S3. Either holds things by name, and a name is there once the
//! whole of it is. Everything here blocks, as the programs do that write and read copies: call it from [`crate::actions::blocking`].

mod bucket;
mod errors;
mod folder;
mod wire;

use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use bucket::{Bucket, ObjectWriter};
use folder::FileWriter;
use jiff::Timestamp;
use platform::settings::{BackupSettings, BucketSettings};

use crate::{BackupError, Manifest, wal::BASE};

#[derive(Debug, Clone)]
pub enum Place {
    Folder(PathBuf),
    Bucket(Bucket),
}

/// Something that lies in a place, or will, by its name there. Its text is where an operator finds it.
#[derive(Debug, Clone)]
pub struct Located {
    pub place: Place,
    pub name: String,
}

/// What is in a place: by its name, without what stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub bytes: u64,
}

/// A copy that lies there.
#[derive(Debug, Clone)]
pub struct Stored {
    pub at: Located,
    pub manifest: Manifest,
}

impl Place {
    /// None: there is no place. For a bucket, to be called where a runtime is.
    pub fn of(settings: &BackupSettings) -> Result<Option<Self>, BackupError> {
        Ok(match (&settings.folder, &settings.bucket) {
            (Some(folder), _) => Some(Self::Folder(folder.clone())),
            (None, Some(bucket)) => Some(Self::in_bucket(bucket)?),
            (None, None) => None,
        })
    }

    /// Where copies go by these settings.
    pub(crate) fn told(settings: &BackupSettings) -> Option<String> {
        let folder = settings.folder.as_ref().map(|folder| folder.display().to_string());
        folder.or_else(|| settings.bucket.as_ref().map(BucketSettings::url))
    }

    pub fn in_bucket(settings: &BucketSettings) -> Result<Self, BackupError> {
        Bucket::new(settings).map(Self::Bucket)
    }

    pub fn at(&self, name: impl Into<String>) -> Located {
        Located { place: self.clone(), name: name.into() }
    }

    /// What `text` names: a file, by its path, or a copy in the place of the settings, by its name or by all of its address.
    pub fn find(own: Option<&Self>, text: &str) -> Result<Located, BackupError> {
        let path = Path::new(text);
        if let Some(own) = own
            && let Some(name) = text.strip_prefix(&format!("{own}/"))
        {
            return Ok(own.at(name));
        }
        if text.starts_with("s3://") {
            return Err(BackupError::ElsewhereInBuckets(text.to_owned()));
        }
        match own {
            Some(own) if !text.contains('/') && !path.exists() => Ok(own.at(text)),
            _ => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                Ok(Self::Folder(folder.unwrap_or(Path::new(".")).to_owned()).at(name.unwrap_or_default()))
            }
        }
    }

    pub(crate) fn copy_at(&self, at: Timestamp) -> Located {
        self.at(format!("hub-{}.backup", at.strftime("%Y%m%dT%H%M%SZ")))
    }

    /// What lies under `folder` (`""`: in the place itself), and not in folders of it; without what is not whole.
    pub fn entries(&self, folder: &str) -> Result<Vec<Entry>, BackupError> {
        match self {
            Self::Folder(own) => folder::entries(&own.join(folder)),
            Self::Bucket(bucket) => bucket.entries(folder),
        }
    }

    /// The newest first; what has no manifest is no copy.
    pub fn stored(&self) -> Result<Vec<Stored>, BackupError> {
        let entries = self.entries("")?;
        let mut stored = Vec::new();
        for name in entries.iter().map(|one| &one.name).filter(|name| name.ends_with(COPY)) {
            let manifest = manifest_name(name);
            if entries.iter().any(|one| one.name == manifest)
                && let Ok(manifest) = self.at(name).manifest()
            {
                stored.push(Stored { at: self.at(name), manifest });
            }
        }
        stored.sort_by_key(|one| std::cmp::Reverse(one.manifest.taken_at));
        Ok(stored)
    }

    /// Removes what a killed copy left half written, a day after; which. In a bucket nothing is there before the whole of it is.
    pub(crate) fn remove_left_behind(&self) -> Result<Vec<Located>, BackupError> {
        let Self::Folder(folder) = self else { return Ok(Vec::new()) };
        let left: Vec<Located> = folder::left_behind(folder)?.into_iter().map(|name| self.at(name)).collect();
        left.iter().try_for_each(Located::remove).map(|()| left)
    }

    /// Looks around, writes something small, reads it and removes it again.
    pub fn try_out(&self) -> Result<(), BackupError> {
        self.entries("")?;
        let probe = self.at(format!("hub-check-{}", chain::hex(&platform::random::bytes::<8>())));
        let text = b"Written by hub config check, and removed at once.";
        probe.put(text)?;
        let read = probe.get()?;
        probe.remove()?;
        if read.as_deref() == Some(text) {
            Ok(())
        } else {
            Err(BackupError::Problem(format!("{probe}: what was written there does not come back")))
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Bucket(bucket) => f.write_str(bucket.url()),
        }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Folder(folder) => write!(f, "{}", folder.join(&self.name).display()),
            Place::Bucket(bucket) => write!(f, "{}/{}", bucket.url(), self.name),
        }
    }
}

impl Located {
    pub fn reader(&self) -> Result<Box<dyn Read + Send>, BackupError> {
        match &self.place {
            Place::Folder(folder) => folder::reader(&folder.join(&self.name)),
            Place::Bucket(bucket) => bucket.reader(&self.name),
        }
    }

    /// What is written to it is there once it is finished, and leaves nothing if it never is.
    pub fn writer(&self) -> Result<Writer, BackupError> {
        Ok(match &self.place {
            Place::Folder(folder) => Writer::File(FileWriter::new(&folder.join(&self.name))?),
            Place::Bucket(bucket) => Writer::Object(bucket.writer(&self.name)),
        })
    }

    pub fn put(&self, bytes: &[u8]) -> Result<(), BackupError> {
        let mut writer = self.writer()?;
        writer.write_all(bytes).map_err(BackupError::at(self))?;
        writer.finish()
    }

    /// All of it; none: there is nothing of this name.
    pub fn get(&self) -> Result<Option<Vec<u8>>, BackupError> {
        match &self.place {
            Place::Folder(folder) => {
                let path = folder.join(&self.name);
                match fs::read(&path) {
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    outcome => outcome.map(Some).map_err(BackupError::file(&path)),
                }
            }
            Place::Bucket(bucket) => bucket.get(&self.name),
        }
    }

    /// Nothing of this name is there afterwards.
    pub fn remove(&self) -> Result<(), BackupError> {
        match &self.place {
            Place::Folder(folder) => folder::remove(&folder.join(&self.name)),
            Place::Bucket(bucket) => bucket.remove(&self.name),
        }
    }

    /// Whether it is one to replay log on, rather than a copy.
    pub fn is_base(&self) -> bool {
        self.name.ends_with(BASE)
    }

    fn beside(&self) -> Self {
        self.place.at(manifest_name(&self.name))
    }

    /// Of the copy that lies here.
    pub fn manifest(&self) -> Result<Manifest, BackupError> {
        let beside = self.beside();
        let text = beside.get()?.ok_or_else(|| BackupError::NoManifest(self.to_string()))?;
        serde_json::from_slice(&text)
            .map_err(|cause| BackupError::Manifest { at: beside.to_string(), cause: cause.to_string() })
    }

    /// The last thing of a copy: from now on it is one.
    pub(crate) fn describe(&self, manifest: &Manifest) -> Result<(), BackupError> {
        let text = serde_json::to_string_pretty(manifest).unwrap_or_default() + "\n";
        self.beside().put(text.as_bytes())
    }

    /// The manifest goes first: without it the rest is no copy any more.
    pub(crate) fn remove_copy(&self) -> Result<(), BackupError> {
        self.beside().remove()?;
        self.remove()
    }
}

const COPY: &str = ".backup";

fn manifest_name(copy: &str) -> String {
    format!("{}.json", copy.strip_suffix(COPY).unwrap_or(copy))
}

/// Dropped before it is finished, it takes back what was written.
pub enum Writer {
    File(FileWriter),
    Object(ObjectWriter),
}

impl Writer {
    /// Whole, and as durable as the place makes it.
    pub fn finish(self) -> Result<(), BackupError> {
        match self {
            Self::File(writer) => writer.finish(),
            Self::Object(writer) => writer.finish(),
        }
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(writer) => writer.write(bytes),
            Self::Object(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(writer) => writer.flush(),
            Self::Object(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_found_by_its_name_by_its_address_and_by_its_path() {
        let own = Place::Folder("/backups".into());
        let found = |own, text| Place::find(own, text).map(|found| found.to_string());
        assert_eq!(found(Some(&own), "hub-x.backup").unwrap(), "/backups/hub-x.backup");
        assert_eq!(found(Some(&own), "/backups/hub-x.backup").unwrap(), "/backups/hub-x.backup");
        assert_eq!(found(Some(&own), "/other/hub-x.backup").unwrap(), "/other/hub-x.backup");
        assert_eq!(found(None, "hub-x.backup").unwrap(), "./hub-x.backup");
        let refused = found(Some(&own), "s3://bucket/hub-x.backup").unwrap_err().to_string();
        assert!(refused.contains("backup_bucket"), "{refused}");
    }

    #[test]
    fn what_is_not_finished_is_not_there() {
        let folder = std::env::temp_dir().join(format!("hub-place-{}", std::process::id()));
        let place = Place::Folder(folder.clone());
        assert_eq!(place.entries("").unwrap(), []);
        let mut writer = place.at("log/1").writer().unwrap();
        writer.write_all(b"half").unwrap();
        assert_eq!(place.entries("log").unwrap(), []);
        drop(writer);
        assert_eq!(fs::read_dir(folder.join("log")).unwrap().count(), 0);
        place.at("log/1").put(b"whole").unwrap();
        assert_eq!(place.entries("log").unwrap(), [Entry { name: "1".into(), bytes: 5 }]);
        assert_eq!(place.entries("").unwrap(), []);
        assert_eq!(place.at("log/1").get().unwrap().unwrap(), b"whole");
        place.try_out().unwrap();
        for _ in 0..2 {
            place.at("log/1").remove().unwrap();
        }
        assert_eq!(place.at("log/1").get().unwrap(), None);
        fs::remove_dir_all(folder).unwrap();
    }
}
