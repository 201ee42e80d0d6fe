use std::{ops::Deref, sync::Arc};

use kernel::Clock;

use crate::{Problem, Result, access::AccessLog, db::Db, live::Live, settings::Settings, vault::Vault};

/// What every request handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<State>);

pub struct State {
    pub db: Db,
    pub clock: Clock,
    pub settings: Settings,
    pub access: AccessLog,
    pub live: Live,
    vault: Option<Vault>,
}

impl App {
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        // The same configuration has made a pool before.
        let pool = db.dedicated().unwrap_or_else(|_| db.pool().clone());
        let access = AccessLog::start(pool, clock.clone());
        let vault = settings.vault_key.as_ref().and_then(|key| Vault::read(&key.0));
        Self(Arc::new(State { db, clock, settings, access, live: Live::default(), vault }))
    }

    /// Only the server has one; commands do without.
    pub fn vault(&self) -> Result<&Vault> {
        self.vault.as_ref().ok_or_else(|| Problem::internal(&"there is no vault key, or it cannot be read"))
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}
