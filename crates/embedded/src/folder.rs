//! The data folder: its parts, its lock, and where the socket goes.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::Error;
use crate::account::Account;
use crate::binaries::ClusterVersion;
use crate::error::At;

/// What the operating system allows for the path of a socket, without its closing zero.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };
pub(crate) const CLUSTER: &str = "postgres";
/// A weekday's log is written over after a week; one that old is from last week.
const LOG_KEPT: Duration = Duration::from_secs(6 * 24 * 3600);
const HALF: &str = "postgres.new-";
const LOCK_PATIENCE: Duration = Duration::from_millis(300);

/// Root opens files in a folder that may be another account's, which must not lead it elsewhere by a link.
pub(crate) const NO_LINK: i32 = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();

pub(crate) struct Folder {
    pub root: PathBuf,
    pub cluster: PathBuf,
    pub log: PathBuf,
    pub start_log: PathBuf,
    pub socket_dir: PathBuf,
    /// Held for as long as the value lives, and let go by the operating system however we end.
    lock: File,
}

impl Folder {
    /// Makes the folder if missing and takes its lock, before anything in it is looked at.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        let as_root = rustix::process::geteuid().is_root();
        if !data_dir.exists() {
            // The account PostgreSQL runs as must pass through root's folder, though not look around in it.
            let mode = if as_root { 0o711 } else { 0o700 };
            if let Some(parent) = data_dir.parent() {
                std::fs::create_dir_all(parent).at("create the folder", parent)?;
            }
            DirBuilder::new()
                .recursive(true)
                .mode(mode)
                .create(data_dir)
                .at("create the folder", data_dir)?;
        }
        let root = data_dir.canonicalize().at("find the folder", data_dir)?;
        if root.join("PG_VERSION").exists() {
            return Err(Error::StrangeFolder {
                path: root,
                reason: "it is itself a PostgreSQL data folder. Give a folder of the hub's own".to_owned(),
            });
        }
        let lock = lock(&root)?;
        Ok(Self {
            cluster: root.join(CLUSTER),
            log: root.join("log"),
            start_log: root.join("postgres-start.log"),
            socket_dir: root.join("run"),
            root,
            lock,
        })
    }

    /// Which PostgreSQL made the cluster; `None` where there is none yet.
    pub fn major_version(&self) -> Result<Option<ClusterVersion>, Error> {
        let file = self.cluster.join("PG_VERSION");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Something else in our place is never written over. An empty folder, say a mounted volume, is fine.
                if std::fs::read_dir(&self.cluster).is_ok_and(|mut entries| entries.next().is_some()) {
                    return Err(Error::StrangeFolder {
                        path: self.cluster.clone(),
                        reason: "it has files and no PG_VERSION, so it is not a whole PostgreSQL data folder. Restore \
                                 a backup, or move it away to start empty"
                            .to_owned(),
                    });
                }
                return Ok(None);
            }
            Err(error) => return Err(error).at("read", &file),
        };
        match text.trim().parse() {
            Ok(major) => Ok(Some(ClusterVersion { cluster: self.cluster.clone(), major })),
            Err(_) => Err(Error::StrangeFolder {
                path: file,
                reason: format!("it says \"{}\", not a version PostgreSQL 15 to 18 writes", text.trim()),
            }),
        }
    }

    /// Makes the folders PostgreSQL writes to, and settles where the socket goes.
    pub fn prepare(&mut self, account: &Account, port: u16) -> Result<(), Error> {
        private_dir(&self.log, account)?;
        self.forget_old_logs();
        if !fits_a_socket(&self.socket_dir, port) {
            self.socket_dir = short_socket_dir(&self.root);
        }
        private_dir(&self.socket_dir, account)
    }

    /// Where a cluster is made before it is moved to its place. The name is this process's own, since a program whose hub was killed may still be
    /// writing to the earlier one.
    pub fn half(&self) -> PathBuf {
        self.root.join(format!("{HALF}{}", std::process::id()))
    }

    pub fn remove_halves(&self) {
        for entry in std::fs::read_dir(&self.root).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(HALF) {
                // Never in service, so only a waste of space if it cannot be removed.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }

    pub fn socket_lock(&self, port: u16) -> PathBuf {
        self.socket_dir.join(format!(".s.PGSQL.{port}.lock"))
    }

    /// The end of what PostgreSQL said: before its log was open, and in the newest log since.
    pub fn last_words(&self) -> String {
        let newest = self.logs().max_by_key(|(modified, _)| *modified).map(|(_, path)| path);
        let texts = [Some(self.start_log.clone()), newest].into_iter().flatten().filter_map(|path| {
            let text = String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned();
            let lines: Vec<&str> = text.lines().collect();
            Some(lines[lines.len().saturating_sub(12)..].join("\n"))
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    fn logs(&self) -> impl Iterator<Item = (SystemTime, PathBuf)> {
        let entries = std::fs::read_dir(&self.log).into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
    }

    /// PostgreSQL writes a weekday's file over only when it runs through midnight, so a hub that is started every
    /// morning would add to the same seven files for ever.
    fn forget_old_logs(&self) {
        for (modified, path) in self.logs() {
            if modified.elapsed().is_ok_and(|age| age > LOG_KEPT) {
                // A log that stays is no reason not to start.
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.socket_dir.starts_with(&self.root) {
            // Goes only if it is empty, which is what we want.
            let _ = std::fs::remove_dir(&self.socket_dir);
        }
        // Closing is not enough: a child another thread is just starting has a copy of the handle until it runs.
        let _ = self.lock.unlock();
    }
}

fn lock(root: &Path) -> Result<File, Error> {
    let path = root.join("hub.lock");
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(NO_LINK)
        .open(&path)
        .at("open", &path)?;
    let started = Instant::now();
    let mut taken = file.try_lock();
    // A hub that was killed may leave a copy of the handle in a child for a moment.
    while matches!(taken, Err(TryLockError::WouldBlock)) && started.elapsed() < LOCK_PATIENCE {
        std::thread::sleep(Duration::from_millis(20));
        taken = file.try_lock();
    }
    match taken {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let known = file.read_to_string(&mut pid).is_ok() && !pid.trim().is_empty();
            let holder = if known { format!(" (process {})", pid.trim()) } else { String::new() };
            return Err(Error::InUse { path: root.to_owned(), holder });
        }
        Err(TryLockError::Error(error)) => return Err(error).at("lock", &path),
    }
    // One `sudo` must not shut the folder's owner out of their own lock afterwards.
    let owner = std::fs::metadata(root).at("look at", root)?;
    if file.metadata().at("look at", &path)?.uid() != owner.uid() {
        fchown(&file, Some(owner.uid()), Some(owner.gid())).at("change the owner of", &path)?;
    }
    file.set_len(0).at("write", &path)?;
    writeln!(file, "{}", std::process::id()).at("write", &path)?;
    Ok(file)
}

/// A folder only the account may enter. An existing one must be just that: in a shared folder like /tmp, another
/// user may have made it first to lure us in.
fn private_dir(path: &Path, account: &Account) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.give(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let found = std::fs::symlink_metadata(path).at("look at", path)?;
            let private = found.is_dir() && account.owns(&found) && found.permissions().mode() & 0o077 == 0;
            let remedy = "remove it, and the hub makes it anew";
            match private {
                true => Ok(()),
                false => Err(Error::StrangeFolder {
                    path: path.to_owned(),
                    reason: format!(
                        "it must be a folder only {} may enter (mode 0700): {remedy}",
                        account.name
                    ),
                }),
            }
        }
        Err(error) => Err(error).at("create the folder", path),
    }
}

/// Short enough, and plain enough to need no quotes in a connection string, where a comma would mean a second host.
fn fits_a_socket(dir: &Path, port: u16) -> bool {
    let Some(text) = dir.to_str() else { return false };
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+".contains(&b));
    plain && text.len() + format!("/.s.PGSQL.{port}").len() <= SOCKET_PATH_LIMIT
}

/// Not `XDG_RUNTIME_DIR`, which is emptied when the person logs out, while the hub may go on.
fn short_socket_dir(root: &Path) -> PathBuf {
    let uid = rustix::process::geteuid();
    let base = if uid.is_root() && Path::new("/run").is_dir() { "/run" } else { "/tmp" };
    // FNV-1a: the same folder must lead to the same name in every version of the hub.
    let hash = root.as_os_str().as_encoded_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Path::new(base).join(format!("customers-hub-{}-{hash:016x}", uid.as_raw()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_is_short_and_plain() {
        assert!(fits_a_socket(Path::new("/var/lib/customers-hub/run"), 5432));
        assert!(fits_a_socket(Path::new(&format!("/{}", "a".repeat(92))), 5432));
        assert!(!fits_a_socket(Path::new(&format!("/{}", "a".repeat(93))), 5432));
        assert!(!fits_a_socket(Path::new("/home/a,b/run"), 5432));
        assert!(!fits_a_socket(Path::new("/home/my data/run"), 5432));
        assert!(fits_a_socket(&short_socket_dir(Path::new("/any/where")), 65535));
    }
}
