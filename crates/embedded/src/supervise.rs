//! Keeps PostgreSQL running for as long as the hub does.

use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::postmaster::Postmaster;
use crate::{Error, Options, leftovers};

const POLL: Duration = Duration::from_millis(100);
const PATIENCE_AT_FIRST: Duration = Duration::from_millis(200);
const PATIENCE_AT_MOST: Duration = Duration::from_secs(15);

/// What happened to PostgreSQL while nobody asked it to stop.
#[derive(Debug)]
pub enum Event {
    /// It ended by itself, or was killed.
    Died { status: ExitStatus, log: String },
    /// It accepts connections again.
    Restarted,
    /// It does not start; the next attempt follows after the pause.
    RestartFailed { error: Error, pause: Duration },
}

pub(crate) struct Inner {
    pub folder: Folder,
    pub account: Account,
    pub binaries: Binaries,
    pub options: Options,
    pub stopping: AtomicBool,
    running: Mutex<Option<Postmaster>>,
}

impl Inner {
    pub fn new(folder: Folder, account: Account, binaries: Binaries, options: Options) -> Self {
        Self {
            folder,
            account,
            binaries,
            options,
            stopping: AtomicBool::new(false),
            running: Mutex::new(None),
        }
    }

    pub fn start(&self) -> Result<(), Error> {
        self.start_into(&mut self.running())
    }

    pub fn restart(&self) -> Result<(), Error> {
        let mut running = self.running();
        self.stop_in(&mut running)?;
        self.start_into(&mut running)
    }

    pub fn stop(&self) -> Result<(), Error> {
        self.stop_in(&mut self.running())
    }

    pub fn is_running(&self) -> bool {
        self.running().as_mut().is_some_and(|postmaster| postmaster.ended().is_none())
    }

    pub fn pid(&self) -> Option<u32> {
        self.running()
            .as_mut()
            .and_then(|postmaster| postmaster.ended().is_none().then_some(postmaster.pid()))
    }

    fn running(&self) -> MutexGuard<'_, Option<Postmaster>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start_into(&self, running: &mut Option<Postmaster>) -> Result<(), Error> {
        if self.stopping.load(Ordering::SeqCst) {
            return Err(Error::Stopping);
        }
        leftovers::clear(&self.folder, Some(self.options.port))?;
        let Self { folder, account, binaries, options, stopping, .. } = self;
        *running = Some(Postmaster::start(folder, account, binaries, options, stopping)?);
        Ok(())
    }

    fn stop_in(&self, running: &mut Option<Postmaster>) -> Result<(), Error> {
        running.take().map_or(Ok(()), |postmaster| postmaster.stop(&self.folder))
    }

    /// Whether it runs; if it just ended, how. An ended one is put away.
    fn look(&self) -> Look {
        let mut running = self.running();
        match running.as_mut().map(Postmaster::ended) {
            Some(None) => Look::Running,
            Some(Some(status)) => {
                if let Some(ended) = running.take() {
                    ended.dismiss();
                }
                Look::Ended(status)
            }
            None => Look::Absent,
        }
    }

    /// Starts it unless somebody else has.
    fn revive(&self) -> Result<(), Error> {
        let mut running = self.running();
        if running.is_some() { Ok(()) } else { self.start_into(&mut running) }
    }
}

enum Look {
    Running,
    Ended(ExitStatus),
    Absent,
}

/// Until the hub stops.
pub(crate) fn keep_running(inner: &Inner, on_event: impl Fn(&Event)) {
    let tell = |event: Event| {
        match &event {
            Event::Died { status, log } => tracing::error!(%status, %log, "PostgreSQL died"),
            Event::Restarted => tracing::info!("PostgreSQL runs again"),
            Event::RestartFailed { error, pause } => {
                tracing::error!(%error, ?pause, "PostgreSQL does not start")
            }
        }
        on_event(&event);
    };
    let mut pause = PATIENCE_AT_FIRST;
    loop {
        let look = inner.look();
        if inner.stopping.load(Ordering::SeqCst) {
            return;
        }
        if let Look::Ended(status) = look {
            tell(Event::Died { status, log: inner.folder.last_words() });
        }
        if matches!(look, Look::Running) {
            pause = PATIENCE_AT_FIRST;
            std::thread::park_timeout(POLL);
            continue;
        }
        match inner.revive() {
            Ok(()) => tell(Event::Restarted),
            Err(Error::Stopping) => return,
            Err(error) => {
                tell(Event::RestartFailed { error, pause });
                std::thread::park_timeout(pause);
                pause = (pause * 2).min(PATIENCE_AT_MOST);
            }
        }
    }
}
