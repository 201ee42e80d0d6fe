use std::{
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kernel::Clock;
use trace::Recorder;

use crate::{
    Problem, Result,
    access::AccessLog,
    db::Db,
    live::Live,
    metrics::Metrics,
    settings::Settings,
    spans::{self, SpansError},
    values::Values,
    vault::Vault,
};

/// For the last spans, to a collector that takes them.
const LAST_SPANS: Duration = Duration::from_secs(3);

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
    recorder: OnceLock<Recorder>,
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
            recorder: OnceLock::new(),
            stopping: AtomicBool::new(false),
        }))
    }

    /// From now on what is done here leaves spans, if the settings name who takes them. For a process that serves or works, which ends
    /// with [`App::stop_recording`].
    pub fn record_spans(&self) -> Result<(), SpansError> {
        if let Some(to) = &self.settings.otlp {
            let recorder = spans::recorder(to)?;
            self.0.recorder.get_or_init(|| recorder);
        }
        Ok(())
    }

    pub fn recorder(&self) -> Option<&Recorder> {
        self.0.recorder.get()
    }

    /// The last that is done: what is waiting goes, if the collector takes it soon.
    pub async fn stop_recording(&self) {
        let Some(recorder) = self.recorder().cloned() else { return };
        let stopped = tokio::task::spawn_blocking(move || recorder.stop(LAST_SPANS)).await;
        if !stopped.unwrap_or(false) {
            tracing::warn!("the collector did not take the last spans");
        }
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
