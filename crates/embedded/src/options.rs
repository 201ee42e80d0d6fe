use std::path::PathBuf;
use std::time::Duration;

use crate::Error;

/// How the private PostgreSQL is to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The hub's data folder; made if missing.
    pub data_dir: PathBuf,
    /// The folder of `postgres`, `initdb` and `psql`, where the machine's own is not to be searched for.
    pub bin_dir: Option<PathBuf>,
    /// The number in the socket's name (there is no TCP port).
    pub port: u16,
    /// PostgreSQL settings that go before ours. Those that keep data durable and the door shut are refused.
    pub settings: Vec<(String, String)>,
    /// How long PostgreSQL may take to accept connections. Long, since recovery after a crash must not be cut short.
    pub start_timeout: Duration,
    /// Start a cluster, too, that was brought from elsewhere and that nobody has said to be whole ([`crate::Arrival`]).
    pub unfinished: bool,
    pub(crate) durable: bool,
}

impl Options {
    /// Durable, tuned for one small machine.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            bin_dir: None,
            port: 5432,
            settings: Vec::new(),
            start_timeout: Duration::from_secs(600),
            unfinished: false,
            durable: true,
        }
    }

    /// **For tests only**: fast, and a power cut or a crash of the machine destroys the data (`fsync`,
    /// `synchronous_commit` and `full_page_writes` are off).
    pub fn for_tests(data_dir: impl Into<PathBuf>) -> Self {
        Self { durable: false, ..Self::new(data_dir) }
    }
}

/// Where the data goes when nobody says: `/var/lib/customers-hub` for root, since the account that runs PostgreSQL
/// cannot enter root's home; `$XDG_DATA_HOME/customers-hub` or `~/.local/share/customers-hub` for everybody else.
pub fn default_data_dir() -> Result<PathBuf, Error> {
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/customers-hub"));
    }
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("customers-hub"))
        .ok_or(Error::NoHome)
}
