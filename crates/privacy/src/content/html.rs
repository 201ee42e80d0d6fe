//! `index.html`: for somebody who knows no computers. One page, no script, nothing from elsewhere; it prints well.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Cover, Row, cells, hex, words};
use crate::{
    LEFT_OUT,
    sections::{Column, Kind, Layout, SECTIONS, Section},
};

const STYLE: &str = "\
body{font:17px/1.5 system-ui,sans-serif;color:#1c2430;background:#fff;margin:0 auto;max-width:60rem;padding:1.5rem}\
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem}h2{font-size:1.35rem;margin:2.5rem 0 .25rem;padding-top:1rem;border-top:2px solid #c5ccd6}\
h3{font-size:1rem;margin:0 0 .5rem;color:#465366}p{margin:.25rem 0 .75rem;overflow-wrap:anywhere}a{color:#0b57a4}.quiet{color:#465366}\
article{border:1px solid #c5ccd6;border-radius:.5rem;padding:.75rem 1rem;margin:0 0 .75rem;break-inside:avoid}\
dl{margin:0;display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.25rem 1rem}dt{color:#465366}\
dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}dd dl{grid-template-columns:minmax(6rem,10rem) 1fr}\
ul{margin:.25rem 0;padding-left:1.25rem}nav li{margin:.15rem 0}.scroll{overflow-x:auto}\
table{border-collapse:collapse;width:100%;font-size:.95rem}th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;\
border-bottom:1px solid #dde2e9}td{white-space:pre-line;overflow-wrap:anywhere}th{color:#465366}tr{break-inside:avoid}\
@media(max-width:34rem){body{padding:1rem}dl,dd dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}\
@media print{body{font-size:11pt;max-width:none;padding:0}nav{display:none}a{color:inherit}}";

/// Names of amounts inside what is kept as it was: requests, values before and after.
const PENCE: [&str; 4] = ["amount", "total", "captured", "refunded"];

pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

pub(crate) fn start(cover: &Cover) -> String {
    let company = escaped(&cover.company);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>Everything {company} holds about you</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>Everything {company} holds about you</h1>\n\
         <p>Made on {}, British time. You can read this page, print it and keep it. It tells what we knew at that moment.</p>\n\
         <p>Keep this copy in a safe place: whoever has it knows what stands in it.</p>\n\
         <nav aria-label=\"Contents\">\n<h2>What is in here</h2>\n<ul>\n",
        escaped(&cells::instant(cover.made_at))
    );
    for (section, count) in SECTIONS.iter().zip(&cover.counts) {
        let _ = writeln!(
            page,
            "<li><a href=\"#{}\">{}</a>: {}</li>",
            section.name,
            escaped(section.title),
            match count {
                0 => "nothing".to_owned(),
                1 => "1 entry".to_owned(),
                many => format!("{many} entries"),
            }
        );
    }
    page.push_str("<li><a href=\"#left-out\">What is not in here, and why</a></li>\n<li><a href=\"#rights\">What you can do</a></li>\n</ul>\n</nav>\n");
    page
}

pub(crate) fn section_start(section: &Section, count: i64) -> String {
    let mut text = format!(
        "<section aria-labelledby=\"{name}\">\n<h2 id=\"{name}\">{}</h2>\n<p class=\"quiet\">{}</p>\n",
        escaped(section.title),
        escaped(section.intro),
        name = section.name,
    );
    if count == 0 {
        text.push_str("<p>We hold nothing of this kind about you.</p>\n");
    } else if section.layout == Layout::Table {
        text.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
        for column in section.columns {
            let _ = write!(text, "<th scope=\"col\">{}</th>", escaped(column.title));
        }
        text.push_str("</tr></thead>\n<tbody>\n");
    }
    text
}

/// `number` counts the rows from 1.
pub(crate) fn row(section: &Section, row: &Row, number: i64) -> String {
    let value = |column: &Column| row.get(column.key).map_or(String::new(), |value| cell(value, column.kind));
    let mut text = String::new();
    match section.layout {
        Layout::Table => {
            text.push_str("<tr>");
            for column in section.columns {
                let _ = write!(text, "<td>{}</td>", value(column));
            }
            text.push_str("</tr>\n");
        }
        Layout::Cards => {
            let _ = write!(text, "<article>\n<h3>{number}</h3>\n<dl>");
            for column in section.columns {
                let value = value(column);
                if !value.is_empty() {
                    let _ = write!(text, "<dt>{}</dt><dd>{value}</dd>", escaped(column.title));
                }
            }
            text.push_str("</dl>\n</article>\n");
        }
    }
    text
}

pub(crate) fn section_end(section: &Section, count: i64) -> &'static str {
    if count > 0 && section.layout == Layout::Table {
        "</tbody></table></div>\n</section>\n"
    } else {
        "</section>\n"
    }
}

/// Escaped; empty where there is nothing.
fn cell(value: &Value, kind: Kind) -> String {
    match (value, kind) {
        (Value::Object(fields), _) => nested(fields.iter().map(|(name, value)| (name.as_str(), value)), kind),
        (Value::Array(all), _) if all.iter().any(|one| one.is_object() || one.is_array()) => {
            let items: String = all.iter().map(|one| format!("<li>{}</li>", cell(one, kind))).collect();
            format!("<ul>{items}</ul>")
        }
        _ => cells::shown(value, kind).map_or(String::new(), |text| escaped(&text)),
    }
}

fn nested<'a>(fields: impl Iterator<Item = (&'a str, &'a Value)>, kind: Kind) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        let inner = match kind {
            Kind::Prices if name.ends_with("Percent") => Kind::Text,
            Kind::Nested if PENCE.contains(&name) => Kind::Money,
            other => other,
        };
        let value = cell(value, inner);
        if !value.is_empty() {
            let _ = write!(text, "<dt>{}</dt><dd>{value}</dd>", escaped(&words::plain(name)));
        }
    }
    if text.is_empty() { text } else { format!("<dl>{text}</dl>") }
}

pub(crate) fn end(cover: &Cover) -> String {
    let company = escaped(&cover.company);
    let mut page = String::from(
        "<section aria-labelledby=\"left-out\">\n<h2 id=\"left-out\">What is not in here, and why</h2>\n<dl>",
    );
    for left in LEFT_OUT {
        let _ = write!(page, "<dt>{}</dt><dd>{}</dd>", escaped(left.what), escaped(left.why));
    }
    page.push_str("</dl>\n</section>\n");
    let _ = write!(
        page,
        "<section aria-labelledby=\"rights\">\n<h2 id=\"rights\">What you can do</h2>\n\
         <p>If something is wrong, tell {company}: you may have it put right. You may also object to what we do with your data, \
         or ask us to erase it.</p>\n<p>If you are not content with our answer, you may complain to the Information Commissioner \
         (ico.org.uk/make-a-complaint, phone 0303 123 1113), and you may go to court.</p>\n</section>\n\
         <section aria-labelledby=\"proof\">\n<h2 id=\"proof\">For computers, and as proof</h2>\n\
         <p>The file data.json beside this page holds the same for programs; the folder csv holds it as tables; manifest.json \
         lists all files with their fingerprints (SHA-256).</p>\n"
    );
    if let Some(head) = &cover.head {
        let _ = writeln!(
            page,
            "<p>When this copy was made, our record of everything that is done stood at seal {}, {}.</p>",
            head.seal,
            hex(&head.chain)
        );
    }
    page.push_str("</section>\n</main>\n</body>\n</html>\n");
    page
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kernel::CustomerId;
    use serde_json::json;

    use super::*;

    fn section(name: &str) -> &'static Section {
        SECTIONS.iter().find(|section| section.name == name).unwrap()
    }

    fn of(value: Value) -> Row {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn what_people_wrote_is_text_and_nothing_else() {
        let hostile = "<script>alert(1)</script>\"'&";
        let safe = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;";
        let note = row(section("notes"), &of(json!({ "body": hostile, "pinned": false })), 1);
        assert!(note.contains(safe) && !note.contains("<script"), "{note}");
        let booking = row(
            section("bookings"),
            &of(json!({ "pickup": { hostile: hostile }, "items": [{ "name": hostile }] })),
            1,
        );
        assert!(!booking.contains("<script"), "{booking}");
        let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let cover = Cover {
            company: hostile.to_owned(),
            customer: CustomerId::new(at),
            made_at: at,
            counts: vec![0; SECTIONS.len()],
            head: None,
        };
        assert!(!(start(&cover) + &end(&cover)).contains("<script"));
    }

    #[test]
    fn a_card_shows_what_is_known_in_plain_words() {
        let text = row(
            section("bookings"),
            &of(json!({ "reference": "SV-1", "status": "IN_PROGRESS", "total": 12_345, "timeSlot": null,
                "pickup": { "line1": "1 High Street", "hasLift": true, "lat": null },
                "priceParts": { "distance": 4_000, "crewPercent": 20 } })),
            3,
        );
        for part in [
            "<h3>3</h3>",
            "<dt>Price</dt><dd>£123.45</dd>",
            "In progress",
            "<dt>Has lift</dt><dd>Yes</dd>",
            "<dt>Distance</dt><dd>£40.00</dd>",
            "<dt>Crew percent</dt><dd>20</dd>",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        assert!(!text.contains("Time slot") && !text.contains("Lat"), "{text}");
    }
}
