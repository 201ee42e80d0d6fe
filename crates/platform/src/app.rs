use std::{ops::Deref, sync::Arc};

use kernel::Clock;

use crate::{access::AccessLog, db::Db, live::Live, settings::Settings};

/// What every request handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<State>);

pub struct State {
    pub db: Db,
    pub clock: Clock,
    pub settings: Settings,
    pub access: AccessLog,
    pub live: Live,
}

impl App {
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Self {
        // The same configuration has made a pool before.
        let pool = db.dedicated().unwrap_or_else(|_| db.pool().clone());
        let access = AccessLog::start(pool, clock.clone());
        Self(Arc::new(State { db, clock, settings, access, live: Live::default() }))
    }
}

impl Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}
