//! What a copy holds, section by section: a query for its rows, and how each of their columns is called and shown.

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::EventId;
use platform::{Values, values::Opened};

use crate::content::Row;

mod messages;
mod money;
mod moves;
mod person;
mod trail;

/// One kind of thing that is held about a person.
#[derive(Debug)]
pub struct Section {
    /// In `data.json` and in the names of files.
    pub name: &'static str,
    pub title: &'static str,
    pub intro: &'static str,
    /// Rows of the customer `$1`, in a lasting order, columns named as in [`Section::columns`].
    pub sql: &'static str,
    pub columns: &'static [Column],
    pub layout: Layout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Few short columns, many rows.
    Table,
    /// A card for each row, with what is known only.
    Cards,
}

#[derive(Debug)]
pub struct Column {
    pub key: &'static str,
    pub title: &'static str,
    pub kind: Kind,
}

/// How a value is shown to people. Programs get it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Pence, shown as pounds.
    Money,
    /// In London.
    Instant,
    Day,
    YesNo,
    /// A word of ours: `in_progress`, `CONFIRMED`.
    Word,
    /// The name of an event.
    Action,
    /// A role of ours.
    Who,
    /// Bytes.
    Size,
    /// Names and values, whatever they are.
    Nested,
    /// Parts of a price: pence, and percentages by their name.
    Prices,
}

const fn column(key: &'static str, title: &'static str, kind: Kind) -> Column {
    Column { key, title, kind }
}

/// In the order in which people read them.
pub const SECTIONS: &[&Section] = &[
    &person::PROFILE,
    &person::ADDRESSES,
    &person::CONTACTS,
    &moves::BOOKINGS,
    &moves::INVOICES,
    &money::PAYMENTS,
    &money::REFUNDS,
    &money::REFUND_ATTEMPTS,
    &money::DISPUTES,
    &money::CREDITS,
    &money::CREDIT_USES,
    &money::DECISIONS,
    &money::PROVIDER_MESSAGES,
    &money::DIFFERENCES,
    &messages::TICKETS,
    &messages::TICKET_RESPONSES,
    &messages::MAILS,
    &messages::MAIL_ATTACHMENTS,
    &person::NOTES,
    &person::FLAGS,
    &messages::DATA_REQUESTS,
    &messages::DATA_REQUEST_QUESTIONS,
    &messages::EXPORTS,
    &trail::MERGES,
    &trail::CHANGES,
    &trail::ACCESS,
    &trail::IMPORTED_HISTORY,
    &trail::EXTERNAL_LINKS,
];

/// The row with what was encrypted in it in clear.
pub(crate) fn opened(values: &Values, mut row: Row) -> Row {
    let mut bytes = |name: &str| {
        let text = row.remove(name)?.as_str()?.replace('\n', "");
        STANDARD.decode(text).ok()
    };
    let (sealed, wrapped) = (bytes("sealed"), bytes("wrapped"));
    let event = row.remove("eventId").and_then(|id| serde_json::from_value::<EventId>(id).ok());
    if let (Some(event), Some(sealed)) = (event, sealed) {
        match values.open(event, &sealed, wrapped.as_deref()) {
            Opened::Content(content) => {
                row.insert("before".to_owned(), content.before.unwrap_or_default());
                row.insert("after".to_owned(), content.after.unwrap_or_default());
            }
            Opened::Erased => drop(row.insert("remark".to_owned(), "The values were erased.".into())),
            Opened::Unreadable => {
                row.insert("remark".to_owned(), "The values can no longer be read.".into());
            }
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_told_apart() {
        let mut names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SECTIONS.len());
        for section in SECTIONS {
            let mut keys: Vec<&str> = section.columns.iter().map(|column| column.key).collect();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), section.columns.len(), "{}", section.name);
            for column in section.columns {
                assert!(section.sql.contains(column.key), "{}: {} is not selected", section.name, column.key);
            }
        }
    }
}
