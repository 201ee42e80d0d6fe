//! What is hidden, and how much of it stays readable.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::CustomerId;
use serde_json::Value;
use uuid::Uuid;

/// Stands for what is hidden. Nobody types it by chance, so that a screen can tell.
pub(crate) const HIDDEN: &str = "•••";

/// Fewer digits than this are no phone number (the shortest of ours have ten).
const PHONE_DIGITS: usize = 10;

#[derive(Clone, Copy)]
enum Hide {
    Email,
    Phone,
    /// The first half of a postcode tells the area and no door.
    Postcode,
    Whole,
    /// People write anything: e-mail addresses and phone numbers are taken out of it.
    Text,
}

/// How a field of this name is hidden; `place` when it stands in the start or the end of a move, whose label is an address.
fn hide_of(name: &str, place: bool) -> Hide {
    match name {
        "email" | "contactEmail" | "toAddress" => Hide::Email,
        "phone" | "phoneE164" | "contactPhone" => Hide::Phone,
        "postcode" => Hide::Postcode,
        "line1" | "line2" | "flat" | "floor" | "accessNotes" | "requester" => Hide::Whole,
        "label" if place => Hide::Whole,
        _ => Hide::Text,
    }
}

/// Whose details are shown, and how a cursor that tells some is sealed.
pub(crate) struct Shown<'a> {
    pub revealed: &'a HashSet<CustomerId>,
    pub seal_cursor: &'a dyn Fn(&str) -> String,
}

/// Hides contact details everywhere in an answer but in what belongs to a customer who was revealed.
pub(crate) fn hide(answer: &mut Value, shown: &Shown<'_>) {
    walk(answer, "", false, shown);
}

fn walk(value: &mut Value, name: &str, place: bool, shown: &Shown<'_>) {
    match value {
        Value::Object(fields) => {
            if belongs_to_one(fields.get("customerId"), shown.revealed) {
                return;
            }
            let place = place || matches!(name, "pickup" | "dropoff");
            for (name, inner) in fields {
                match inner {
                    Value::String(cursor) if name == "next" && tells_contacts(cursor) => {
                        *cursor = (shown.seal_cursor)(cursor);
                    }
                    inner => walk(inner, name, place, shown),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, name, place, shown)),
        Value::String(text) => {
            if let Some(less) = less(text, hide_of(name, place)) {
                *text = less;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A cursor holds the value that the list is sorted by, such as an e-mail address.
fn tells_contacts(cursor: &str) -> bool {
    let held = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    held.is_some_and(|held| without_contacts(&held).is_some())
}

fn belongs_to_one(id: Option<&Value>, revealed: &HashSet<CustomerId>) -> bool {
    let id = id.and_then(Value::as_str).and_then(|text| text.parse().ok());
    id.is_some_and(|id| revealed.contains(&id))
}

/// What is shown instead; nothing when all of it may stay.
fn less(text: &str, hide: Hide) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    match hide {
        Hide::Email => Some(first_letter(text) + HIDDEN + "@" + HIDDEN),
        Hide::Phone => Some(format!("{HIDDEN} {}", last_digits(text))),
        Hide::Postcode => Some(format!(
            "{} {HIDDEN}",
            text.split_whitespace().next().filter(|_| text.contains(' ')).unwrap_or("")
        ))
        .map(|text| text.trim_start().to_owned()),
        Hide::Whole => Some(HIDDEN.to_owned()),
        Hide::Text => without_contacts(text),
    }
}

fn first_letter(text: &str) -> String {
    text.chars().next().filter(|first| first.is_alphanumeric()).map(String::from).unwrap_or_default()
}

/// Enough to tell two numbers of a customer apart, and to check one that a caller says.
fn last_digits(text: &str) -> String {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(3)..].iter().collect()
}

/// The text without e-mail addresses and phone numbers; nothing when it has none.
fn without_contacts(text: &str) -> Option<String> {
    if text.parse::<Uuid>().is_ok() {
        return None;
    }
    let characters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    while at < characters.len() {
        let begins = at == 0 || !in_word(characters[at - 1]);
        let length = if begins { contact_at(&characters[at..]) } else { 0 };
        if length > 0 {
            shown.push_str(HIDDEN);
            found = true;
            at += length;
        } else {
            shown.push(characters[at]);
            at += 1;
        }
    }
    found.then_some(shown)
}

fn in_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '%' | '+' | '-' | '@')
}

/// How many characters of an e-mail address or a phone number stand here; 0 for none.
fn contact_at(rest: &[char]) -> usize {
    let word = rest.iter().take_while(|character| in_word(**character)).count();
    let at_sign = rest[..word].iter().position(|character| *character == '@');
    if at_sign.is_some_and(|at| at > 0 && at + 1 < word) {
        return word;
    }
    if !matches!(rest[0], '0' | '+') {
        return 0;
    }
    let is_separator = |character: char| matches!(character, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}');
    let number = rest[1..].iter().take_while(|c| c.is_ascii_digit() || is_separator(**c)).count() + 1;
    let end = rest[..number].iter().rposition(char::is_ascii_digit).map_or(0, |last| last + 1);
    let digits = rest[..end].iter().filter(|c| c.is_ascii_digit()).count();
    let ends = rest.get(end).is_none_or(|next| !next.is_alphanumeric());
    if digits >= PHONE_DIGITS && ends { end } else { 0 }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EMMA: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

    fn hidden(mut answer: Value) -> Value {
        hide(&mut answer, &Shown { revealed: &HashSet::new(), seal_cursor: &|_| "~".to_owned() });
        answer
    }

    #[test]
    fn a_cursor_that_tells_an_address_is_sealed_and_others_are_not() {
        let cursor = |position: Value| URL_SAFE_NO_PAD.encode(position.to_string());
        let (email, name) = (cursor(json!(["emma@example.com", EMMA])), cursor(json!(["Emma", EMMA])));
        assert_eq!(hidden(json!({ "next": email })), json!({ "next": "~" }));
        assert_eq!(hidden(json!({ "next": name })), json!({ "next": name }));
    }

    #[test]
    fn contact_details_are_hidden_wherever_they_stand() {
        let answer = json!({
            "id": EMMA, "name": "Emma Davis", "email": "emma@example.com", "phone": "07700 900123", "phoneE164": "+447700900123",
            "stats": { "totalLtv": 45_000 },
            "addresses": [{ "label": "Home", "line1": "1 High Street", "city": "Leeds", "postcode": "LS1 4DY", "flat": null }],
            "bookings": [{ "pickup": { "label": "1 High Street, Leeds", "postcode": "LS14DY" }, "reference": "SV-0123456789" }],
        });
        assert_eq!(
            hidden(answer),
            json!({
                "id": EMMA, "name": "Emma Davis", "email": "e•••@•••", "phone": "••• 123", "phoneE164": "••• 123",
                "stats": { "totalLtv": 45_000 },
                "addresses": [{ "label": "Home", "line1": "•••", "city": "Leeds", "postcode": "LS1 •••", "flat": null }],
                "bookings": [{ "pickup": { "label": "•••", "postcode": "•••" }, "reference": "SV-0123456789" }],
            })
        );
    }

    #[test]
    fn free_text_loses_addresses_and_numbers_and_nothing_else() {
        for (text, shown) in [
            ("Call 07700 900123 before nine", "Call ••• before nine"),
            ("+44 (0)7700-900-123.", "•••."),
            ("mail Emma.Davis+van@example.co.uk, please", "mail •••, please"),
            ("ελένη@παράδειγμα.ελ", "•••"),
            ("0191 498 0000 or 0113-496-0000", "••• or •••"),
            ("no digits", "no digits"),
            ("ticket 0123456 of 2026-11-24T14:30:00Z", "ticket 0123456 of 2026-11-24T14:30:00Z"),
            ("pi_00012345678901", "pi_00012345678901"),
            ("01234567-1234-7123-8123-012345678901", "01234567-1234-7123-8123-012345678901"),
            ("@ alone, a@ and @b", "@ alone, a@ and @b"),
            ("07700900123x", "07700900123x"),
        ] {
            assert_eq!(hidden(json!(text)), json!(shown));
        }
    }

    #[test]
    fn what_belongs_to_a_revealed_customer_is_shown() {
        let answer = json!([
            { "customerId": EMMA, "contactPhone": "07700 900123" },
            { "customerId": "01890a5d-ac96-774b-bcce-b302099a8058", "contactPhone": "07700 900123" },
        ]);
        let mut shown = answer.clone();
        let revealed = HashSet::from([EMMA.parse().unwrap()]);
        hide(&mut shown, &Shown { revealed: &revealed, seal_cursor: &str::to_owned });
        assert_eq!(shown[0], answer[0]);
        assert_eq!(shown[1]["contactPhone"], "••• 123");
    }
}
