//! Connections: one a request, from a small pool, each with timeouts from its first moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use deadpool_postgres::{
    Client, Config, ManagerConfig, Pool, PoolConfig, RecyclingMethod, Runtime, Timeouts, Transaction,
};
use tokio_postgres::{IsolationLevel, NoTls};

use crate::{
    Result,
    metrics::{Family, Histogram, Sample},
};

#[derive(Clone)]
pub struct Db {
    pool: Pool,
    config: Config,
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
    #[error("DATABASE_URL cannot be read: {0}")]
    Url(String),
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
        let mut config = Config::new();
        config.url = Some(url.to_owned());
        config.application_name = Some("hub".to_owned());
        config.connect_timeout = Some(Duration::from_secs(5));
        config.options = Some(
            "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
                .to_owned(),
        );
        config.manager = Some(ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let mut pool = PoolConfig::new(size);
        pool.timeouts = Timeouts {
            wait: Some(Duration::from_secs(5)),
            create: Some(Duration::from_secs(5)),
            recycle: Some(Duration::from_secs(5)),
        };
        config.pool = Some(pool);
        let pool =
            config.create_pool(Some(Runtime::Tokio1), NoTls).map_err(|e| DbError::Url(e.to_string()))?;
        Ok(Self { pool, config, waits: Arc::default() })
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
        let mut config = self.config.clone();
        if let Some(pool) = &mut config.pool {
            pool.max_size = 1;
        }
        config.create_pool(Some(Runtime::Tokio1), NoTls).map_err(|e| DbError::Url(e.to_string()))
    }

    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Refuses a server that is too old, too new, or may forget what it acknowledged.
    pub async fn check(&self) -> Result<(), DbError> {
        let unreachable = |error: &dyn std::fmt::Display| DbError::Unreachable(error.to_string());
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
