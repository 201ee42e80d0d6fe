//! A ZIP in the making, of which only the piece that is not sealed yet is held.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{Timestamp, tz::TimeZone};
use platform::{Problem, Result};
use sha2::{Digest, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions, write::StreamWriter};

use crate::{
    content::{FileEntry, hex},
    sealing::{PIECE, Sealer},
    store::Parts,
};

/// Where the ZIP writer leaves its bytes until they are taken.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn bytes(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The ZIP as it goes into the database.
struct Pieces<'a> {
    whole: Sha256,
    size: i64,
    sealer: &'a mut Sealer,
    parts: &'a Parts<'a, 'a>,
}

impl Pieces<'_> {
    async fn store(&mut self, piece: Vec<u8>, last: bool) -> Result<()> {
        self.whole.update(&piece);
        self.size += i64::try_from(piece.len()).unwrap_or(i64::MAX);
        let (position, sealed) = self.sealer.seal(piece, last)?;
        self.parts.insert(position, &sealed).await
    }

    /// What makes whole pieces; something stays behind, so that there is a last one.
    async fn take(&mut self, sink: &Sink) -> Result<()> {
        loop {
            let piece = {
                let mut bytes = sink.bytes();
                if bytes.len() <= PIECE {
                    return Ok(());
                }
                let rest = bytes.split_off(PIECE);
                std::mem::replace(&mut *bytes, rest)
            };
            self.store(piece, false).await?;
        }
    }
}

pub(super) struct Archive<'a> {
    zip: ZipWriter<StreamWriter<Sink>>,
    sink: Sink,
    options: SimpleFileOptions,
    open: Option<(FileEntry, Sha256)>,
    files: Vec<FileEntry>,
    pieces: Pieces<'a>,
}

impl<'a> Archive<'a> {
    pub fn new(made_at: Timestamp, sealer: &'a mut Sealer, parts: &'a Parts<'_, '_>) -> Self {
        let sink = Sink::default();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(stamp(made_at));
        Self {
            zip: ZipWriter::new_stream(sink.clone()),
            sink,
            options,
            open: None,
            files: Vec::new(),
            pieces: Pieces { whole: Sha256::new(), size: 0, sealer, parts },
        }
    }

    /// Ends the file before and begins the next.
    pub fn start(&mut self, name: &str, rows: Option<i64>) -> Result<()> {
        self.end_file();
        self.zip.start_file(name, self.options).map_err(|error| Problem::internal(&error))?;
        let entry = FileEntry { name: name.to_owned(), bytes: 0, sha256: String::new(), rows };
        self.open = Some((entry, Sha256::new()));
        Ok(())
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some((entry, hash)) = &mut self.open {
            entry.bytes += bytes.len() as u64;
            hash.update(bytes);
        }
        self.zip.write_all(bytes).map_err(|error| Problem::internal(&error))
    }

    fn end_file(&mut self) {
        if let Some((mut entry, hash)) = self.open.take() {
            entry.sha256 = hex(&hash.finalize());
            self.files.push(entry);
        }
    }

    /// Every file so far.
    pub fn files(&mut self) -> &[FileEntry] {
        self.end_file();
        &self.files
    }

    /// Seals and stores what there is, as far as it makes whole pieces.
    pub async fn drain(&mut self) -> Result<()> {
        self.pieces.take(&self.sink).await
    }

    /// SHA-256 and size of the ZIP.
    pub async fn finish(self) -> Result<([u8; 32], i64)> {
        let Self { zip, sink, mut pieces, .. } = self;
        zip.finish().map_err(|error| Problem::internal(&error))?;
        pieces.take(&sink).await?;
        let rest = std::mem::take(&mut *sink.bytes());
        pieces.store(rest, true).await?;
        Ok((pieces.whole.finalize().into(), pieces.size))
    }
}

/// In London; ZIP knows no zone.
fn stamp(at: Timestamp) -> DateTime {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let at = at.to_zoned(zone).datetime();
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::from_date_and_time(
        u16::try_from(at.year()).unwrap_or_default(),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    )
    .unwrap_or_default()
}
