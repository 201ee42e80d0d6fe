//! How PostgreSQL, while it replays, is handed its log: it may neither read the key nor the place of copies, so a program in its account asks us,
//! over a socket that only it can reach.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use super::{
    segment::{Archived, Segment},
    shelf::Shelf,
};
use crate::BackupError;

const FOUND: u8 = b'+';
const NONE: u8 = b'-';
/// PostgreSQL takes it for the end of the log.
const NOT_THERE: u8 = 1;
/// PostgreSQL gives up: more than 125.
const FAILED: u8 = 200;
const LONGEST_NAME: u64 = 64;

/// Asks for a segment, or a history, and writes it where PostgreSQL wants it.
pub fn fetch_segment(socket: &Path, name: &str, to: &Path) -> ExitCode {
    match ask(socket, name, to) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(NOT_THERE),
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::from(FAILED)
        }
    }
}

fn ask(socket: &Path, name: &str, to: &Path) -> io::Result<bool> {
    let mut stream = UnixStream::connect(socket)?;
    stream.write_all(format!("{name}\n").as_bytes())?;
    let mut head = [0; 9];
    stream.read_exact(&mut head)?;
    let length = u64::from_le_bytes(head[1..].try_into().unwrap_or_default());
    if head[0] != FOUND {
        return if head[0] == NONE { Ok(false) } else { Err(io::Error::other("the hub cannot hand it out")) };
    }
    let mut file = File::create(to)?;
    match io::copy(&mut stream.take(length), &mut file)? == length {
        true => Ok(true),
        false => Err(io::Error::other("the hub broke off")),
    }
}

/// Hands out the log of one cluster, as far as it is to be replayed, until it is dropped.
pub(crate) struct Counter {
    socket: PathBuf,
    stopped: Arc<AtomicBool>,
    failure: Arc<Mutex<Option<BackupError>>>,
    thread: Option<JoinHandle<()>>,
}

struct Goods {
    shelf: Shelf,
    system: String,
    log: BTreeMap<Segment, Archived>,
}

impl Counter {
    pub fn open(
        socket: PathBuf,
        shelf: Shelf,
        system: String,
        log: &[Archived],
    ) -> Result<Self, BackupError> {
        let _ = fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket).map_err(BackupError::file(&socket))?;
        let (stopped, failure) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None)));
        let goods = Goods { shelf, system, log: log.iter().map(|one| (one.segment, *one)).collect() };
        let (end, told) = (stopped.clone(), failure.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(stream) = stream
                    && let Err(error) = goods.serve(&stream)
                {
                    told.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                }
            }
        });
        Ok(Self { socket, stopped, failure, thread: Some(thread) })
    }

    /// What PostgreSQL did not get, and why.
    pub fn failure(&self) -> Option<BackupError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // One more call, so that it looks.
        let _ = UnixStream::connect(&self.socket);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = fs::remove_file(&self.socket);
    }
}

impl Goods {
    /// Whoever hung up is not our failure; what cannot be read is.
    fn serve(&self, mut stream: &UnixStream) -> Result<(), BackupError> {
        let mut name = String::new();
        if BufReader::new(stream.take(LONGEST_NAME)).read_line(&mut name).is_err() {
            return Ok(());
        }
        let found = self.find(name.trim_end())?;
        let (sign, bytes) = found.as_ref().map_or((NONE, &[][..]), |bytes| (FOUND, &bytes[..]));
        let mut head = vec![sign];
        head.extend((bytes.len() as u64).to_le_bytes());
        let _ = stream.write_all(&head).and_then(|()| stream.write_all(bytes));
        Ok(())
    }

    fn find(&self, name: &str) -> Result<Option<Vec<u8>>, BackupError> {
        if Shelf::is_history(name) {
            return self.shelf.history(&self.system, name);
        }
        let wanted = Segment::parse(name).and_then(|segment| self.log.get(&segment));
        wanted.map(|one| self.shelf.segment(&self.system, one)).transpose()
    }
}

/// What PostgreSQL runs for each segment.
pub(crate) fn command(program: &Path, socket: &Path) -> String {
    let quoted =
        |path: &Path| format!("'{}'", path.display().to_string().replace('\'', "'\\''").replace('%', "%%"));
    format!("{} log-segment {} %f %p", quoted(program), quoted(socket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_for_the_shell_and_for_postgresql() {
        let text = command(Path::new("/opt/the hub/100%/hub"), Path::new("/run/it's"));
        assert_eq!(text, "'/opt/the hub/100%%/hub' log-segment '/run/it'\\''s' %f %p");
    }
}
