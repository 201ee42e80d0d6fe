//! One value, as people read it and as a spreadsheet takes it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Pence, harmless_cell};
use serde_json::Value;

use super::words;
use crate::sections::Kind;

/// `Tue 24 Nov 2026, 14:30`, in London.
pub(crate) fn instant(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M").to_string()
}

fn day(text: &str) -> String {
    text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| day.strftime("%a %-d %b %Y").to_string())
}

/// None: there is nothing to show. Nested values are shown elsewhere.
pub(super) fn shown(value: &Value, kind: Kind) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => match kind {
            Kind::Instant => text.parse().map_or_else(|_| text.clone(), instant),
            Kind::Day => day(text),
            Kind::Word => words::plain(text),
            Kind::Action => words::action(text),
            Kind::Who => words::who(text),
            Kind::Text | Kind::Money | Kind::YesNo | Kind::Size | Kind::Nested | Kind::Prices => text.clone(),
        },
        Value::Bool(yes) => if *yes { "Yes" } else { "No" }.to_owned(),
        Value::Number(number) => match (kind, number.as_i64()) {
            (Kind::Money | Kind::Prices, Some(pence)) => Pence(pence).to_string(),
            (Kind::Size, Some(bytes)) => size(bytes),
            _ => number.to_string(),
        },
        Value::Array(all) if all.is_empty() => return None,
        Value::Array(all) => all.iter().filter_map(|one| shown(one, kind)).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_string(),
    };
    Some(text)
}

fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Plain for spreadsheets: `1234.50`, instants in UTC, nested values as JSON.
pub(crate) fn plain(value: &Value, kind: Kind) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless_cell(text),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => match (kind, number.as_i64()) {
            (Kind::Money, Some(pence)) => Pence(pence).plain(),
            _ => number.to_string(),
        },
        Value::Array(all) if all.iter().all(Value::is_string) => {
            harmless_cell(&all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "))
        }
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_read_pounds_and_london() {
        for (value, kind, text) in [
            (json!(123_456), Kind::Money, Some("£1,234.56")),
            (json!("2026-07-01T23:30:00+00:00"), Kind::Instant, Some("Thu 2 Jul 2026, 00:30")),
            (json!("2026-11-24"), Kind::Day, Some("Tue 24 Nov 2026")),
            (json!(true), Kind::YesNo, Some("Yes")),
            (json!("one_time_link"), Kind::Word, Some("One time link")),
            (json!(["a", "b"]), Kind::Text, Some("a, b")),
            (json!(2_512_000), Kind::Size, Some("2.5 MB")),
            (json!([]), Kind::Text, None),
            (json!(""), Kind::Text, None),
            (json!(null), Kind::Money, None),
            (json!("soon"), Kind::Instant, Some("soon")),
        ] {
            assert_eq!(shown(&value, kind).as_deref(), text);
        }
    }

    #[test]
    fn spreadsheets_get_plain_and_harmless_cells() {
        for (value, kind, text) in [
            (json!(-5), Kind::Money, "-0.05"),
            (json!("=HYPERLINK(\"x\")"), Kind::Text, "'=HYPERLINK(\"x\")"),
            (json!(["=a", "b"]), Kind::Text, "'=a, b"),
            (json!({ "line1": "=1" }), Kind::Nested, "{\"line1\":\"=1\"}"),
            (json!(null), Kind::Text, ""),
        ] {
            assert_eq!(plain(&value, kind), text);
        }
    }
}
