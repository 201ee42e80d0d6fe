//! What may be asked of a list of tickets.

use jiff::Timestamp;
use kernel::TicketId;
use platform::{Cursor, Problem, Result};

const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// PostgreSQL cannot hold every instant that a cursor can say.
const EARLIEST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// Creation and id of the last ticket of the page before.
pub(crate) type Position = (Timestamp, TicketId);

pub(crate) fn read_position(after: &str) -> Result<Position> {
    let position: Position = Cursor::read(after)?;
    if position.0 < EARLIEST {
        return Err(Problem::invalid(
            "after",
            "is not a cursor of this list; start again from the first page",
        ));
    }
    Ok(position)
}

pub(crate) fn check_limit(limit: Option<i64>) -> Result<i64> {
    match limit.unwrap_or(LIMIT_DEFAULT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Problem::invalid("limit", format!("must be from 1 to {LIMIT_MAX}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_bounds() {
        assert_eq!(check_limit(None).unwrap(), 50);
        assert_eq!(check_limit(Some(1)).unwrap(), 1);
        assert_eq!(check_limit(Some(200)).unwrap(), 200);
        for bad in [-1, 0, 201, i64::MAX] {
            assert_eq!(check_limit(Some(bad)).unwrap_err().field.as_deref(), Some("limit"), "{bad}");
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_ticket() {
        let position: Position =
            ("2026-03-01T12:00:00.123456Z".parse().unwrap(), TicketId::new(Timestamp::UNIX_EPOCH));
        assert_eq!(read_position(&Cursor::write(&position)).unwrap(), position);
        for bad in ["", "junk", Cursor::write(&(Timestamp::MIN, position.1)).as_str()] {
            assert_eq!(read_position(bad).unwrap_err().field.as_deref(), Some("after"), "{bad}");
        }
    }
}
