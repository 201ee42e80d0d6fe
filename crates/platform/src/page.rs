//! Cursors: an opaque word that says where the next page begins.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::{Problem, Result};

/// PostgreSQL cannot hold every instant that a cursor can say.
const EARLIEST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// How many rows a page holds: as asked for, 1 to 200; 50 when nothing is said.
pub fn check_limit(limit: Option<i64>) -> Result<i64> {
    match limit.unwrap_or(LIMIT_DEFAULT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Problem::invalid("limit", format!("must be from 1 to {LIMIT_MAX}"))),
    }
}

/// The sort value and id of the last row of a page, readable only by us.
pub struct Cursor;

impl Cursor {
    pub fn write(position: &impl Serialize) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
    }

    pub fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(not_a_cursor)
    }

    /// Where a list that is sorted by instant and id goes on.
    pub fn read_instant<Id: DeserializeOwned>(text: &str) -> Result<(Timestamp, Id)> {
        let position: (Timestamp, Id) = Self::read(text)?;
        if position.0 < EARLIEST { Err(not_a_cursor()) } else { Ok(position) }
    }
}

fn not_a_cursor() -> Problem {
    Problem::invalid("after", "is not a cursor of this list; start again from the first page")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn fuzz_cursors(text in "[A-Za-z0-9_-]{0,80}|.{0,40}", json in "\\[?[\"0-9a-fTZ:., -]{0,80}\\]?") {
            for text in [text, URL_SAFE_NO_PAD.encode(json)] {
                if let Ok(position) = Cursor::read_instant::<String>(&text) {
                    prop_assert!(position.0 >= EARLIEST);
                    prop_assert_eq!(Cursor::read_instant::<String>(&Cursor::write(&position)).ok(), Some(position));
                }
            }
        }

        #[test]
        fn fuzz_where_pages_begin(seconds in -62_135_596_800i64..253_402_207_200, nanos in 0i32..1_000_000_000, id in ".{0,40}") {
            let position = (Timestamp::new(seconds, nanos).unwrap(), id);
            prop_assert_eq!(Cursor::read_instant::<String>(&Cursor::write(&position)).ok(), Some(position));
        }
    }
}
