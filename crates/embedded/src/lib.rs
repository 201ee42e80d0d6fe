//! A private PostgreSQL for the hub: started from the machine's own binaries, stopped with the hub, never losing data.
//!
//! ```text
//! <data folder>/
//!   hub.lock             held by the running hub; a second one is refused
//!   postgres/            the cluster: checksums on, UTF-8
//!   run/                 the socket, unless the path would be too long for one
//!   log/                 one file per weekday
//!   postgres-start.log   what PostgreSQL said before its own log was open
//! ```
//!
//! Invariants:
//! - **No network.** PostgreSQL listens on a UNIX socket only, inside a folder (mode 0700) of the account that runs it. That
//!   folder is the lock on the door: whoever can enter it is trusted without a password, and nobody else on the
//!   machine can enter it.
//! - **Durable.** `fsync`, `full_page_writes` and `synchronous_commit` are on, given on the command line, where neither
//!   a configuration file nor `ALTER SYSTEM` can turn them off. Only [`Options::for_tests`] differs.
//! - **Never two.** The lock is held before anything else is touched, and a PostgreSQL left behind by a killed hub is
//!   stopped in order before a new one starts.
//! - **Never as root.** PostgreSQL refuses root; a hub that runs as root starts it as an unprivileged account.
//!
//! Every call blocks, for a second as a rule and for minutes when PostgreSQL recovers from a crash: from asynchronous
//! code, call within `spawn_blocking`.

mod account;
mod arrival;
mod binaries;
mod client;
mod cluster;
mod config;
mod error;
mod folder;
mod leftovers;
mod options;
mod postmaster;
mod supervise;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use arrival::Arrival;
pub use error::Error;
pub use options::{Options, default_data_dir};
pub use supervise::Event;

use account::Account;
use binaries::Binaries;
use folder::Folder;
use supervise::Inner;

/// The database superuser of the private cluster. The name says nothing about the operating system account.
pub const SUPERUSER: &str = "postgres";

/// The folder of PostgreSQL's programs: `given`, or the first that suits of those on this machine.
pub fn programs(given: Option<&Path>) -> Result<PathBuf, Error> {
    Ok(Binaries::find(given, None)?.dir)
}

/// Where the cluster of this data folder lies, or would.
pub fn cluster_dir(data_dir: &Path) -> PathBuf {
    data_dir.join(folder::CLUSTER)
}

/// A running private PostgreSQL. Dropping it stops PostgreSQL; [`Embedded::stop`] does so and reports.
pub struct Embedded {
    inner: Arc<Inner>,
    watcher: Mutex<Option<JoinHandle<()>>>,
}

impl Embedded {
    /// Makes the cluster if there is none, stops what an earlier hub left behind, and returns once PostgreSQL accepts
    /// connections.
    pub fn start(options: Options) -> Result<Self, Error> {
        config::check(&options)?;
        let mut folder = Folder::open(&options.data_dir)?;
        let account = Account::choose(&folder)?;
        let binaries = Binaries::find(options.bin_dir.as_deref(), folder.major_version()?)?;
        if !options.unfinished {
            arrival::refuse_unfinished(&folder)?;
        }
        folder.prepare(&account, options.port)?;
        account.check_reach(&folder, &binaries)?;
        if folder.major_version()?.is_none() {
            cluster::create(&folder, &account, &binaries, &options)?;
        }
        let inner = Arc::new(Inner::new(folder, account, binaries, options));
        inner.start()?;
        Ok(Self { inner, watcher: Mutex::new(None) })
    }

    /// The connection string of a database, for the superuser, as libpq and tokio-postgres read it.
    pub fn connection_string(&self, dbname: &str) -> String {
        self.connection_string_as(SUPERUSER, dbname)
    }

    /// The connection string of a database for another database role. Names are plain identifiers.
    pub fn connection_string_as(&self, user: &str, dbname: &str) -> String {
        let host = self.socket_dir().display();
        format!("host={host} port={} user={user} dbname={dbname}", self.port())
    }

    /// Creates a database unless there is one of that name: lower case letters, digits and underscores.
    pub fn create_database_if_missing(&self, name: &str) -> Result<(), Error> {
        client::create_database_if_missing(&self.inner, name)
    }

    /// Runs SQL through `psql` as the superuser; answers the rows, one a line, columns separated by `|`.
    pub fn run_sql(&self, dbname: &str, sql: &str) -> Result<String, Error> {
        client::run_sql(&self.inner, dbname, sql)
    }

    /// Whether the PostgreSQL process is alive. It may be recovering all the same.
    pub fn is_running(&self) -> bool {
        self.inner.is_running()
    }

    /// Stops PostgreSQL if it runs, and starts it again. The connection strings stay the same.
    pub fn restart(&self) -> Result<(), Error> {
        self.inner.restart()
    }

    /// From now on a thread starts PostgreSQL again whenever it dies, and tells `on_event` what happened, also the log.
    /// The thread ends with `stop` or drop. A second call replaces nothing and does nothing.
    pub fn keep_running(&self, on_event: impl Fn(&Event) + Send + 'static) {
        let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        if watcher.is_none() {
            let inner = Arc::clone(&self.inner);
            *watcher = Some(std::thread::spawn(move || supervise::keep_running(&inner, on_event)));
        }
    }

    /// The folder of the socket: the `host` of a connection.
    pub fn socket_dir(&self) -> &Path {
        &self.inner.folder.socket_dir
    }

    /// The number in the socket's name. There is no TCP port.
    pub fn port(&self) -> u16 {
        self.inner.options.port
    }

    /// Where the matching `pg_dump`, `pg_basebackup`, `psql` are.
    pub fn bin_dir(&self) -> &Path {
        &self.inner.binaries.dir
    }

    /// The cluster's own folder, PostgreSQL's `PGDATA`.
    pub fn cluster_dir(&self) -> &Path {
        &self.inner.folder.cluster
    }

    /// PostgreSQL's major version, 15 to 18.
    pub fn major_version(&self) -> u32 {
        self.inner.binaries.major
    }

    /// Process id of the postmaster, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.inner.pid()
    }

    /// Disconnects everybody, writes everything down and ends PostgreSQL.
    pub fn stop(self) -> Result<(), Error> {
        self.shut_down()
    }

    fn shut_down(&self) -> Result<(), Error> {
        self.inner.stopping.store(true, Ordering::SeqCst);
        let outcome = self.inner.stop();
        let watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = watcher {
            thread.thread().unpark();
            // The thread panics only if the callback does, and that was reported where it happened.
            let _ = thread.join();
        }
        outcome
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            tracing::error!(%error, "PostgreSQL could not be stopped");
        }
    }
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded").field("cluster", &self.cluster_dir()).field("pid", &self.pid()).finish()
    }
}
