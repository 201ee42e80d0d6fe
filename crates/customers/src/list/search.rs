//! One search box: what was typed decides where it is looked for.

use kernel::{Phone, Postcode, postcode_key};
use platform::sql::{Sql, prefix};
use tokio_postgres::types::Type;

/// A part of what was typed; all parts must be found.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// The beginning of a phone number, digits only, national with 0 or international without +.
    Phone(String),
    /// The beginning of an e-mail address.
    Email(String),
    /// A whole postcode, or its beginning with at least the district.
    Postcode(String),
    /// May be a word, the beginning of a booking reference, or of a postcode.
    Code(String),
    /// Words of a name or of an e-mail address.
    Words(String),
}

/// Appends `and …` for every part, over `customers c`.
pub(super) fn push_conditions(sql: &mut Sql, text: &str) {
    for part in parts(text) {
        match part {
            Part::Words(words) => {
                sql.push(" and c.search @@ search_query(").bind(words, Type::TEXT).push(")");
                // What stands in place of a name is nobody's.
                sql.push(" and c.erased_at is null");
            }
            Part::Phone(digits) => {
                sql.push(" and c.search @@ search_query(").bind(digits, Type::TEXT).push(")");
            }
            Part::Email(start) => {
                sql.push(" and c.email_key like ").bind(prefix(&start.to_lowercase()), Type::TEXT);
            }
            Part::Postcode(key) => {
                sql.push(" and c.id in (");
                push_postcode(sql, &key);
                sql.push(")");
            }
            Part::Code(code) => {
                sql.push(" and c.id in (select id from customers where search @@ search_query(")
                    .bind(code.clone(), Type::TEXT)
                    .push(") union select customer_id from bookings where upper(reference) like ")
                    .bind(prefix(&code.to_uppercase()), Type::TEXT)
                    .push(" union ");
                push_postcode(sql, &postcode_key(&code));
                sql.push(")");
            }
        }
    }
}

/// What names one customer, whole: they come first, whatever the list is sorted by.
pub(super) enum Exact {
    Email(String),
    /// As E.164 has it.
    Phone(String),
    Reference(String),
}

/// When what was typed is one such thing and nothing else. It may still be only the beginning of one.
pub(super) fn exact(text: &str) -> Option<Exact> {
    match <[Part; 1]>::try_from(parts(text)).ok()? {
        [Part::Email(email)] => Some(Exact::Email(email.to_lowercase())),
        [Part::Phone(digits)] => Some(Exact::Phone(format!("+{digits}"))),
        [Part::Code(code)] => Some(Exact::Reference(code.to_uppercase())),
        [Part::Postcode(_) | Part::Words(_)] => None,
    }
}

/// Words that are long enough for their trigrams to tell something, when there is nothing else.
pub(super) fn words_of_a_name(text: &str) -> Option<Vec<String>> {
    let [Part::Words(words)] = <[Part; 1]>::try_from(parts(text)).ok()? else { return None };
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let told = words.len() <= 4 && words.iter().all(|word| word.chars().count() >= 3);
    told.then_some(words)
}

fn push_postcode(sql: &mut Sql, key: &str) {
    let pattern = prefix(key);
    sql.push("select customer_id from addresses where removed_at is null and postcode_key(postcode) like ")
        .bind(pattern.clone(), Type::TEXT)
        .push(" union select customer_id from bookings where postcode_key(pickup ->> 'postcode') like ")
        .bind(pattern.clone(), Type::TEXT)
        .push(" union select customer_id from bookings where postcode_key(dropoff ->> 'postcode') like ")
        .bind(pattern, Type::TEXT);
}

fn parts(text: &str) -> Vec<Part> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut parts = Vec::new();
    let mut plain: Vec<&str> = Vec::new();
    let mut rest = words.as_slice();
    while let Some((first, others)) = rest.split_first() {
        if let Some((digits, taken)) = phone(rest) {
            parts.push(Part::Phone(digits));
            rest = &rest[taken..];
            continue;
        }
        if let Some(second) = others.first()
            && let Ok(postcode) = Postcode::parse(&format!("{first} {second}"))
            && second.len() == 3
        {
            parts.push(Part::Postcode(postcode_key(postcode.as_str())));
            rest = &others[1..];
            continue;
        }
        rest = others;
        if first.contains('@') && !first.starts_with('@') {
            parts.push(Part::Email((*first).to_owned()));
        } else if let Ok(postcode) = Postcode::parse(first) {
            parts.push(Part::Postcode(postcode_key(postcode.as_str())));
        } else if first.chars().any(|c| c.is_ascii_digit()) {
            parts.push(Part::Code((*first).to_owned()));
        } else {
            plain.push(first);
        }
    }
    if !plain.is_empty() {
        parts.push(Part::Words(plain.join(" ")));
    }
    parts
}

/// The fewest digits that are taken for a whole phone number.
const WHOLE_NUMBER: usize = 10;

/// A run of words that together look like a phone number: its digits, and how many words it took.
fn phone(words: &[&str]) -> Option<(String, usize)> {
    let like_phone = |word: &&&str| word.chars().all(|c| c.is_ascii_digit() || "+-().".contains(c));
    let run = words.iter().take_while(like_phone).count();
    let joined = words[..run].join(" ");
    let digits: String = joined.chars().filter(char::is_ascii_digit).collect();
    if !(5..=20).contains(&digits.len()) {
        return None;
    }
    // Of fewer digits the library would make a whole number of its own; they are the beginning of one, or its end.
    let known = Some(&joined).filter(|_| digits.len() >= WHOLE_NUMBER).and_then(|text| Phone::to_e164(text));
    let digits = match known {
        Some(e164) => e164.trim_start_matches('+').to_owned(),
        // 00 stands for +.
        None => digits.strip_prefix("00").unwrap_or(&digits).to_owned(),
    };
    // The 0 of (0) is not dialled after a country code, though half a number may have been read with it.
    let digits = match digits.strip_prefix("440") {
        Some(national) => format!("44{national}"),
        None => digits,
    };
    Some((digits, run))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phone_numbers_in_any_spelling() {
        for text in
            ["07700 900123", "+44 7700 900-123", "+44 (0)7700 900123", "0044 7700 900123", "07700900123"]
        {
            assert_eq!(parts(text), [Part::Phone("447700900123".into())], "{text}");
        }
        assert_eq!(parts("900123"), [Part::Phone("900123".into())]);
        assert_eq!(parts("07700 900"), [Part::Phone("07700900".into())]);
        assert_eq!(parts("0770090"), [Part::Phone("0770090".into())]);
    }

    #[test]
    fn postcodes_with_or_without_their_space() {
        for text in ["SW1A 1AA", "sw1a1aa"] {
            assert_eq!(parts(text), [Part::Postcode("SW1A1AA".into())], "{text}");
        }
        assert_eq!(parts("sw1a"), [Part::Code("sw1a".into())]);
    }

    #[test]
    fn names_with_something_else() {
        assert_eq!(
            parts("emma davis M1 1AE"),
            [Part::Postcode("M11AE".into()), Part::Words("emma davis".into())]
        );
        assert_eq!(parts("SV-7K2M9QX4"), [Part::Code("SV-7K2M9QX4".into())]);
        assert_eq!(parts("emma@exam"), [Part::Email("emma@exam".into())]);
        assert_eq!(parts("@example.com"), [Part::Words("@example.com".into())]);
        assert_eq!(parts("   "), []);
    }

    proptest! {
        #[test]
        fn fuzz_searches(text in ".{0,80}|([A-Z]{1,2}[0-9]{1,2}|[0-9+() -]{1,30}|[a-z]{1,8}@?[a-z.]{0,8}| ){0,6}") {
            let found = parts(&text);
            prop_assert_eq!(found.is_empty(), text.trim().is_empty());
            for part in found {
                match part {
                    Part::Phone(digits) => prop_assert!(digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit())),
                    Part::Postcode(key) => prop_assert!((5..=7).contains(&key.len()) && key == postcode_key(&key)),
                    Part::Email(start) => prop_assert!(start.find('@') > Some(0)),
                    Part::Code(code) => prop_assert!(code.chars().any(|c| c.is_ascii_digit())),
                    Part::Words(words) => prop_assert!(!words.trim().is_empty()),
                }
            }
        }
    }
}
