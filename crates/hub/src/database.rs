//! The database of this run: the one that was configured, or a private one of our own.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use embedded::{Embedded, Options};
use platform::{db::Db, settings::Settings};

const NAME: &str = "hub";
/// Where a running hub says how to reach its private database, for commands given meanwhile.
const ADDRESS_FILE: &str = "database-url";

/// Dropped, or stopped, the private PostgreSQL stops too.
pub struct Database {
    pub db: Db,
    private: Option<Private>,
}

struct Private {
    server: Embedded,
    address: PathBuf,
}

/// Who is opening the database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The server: it alone runs the private database.
    Serving,
    /// A command: it may share the private database of a server that runs.
    Command,
}

impl Database {
    pub async fn open(settings: &Settings, purpose: For) -> Result<Self> {
        let database = match &settings.database_url {
            Some(url) => Self { db: Db::new(url, settings.pool_size)?, private: None },
            None => Self::open_private(settings.clone(), purpose).await?,
        };
        database.db.check().await?;
        Ok(database)
    }

    async fn open_private(settings: Settings, purpose: For) -> Result<Self> {
        let data_dir = data_dir(&settings)?;
        let address = data_dir.join(ADDRESS_FILE);
        let mut options = Options::new(&data_dir);
        options.bin_dir = settings.postgres_bin.clone();
        let started = tokio::task::spawn_blocking(move || -> Result<Embedded, embedded::Error> {
            let server = Embedded::start(options)?;
            server.create_database_if_missing(NAME)?;
            Ok(server)
        })
        .await?;
        match started {
            Ok(server) => {
                server.keep_running(|_| {});
                let url = server.connection_string(NAME);
                write_private(&address, &url)
                    .with_context(|| format!("cannot write {}", address.display()))?;
                Ok(Self {
                    db: Db::new(&url, settings.pool_size)?,
                    private: Some(Private { server, address }),
                })
            }
            Err(embedded::Error::InUse { .. }) if purpose == For::Command && address.exists() => {
                let url = fs::read_to_string(&address)
                    .with_context(|| format!("cannot read {}", address.display()))?;
                Ok(Self { db: Db::new(url.trim(), settings.pool_size)?, private: None })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A connection outside the pool, without its timeouts: for migrations and loads.
    pub async fn connect(&self) -> Result<tokio_postgres::Client> {
        let config = self.db.config().url.as_deref().unwrap_or_default().parse::<tokio_postgres::Config>()?;
        let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                // Whoever still uses it hears of it from their statement; to the others it is how things end.
                tracing::debug!(%error, "a connection broke");
            }
        });
        Ok(client)
    }

    /// In order: everybody disconnected, everything written down.
    pub async fn stop(self) -> Result<()> {
        self.db.pool().close();
        if let Some(private) = self.private {
            // Gone before the server is, so that nobody finds an address that leads nowhere.
            let _ = fs::remove_file(&private.address);
            tokio::task::spawn_blocking(move || private.server.stop()).await??;
        }
        Ok(())
    }

    pub fn describe(&self) -> String {
        match &self.private {
            Some(private) => format!("private PostgreSQL in {}", private.server.cluster_dir().display()),
            None => "the configured PostgreSQL".to_owned(),
        }
    }
}

/// Where the private PostgreSQL lies, and keys that were not given.
pub fn data_dir(settings: &Settings) -> Result<PathBuf> {
    Ok(match &settings.data_dir {
        Some(folder) => folder.clone(),
        // Beside the real data, never in it: everybody knows how to sign in to the demo.
        None if settings.demo => embedded::default_data_dir()?.with_file_name("customers-hub-demo"),
        None => embedded::default_data_dir()?,
    })
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
