//! Files of comma-separated values (RFC 4180, UTF-8) on their way out, piece by piece. Every row ends with the id of the event
//! that says who took the file, when, and with which filter: whatever part of it turns up somewhere leads back there.

mod export;

use std::io::Write;

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::EventId;
use tokio::sync::mpsc;

pub use export::{Source, export};

use crate::{Problem, Result};

/// The name of the last column.
const MARK: &str = "export_event";
const CHUNK: usize = 64 * 1024;

/// A file on its way: how many rows it will have, the event it leads back to, and its pieces.
pub struct Export {
    pub rows: i64,
    pub event: EventId,
    pub pieces: mpsc::Receiver<std::io::Result<Bytes>>,
}

impl Export {
    /// `name`: what it holds and the day, without an ending.
    pub fn into_response(mut self, name: &str) -> Response {
        let pieces = futures_util::stream::poll_fn(move |cx| self.pieces.poll_recv(cx));
        let mut response = Body::from_stream(pieces).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
        );
        headers.insert("x-total-count", HeaderValue::from(self.rows));
        let event = self.event.to_string();
        let named = format!("attachment; filename=\"{name}-{event}.csv\"");
        // Names and ids are plain ASCII, which headers may hold.
        if let Ok(named) = HeaderValue::from_str(&named) {
            headers.insert(header::CONTENT_DISPOSITION, named);
        }
        if let Ok(event) = HeaderValue::from_str(&event) {
            headers.insert("x-export-event", event);
        }
        response
    }
}

/// The rows that are not handed out yet.
pub struct CsvFile {
    rows: csv::Writer<Vec<u8>>,
    mark: String,
}

impl CsvFile {
    pub fn new(header: &[&str], event: EventId) -> Result<Self> {
        let mut file = Self { rows: writer(), mark: event.to_string() };
        file.record(header.iter().copied().chain([MARK]))?;
        Ok(file)
    }

    /// Cells of people's making go through [`kernel::harmless_cell`] first.
    pub fn write<T: AsRef<[u8]>>(&mut self, cells: &[T]) -> Result<()> {
        let mark = std::mem::take(&mut self.mark);
        let cells = cells.iter().map(AsRef::as_ref).chain([mark.as_bytes()]);
        let written = self.record(cells);
        self.mark = mark;
        written
    }

    fn record<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) -> Result<()> {
        self.rows.write_record(cells).map_err(|error| Problem::internal(&error))
    }

    /// Whether there is enough for a piece.
    pub fn is_full(&self) -> bool {
        self.rows.get_ref().len() >= CHUNK
    }

    pub fn take(&mut self) -> Result<Bytes> {
        self.rows.flush().map_err(|error| Problem::internal(&error))?;
        let done = std::mem::replace(&mut self.rows, writer());
        let mut bytes = done.into_inner().map_err(|error| Problem::internal(&error))?;
        bytes.flush().map_err(|error| Problem::internal(&error))?;
        Ok(bytes.into())
    }
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(CHUNK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_leads_back_to_its_event() {
        let event = EventId::new(jiff::Timestamp::UNIX_EPOCH);
        let mut file = CsvFile::new(&["name", "note"], event).unwrap();
        file.write(&["Emma", "a \"b\", c"]).unwrap();
        let text = String::from_utf8(file.take().unwrap().to_vec()).unwrap();
        assert_eq!(text, format!("name,note,export_event\r\nEmma,\"a \"\"b\"\", c\",{event}\r\n"));
        file.write(&["Otto", ""]).unwrap();
        assert_eq!(file.take().unwrap(), format!("Otto,,{event}\r\n"), "the header only once");
    }
}
