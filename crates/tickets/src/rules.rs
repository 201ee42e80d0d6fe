//! What may be asked of a list of tickets.

use jiff::Timestamp;
use kernel::TicketId;
pub(crate) use platform::page::check_limit;
use platform::{Cursor, Result};

/// Creation and id of the last ticket of the page before.
pub(crate) type Position = (Timestamp, TicketId);

pub(crate) fn read_position(after: &str) -> Result<Position> {
    Cursor::read_instant(after)
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
