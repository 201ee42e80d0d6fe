//! Standard output of the commands. Whoever reads it may leave, as `head` does: what was begun is brought to its end all the same, and quietly.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    sync::OnceLock,
};

use anyhow::{Result, bail};

/// The first thing that could not be written, other than to somebody who has left.
static FAILED: OnceLock<io::Error> = OnceLock::new();

pub(super) fn write(text: fmt::Arguments<'_>) {
    match io::stdout().lock().write_fmt(text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(FAILED.set(error)),
        _ => {}
    }
}

/// For the very end: what was printed was written, or nobody wanted it.
pub(super) fn must_be_whole() -> Result<()> {
    if let Err(error) = io::stdout().lock().flush()
        && error.kind() != ErrorKind::BrokenPipe
    {
        drop(FAILED.set(error));
    }
    match FAILED.get() {
        Some(error) => bail!("standard output cannot be written: {error}"),
        None => Ok(()),
    }
}

/// In place of the standard library's, which panic when nobody reads any more.
macro_rules! print {
    ($($text:tt)*) => { $crate::cli::output::write(format_args!($($text)*)) };
}

macro_rules! println {
    ($($text:tt)*) => { $crate::cli::output::write(format_args!("{}\n", format_args!($($text)*))) };
}
