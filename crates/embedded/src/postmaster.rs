//! One run of PostgreSQL: started, waited for, stopped.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::At;
use crate::folder::{Folder, NO_LINK};
use crate::{Error, Options, config, leftovers};

/// Asked to stop, PostgreSQL disconnects everybody, writes all changed pages and ends. A slow disk takes its time.
const FAST_SHUTDOWN: Duration = Duration::from_secs(60);
/// Ends without writing; the next start recovers from the log. Nothing acknowledged is lost.
const IMMEDIATE_SHUTDOWN: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(10);

pub(crate) struct Postmaster {
    child: Child,
    /// Stops PostgreSQL when we end without doing so, even by kill -9.
    deathwatch: Child,
}

impl Postmaster {
    /// Starts PostgreSQL; returns when it accepts connections.
    pub fn start(
        folder: &Folder,
        account: &Account,
        binaries: &Binaries,
        options: &Options,
        stopping: &AtomicBool,
    ) -> Result<Self, Error> {
        config::write(folder, account, binaries, options)?;
        let mut command = account.command(&binaries.program("postgres"));
        command.arg("-D").arg(&folder.cluster);
        for (name, value) in config::fixed(folder, options) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        let start_log = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .custom_flags(NO_LINK)
            .open(&folder.start_log)
            .at("create", &folder.start_log)?;
        let also = start_log.try_clone().at("open", &folder.start_log)?;
        // A process group of its own: Ctrl-C in a terminal goes to the whole foreground group, and PostgreSQL must
        // outlive the requests that are still being answered.
        command.stdout(start_log).stderr(also).process_group(0);
        let mut child = command.spawn().at("run", command.get_program().as_ref())?;
        let deathwatch = match deathwatch(account, child.id()) {
            Ok(deathwatch) => deathwatch,
            Err(error) => {
                end(&mut child, folder)?;
                return Err(error);
            }
        };
        let mut postmaster = Self { child, deathwatch };
        match postmaster.wait_until_ready(folder, options, stopping) {
            Ok(()) => Ok(postmaster),
            Err(error) => {
                postmaster.stop(folder)?;
                Err(error)
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How it ended; `None` while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    pub fn stop(mut self, folder: &Folder) -> Result<(), Error> {
        let outcome = end(&mut self.child, folder);
        self.dismiss();
        outcome
    }

    /// For a postmaster that ended by itself: its watch must not shoot at whoever gets its number next.
    pub fn dismiss(mut self) {
        if let Some(mut stdin) = self.deathwatch.stdin.take() {
            // If the watch is gone already there is nobody to tell.
            let _ = stdin.write_all(b"done\n");
        }
        let _ = self.deathwatch.wait();
    }

    /// PostgreSQL says so in its lock file, whose eighth line is its state: no client is needed to ask.
    fn wait_until_ready(
        &mut self,
        folder: &Folder,
        options: &Options,
        stopping: &AtomicBool,
    ) -> Result<(), Error> {
        let started = Instant::now();
        let pid = self.child.id().to_string();
        let file = folder.cluster.join("postmaster.pid");
        loop {
            if let Some(status) = self.ended() {
                return Err(Error::DiedAtStart { status: status.to_string(), log: folder.last_words() });
            }
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            let mut lines = text.lines();
            if lines.next() == Some(pid.as_str()) && lines.nth(6).is_some_and(|state| state.trim() == "ready")
            {
                return Ok(());
            }
            if stopping.load(Ordering::SeqCst) {
                return Err(Error::Stopping);
            }
            if started.elapsed() > options.start_timeout {
                return Err(Error::SlowStart { waited: started.elapsed(), log: folder.last_words() });
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Reads from a pipe whose other end only we hold: a line means all is well, the end of the pipe that we are gone.
fn deathwatch(account: &Account, postmaster: u32) -> Result<Child, Error> {
    let shell = Path::new("/bin/sh");
    let mut command = account.command(shell);
    command
        .args(["-c", "read -r line || kill -INT \"$1\"", "sh", &postmaster.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command.spawn().at("run", shell)
}

/// In order, then firmly, then by force.
fn end(child: &mut Child, folder: &Folder) -> Result<(), Error> {
    for (signal, patience) in [(Signal::INT, FAST_SHUTDOWN), (Signal::QUIT, IMMEDIATE_SHUTDOWN)] {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return Ok(());
        }
        leftovers::signal(child.id(), signal);
        if wait(child, patience) {
            return Ok(());
        }
        tracing::warn!(?signal, "PostgreSQL did not end in {} s when asked to", patience.as_secs());
    }
    child.kill().and_then(|()| child.wait()).at("kill PostgreSQL of", &folder.cluster)?;
    // Its children notice that it is gone, and must not be there when it starts again.
    leftovers::clear(folder, None)
}

fn wait(child: &mut Child, patience: Duration) -> bool {
    let started = Instant::now();
    while started.elapsed() < patience {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        std::thread::sleep(POLL);
    }
    false
}
