//! A cluster that comes from elsewhere: unpacked into an empty data folder, its log replayed, and not in service before somebody says that it is whole.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::account::Account;
use crate::binaries::{Binaries, ClusterVersion};
use crate::error::At;
use crate::folder::Folder;
use crate::supervise::Inner;
use crate::{Embedded, Error, Options, config};

/// In the cluster for as long as nobody has said that it is whole.
const UNFINISHED: &str = "hub-unfinished";
/// As long as replaying takes. A week of log is hours.
const REPLAY: Duration = Duration::from_secs(7 * 24 * 3600);

/// The place for it, held like a running hub holds its folder.
pub struct Arrival {
    folder: Folder,
    account: Account,
    binaries: Binaries,
    options: Options,
    half: PathBuf,
}

impl Arrival {
    /// Refuses a folder that has a cluster already, and a machine without PostgreSQL `major`.
    pub fn prepare(options: Options, major: u32) -> Result<Self, Error> {
        config::check(&options)?;
        let mut folder = Folder::open(&options.data_dir)?;
        if folder.major_version()?.is_some() {
            return Err(Error::Occupied(folder.cluster.clone()));
        }
        let account = Account::choose(&folder)?;
        let made_by = ClusterVersion { cluster: folder.cluster.clone(), major };
        let binaries = Binaries::find(options.bin_dir.as_deref(), Some(made_by))?;
        if binaries.major != major {
            let installed = binaries.major.to_string();
            return Err(Error::OtherVersion { cluster: folder.cluster.clone(), made_by: major, installed });
        }
        folder.prepare(&account, options.port)?;
        account.check_reach(&folder, &binaries)?;
        folder.remove_halves();
        let half = folder.half();
        DirBuilder::new().mode(0o700).create(&half).at("create the folder", &half)?;
        account.give(&half)?;
        Ok(Self { folder, account, binaries, options, half })
    }

    /// Where the files of the cluster go.
    pub fn cluster(&self) -> &Path {
        &self.half
    }

    /// A child of the account that PostgreSQL runs as, which may write there.
    pub fn command(&self, program: &Path) -> Command {
        self.account.command(program)
    }

    /// A folder that this account and we may enter, and nobody else.
    pub fn meeting_place(&self) -> &Path {
        &self.folder.socket_dir
    }

    /// Gives a file that we made there to that account.
    pub fn give(&self, path: &Path) -> Result<(), Error> {
        self.account.give(path)
    }

    /// Refuses a program that the account cannot run.
    pub fn check_program(&self, program: &Path) -> Result<(), Error> {
        self.account.check_program(program)
    }

    /// Takes the unpacked cluster over and replays its log with these settings of PostgreSQL; returns once it is a database of its own. Until
    /// [`Embedded::finish`] nobody starts it but who asks for [`Options::unfinished`].
    pub fn replay(mut self, settings: Vec<(String, String)>) -> Result<Embedded, Error> {
        for name in [UNFINISHED, "recovery.signal"] {
            let path = self.half.join(name);
            File::create(&path).and_then(|file| file.sync_all()).at("write", &path)?;
            self.account.give(&path)?;
        }
        fs::rename(&self.half, &self.folder.cluster).at("move the cluster to", &self.folder.cluster)?;
        sync(&self.folder.root)?;
        self.options.settings.extend(settings);
        // Nobody may look before the end is reached.
        self.options.settings.push(("hot_standby".to_owned(), "off".to_owned()));
        self.options.start_timeout = REPLAY;
        let Self { folder, account, binaries, options, .. } = self;
        let inner = Arc::new(Inner::new(folder, account, binaries, options));
        inner.start()?;
        Ok(Embedded { inner, watcher: Mutex::new(None) })
    }

    /// Nothing of it stays.
    pub fn give_up(self) {
        // A rest is in nobody's way: the next one removes it.
        let _ = fs::remove_dir_all(&self.half);
    }
}

/// Whether this cluster was brought here and never said to be whole.
pub(crate) fn refuse_unfinished(folder: &Folder) -> Result<(), Error> {
    match folder.cluster.join(UNFINISHED).exists() {
        true => Err(Error::Unfinished(folder.cluster.clone())),
        false => Ok(()),
    }
}

impl Embedded {
    /// The cluster is whole: from now on whoever opens the folder starts it.
    pub fn finish(&self) -> Result<(), Error> {
        let path = self.cluster_dir().join(UNFINISHED);
        fs::remove_file(&path).at("remove", &path)?;
        sync(self.cluster_dir())
    }
}

fn sync(folder: &Path) -> Result<(), Error> {
    File::open(folder).and_then(|folder| folder.sync_all()).at("write", folder)
}
