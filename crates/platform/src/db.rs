//! Connections: one a request, from a small pool, each with timeouts from its first moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use deadpool_postgres::{
    Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts, Transaction,
};
use tokio_postgres::IsolationLevel;

pub use queries::GenericClient;

use crate::{
    Result,
    address::{Address, AddressError, causes},
    metrics::{Family, Histogram, Sample},
};

/// What every connection of the hub starts with.
const OPTIONS: &str =
    "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC";
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub struct Db {
    pool: Pool,
    address: Address,
    standby: Option<Pool>,
    waits: Arc<Waits>,
}

/// How long whoever wanted a connection waited for it.
#[derive(Default)]
struct Waits {
    took: Histogram,
    in_vain: AtomicU64,
}

#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("no connections can be made: {0}")]
    Pool(String),
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("the database is PostgreSQL {0}; versions 15 to 18 are supported")]
    Version(i32),
    #[error(
        "the database runs with {0} off: what it acknowledges may be lost. Switch it on; the hub does not start without it"
    )]
    Unsafe(&'static str),
}

/// A transaction that only reads, and in which everything read is of one instant.
pub async fn snapshot(db: &mut Client) -> Result<Transaction<'_>> {
    let transaction = db.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
    Ok(transaction.read_only(true).start().await?)
}

impl Db {
    /// `url` in the URL or the key-value form of libpq.
    pub fn new(url: &str, size: usize) -> Result<Self, DbError> {
        Self::at(Address::read(url, None)?, size)
    }

    pub fn at(address: Address, size: usize) -> Result<Self, DbError> {
        let address = with_options(address);
        Ok(Self { pool: pool(&address, size)?, address, standby: None, waits: Arc::default() })
    }

    /// With a streaming standby of the same database, for [`Db::for_heavy_reads`].
    pub fn with_standby(self, address: Address, size: usize) -> Result<Self, DbError> {
        Ok(Self { standby: Some(pool(&with_options(address), size)?), ..self })
    }

    pub(crate) fn standby(&self) -> Option<&Pool> {
        self.standby.as_ref()
    }

    pub async fn client(&self) -> Result<Client> {
        let began = Instant::now();
        let client = self.pool.get().await;
        self.waits.took.record(began.elapsed());
        if client.is_err() {
            self.waits.in_vain.fetch_add(1, Relaxed);
        }
        Ok(client?)
    }

    /// The pool as it stands, and how long it let people wait.
    pub fn families(&self) -> Vec<Family> {
        let status = self.pool.status();
        let state = |name: &'static str, count: usize| Sample::of(&[("state", name)], count as f64);
        let used = status.size.saturating_sub(status.available);
        vec![
            Family::gauge("hub_database_pool_connections", "Connections of the pool, by what they do.")
                .with([state("used", used), state("idle", status.size - used)]),
            Family::gauge("hub_database_pool_size_max", "How many connections the pool may have.")
                .at(status.max_size as f64),
            Family::gauge("hub_database_pool_waiting", "Whoever waits for a connection just now.")
                .at(status.waiting as f64),
            Family::histogram("hub_database_pool_wait_seconds", "How long it took to get a connection.")
                .with(self.waits.took.samples(&[])),
            Family::counter("hub_database_pool_refused_total", "Who wanted a connection and got none.")
                .at(self.waits.in_vain.load(Relaxed) as f64),
        ]
    }

    /// One connection of its own, for work that requests wait for while they hold theirs.
    pub fn dedicated(&self) -> Result<Pool, DbError> {
        pool(&self.address, 1)
    }

    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// With the timeouts that every connection of the pool has.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Refuses a server that is too old, too new, or may forget what it acknowledged.
    pub async fn check(&self) -> Result<(), DbError> {
        let unreachable = |error: &dyn std::error::Error| DbError::Unreachable(causes(error));
        let client = self.pool.get().await.map_err(|e| unreachable(&e))?;
        let row = client
            .query_one(
                "select current_setting('server_version_num')::integer / 10000,
                        current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on'",
                &[],
            )
            .await
            .map_err(|e| unreachable(&e))?;
        let major: i32 = row.get(0);
        if !(15..=18).contains(&major) {
            return Err(DbError::Version(major));
        }
        for (column, name) in [(1, "fsync"), (2, "full_page_writes")] {
            if !row.get::<_, bool>(column) {
                return Err(DbError::Unsafe(name));
            }
        }
        Ok(())
    }
}

fn with_options(address: Address) -> Address {
    address.with(|config| {
        let given = config.get_options().map_or_else(String::new, |given| format!("{given} "));
        config.application_name("hub").connect_timeout(PATIENCE).options(format!("{given}{OPTIONS}"));
    })
}

fn pool(address: &Address, size: usize) -> Result<Pool, DbError> {
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(address.config().clone(), address.tls(), config);
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) })
        .build()
        .map_err(|error| DbError::Pool(error.to_string()))
}
