//! What a page says it shows, and when that is passed on.

use std::time::Duration;

use kernel::CustomerId;
use serde::Deserialize;
use tokio::time::Instant;

/// A page may change its mind as often as it likes; others hear of it so often at most.
const APART: Duration = Duration::from_millis(250);

/// Whom a page shows, and whether something about them is being edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Looking {
    pub customer: CustomerId,
    #[serde(default)]
    pub editing: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    looking: Option<Looking>,
}

/// What is to be written down about one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    Looks(Looking),
    /// As before.
    Still,
    Gone,
}

/// What one page shows: as it last said, and as it was last written down.
#[derive(Default)]
pub(crate) struct Presence {
    wanted: Option<Looking>,
    told: Option<Looking>,
    due: Option<Instant>,
    told_at: Option<Instant>,
}

impl Presence {
    /// Takes a page's message; what cannot be understood says nothing.
    pub fn hear(&mut self, text: &str, now: Instant) {
        let Ok(Said { looking }) = serde_json::from_str(text) else { return };
        self.wanted = looking;
        let earliest = self.told_at.map_or(now, |at| at + APART);
        self.due = (self.wanted != self.told).then_some(earliest.max(now));
    }

    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    pub fn customer(&self) -> Option<CustomerId> {
        self.told.or(self.wanted).map(|looking| looking.customer)
    }

    /// What is new since it was written down.
    pub fn news(&mut self, now: Instant) -> Option<Telling> {
        self.due = None;
        if self.wanted == self.told {
            return None;
        }
        self.told_at = Some(now);
        self.told = self.wanted;
        Some(self.wanted.map_or(Telling::Gone, Telling::Looks))
    }

    /// For every while in which nothing is new.
    pub fn still(&self) -> Option<Telling> {
        self.told.map(|_| Telling::Still)
    }

    /// When the socket ends.
    pub fn end(&mut self) -> Option<Telling> {
        self.told.take().map(|_| Telling::Gone)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn says(customer: CustomerId, editing: bool) -> String {
        format!(r#"{{"looking":{{"customer":"{customer}","editing":{editing}}}}}"#)
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_changes_its_mind_is_heard_of_once() {
        let (one, other) = (CustomerId::new(Timestamp::UNIX_EPOCH), CustomerId::new(Timestamp::UNIX_EPOCH));
        let start = Instant::now();
        let mut page = Presence::default();
        page.hear(&says(one, false), start);
        assert_eq!(page.due(), Some(start));
        assert_eq!(page.news(start), Some(Telling::Looks(Looking { customer: one, editing: false })));
        for (customer, editing) in [(one, true), (other, false), (other, true)] {
            page.hear(&says(customer, editing), start);
        }
        assert_eq!(page.due(), Some(start + APART));
        let later = start + APART;
        assert_eq!(page.news(later), Some(Telling::Looks(Looking { customer: other, editing: true })));
        assert_eq!((page.due(), page.still()), (None, Some(Telling::Still)));
        // There and back again is nothing.
        page.hear(r#"{"looking":null}"#, later);
        page.hear(&says(other, true), later);
        assert_eq!((page.due(), page.news(later)), (None, None));
        assert_eq!((page.end(), page.end()), (Some(Telling::Gone), None));
    }

    #[tokio::test(start_paused = true)]
    async fn nonsense_says_nothing() {
        let mut page = Presence::default();
        for text in [
            "",
            "hello",
            "{}x",
            "[]",
            "null",
            r#"{"looking":7}"#,
            r#"{"looking":{}}"#,
            r#"{"looking":{"customer":"7"}}"#,
            r#"{"looking":{"customer":"","editing":"yes"}}"#,
            r#"{"looking":null,"more":1}"#,
        ] {
            page.hear(text, Instant::now());
            assert_eq!((page.due(), page.end()), (None, None), "{text}");
        }
    }
}
