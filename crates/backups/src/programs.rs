//! PostgreSQL's own `pg_dump` and `pg_restore`, given their connection in the environment: an argument would show everybody on the
//! machine its password.

use std::{
    io::Read,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tokio_postgres::{Config, config::Host};

use crate::BackupError;

/// Where the programs are, and the database they work on.
#[derive(Clone)]
pub struct Programs {
    pub folder: PathBuf,
    /// In the owner's role.
    pub database: Config,
}

impl Programs {
    pub(crate) fn command(&self, program: &'static str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.arg("--no-password").env("PGAPPNAME", "hub backup").env_remove("PGSERVICE");
        let host = self.database.get_hosts().first().map(|host| match host {
            Host::Tcp(name) => name.clone().into(),
            Host::Unix(path) => path.clone().into_os_string(),
        });
        if let Some(host) = host {
            command.env("PGHOST", host);
        }
        let port = self.database.get_ports().first().copied().unwrap_or(5432);
        command.env("PGPORT", port.to_string());
        for (name, value) in
            [("PGUSER", self.database.get_user()), ("PGDATABASE", self.database.get_dbname())]
        {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        if let Some(password) = self.database.get_password() {
            command.env("PGPASSWORD", String::from_utf8_lossy(password).as_ref());
        }
        command
    }
}

/// A program that runs, whose complaints are collected meanwhile.
pub(crate) struct Running {
    pub child: Child,
    program: &'static str,
    complaints: std::thread::JoinHandle<String>,
}

impl Running {
    pub fn start(mut command: Command, program: &'static str) -> Result<Self, BackupError> {
        command.stderr(Stdio::piped());
        let failed = |cause: std::io::Error| BackupError::Program { program, cause: cause.to_string() };
        let mut child = command.spawn().map_err(failed)?;
        let stderr = child.stderr.take();
        let complaints = std::thread::spawn(move || {
            let mut text = String::new();
            // Bytes that are no text are no reason to lose the rest.
            if let Some(mut stderr) = stderr {
                let mut bytes = Vec::new();
                let _ = stderr.read_to_end(&mut bytes);
                text = String::from_utf8_lossy(&bytes).trim().to_owned();
            }
            text
        });
        Ok(Self { child, program, complaints })
    }

    /// Waits for its end, which must be a good one.
    pub fn finish(mut self) -> Result<(), BackupError> {
        let program = self.program;
        let status =
            self.child.wait().map_err(|cause| BackupError::Program { program, cause: cause.to_string() })?;
        let complaints = self.complaints.join().unwrap_or_default();
        if status.success() {
            Ok(())
        } else {
            Err(BackupError::Program { program, cause: format!("{status}: {complaints}") })
        }
    }

    /// Ended before its time: whatever it was doing is not to be done.
    pub fn kill(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.complaints.join().unwrap_or_default()
    }
}
