//! Values as the source has them, made fit for our columns; what had to be changed is noted.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use kernel::{Email, Phone, Postcode, TextFault, clean_line, clean_text, postcode_key};
use unicode_normalization::UnicodeNormalization;

/// Why a row cannot be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(pub String);

impl Reason {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// The warnings about one row. They name columns, never values of a person.
#[derive(Debug, Default)]
pub struct Notes(pub Vec<String>);

impl Notes {
    pub fn add(&mut self, text: impl Into<String>) {
        self.0.push(text.into());
    }
}

/// The largest amount that every JSON reader keeps exactly.
const MAX_PENCE: i64 = (1 << 53) - 1;

/// One line of at most `max` characters; `None` when nothing is left.
pub fn line(notes: &mut Notes, column: &str, text: Option<&str>, max: usize) -> Option<String> {
    tidied(notes, column, text?, max, clean_line)
}

/// As [`line`], line breaks and tabs kept.
pub fn block(notes: &mut Notes, column: &str, text: Option<&str>, max: usize) -> Option<String> {
    tidied(notes, column, text?, max, clean_text)
}

/// As [`line`], with a stand-in, and a note of it, where the source has nothing.
pub fn line_or(notes: &mut Notes, column: &str, text: Option<&str>, max: usize, stand_in: &str) -> String {
    line(notes, column, text, max).unwrap_or_else(|| {
        notes.add(format!("{column} is empty; \"{stand_in}\" stands in for it"));
        stand_in.to_owned()
    })
}

fn tidied(
    notes: &mut Notes,
    column: &str,
    text: &str,
    max: usize,
    clean: impl Fn(&str, usize) -> Result<String, TextFault>,
) -> Option<String> {
    let mut text = text.to_owned();
    let mut removed = 0;
    let mut cut = false;
    let left = loop {
        match clean(&text, max) {
            Ok(clean) => break Some(clean),
            Err(TextFault::Forbidden(bad)) => {
                removed += text.matches(bad).count();
                // A line break within a line separates words.
                text = text.replace(bad, if matches!(bad, '\n' | '\r' | '\t') { " " } else { "" });
            }
            Err(TextFault::TooLong { .. }) => {
                cut = true;
                text = text.trim().nfc().take(max).collect();
            }
            Err(TextFault::Empty | TextFault::Malformed(_)) => break None,
        }
    };
    if removed > 0 {
        notes.add(format!("{column}: {removed} control or direction character(s) removed"));
    }
    if cut {
        notes.add(format!("{column}: cut to {max} characters"));
    }
    left
}

/// A well-formed e-mail address, or `None` with a note when there is something else.
pub fn email(notes: &mut Notes, column: &str, text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    match Email::parse(text) {
        Ok(email) => Some(email.into_string()),
        Err(_) => {
            notes.add(format!("{column} is not an e-mail address; left out"));
            None
        }
    }
}

/// A phone number as typed, and in E.164 where it is one.
pub fn phone(notes: &mut Notes, column: &str, text: Option<&str>) -> Option<(String, Option<String>)> {
    let typed = line(notes, column, text, 50)?;
    let e164 = Phone::to_e164(&typed).filter(|number| (6..=16).contains(&number.len()));
    Some((typed, e164))
}

/// A postcode as it is written; what is not one of the UK is kept, in capitals.
pub fn postcode(notes: &mut Notes, column: &str, text: Option<&str>) -> Option<String> {
    let typed = line(notes, column, text, 20)?;
    if let Ok(postcode) = Postcode::parse(&postcode_key(&typed)) {
        return Some(postcode.into_string());
    }
    notes.add(format!("{column} is not a UK postcode; kept as typed"));
    // Some letters have longer capitals.
    Some(typed.to_uppercase().chars().take(20).collect::<String>().trim().to_owned())
}

/// An instant the source keeps without zone, in UTC.
pub fn instant(column: &str, text: Option<&str>) -> Result<Timestamp, Reason> {
    instant_if_any(column, text)?.ok_or_else(|| Reason::new(format!("{column} is missing")))
}

/// As [`instant`], where it may be absent.
pub fn instant_if_any(column: &str, text: Option<&str>) -> Result<Option<Timestamp>, Reason> {
    let Some(text) = text else { return Ok(None) };
    let read = text
        .parse::<Timestamp>()
        .or_else(|_| text.parse::<DateTime>().and_then(|local| TimeZone::UTC.to_timestamp(local)));
    match read {
        Ok(at) => Ok(Some(at)),
        Err(_) => Err(Reason::new(format!("{column} is not a time we can keep"))),
    }
}

/// An amount of whole pence, not negative.
pub fn pence(column: &str, text: Option<&str>) -> Result<i64, Reason> {
    let text = text.ok_or_else(|| Reason::new(format!("{column} is missing")))?;
    // A numeric column writes its zeros.
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    match whole.parse::<i64>() {
        Ok(amount) if amount < 0 => Err(Reason::new(format!("{column} is negative"))),
        Ok(amount) if amount <= MAX_PENCE => Ok(amount),
        _ => Err(Reason::new(format!("{column} is not an amount of pence that money can hold"))),
    }
}

/// A whole number that is at least zero, or `None` with a note.
pub fn count(notes: &mut Notes, column: &str, text: Option<&str>) -> Option<i32> {
    let text = text?;
    let number = text.parse::<f64>().ok().map(f64::round).filter(|n| (0.0..=f64::from(i32::MAX)).contains(n));
    if number.is_none() {
        notes.add(format!("{column} is not a number we can keep; left out"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    number.map(|n| n as i32)
}

/// A finite number that is at least zero, or `None` with a note.
pub fn measure(notes: &mut Notes, column: &str, text: Option<&str>) -> Option<f64> {
    let text = text?;
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
    if number.is_none() {
        notes.add(format!("{column} is not a number we can keep; left out"));
    }
    number
}

/// PostgreSQL's text of a boolean.
pub fn is_true(text: Option<&str>) -> bool {
    matches!(text, Some("true" | "t"))
}

/// A word in any spelling, for comparison: letters and digits in capitals.
pub fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests;
