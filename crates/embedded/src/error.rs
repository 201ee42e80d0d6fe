use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why there is no database, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error(
        "PostgreSQL 15 to 18 is needed and was not found{found}.\n\
         Debian, Ubuntu:  apt install postgresql\n\
         Fedora, RHEL:    dnf install postgresql-server postgresql-contrib\n\
         macOS:           brew install postgresql@17\n\
         Its service need not run: the hub starts its own. If it is installed elsewhere, give its bin folder."
    )]
    NotInstalled {
        /// What was found instead, as a clause; empty when nothing was.
        found: String,
    },

    #[error(
        "{dir} has no usable PostgreSQL 15 to 18: {reason}. Give the folder that holds postgres, initdb and psql."
    )]
    BadBinDir { dir: PathBuf, reason: String },

    #[error(
        "the data in {cluster} was made by PostgreSQL {made_by}, and this machine has {installed}. Install PostgreSQL \
         {made_by} (Debian, Ubuntu: apt install postgresql-{made_by}), or dump the data with {made_by} and restore \
         it into a new data folder. Nothing was changed."
    )]
    OtherVersion { cluster: PathBuf, made_by: u32, installed: String },

    #[error("there is a database in {0} already: move that folder away first")]
    Occupied(PathBuf),

    #[error(
        "a restore into {0} was begun and never finished: whoever was erased since may be in it again, and nobody has looked whether it is \
         whole. Move that folder away and restore once more (docs/backups.md)"
    )]
    Unfinished(PathBuf),

    #[error("{path} is not what the hub expects there: {reason}")]
    StrangeFolder { path: PathBuf, reason: String },

    #[error(
        "the data folder {path} is in use by another hub{holder}. Stop that one first, or give another data folder."
    )]
    InUse {
        path: PathBuf,
        /// " (process 123)", or empty when the holder has not written its number yet.
        holder: String,
    },

    #[error(
        "PostgreSQL refuses to run as root, and there is no account to run it as. Create one: useradd --system postgres"
    )]
    NoAccount,

    #[error(
        "PostgreSQL runs as the account \"{account}\" (it refuses root), which cannot reach {path}. Put it under a folder \
         everybody may enter, such as /var/lib or /srv, or allow it: chmod o+x on each folder above it."
    )]
    OutOfReach { account: String, path: PathBuf },

    #[error(
        "{path} belongs to {owner}, and the hub runs as {runner}. Run the hub as {owner}, or give another data folder."
    )]
    OtherOwner { path: PathBuf, owner: String, runner: String },

    #[error("no folder for the data: neither XDG_DATA_HOME nor HOME is set. Give the hub a data folder.")]
    NoHome,

    #[error("the PostgreSQL setting \"{name}\" cannot be given: {reason}")]
    BadSetting { name: String, reason: String },

    #[error(
        "\"{0}\" is not a database name: up to 63 lower case letters, digits and underscores, not a digit first"
    )]
    BadDatabaseName(String),

    #[error("{program} failed ({status}):\n{output}")]
    Failed { program: String, status: String, output: String },

    #[error("PostgreSQL ended while starting ({status}). Its last words:\n{log}")]
    DiedAtStart { status: String, log: String },

    #[error(
        "PostgreSQL did not accept connections within {} seconds. It may be recovering from a crash: give it more \
         time. Its last words:\n{log}", waited.as_secs()
    )]
    SlowStart { waited: Duration, log: String },

    #[error("PostgreSQL was told to stop while it was starting")]
    Stopping,

    #[error(
        "PostgreSQL processes of {cluster} do not end, not even when killed: {pids:?}. The disk may hang."
    )]
    WillNotEnd { cluster: PathBuf, pids: Vec<u32> },

    #[error("cannot {action} {path}: {source}")]
    Io { action: &'static str, path: PathBuf, source: io::Error },
}

/// Gives an I/O error the path it lacks and the act that failed.
pub(crate) trait At<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io { action, path: path.to_owned(), source })
    }
}
