//! Where bases and log lie: in the place of copies, in a form that only the key opens.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Write},
};

use age::{Decryptor, Encryptor, Identity, Recipient, stream::StreamReader};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};

use super::{
    base::{BASE, BaseManifest, MANIFEST, StoredBase},
    coverage::{self, Coverage, Target},
    segment::{Archived, LENGTH, Segment},
};
use crate::{BackupError, Key, Place, place::Located};

const HISTORY: &str = ".history";
/// Of sixteen megabytes most is often empty; more effort than this gains little.
const EFFORT: u32 = 3;

/// Everything here blocks.
#[derive(Clone)]
pub struct Shelf {
    pub place: Place,
    pub key: Key,
}

impl Shelf {
    /// The log of the cluster with this identifier.
    pub(crate) fn log(&self, system: &str) -> Result<Vec<Archived>, BackupError> {
        let entries = self.place.entries(&folder(system))?;
        Ok(entries.iter().filter_map(|one| Archived::parse(&one.name, one.bytes)).collect())
    }

    fn locate(&self, system: &str, file: &str) -> Located {
        self.place.at(format!("{}/{file}", folder(system)))
    }

    /// The newest first; what has no manifest is no base.
    pub fn bases(&self) -> Result<Vec<StoredBase>, BackupError> {
        let entries = self.place.entries("")?;
        let names: BTreeSet<&str> = entries.iter().map(|one| one.name.as_str()).collect();
        let mut bases = Vec::new();
        for name in names.iter().filter(|name| name.ends_with(BASE)) {
            let at = self.place.at(*name);
            if names.contains(format!("{name}{MANIFEST}").as_str())
                && let Ok(manifest) = BaseManifest::of(&at)
            {
                bases.push(StoredBase { at, manifest });
            }
        }
        bases.sort_by_key(|one| std::cmp::Reverse(one.manifest.finished_at));
        Ok(bases)
    }

    /// What can be reached from this base.
    pub fn cover(&self, base: &Located) -> Result<Coverage, BackupError> {
        let manifest = BaseManifest::of(base)?;
        let log = self.log(&manifest.system)?;
        Ok(Coverage::of(StoredBase { at: base.clone(), manifest }, &log))
    }

    /// What can be reached, the newest first.
    pub fn covered(&self) -> Result<Vec<Coverage>, BackupError> {
        let bases = self.bases()?;
        let mut logs = BTreeMap::new();
        for system in bases.iter().map(|one| one.manifest.system.clone()).collect::<BTreeSet<_>>() {
            let log = self.log(&system)?;
            logs.insert(system, log);
        }
        let cover = |base: StoredBase| Coverage::of(base.clone(), &logs[&base.manifest.system]);
        Ok(bases.into_iter().map(cover).collect())
    }

    /// Such stretches in words, the newest first.
    pub fn stretches(covered: &[Coverage]) -> Vec<String> {
        coverage::stretches(covered)
    }

    pub fn choose(&self, target: Target) -> Result<Coverage, BackupError> {
        coverage::choose(&self.covered()?, target).cloned()
    }

    /// Durable when it returns. A second time is fine when it is the same; another one of its name is refused.
    pub(crate) fn put_segment(
        &self,
        system: &str,
        known: &[Archived],
        new: Archived,
        bytes: &[u8],
    ) -> Result<Archived, BackupError> {
        if let Some(there) = known.iter().find(|one| one.segment == new.segment) {
            let at = self.locate(system, &Archived::file(there.segment, there.until));
            return match self.open(&at)? == bytes {
                true => Ok(*there),
                false => Err(BackupError::OtherLog(at.to_string())),
            };
        }
        let sealed = self.seal(bytes)?;
        self.locate(system, &Archived::file(new.segment, new.until)).put(&sealed)?;
        Ok(Archived { bytes: sealed.len() as u64, ..new })
    }

    pub(crate) fn segment(&self, system: &str, one: &Archived) -> Result<Vec<u8>, BackupError> {
        let at = self.locate(system, &Archived::file(one.segment, one.until));
        let bytes = self.open(&at)?;
        match is_segment(&bytes, one.segment) {
            true => Ok(bytes),
            false => Err(wrong(&at, "it is not the segment of the log that its name says")),
        }
    }

    /// The history of a timeline, by PostgreSQL's name for it.
    pub(crate) fn put_history(&self, system: &str, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        let at = self.locate(system, name);
        match at.get()? {
            Some(there) if self.opened(&at, &there[..])? == bytes => Ok(()),
            Some(_) => Err(BackupError::OtherLog(at.to_string())),
            None => at.put(&self.seal(bytes)?),
        }
    }

    pub(crate) fn history(&self, system: &str, name: &str) -> Result<Option<Vec<u8>>, BackupError> {
        let at = self.locate(system, name);
        at.get()?.map(|bytes| self.opened(&at, &bytes[..])).transpose()
    }

    pub(crate) fn is_history(name: &str) -> bool {
        let timeline = name.strip_suffix(HISTORY);
        timeline.is_some_and(|text| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }

    pub(crate) fn remove(&self, system: &str, one: &Archived) -> Result<(), BackupError> {
        self.locate(system, &Archived::file(one.segment, one.until)).remove()
    }

    fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>, BackupError> {
        let recipients = self.key.recipients();
        let encryptor = Encryptor::with_recipients(recipients.iter().map(|one| one as &dyn Recipient))
            .map_err(|_| BackupError::Key)?;
        let sealed = || -> io::Result<Vec<u8>> {
            let sink = encryptor.wrap_output(Vec::with_capacity(1 << 16))?;
            let mut sink = GzEncoder::new(sink, Compression::new(EFFORT));
            sink.write_all(bytes)?;
            sink.finish()?.finish()
        };
        sealed().map_err(|cause| BackupError::Problem(cause.to_string()))
    }

    fn open(&self, at: &Located) -> Result<Vec<u8>, BackupError> {
        let bytes = at.get()?.ok_or_else(|| wrong(at, "it is not there"))?;
        self.opened(at, &bytes[..])
    }

    fn opened(&self, at: &Located, bytes: &[u8]) -> Result<Vec<u8>, BackupError> {
        let mut text = Vec::new();
        // Longer than a segment is none.
        let mut source = self.decrypted(at, bytes)?.take(LENGTH + 1);
        source.read_to_end(&mut text).map_err(|cause| locked(at, &cause))?;
        Ok(text)
    }

    /// Decrypted and decompressed.
    pub(crate) fn decrypted<R: Read>(
        &self,
        at: &Located,
        source: R,
    ) -> Result<GzDecoder<StreamReader<R>>, BackupError> {
        let decryptor = Decryptor::new(source).map_err(|cause| locked(at, &cause))?;
        let opened = decryptor
            .decrypt(std::iter::once(self.key.identity() as &dyn Identity))
            .map_err(|cause| locked(at, &cause))?;
        Ok(GzDecoder::new(opened))
    }
}

pub(crate) fn locked(at: &Located, cause: &dyn std::fmt::Display) -> BackupError {
    BackupError::Locked { at: at.to_string(), cause: cause.to_string() }
}

fn wrong(at: &Located, cause: &str) -> BackupError {
    BackupError::At { at: at.to_string(), cause: cause.to_owned() }
}

fn folder(system: &str) -> String {
    format!("log/{system}")
}

/// A whole one, whose first page says that it is at its place.
pub(crate) fn is_segment(bytes: &[u8], segment: Segment) -> bool {
    let place = bytes.get(8..16).and_then(|place| place.try_into().ok()).map(u64::from_ne_bytes);
    bytes.len() as u64 == LENGTH && place == Some(segment.number * LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(number: u64, filled: u8) -> Vec<u8> {
        let mut bytes = vec![filled; LENGTH as usize];
        bytes[8..16].copy_from_slice(&(number * LENGTH).to_ne_bytes());
        bytes
    }

    #[test]
    fn the_same_twice_is_fine_and_another_of_its_name_is_refused() {
        let folder = std::env::temp_dir().join(format!("hub-shelf-{}", std::process::id()));
        let key = Key::read(&Key::make(), &[]).unwrap();
        let shelf = Shelf { place: Place::Folder(folder.clone()), key };
        let until = "2026-11-29T10:15:07Z".parse().unwrap();
        let new = Archived { segment: Segment { timeline: 1, number: 3 }, until, bytes: 0 };
        let put = |bytes: &[u8], until| {
            let known = shelf.log("7").unwrap();
            shelf.put_segment("7", &known, Archived { until, ..new }, bytes)
        };
        let first = put(&segment(3, 1), until).unwrap();
        assert!(first.bytes > 0 && first.bytes < LENGTH / 10, "{first:?}");
        // Carried again after a crash, a little later.
        assert_eq!(put(&segment(3, 1), "2026-11-29T10:16:00Z".parse().unwrap()).unwrap(), first);
        assert!(matches!(put(&segment(3, 2), until), Err(BackupError::OtherLog(_))));
        assert_eq!(shelf.log("7").unwrap(), [first]);
        assert_eq!(shelf.segment("7", &first).unwrap(), segment(3, 1));
        // What says of itself that it is another is not handed out.
        let other = Archived { segment: Segment { timeline: 1, number: 4 }, ..new };
        let other = shelf.put_segment("7", &[], other, &segment(3, 1)).unwrap();
        assert!(matches!(shelf.segment("7", &other), Err(BackupError::At { .. })));

        for _ in 0..2 {
            shelf.put_history("7", "00000002.history", b"1 0/3000000").unwrap();
        }
        assert!(matches!(
            shelf.put_history("7", "00000002.history", b"1 0/4"),
            Err(BackupError::OtherLog(_))
        ));
        assert_eq!(shelf.history("7", "00000002.history").unwrap().unwrap(), b"1 0/3000000");
        assert_eq!(shelf.history("7", "00000003.history").unwrap(), None);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
