//! What `hub serve` and `hub work` share: how the process begins, and what it does behind the requests.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use audit::trail;
use backups::{Keeping, Shipper};
use kernel::Clock;
use platform::{
    App,
    address::{Address, causes},
    live::Hint,
    rate,
    settings::Settings,
};
use tokio::{
    sync::{broadcast, oneshot},
    task::JoinHandle,
};
use tokio_postgres::Client;

use crate::{app::handlers, database::Database, keeping, keys};

const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
const WAKE_EVERY: Duration = Duration::from_millis(50);
const FOLD_EVERY: Duration = Duration::from_secs(2);
/// What is left then is archived after the next start.
const LAST_LOG: Duration = Duration::from_secs(10);
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// A server that does not wait for ever for who does not say what they want.
pub(crate) fn patient(mut server: axum_server::Server<SocketAddr>) -> axum_server::Server<SocketAddr> {
    server.http_builder().http1().header_read_timeout(HEADER_TIMEOUT);
    server
}

pub(super) fn start_log(settings: &Settings) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log).context("setting `log`")?;
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    if settings.log_json {
        log.json().init()
    } else {
        log.init()
    }
    Ok(())
}

/// The application, with the keys of this machine, listening for what any process commits.
pub(super) async fn open_app(database: &Database, settings: Settings, client: &Client) -> Result<App> {
    let settings = keys::with_vault(settings, client, Clock::System.now()).await?;
    let settings = keys::with_made_audit_key(settings)?;
    let app = App::new(database.db.clone(), Clock::System, settings);
    app.record_spans()?;
    tokio::spawn(app.live.clone().listen(app.db.address().clone()));
    Ok(app)
}

/// Jobs, schedules, the seals of the trail, the totals: any number of processes may do it at once. Each job is one process's, and
/// one at a time seals and folds.
pub(super) struct Work {
    app: App,
    worker: JoinHandle<()>,
    log: Option<Log>,
    stop: Option<oneshot::Sender<()>>,
}

impl Work {
    pub fn start(app: &App, database: &Database) -> Result<Self> {
        tokio::spawn(fold_totals(app.clone()));
        tokio::spawn(tidy(app.clone()));
        tokio::spawn(trail::sealer(&app.settings, app.clock.clone())?.run(app.db.dedicated()?));
        let (stop, stopped) = oneshot::channel();
        let mut handlers = handlers();
        let mut log = None;
        if app.settings.backup.has_place() {
            let settings = keys::with_made_backup_key(app.settings.clone())?;
            let kept = Arc::new(keeping::of(database, &settings)?);
            log = Log::of(&kept, app);
            handlers = handlers.merge(backups::jobs(&kept));
        }
        if log.is_none() {
            tokio::spawn(give_up_log(database.superuser(&app.settings), app.clone()));
        }
        let pool = app.db.dedicated()?;
        let worker = jobs::Worker::new(pool, app.clock.clone(), handlers, app.clone())
            .recorded_by(app.recorder())
            .draining_for(app.settings.stop_notice + app.settings.stop);
        tokio::spawn(wake_on_hints(app.live.subscribe(), worker.waker()));
        let worker = tokio::spawn(worker.run(async {
            // An error: nobody is left who could tell.
            let _ = stopped.await;
        }));
        Ok(Self { app: app.clone(), worker, log, stop: Some(stop) })
    }

    /// Sent to, or dropped, no more jobs are taken: for whoever hears of the end first.
    pub fn stop(&mut self) -> Option<oneshot::Sender<()>> {
        self.stop.take()
    }

    /// Takes no more jobs; returns when those that run have ended, and what was committed is sealed.
    pub async fn end(mut self, database: &Database) -> Result<()> {
        drop(self.stop());
        self.worker.await?;
        // So that what is verified while nothing runs is complete.
        let mut client = database.connect().await?;
        let sealer = trail::sealer(&self.app.settings, self.app.clock.clone())?;
        if let Err(error) = sealer.seal(&mut client).await {
            tracing::error!(error = causes(&error), "the audit trail was not sealed to its end");
        }
        if let Some(log) = self.log {
            log.end().await;
        }
        Ok(())
    }
}

/// The archive of the private database's log.
struct Log {
    kept: Arc<Keeping>,
    clock: Clock,
    carrying: JoinHandle<()>,
}

impl Log {
    fn of(kept: &Arc<Keeping>, app: &App) -> Option<Self> {
        let clock = app.clock.clone();
        let (wal, shelf) = kept.log().ok()?;
        let carrying = tokio::spawn(Shipper::new(wal.clone(), shelf, clock.clone()).run());
        Some(Self { kept: kept.clone(), clock, carrying })
    }

    /// What was written last is archived before the database stops, unless the place does not take it.
    async fn end(self) {
        self.carrying.abort();
        // Aborted is what it is meant to be; its connection is closed then, and another may carry.
        let _ = self.carrying.await;
        let Ok((wal, shelf)) = self.kept.log() else { return };
        let shipper = Shipper::new(wal.clone(), shelf, self.clock);
        match tokio::time::timeout(LAST_LOG, shipper.once()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the end of PostgreSQL's log is not archived"),
            Err(_) => {
                tracing::warn!("the end of PostgreSQL's log is not archived: the place of copies is too slow")
            }
        }
    }
}

/// Nobody archives the log: none is kept for it, and nobody waits for it.
async fn give_up_log(superuser: Option<Address>, app: App) {
    let outcome = match superuser {
        Some(superuser) => backups::give_up_log(&superuser).await,
        None => backups::forget_log(&app).await,
    };
    if let Err(error) = outcome {
        tracing::warn!(%error, "PostgreSQL's log is not archived, and may be kept for it all the same");
    }
}

/// Looks at once when something was committed, here or elsewhere.
async fn wake_on_hints(mut hints: broadcast::Receiver<Hint>, waker: jobs::Waker) {
    while !matches!(hints.recv().await, Err(broadcast::error::RecvError::Closed)) {
        waker.wake();
        // Under a storm of commits one look serves many.
        tokio::time::sleep(WAKE_EVERY).await;
    }
}

/// Keeps the collected differences of the totals few; a failure waits for the next round.
async fn fold_totals(app: App) {
    loop {
        tokio::time::sleep(FOLD_EVERY).await;
        if let Ok(db) = app.db.client().await
            && let Err(problem) = customers::fold_totals(&db).await
        {
            tracing::warn!(detail = problem.detail, "the totals were not folded");
        }
    }
}

/// Removes what means nothing any more.
async fn tidy(app: App) {
    loop {
        tokio::time::sleep(TIDY_EVERY).await;
        let Ok(db) = app.db.client().await else { continue };
        let now = app.clock.now();
        for outcome in [
            rate::tidy(&db, now).await,
            realtime::forget_lost(&db, now).await,
            page_timings::forget_old(&db, now).await,
            watch::forget_old(&db, now).await,
        ] {
            if let Err(problem) = outcome {
                tracing::warn!(detail = problem.detail, "what means nothing any more was not removed");
            }
        }
    }
}

pub(super) async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::error!("signals cannot be received; stop the process with SIGKILL");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
