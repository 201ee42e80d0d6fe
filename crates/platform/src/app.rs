use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use kernel::Clock;

use crate::{
    Problem, Result, access::AccessLog, db::Db, live::Live, metrics::Metrics, settings::Settings,
    values::Values, vault::Vault,
};

/// What every request handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<State>);

pub struct State {
    pub db: Db,
    pub clock: Clock,
    pub settings: Settings,
    pub access: AccessLog,
    pub live: Live,
    /// What this process counts of itself.
    pub metrics: Metrics,
    /// The keys that the values of events stand under.
    pub values: Values,
    vault: Option<Arc<Vault>>,
    stopping: AtomicBool,
}

impl App {
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        // The same configuration has made a pool before.
        let pool = db.dedicated().unwrap_or_else(|_| db.pool().clone());
        let vault = settings.vault_key.as_ref().and_then(|key| Vault::read(&key.0)).map(Arc::new);
        let values = Values::new(vault.clone());
        let metrics = Metrics::new(clock.now());
        let access = AccessLog::start(pool, clock.clone(), values.clone(), metrics.clone());
        let live = Live::default();
        Self(Arc::new(State {
            db,
            clock,
            settings,
            access,
            live,
            metrics,
            values,
            vault,
            stopping: AtomicBool::new(false),
        }))
    }

    /// From now on this process says of itself that it is stopping.
    pub fn announce_stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    pub fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    pub fn vault(&self) -> Result<&Vault> {
        self.vault.as_deref().ok_or_else(|| Problem::internal(&"there is no vault key, or it cannot be read"))
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}
