//! The file of a copy: PostgreSQL's dump in its custom format, encrypted with age while it is written.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    os::fd::OwnedFd,
    process::{ChildStdout, Command, Stdio},
};

use age::{Decryptor, Encryptor, Identity, Recipient, stream::StreamWriter};
use sha2::{Digest, Sha256};

use crate::{BackupError, Key, Located, Programs, place::Writer, programs::Running};

/// Length and SHA-256 of the file as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub bytes: u64,
    pub sha256: String,
}

/// Counts and hashes what goes through.
pub(crate) struct Measured<T> {
    inner: T,
    bytes: u64,
    hash: Sha256,
}

impl<T> Measured<T> {
    pub fn new(inner: T) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    fn note(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    pub fn told(self) -> (Written, T) {
        let sha256 = chain::hex(&self.hash.finalize());
        (Written { bytes: self.bytes, sha256 }, self.inner)
    }
}

impl<W: Write> Write for Measured<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.note(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.note(&into[..read]);
        Ok(read)
    }
}

/// What the migrations stand on, and no other: one that somebody added to watch the database by needs a superuser to come back.
const EXTENSIONS: [&str; 2] = ["unaccent", "pg_trgm"];

/// Dumps the database as the snapshot sees it. The copy is whole when this returns, else there is none.
pub(crate) fn write(
    programs: &Programs,
    key: &Key,
    snapshot: &str,
    to: &Located,
) -> Result<Written, BackupError> {
    let mut command = programs.command("pg_dump");
    command
        .args(["--format=custom", "--compress=6", "--no-owner", "--no-privileges"])
        .args(EXTENSIONS.map(|name| format!("--extension={name}")))
        .arg(format!("--snapshot={snapshot}"));
    keep_output(command, "pg_dump", key, to, |source, mut sink| {
        io::copy(source, &mut sink)?;
        Ok(sink)
    })
}

type Sink = StreamWriter<Measured<Writer>>;

/// Encrypts to `to` what the program writes. It is whole when this returns, else there is none.
pub(crate) fn keep_output(
    mut command: Command,
    program: &'static str,
    key: &Key,
    to: &Located,
    copy: impl FnOnce(&mut ChildStdout, Sink) -> io::Result<Sink>,
) -> Result<Written, BackupError> {
    let recipients = key.recipients();
    let encryptor = Encryptor::with_recipients(recipients.iter().map(|one| one as &dyn Recipient))
        .map_err(|_| BackupError::Key)?;
    let writer = to.writer()?;
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut running = Running::start(command, program)?;
    let source = running.child.stdout.take();
    let copied = source.ok_or_else(|| io::ErrorKind::BrokenPipe.into()).and_then(|mut source| {
        let sink = copy(&mut source, encryptor.wrap_output(Measured::new(writer))?)?;
        Ok(sink.finish()?.told())
    });
    match copied {
        Ok((written, writer)) => {
            // What ended well was written well, and nothing else is kept.
            running.finish()?;
            writer.finish()?;
            Ok(written)
        }
        Err(cause) => {
            running.kill();
            Err(BackupError::at(to)(cause))
        }
    }
}

/// Length and hash of a file that is there.
pub(crate) fn measure(at: &Located) -> Result<Written, BackupError> {
    let mut source = Measured::new(at.reader()?);
    io::copy(&mut source, &mut io::sink()).map_err(BackupError::at(at))?;
    Ok(source.told().0)
}

/// Refuses what is not the file that its manifest describes.
pub(crate) fn must_be(at: &Located, found: &Written, bytes: i64, sha256: &str) -> Result<(), BackupError> {
    if i64::try_from(found.bytes) == Ok(bytes) && found.sha256 == sha256 {
        return Ok(());
    }
    let told = |bytes: &dyn std::fmt::Display, sha256: &str| format!("{bytes} bytes, SHA-256 {sha256}");
    Err(BackupError::Differs {
        at: at.to_string(),
        found: told(&found.bytes, &found.sha256),
        wanted: told(&bytes, sha256),
    })
}

/// Puts the file into the database of `programs`, and `last` after it, with these values as variables of `psql`, in one transaction. `pg_restore` writes
/// SQL and `psql` carries it out; what commits comes from here, at the very end, so that an input which breaks off, because this or any program on the way
/// was killed, leaves nothing.
pub(crate) fn put(
    programs: &Programs,
    key: &Key,
    at: &Located,
    last: &str,
    values: &[(&str, String)],
) -> Result<(), BackupError> {
    let mut psql = programs.command("psql");
    psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", "-"]);
    for (name, value) in values {
        psql.arg("--set").arg(format!("{name}={value}"));
    }
    psql.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut psql = Running::start(psql, "psql")?;
    let Some(sink) = psql.child.stdin.take() else { return psql.finish() };
    let mut sink = File::from(OwnedFd::from(sink));
    let poured = sink
        .write_all(b"begin;\n")
        .and_then(|()| sink.try_clone())
        .map_err(|cause| BackupError::Program { program: "psql", cause: cause.to_string() })
        .and_then(|sink| {
            let mut script = programs.command("pg_restore");
            script.args(["--no-owner", "--no-privileges", "--file", "-"]).stdout(sink);
            pour(at, key, script, "pg_restore")
        });
    match poured {
        Ok(()) => {
            // When it takes no more it has ended, and says why.
            let _ = sink.write_all(format!("{last}\ncommit;\n").as_bytes());
            drop(sink);
            psql.finish()
        }
        Err(error) => {
            drop(sink);
            match (psql.finish(), error) {
                // What the database refused; the program before it only knows that nobody takes what it writes.
                (Err(cause), BackupError::Program { .. }) => Err(cause),
                (_, error) => Err(error),
            }
        }
    }
}

/// Whether this key opens it; what comes after its first bytes is not looked at. Blocks.
pub fn opens(key: &Key, at: &Located) -> bool {
    let Ok(source) = at.reader() else { return false };
    let Ok(decryptor) = Decryptor::new_buffered(BufReader::new(source)) else { return false };
    decryptor.decrypt(std::iter::once(key.identity() as &dyn Identity)).is_ok()
}

/// Decrypts the file into a program's standard input; what goes wrong with either ends both.
pub(crate) fn pour(
    at: &Located,
    key: &Key,
    mut command: std::process::Command,
    program: &'static str,
) -> Result<(), BackupError> {
    let locked =
        |cause: &dyn std::fmt::Display| BackupError::Locked { at: at.to_string(), cause: cause.to_string() };
    let source = BufReader::with_capacity(1 << 20, at.reader()?);
    let decryptor = Decryptor::new_buffered(source).map_err(|cause| locked(&cause))?;
    let mut source = decryptor
        .decrypt(std::iter::once(key.identity() as &dyn Identity))
        .map_err(|cause| locked(&cause))?;
    command.stdin(Stdio::piped());
    let mut running = Running::start(command, program)?;
    let Some(mut sink) = running.child.stdin.take() else { return running.finish() };
    let mut buffer = vec![0; 1 << 18];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => {
                drop(sink);
                return running.finish();
            }
            Ok(read) => {
                if sink.write_all(&buffer[..read]).is_err() {
                    // It has hung up, and says why.
                    drop(sink);
                    return match running.finish() {
                        Ok(()) => Err(BackupError::Program {
                            program,
                            cause: "it ended before the end of the file".to_owned(),
                        }),
                        Err(error) => Err(error),
                    };
                }
            }
            Err(cause) => {
                // Killed before its input ends, so that what came so far is not taken for all there is.
                running.kill();
                return Err(cause.downcast().unwrap_or_else(|cause| locked(&cause)));
            }
        }
    }
}
