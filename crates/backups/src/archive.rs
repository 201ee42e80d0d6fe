//! The file of a copy: PostgreSQL's dump in its custom format, encrypted with age while it is written.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    os::fd::OwnedFd,
    path::Path,
    process::Stdio,
};

use age::{Decryptor, Encryptor, Identity, Recipient};
use sha2::{Digest, Sha256};

use crate::{BackupError, Key, Programs, programs::Running};

/// Length and SHA-256 of the file as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub bytes: u64,
    pub sha256: String,
}

/// Counts and hashes what goes through.
struct Measured<T> {
    inner: T,
    bytes: u64,
    hash: Sha256,
}

impl<T> Measured<T> {
    fn new(inner: T) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    fn note(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    fn told(self) -> (Written, T) {
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

/// Dumps the database as the snapshot sees it. The file is whole and on the disk when this returns, else there is none.
pub(crate) fn write(
    programs: &Programs,
    key: &Key,
    snapshot: &str,
    to: &Path,
) -> Result<Written, BackupError> {
    let part = to.with_extension("part");
    let outcome = dump(programs, key, snapshot, &part).and_then(|written| {
        fs::rename(&part, to).map_err(BackupError::file(to))?;
        sync_folder(to)?;
        Ok(written)
    });
    if outcome.is_err() {
        let _ = fs::remove_file(&part);
    }
    outcome
}

/// What the migrations stand on, and no other: one that somebody added to watch the database by needs a superuser to come back.
const EXTENSIONS: [&str; 2] = ["unaccent", "pg_trgm"];

fn dump(programs: &Programs, key: &Key, snapshot: &str, to: &Path) -> Result<Written, BackupError> {
    let file = private_file(to)?;
    let recipients = key.recipients();
    let encryptor = Encryptor::with_recipients(recipients.iter().map(|one| one as &dyn Recipient))
        .map_err(|_| BackupError::Key)?;
    let mut command = programs.command("pg_dump");
    command
        .args(["--format=custom", "--compress=6", "--no-owner", "--no-privileges"])
        .args(EXTENSIONS.map(|name| format!("--extension={name}")))
        .arg(format!("--snapshot={snapshot}"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = Running::start(command, "pg_dump")?;
    let copy = |source: Option<&mut dyn Read>| -> io::Result<(Written, File)> {
        let mut sink = encryptor.wrap_output(Measured::new(BufWriter::with_capacity(1 << 20, file)))?;
        if let Some(source) = source {
            io::copy(source, &mut sink)?;
        }
        let (written, buffer) = sink.finish()?.told();
        let file = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok((written, file))
    };
    let mut stdout = running.child.stdout.take();
    match copy(stdout.as_mut().map(|source| source as &mut dyn Read)) {
        Ok((written, _)) => running.finish().map(|()| written),
        Err(cause) => {
            running.kill();
            Err(BackupError::file(to)(cause))
        }
    }
}

pub(crate) fn private_file(path: &Path) -> Result<File, BackupError> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(BackupError::file(path))
}

/// A new name is on the disk once its folder is.
pub(crate) fn sync_folder(of: &Path) -> Result<(), BackupError> {
    let folder = of.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(BackupError::file(folder))
}

/// Length and hash of a file that is there.
pub(crate) fn measure(path: &Path) -> Result<Written, BackupError> {
    let file = File::open(path).map_err(BackupError::file(path))?;
    let mut source = Measured::new(file);
    io::copy(&mut source, &mut io::sink()).map_err(BackupError::file(path))?;
    Ok(source.told().0)
}

/// Puts the file into the database of `programs`, and `last` after it, with these values as variables of `psql`, in one transaction. `pg_restore` writes
/// SQL and `psql` carries it out; what commits comes from here, at the very end, so that an input which breaks off, because this or any program on the way
/// was killed, leaves nothing.
pub(crate) fn put(
    programs: &Programs,
    key: &Key,
    path: &Path,
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
            pour(path, key, script, "pg_restore")
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

/// Decrypts the file into a program's standard input; what goes wrong with either ends both.
pub(crate) fn pour(
    path: &Path,
    key: &Key,
    mut command: std::process::Command,
    program: &'static str,
) -> Result<(), BackupError> {
    let file = File::open(path).map_err(BackupError::file(path))?;
    let locked = |cause: &dyn std::fmt::Display| BackupError::Locked {
        path: path.to_owned(),
        cause: cause.to_string(),
    };
    let decryptor =
        Decryptor::new_buffered(BufReader::with_capacity(1 << 20, file)).map_err(|cause| locked(&cause))?;
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
                return Err(locked(&cause));
            }
        }
    }
}
