//! Our words in those of the person.

/// `in_progress`, `CONFIRMED`, `bookingId`: as people write it.
pub(super) fn plain(word: &str) -> String {
    let mut text = String::with_capacity(word.len() + 4);
    let mut before = ' ';
    for letter in word.chars() {
        match letter {
            '_' | '.' => text.push(' '),
            _ if letter.is_uppercase() && before.is_lowercase() => {
                text.push(' ');
                text.extend(letter.to_lowercase());
            }
            _ => text.extend(letter.to_lowercase()),
        }
        before = letter;
    }
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn who(role: &str) -> String {
    match role {
        "system" => "Our computer, by itself".to_owned(),
        "nobody" => "Somebody with a link, without signing in".to_owned(),
        "superadmin" => "Staff: administrator".to_owned(),
        "ops" => "Staff: operations".to_owned(),
        "support" => "Staff: customer support".to_owned(),
        "finance" => "Staff: finance".to_owned(),
        "reviewer" => "Staff: reviewer".to_owned(),
        "read_only" => "Staff: looking only".to_owned(),
        other => format!("Staff: {}", plain(other).to_lowercase()),
    }
}

/// What an event was about, for somebody who has never seen the desk.
pub(super) fn action(name: &str) -> String {
    let known = match name {
        "customer.read" => "Your page was opened",
        "customer.created" => "Your record was made",
        "customer.updated" => "Your details were changed",
        "customer.archived" => "Your record was archived",
        "customer.restored" => "Your record was restored",
        "customer.import_updated" => "Your record was brought up to date from the platform before",
        "timeline.read" => "Your history was looked at",
        "bookings.listed" => "Your bookings were looked at",
        "booking.read" => "A booking was looked at",
        "tickets.listed" => "Your questions and complaints were looked at",
        "ticket.read" => "A question or complaint was looked at",
        "invoices.listed" => "Your invoices were looked at",
        "invoice.read" => "An invoice was opened",
        "invoice.issued" => "An invoice was made out to you",
        "invoice.sent" => "An invoice was sent to you",
        "mails.listed" => "E-mails to you were looked at",
        "mail.read" => "An e-mail to you was opened",
        "mail.sent" => "An e-mail was sent to you",
        "mail.failed" => "An e-mail could not be sent to you",
        "mail.delayed" => "An e-mail to you has to be tried again",
        "mail.retried" => "An e-mail to you was sent again",
        "audit.listed" => "The record of what was done was looked at",
        "audit.event_read" => "A change was looked at in detail",
        "exports.listed" => "The list of copies of your data was looked at",
        "export.asked" => "A copy of your data was asked for",
        "export.made" => "A copy of your data was made",
        "export.fetched" => "A copy of your data was fetched",
        "export.expired" => "A copy of your data was destroyed unfetched",
        _ => return plain(name),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_ours_are_readable() {
        for (word, text) in [
            ("in_progress", "In progress"),
            ("CONFIRMED", "Confirmed"),
            ("accessNotes", "Access notes"),
            ("refund.issued", "Refund issued"),
            ("élan", "Élan"),
            ("", ""),
        ] {
            assert_eq!(plain(word), text);
        }
        assert_eq!(who("support"), "Staff: customer support");
        assert_eq!(action("customer.read"), "Your page was opened");
        assert_eq!(action("credit.spent"), "Credit spent");
    }
}
