//! PostgreSQL's own `pg_dump` and `pg_restore`, given their connection in the environment.

use std::{
    io::Read,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use platform::address::Address;

use crate::BackupError;

/// Where the programs are, and the database they work on.
#[derive(Clone)]
pub struct Programs {
    pub folder: PathBuf,
    /// In the owner's role.
    pub database: Address,
}

impl Programs {
    pub(crate) fn command(&self, program: &'static str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        command.arg("--no-password").env("PGAPPNAME", "hub backup");
        for strange in ["PGSERVICE", "PGHOSTADDR", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGOPTIONS"] {
            command.env_remove(strange);
        }
        command.envs(self.database.environment());
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
