use jiff::Timestamp;
use serde::Serialize;

use crate::platform::rows::{ResponseRow, TicketRow};
use crate::platform::tidy::{Notes, Reason, block, email, instant, is_true, line, line_or, phone, word};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketRecord {
    pub user_id: Option<String>,
    pub order_ref: Option<String>,
    pub category: String,
    pub description: String,
    pub status: &'static str,
    pub priority: &'static str,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub attachments: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub resolved_at: Option<Timestamp>,
}

pub fn ticket(row: &TicketRow, notes: &mut Notes) -> Result<TicketRecord, Reason> {
    let status = match row.status.as_deref().map(word).as_deref() {
        Some("OPEN") => "OPEN",
        Some("INPROGRESS") => "IN_PROGRESS",
        Some("RESOLVED") => "RESOLVED",
        Some("CLOSED") => "CLOSED",
        _ => {
            notes.add("status is none we know; taken in as OPEN");
            "OPEN"
        }
    };
    let priority = match row.priority.as_deref().map(word).as_deref() {
        Some("LOW") => "LOW",
        Some("NORMAL") => "NORMAL",
        Some("HIGH") => "HIGH",
        Some("URGENT") => "URGENT",
        _ => {
            notes.add("priority is none we know; taken in as NORMAL");
            "NORMAL"
        }
    };
    let updated_at = instant("updatedAt", row.updated_at.as_deref())?;
    Ok(TicketRecord {
        user_id: row.customer_id.clone(),
        order_ref: line(notes, "orderRef", row.order_ref.as_deref(), 60),
        category: line_or(notes, "category", row.category.as_deref(), 100, "other"),
        description: text_or(notes, "description", row.description.as_deref(), "(no description)"),
        status,
        priority,
        email: email(notes, "email", row.email.as_deref()),
        phone: phone(notes, "phone", row.phone.as_deref()).map(|(typed, _)| typed),
        attachments: attachments(notes, row.attachments.as_deref()),
        created_at: instant("createdAt", row.created_at.as_deref())?,
        updated_at,
        resolved_at: matches!(status, "RESOLVED" | "CLOSED").then_some(updated_at),
    })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResponseRecord {
    pub ticket_id: String,
    pub message: String,
    pub from_support: bool,
    pub attachments: Vec<String>,
    pub created_at: Timestamp,
}

pub fn response(row: &ResponseRow, notes: &mut Notes) -> Result<ResponseRecord, Reason> {
    Ok(ResponseRecord {
        ticket_id: row.ticket_id.clone().ok_or_else(|| Reason::new("ticketId is missing"))?,
        message: text_or(notes, "message", row.message.as_deref(), "(no message)"),
        from_support: is_true(row.is_from_support.as_deref()),
        attachments: attachments(notes, row.attachments.as_deref()),
        created_at: instant("createdAt", row.created_at.as_deref())?,
    })
}

fn text_or(notes: &mut Notes, column: &str, text: Option<&str>, stand_in: &str) -> String {
    block(notes, column, text, 20_000).unwrap_or_else(|| {
        notes.add(format!("{column} is empty; \"{stand_in}\" stands in for it"));
        stand_in.to_owned()
    })
}

fn attachments(notes: &mut Notes, names: Option<&[Option<String>]>) -> Vec<String> {
    let names = names.unwrap_or_default().iter();
    names.filter_map(|name| line(notes, "attachments", name.as_deref(), 2000)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn row(status: Option<&str>, priority: Option<&str>) -> TicketRow {
        TicketRow {
            customer_id: some("u"),
            category: some("Damage"),
            description: some("The wardrobe\r\nis broken"),
            status: status.map(str::to_owned),
            priority: priority.map(str::to_owned),
            created_at: some("2025-06-01 10:00:00"),
            updated_at: some("2025-06-02 10:00:00"),
            ..TicketRow::default()
        }
    }

    #[test]
    fn statuses_and_priorities_are_read_in_any_spelling() {
        for (text, ours) in [
            ("open", "OPEN"),
            ("in progress", "IN_PROGRESS"),
            ("In-Progress", "IN_PROGRESS"),
            ("IN_PROGRESS", "IN_PROGRESS"),
            ("Resolved ", "RESOLVED"),
            ("closed", "CLOSED"),
        ] {
            let mut notes = Notes::default();
            let record = ticket(&row(Some(text), Some("urgent")), &mut notes).unwrap();
            assert_eq!((record.status, record.priority, notes.0.len()), (ours, "URGENT", 0), "{text}");
            assert_eq!(record.resolved_at.is_some(), matches!(ours, "RESOLVED" | "CLOSED"));
        }
    }

    #[test]
    fn an_unknown_status_is_open_with_a_warning() {
        let mut notes = Notes::default();
        let record = ticket(&row(Some("escalated!"), None), &mut notes).unwrap();
        assert_eq!((record.status, record.priority, notes.0.len()), ("OPEN", "NORMAL", 2));
    }

    #[test]
    fn texts_keep_their_lines_and_empty_ones_say_so() {
        let mut notes = Notes::default();
        let record = ticket(&row(Some("open"), Some("low")), &mut notes).unwrap();
        assert_eq!(record.description, "The wardrobe\nis broken");
        let empty =
            TicketRow { category: some(" "), description: some("\u{3}"), ..row(Some("open"), Some("low")) };
        let record = ticket(&empty, &mut notes).unwrap();
        assert_eq!((record.category.as_str(), record.description.as_str()), ("other", "(no description)"));
    }

    #[test]
    fn empty_attachments_are_left_out() {
        let row = ResponseRow {
            ticket_id: some("t"),
            message: some("See the photo"),
            is_from_support: some("true"),
            attachments: Some(vec![some("a.jpg"), None, some(" ")]),
            created_at: some("2025-06-01 10:00:00"),
        };
        let record = response(&row, &mut Notes::default()).unwrap();
        assert_eq!((record.attachments, record.from_support), (vec!["a.jpg".to_owned()], true));
    }
}
