//! Bringing the cluster back: a base unpacked into an empty data folder, its log replayed, and the fence closed before anybody else may look.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use embedded::{Arrival, Embedded, Options};
use jiff::Timestamp;
use platform::address::Address;

use super::{
    base::unpack,
    coverage::{Coverage, Target, both_clocks},
    fetch::{Counter, command},
    shelf::Shelf,
};
use crate::{BackupError, actions::blocking, fence, programs::Running};

/// What to bring back, and where.
pub struct Recovery {
    pub shelf: Shelf,
    pub covered: Coverage,
    pub target: Target,
    pub options: Options,
    /// The hub's own, which PostgreSQL's account runs to be handed its log.
    pub program: PathBuf,
    pub database: &'static str,
}

/// It runs, fenced, and nobody starts it before [`Embedded::finish`] but who asks for it.
pub struct Recovered {
    pub server: Embedded,
    /// The instant that it shows.
    pub at: Timestamp,
}

impl Recovery {
    /// All of it and its fence, or something that every command refuses, whoever is killed meanwhile.
    pub async fn run(self, newest_known: &str, now: Timestamp) -> Result<Recovered, BackupError> {
        let manifest = self.covered.base.manifest.clone();
        if manifest.migration.as_str() > newest_known {
            return Err(BackupError::Later(self.covered.base.at.to_string()));
        }
        let (target, until, database) = (self.target, self.covered.until, self.database);
        let server = blocking(move || self.replay()).await?;
        let address = Address::read(&server.connection_string(database), None)
            .map_err(|error| BackupError::Problem(error.to_string()))?;
        let mut client = address.connect().await?;
        let last = "select date_trunc('second', pg_last_xact_replay_timestamp())";
        let last: Option<Timestamp> = client.query_one(last, &[]).await?.get(0);
        let at = match target {
            Target::At(at) => at,
            Target::Latest => last.unwrap_or(until),
        };
        fence::begin_epoch(&mut client, now, at, &manifest.sha256).await?;
        Ok(Recovered { server, at })
    }

    fn replay(self) -> Result<Embedded, BackupError> {
        let manifest = &self.covered.base.manifest;
        let arrival = Arrival::prepare(self.options, manifest.postgres)?;
        arrival.check_program(&self.program)?;
        if let Err(error) = fill(&arrival, &self.shelf, &self.covered) {
            arrival.give_up();
            return Err(error);
        }
        let socket = arrival.meeting_place().join("log.sock");
        let counter = Counter::open(socket.clone(), self.shelf, manifest.system.clone(), &self.covered.log)?;
        arrival.give(&socket)?;
        let mut settings = vec![
            ("restore_command".to_owned(), command(&self.program, &socket)),
            // What was done after an earlier way back has bases of its own.
            ("recovery_target_timeline".to_owned(), "current".to_owned()),
            ("recovery_target_action".to_owned(), "promote".to_owned()),
        ];
        if let Target::At(at) = self.target {
            // PostgreSQL reads it before it knows the names of time zones.
            let at = at.strftime("%Y-%m-%d %H:%M:%S%.6f+00");
            settings.push(("recovery_target_time".to_owned(), at.to_string()));
        }
        arrival.replay(settings).map_err(|error| counter.failure().unwrap_or_else(|| error.into()))
    }
}

/// As PostgreSQL's account, whose files these are to be.
fn fill(arrival: &Arrival, shelf: &Shelf, covered: &Coverage) -> Result<(), BackupError> {
    let mut tar = arrival.command(Path::new("tar"));
    tar.args(["-x", "-f", "-", "-C"]).arg(arrival.cluster()).stdin(Stdio::piped()).stdout(Stdio::null());
    let base = &covered.base;
    let mut tar = Running::start(tar, "tar")?;
    let mut sink = tar.child.stdin.take();
    let mut hung_up = false;
    let poured = unpack(shelf, &base.at, &base.manifest, |source| {
        let mut buffer = vec![0; 1 << 18];
        loop {
            let read = source.read(&mut buffer)?;
            let Some(sink) = sink.as_mut().filter(|_| read > 0) else { return Ok(()) };
            if let Err(error) = sink.write_all(&buffer[..read]) {
                hung_up = true;
                return Err(error);
            }
        }
    });
    match poured {
        Ok(()) => {
            drop(sink);
            tar.finish()
        }
        // It says why it took no more.
        Err(_) if hung_up => Err(BackupError::Program { program: "tar", cause: tar.kill() }),
        Err(error) => {
            tar.kill();
            Err(error)
        }
    }
}

impl Target {
    /// `latest`, or an instant with its zone: `2026-11-29T10:15:00Z`.
    pub fn read(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let wrong = || {
            format!("{text:?} is neither `latest` nor an instant with its zone, such as 2026-11-29T10:15:00Z")
        };
        text.parse().map(Self::At).map_err(|_| wrong())
    }
}

impl Recovered {
    pub fn told(&self) -> String {
        both_clocks(self.at)
    }
}
