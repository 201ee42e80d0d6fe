//! What shows a person that they were erased: every text of the PDF. It names nobody, them least of all.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Pence, london_day};
use pdf::Sheet;

use crate::{CustomerErasure, ErasureCertificate, PlannedLoss, PlannedStay};

pub(crate) fn file_name(erasure: &CustomerErasure) -> String {
    format!("erasure-certificate-{}.pdf", erasure.id)
}

pub(crate) fn sheet(
    erasure: &CustomerErasure,
    proof: &ErasureCertificate,
    company: &str,
    now: Timestamp,
) -> Sheet {
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let mut facts = vec![fact("Customer number", proof.customer_id.to_string())];
    if erasure.planned_by_name.is_some() {
        facts.push(fact("Planned", moment(erasure.planned_at)));
    }
    facts.extend(erasure.approved_at.map(|at| fact("Approved by somebody else", moment(at))));
    facts.push(fact("Finished", moment(proof.finished_at)));
    let blocks = [
        ("In short", vec![in_short(company, proof)]),
        ("What was erased", gone(erasure, proof)),
        ("What we have to keep, and why", proof.stays.iter().map(kept).collect()),
        ("How we checked that nothing is left", scanned(proof)),
        ("The books", vec![books(proof)]),
        ("If you are not content", vec![RIGHTS.to_owned()]),
        ("For whoever checks this", marks(proof)),
    ];
    Sheet {
        title: "Certificate of erasure".to_owned(),
        id: erasure.id.to_string(),
        seller: company.to_owned(),
        facts,
        blocks: blocks.into_iter().map(|(name, lines)| (name.to_owned(), lines)).collect(),
        notes: vec![format!("Made {}.", moment(now))],
        ..Sheet::default()
    }
}

/// UK GDPR Art. 12(4), 77 and 79.
const RIGHTS: &str = "You can complain to the Information Commissioner's Office (ico.org.uk, telephone 0303 123 1113) and you can go to court. \
    Write to us first if you like: we will look into it.";

fn in_short(company: &str, proof: &ErasureCertificate) -> String {
    format!(
        "What {company} held about you was erased on {}. Nobody can bring it back, not even we. What the law makes us keep is listed below, with \
         the reason and, where there is one, the last day.",
        day(london_day(proof.finished_at))
    )
}

fn gone(erasure: &CustomerErasure, proof: &ErasureCertificate) -> Vec<String> {
    let record = |loss: &PlannedLoss| format!("{}: {}.", to_you(&loss.what), many(loss.rows, "record"));
    let mut lines: Vec<String> = erasure.plan.goes.iter().map(record).collect();
    if proof.keys_destroyed > 0 {
        lines.push(format!(
            "Values in our record of who did what: {}, unreadable since their key was destroyed.",
            many(erasure.plan.values, "value")
        ));
    }
    lines
}

fn kept(stay: &PlannedStay) -> String {
    let rows = if stay.rows > 0 { format!(" ({})", many(stay.rows, "record")) } else { String::new() };
    let until = stay.until.map_or(String::new(), |last| format!(" Until {}.", day(last)));
    format!("– {}{rows}. {}{until}", stay.what, stay.why)
}

/// What the desk says of them, said to them.
fn to_you(what: &str) -> String {
    let word = |word| match word {
        "they" | "them" => "you",
        "their" => "your",
        other => other,
    };
    what.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn scanned(proof: &ErasureCertificate) -> Vec<String> {
    let scan = &proof.scan;
    let mut lines = vec![format!(
        "On {} we looked through every text of our database, {} in {}, for {} that you were known by. Nothing of you was found.",
        moment(scan.at),
        many(scan.rows, "record"),
        many(scan.tables, "table"),
        many(scan.identifiers, "identifier"),
    )];
    if !scan.with_others.is_empty() {
        lines.push(
            "Somebody else gave us the same e-mail address or telephone number. Theirs stays theirs.".into(),
        );
    }
    lines
}

fn books(proof: &ErasureCertificate) -> String {
    let after = &proof.books_after;
    if proof.books_equal {
        format!(
            "The same before and after, to the penny: {} taken, {} refunded, {}.",
            Pence(after.captured),
            Pence(after.refunded),
            if after.transfers == 1 { "1 entry".to_owned() } else { format!("{} entries", after.transfers) },
        )
    } else {
        "They were changed by something else while this was carried out; who keeps them has been told.".into()
    }
}

fn marks(proof: &ErasureCertificate) -> Vec<String> {
    let mut lines =
        vec![format!("Erasure {}", proof.erasure_id), format!("SHA-256 of the plan: {}", proof.plan_hash)];
    if let (Some(seal), Some(chain)) = (proof.audit_seal, &proof.audit_chain) {
        lines.push(format!("Audit trail at that moment: seal {seal}, {chain}"));
    }
    lines
}

fn many(count: i64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `22 November 2026`.
fn day(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}

/// With the time, in London.
fn moment(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    format!("{}, {}", day(london_day(at)), at.to_zoned(zone).strftime("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::ROWS;

    #[test]
    fn the_person_is_spoken_to_and_not_about() {
        assert_eq!(
            to_you("Tickets: what they wrote, and how to reach them"),
            "Tickets: what you wrote, and how to reach you"
        );
        for (_, what, _) in ROWS.iter() {
            let said = format!(" {} ", to_you(what)).replace([':', ',', '.'], " ");
            for about in [" they ", " them ", " their ", " They ", " Their "] {
                assert!(!said.contains(about), "{what}");
            }
        }
    }
}
