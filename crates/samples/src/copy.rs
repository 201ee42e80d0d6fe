//! PostgreSQL's binary COPY format, written straight into one buffer per table.

use std::marker::PhantomData;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Serialize;
use uuid::Uuid;

const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: [u8; 2] = (-1i16).to_be_bytes();
/// 2000-01-01T00:00:00Z, where PostgreSQL's time begins.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;
const EPOCH_DAY: Date = date(2000, 1, 1);

/// A row of one table: the columns that are written, in the order in which `write` puts them.
pub(crate) trait Row {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];

    fn write(&self, tuple: &mut Tuple<'_>);
}

/// The rows of one table, as they are made.
pub(crate) struct Rows<R> {
    bytes: BytesMut,
    of: PhantomData<R>,
}

impl<R> Default for Rows<R> {
    fn default() -> Self {
        Self { bytes: BytesMut::from(SIGNATURE), of: PhantomData }
    }
}

impl<R: Row> Rows<R> {
    pub(crate) fn push(&mut self, row: &R) {
        self.bytes.extend_from_slice(&(R::COLUMNS.len() as i16).to_be_bytes());
        let mut tuple = Tuple { bytes: &mut self.bytes, fields: 0 };
        row.write(&mut tuple);
        debug_assert_eq!(tuple.fields, R::COLUMNS.len(), "{}", R::TABLE);
    }

    pub(crate) fn finish(mut self) -> Bytes {
        self.bytes.extend_from_slice(&TRAILER);
        self.bytes.freeze()
    }
}

/// The fields of the row being written.
pub(crate) struct Tuple<'a> {
    bytes: &'a mut BytesMut,
    fields: usize,
}

impl Tuple<'_> {
    fn field(&mut self, content: &[u8]) {
        self.fields += 1;
        self.bytes.extend_from_slice(&(content.len() as i32).to_be_bytes());
        self.bytes.extend_from_slice(content);
    }

    fn null(&mut self) {
        self.fields += 1;
        self.bytes.extend_from_slice(&(-1i32).to_be_bytes());
    }

    pub(crate) fn uuid(&mut self, value: Uuid) -> &mut Self {
        self.field(value.as_bytes());
        self
    }

    pub(crate) fn maybe_uuid(&mut self, value: Option<Uuid>) -> &mut Self {
        match value {
            Some(value) => self.field(value.as_bytes()),
            None => self.null(),
        }
        self
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.field(value.as_bytes());
        self
    }

    pub(crate) fn maybe_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.field(value.as_bytes()),
            None => self.null(),
        }
        self
    }

    pub(crate) fn boolean(&mut self, value: bool) -> &mut Self {
        self.field(&[u8::from(value)]);
        self
    }

    pub(crate) fn maybe_boolean(&mut self, value: Option<bool>) -> &mut Self {
        match value {
            Some(value) => self.field(&[u8::from(value)]),
            None => self.null(),
        }
        self
    }

    pub(crate) fn smallint(&mut self, value: i16) -> &mut Self {
        self.field(&value.to_be_bytes());
        self
    }

    pub(crate) fn integer(&mut self, value: i32) -> &mut Self {
        self.field(&value.to_be_bytes());
        self
    }

    pub(crate) fn bigint(&mut self, value: i64) -> &mut Self {
        self.field(&value.to_be_bytes());
        self
    }

    pub(crate) fn double(&mut self, value: f64) -> &mut Self {
        self.field(&value.to_be_bytes());
        self
    }

    pub(crate) fn instant(&mut self, value: Timestamp) -> &mut Self {
        self.field(&(value.as_microsecond() - EPOCH_MICROSECONDS).to_be_bytes());
        self
    }

    pub(crate) fn maybe_instant(&mut self, value: Option<Timestamp>) -> &mut Self {
        match value {
            Some(value) => self.instant(value),
            None => {
                self.null();
                self
            }
        }
    }

    pub(crate) fn maybe_date(&mut self, value: Option<Date>) -> &mut Self {
        match value {
            Some(value) => {
                let days = (value - EPOCH_DAY).get_days();
                self.field(&days.to_be_bytes());
            }
            None => self.null(),
        }
        self
    }

    /// A value as jsonb: the number of its format, then the text.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> &mut Self {
        self.fields += 1;
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0, 0, 0, 0, 1]);
        serde_json::to_writer(Append(self.bytes), value).expect("rows hold nothing that JSON cannot");
        let length = (self.bytes.len() - start - 4) as i32;
        self.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
        self
    }
}

struct Append<'a>(&'a mut BytesMut);

impl std::io::Write for Append<'_> {
    fn write(&mut self, content: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(content);
        Ok(content.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
