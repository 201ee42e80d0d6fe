//! The timeline: events, and what bookings, payments and tickets tell of themselves, in one order.

use customers::FlagKind;
use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{CustomerId, Pence};
use platform::{Cursor, Problem, Result, db::GenericClient as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::Row;

use crate::model::{TimelineEntry, TimelinePage};

const EARLIEST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

#[derive(Serialize, Deserialize)]
struct Position {
    at: Timestamp,
    id: String,
}

pub(crate) async fn read(
    db: &Client,
    id: CustomerId,
    after: Option<&str>,
    limit: i64,
) -> Result<TimelinePage> {
    let (at, last) = after.map(read_position).transpose()?.map(|p| (p.at, p.id)).unzip();
    let statement = db.prepare_cached(include_str!("timeline.sql")).await?;
    let rows = db.query(&statement, &[&id, &at, &last, &(limit + 1)]).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = (rows.len() > shown).then(|| {
        let last = &rows[shown - 1];
        Cursor::write(&Position { at: last.get("at"), id: last.get("id") })
    });
    Ok(TimelinePage { entries: rows.iter().take(shown).map(entry).collect(), next })
}

/// PostgreSQL cannot hold every instant and every text that a forged cursor can say.
fn read_position(after: &str) -> Result<Position> {
    let position: Position = Cursor::read(after)?;
    if position.at < EARLIEST || position.id.contains('\0') {
        return Err(Problem::invalid(
            "after",
            "is not a cursor of this list; start again from the first page",
        ));
    }
    Ok(position)
}

fn entry(row: &Row) -> TimelineEntry {
    let action: String = row.get("action");
    let details: Value = row.get("details");
    TimelineEntry {
        id: row.get("id"),
        at: row.get("at"),
        summary: summary(&action, &details),
        action,
        actor_name: row.get("actor_name"),
        subject_type: row.get("subject_type"),
        subject_id: row.get("subject_id"),
        details,
    }
}

/// What happened, in words.
fn summary(action: &str, details: &Value) -> String {
    let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or("?");
    let number = || details.get("number").and_then(Value::as_i64).unwrap_or_default();
    let amount = || Pence(details.get("amount").and_then(Value::as_i64).unwrap_or_default());
    let of_booking =
        || details.get("reference").and_then(Value::as_str).map_or(String::new(), |of| format!(" for {of}"));
    let flag = || FlagKind::from_name(text("kind")).words();
    match action {
        "customer.joined" => "Joined".to_owned(),
        "customer.created" => "Customer created".to_owned(),
        "customer.updated" => format!("Details edited: {}", fields(details)),
        "customer.archived" => match details.get("reason").and_then(Value::as_str) {
            Some(reason) => format!("Archived: {reason}"),
            None => "Archived".to_owned(),
        },
        "customer.restored" => "Restored".to_owned(),
        "customer.merged" => "Another record of the same person was merged into this one".to_owned(),
        "customer.merged_into" => "Merged into another record of the same person".to_owned(),
        "customer.unmerged" => "A merge was undone: the other record is one of its own again".to_owned(),
        "duplicate.dismissed" => "Told apart from somebody with like details".to_owned(),
        "duplicate.reconsidered" => "May be the same person as somebody with like details".to_owned(),
        "customer.unmerged_from" => "Merge undone: a record of its own again".to_owned(),
        "customer.import_updated" => "Updated by an import".to_owned(),
        "address.created" => "Address added".to_owned(),
        "address.updated" => "Address edited".to_owned(),
        "address.deleted" => "Address removed".to_owned(),
        "contact.created" => "Contact added".to_owned(),
        "contact.updated" => "Contact edited".to_owned(),
        "contact.deleted" => "Contact removed".to_owned(),
        "note.created" => "Note written".to_owned(),
        "note.updated" => "Note edited".to_owned(),
        "note.deleted" => "Note removed".to_owned(),
        "flag.added" => format!("Flag added: {}", flag()),
        "flag.removed" => format!("Flag removed: {}", flag()),
        "flag.expired" => format!("Flag expired: {}", flag()),
        "export.asked" => "Copy of everything asked for".to_owned(),
        "export.made" => "Copy of everything made".to_owned(),
        "export.fetched" => "Copy of everything fetched by its link".to_owned(),
        "export.download_finished" => "Copy of everything handed out whole, and destroyed".to_owned(),
        "export.download_interrupted" => "Copy of everything not taken to its end, and destroyed".to_owned(),
        "export.expired" => "Copy of everything expired unfetched, and destroyed".to_owned(),
        "export.failed" => "Copy of everything could not be made".to_owned(),
        "booking.placed" => format!("Booking {} placed, {}", text("reference"), amount()),
        "booking.completed" => format!("Booking {} completed", text("reference")),
        "booking.cancelled" => format!("Booking {} cancelled", text("reference")),
        "payment.captured" => format!("{} paid for {}", amount(), text("reference")),
        "payment.refunded" => format!("{} refunded for {}", amount(), text("reference")),
        "refund.issued" => format!("Refund of {}{} issued", amount(), of_booking()),
        "refund.requested" => {
            format!("Refund of {}{} asked for: somebody else decides", amount(), of_booking())
        }
        "refund.approved" => format!("Refund of {}{} approved", amount(), of_booking()),
        "refund.rejected" => format!("Refund of {}{} rejected", amount(), of_booking()),
        "refund.sending" => format!("Refund of {}{} sent to the provider", amount(), of_booking()),
        "refund.submitted" => format!("Refund of {}{} accepted by the provider", amount(), of_booking()),
        "refund.in_doubt" => format!("Refund of {}{} in doubt: it is looked up", amount(), of_booking()),
        "refund.not_sent" => {
            format!("Refund of {}{} not sent yet; it is tried again", amount(), of_booking())
        }
        "refund.not_found" => {
            format!("Refund of {}{} had not reached the provider; it is sent again", amount(), of_booking())
        }
        "refund.requires_action" => {
            format!("Refund of {}{} waits for the customer's bank details", amount(), of_booking())
        }
        "refund.manual_review" => format!("Refund of {}{} needs somebody to look", amount(), of_booking()),
        "refund.paid" | "refund.succeeded" => format!("{} refunded{}", amount(), of_booking()),
        "refund.failed" => format!("Refund of {}{} failed", amount(), of_booking()),
        "refund.came_back" => {
            format!(
                "Refund of {}{} failed after it had gone through: the money came back",
                amount(),
                of_booking()
            )
        }
        "refund.claimed" => format!("Bank transfer of {}{} begun", amount(), of_booking()),
        "refund.released" => format!("Bank transfer of {}{} not made yet", amount(), of_booking()),
        "refund.cancelled" => format!("Refund of {}{} cancelled", amount(), of_booking()),
        "dispute.asked" => format!("The bank asks about {}{}", amount(), of_booking()),
        "dispute.opened" => format!("{}{} disputed: the bank holds it", amount(), of_booking()),
        "dispute.changed" => format!("Dispute of {}{} went on", amount(), of_booking()),
        "dispute.closed" => format!("The bank's question about {}{} is closed", amount(), of_booking()),
        "dispute.won" => format!("Dispute of {}{} won: the money is back", amount(), of_booking()),
        "dispute.lost" => format!("Dispute of {}{} lost: the money is gone", amount(), of_booking()),
        "difference.settled" => format!("A difference with the provider of {} settled", amount()),
        "credit.issued" => format!("Store credit of {} issued", amount()),
        "credit.requested" => format!("Store credit of {} asked for: somebody else decides", amount()),
        "credit.approved" => format!("Store credit of {} approved", amount()),
        "credit.rejected" => format!("Store credit of {} rejected", amount()),
        "credit.spent" => format!("{} of store credit spent{}", amount(), of_booking()),
        "credit.returned" => {
            format!("{} of store credit came back{}, which was cancelled", amount(), of_booking())
        }
        "credit.expired" => format!("Store credit of {} expired", amount()),
        "approval.withdrawn" => format!("Request for {} withdrawn", amount()),
        "ticket.opened" => format!("Ticket {} opened: {}", number(), text("category")),
        "ticket.resolved" => format!("Ticket {} resolved", number()),
        "invoice.issued" => format!("Invoice {} for {} issued", number(), text("reference")),
        "invoice.sent" => format!("Invoice {} for {} sent", number(), text("reference")),
        "mail.sent" => "Mail sent".to_owned(),
        "mail.delayed" => "Mail delayed; it is tried again".to_owned(),
        "mail.failed" => "Mail could not be sent".to_owned(),
        "mail.retried" => "Mail sent again".to_owned(),
        "erasure.proposed" => "Proposed for erasure: archived, and nothing heard since".to_owned(),
        "erasure.planned" => "Erasure planned".to_owned(),
        "erasure.approved" => "Erasure approved".to_owned(),
        "erasure.withdrawn" => "Plan of an erasure withdrawn".to_owned(),
        "erasure.stopped" => "Erasure stopped before it began".to_owned(),
        "erasure.begun" => "Erasure begun".to_owned(),
        "erasure.overwritten" => "Personal values overwritten".to_owned(),
        "erasure.scanned" => "Looked for what was left".to_owned(),
        "erasure.resumed" => "Erasure resumed".to_owned(),
        "erasure.key_destroyed" => "Key of the audit trail's values destroyed".to_owned(),
        "erasure.completed" => "Erased".to_owned(),
        "erasure.repeated" => "Erased again after a restore".to_owned(),
        "legal_hold.placed" => "Legal hold placed".to_owned(),
        "legal_hold.lifted" => "Legal hold lifted".to_owned(),
        "data_request.reminded" => format!("Reminder about data request DR-{}", number()),
        action if action.starts_with("data_request.") => {
            format!("Data request DR-{} ({}): {}", number(), text("request"), data_request_step(action))
        }
        "platform.history" => format!("On the booking platform: {} by {}", text("action"), text("actor")),
        other => other.replace(['.', '_'], " "),
    }
}

fn data_request_step(action: &str) -> String {
    match action.trim_start_matches("data_request.") {
        "assigned" => "given to somebody else to handle".to_owned(),
        "identified" => "the customer was found".to_owned(),
        "identity_asked" => "proof of identity asked for".to_owned(),
        "identity_confirmed" => "identity confirmed".to_owned(),
        "clarification_asked" => "clarification asked for".to_owned(),
        "clarification_received" => "clarification received".to_owned(),
        "extended" => "two further months told".to_owned(),
        "prepared" => "answer prepared for review".to_owned(),
        "sent_back" => "answer sent back".to_owned(),
        "approved" => "answer approved".to_owned(),
        other => other.replace('_', " "),
    }
}

fn fields(details: &Value) -> String {
    let names =
        details.get("fields").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let mut words: Vec<&str> = names
        .map(|name| match name {
            "name" => "name",
            "email" => "e-mail",
            "emailVerified" => "verification",
            "phone" | "phoneE164" => "phone",
            other => other,
        })
        .collect();
    words.dedup();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_read_as_sentences() {
        assert_eq!(
            summary("booking.placed", &json!({"reference": "SV-1", "amount": 45_000})),
            "Booking SV-1 placed, £450.00"
        );
        assert_eq!(
            summary("customer.updated", &json!({"fields": ["email", "phone", "phoneE164"]})),
            "Details edited: e-mail, phone"
        );
        assert_eq!(
            summary("refund.issued", &json!({"reference": "SV-1", "amount": 1_050})),
            "Refund of £10.50 for SV-1 issued"
        );
        assert_eq!(summary("flag.added", &json!({"kind": "payment_risk"})), "Flag added: Payment risk");
        assert_eq!(
            summary("data_request.identity_asked", &json!({"number": 12, "request": "access"})),
            "Data request DR-12 (access): proof of identity asked for"
        );
        assert_eq!(summary("refund.looked_up", &json!({})), "refund looked up");
    }
}
