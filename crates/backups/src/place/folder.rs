use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use super::Entry;
use crate::BackupError;

/// What is still being written.
const PART: &str = ".part";
/// What every name of ours begins with: in a folder may lie what is somebody else's.
const OURS: &str = "hub-";
/// Nothing is written for longer than this.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3600);

pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>, BackupError> {
    let whole = files(folder)?.into_iter().filter(|(name, _)| !name.ends_with(PART));
    Ok(whole.map(|(name, metadata)| Entry { name, bytes: metadata.len() }).collect())
}

/// Parts that nobody writes any more, since whoever did was killed.
pub(super) fn left_behind(folder: &Path) -> Result<Vec<String>, BackupError> {
    let is_old = |metadata: &fs::Metadata| {
        let written = metadata.modified().ok();
        written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > LEFT_BEHIND)
    };
    let parts = files(folder)?
        .into_iter()
        .filter(|(name, metadata)| name.starts_with(OURS) && name.ends_with(PART) && is_old(metadata));
    Ok(parts.map(|(name, _)| name).collect())
}

/// What lies in the folder; nothing where there is none yet.
fn files(folder: &Path) -> Result<Vec<(String, fs::Metadata)>, BackupError> {
    let read = match fs::read_dir(folder) {
        Ok(read) => read,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BackupError::file(folder)(error)),
    };
    let mut files = Vec::new();
    for entry in read {
        let entry = entry.map_err(BackupError::file(folder))?;
        // Gone since: it is not there.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            files.push((entry.file_name().to_string_lossy().into_owned(), metadata));
        }
    }
    Ok(files)
}

pub(super) fn reader(path: &Path) -> Result<Box<dyn Read + Send>, BackupError> {
    let file = File::open(path).map_err(BackupError::file(path))?;
    Ok(Box::new(BufReader::with_capacity(1 << 20, file)))
}

pub(super) fn remove(path: &Path) -> Result<(), BackupError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::file(path)(error)),
        _ => Ok(()),
    }
}

pub struct FileWriter {
    file: BufWriter<File>,
    part: PathBuf,
    path: PathBuf,
    finished: bool,
}

impl FileWriter {
    /// Its folder is made when it is missing, for its owner alone.
    pub(super) fn new(path: &Path) -> Result<Self, BackupError> {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        let folder = folder_of(path);
        let mut made = fs::DirBuilder::new();
        made.recursive(true).mode(0o700).create(folder).map_err(BackupError::file(folder))?;
        let mut part = path.as_os_str().to_owned();
        part.push(PART);
        let part = PathBuf::from(part);
        let mut options = File::options();
        let options = options.create(true).write(true).truncate(true).mode(0o600);
        let file = options.open(&part).map_err(BackupError::file(&part))?;
        let file = BufWriter::with_capacity(1 << 20, file);
        Ok(Self { file, part, path: path.to_owned(), finished: false })
    }

    pub(super) fn finish(mut self) -> Result<(), BackupError> {
        let written = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        written.map_err(BackupError::file(&self.part))?;
        fs::rename(&self.part, &self.path).map_err(BackupError::file(&self.path))?;
        self.finished = true;
        // A new name is on the disk once its folder is.
        let folder = folder_of(&self.path);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::file(folder))
    }
}

impl Drop for FileWriter {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_file(&self.part);
        }
    }
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
