//! What shows that a request was answered as the law wants it: every text of the PDF.

use erasure::ErasureState;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::london_day;
use pdf::Sheet;
use privacy::{ExportState, PersonalExport};
use staff::Role;

use crate::{DataRequestCase, DataRequestOutcome, DataRequestState, RefusalGround, RequestedErasure};

/// What stands around the case.
pub(crate) struct Around {
    pub company: String,
    pub now: Timestamp,
    /// The last seal of the audit trail and its chain.
    pub head: Option<(i64, String)>,
}

pub(crate) fn file_name(case: &DataRequestCase) -> String {
    format!("data-request-DR-{}-certificate.pdf", case.request.number)
}

pub(crate) fn sheet(case: &DataRequestCase, around: &Around) -> Sheet {
    let (request, details) = (&case.request, &case.details);
    let number = format!("DR-{}", request.number);
    let who = request.customer_name.as_ref().or(request.requester.as_ref()).cloned().unwrap_or_default();
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let mut facts = vec![
        fact("Kind", request.kind.title().to_owned()),
        fact("Asked by", who),
        fact("Received", format!("{}, {}", day(request.received_on), request.channel.title().to_lowercase())),
    ];
    facts.extend(request.outcome.map(|outcome| fact("Outcome", outcome.title().to_owned())));
    facts.extend(request.answered_on.map(|on| {
        let withdrawn = request.outcome == Some(DataRequestOutcome::Withdrawn);
        fact(if withdrawn { "Withdrawn" } else { "Answered" }, day(on))
    }));
    facts.extend(request.due_on.map(|on| fact("Was due", day(on))));
    facts.extend(details.answered_via.map(|via| fact("How", via.title().to_owned())));
    facts.extend(details.closed_at.map(|at| fact("Closed", moment(at))));
    let blocks = [
        ("What was asked", lines(&details.asked)),
        ("How the date was reckoned", case.clock.iter().map(reckoned).collect()),
        ("Who asks, and how that was checked", identity(case)),
        ("Who dealt with it", people(case)),
        ("The answer", answer(case)),
        ("Copies of the data", case.exports.iter().flat_map(copy).collect()),
        ("The erasure", case.erasure.iter().flat_map(erased).collect()),
        ("The record of what was done", head(around)),
    ];
    Sheet {
        title: format!("Certificate of data request {number}"),
        id: request.id.to_string(),
        seller: around.company.clone(),
        facts,
        blocks: blocks.into_iter().map(|(name, lines)| (name.to_owned(), lines)).collect(),
        notes: vec![format!("Made {} from the case as it stands.", moment(around.now))],
        ..Sheet::default()
    }
}

fn reckoned(step: &crate::ClockStep) -> String {
    let source = step.source.map_or(String::new(), |source| format!(" ({source})"));
    format!("{}: {}{source}", day(step.on), step.text)
}

fn identity(case: &DataRequestCase) -> Vec<String> {
    let details = &case.details;
    let mut found = Vec::new();
    found.extend(details.identity_asked_on.map(|on| format!("{}: proof was asked for.", day(on))));
    if let (Some(on), Some(method)) = (details.identity_confirmed_on, details.identity_method) {
        found.push(format!("{}: confirmed. {}.", day(on), method.title()));
    }
    found
}

/// Names, with the roles that they had then.
fn people(case: &DataRequestCase) -> Vec<String> {
    let role = |state: DataRequestState| {
        let step = case.steps.iter().rev().find(|step| step.state == state);
        let name = step.and_then(|step| step.by_role.as_deref()).and_then(Role::from_name);
        name.map_or(String::new(), |role| format!(" ({})", role.title()))
    };
    let mut found = vec![format!("Handled by {}.", case.request.handler_name)];
    if let (Some(name), Some(at)) = (&case.prepared_by_name, case.details.prepared_at) {
        found.push(format!("Prepared by {name}{}, {}.", role(DataRequestState::Review), moment(at)));
    }
    if let (Some(name), Some(at)) = (&case.reviewed_by_name, case.details.reviewed_at) {
        found.push(format!("Approved by {name}{}, {}.", role(DataRequestState::Approved), moment(at)));
    }
    found
}

fn answer(case: &DataRequestCase) -> Vec<String> {
    let details = &case.details;
    let mut found = Vec::new();
    found.extend(details.ground.map(|ground: RefusalGround| {
        format!("Refused: {} ({}).", ground.title().to_lowercase(), ground.source())
    }));
    for (name, text) in
        [("Done", &details.done), ("Withheld", &details.withheld), ("Note", &details.outcome_note)]
    {
        if let Some(text) = text {
            found.push(format!("{name}:"));
            found.extend(lines(text));
        }
    }
    if details.rights_told {
        found.push("The person was told of the right to complain to the Information Commissioner and to go to court.".to_owned());
    }
    found
}

fn copy(export: &PersonalExport) -> Vec<String> {
    let Some(made) = export.made_at else { return Vec::new() };
    let ended = |words: &str| export.ended_at.map_or(String::new(), |at| format!(" {words} {}.", moment(at)));
    let fate = match export.state {
        ExportState::Fetched => ended("Fetched"),
        ExportState::Expired => ended("Destroyed without being fetched"),
        ExportState::Ready => format!(" Not fetched yet; it can be until {}.", moment(export.expires_at)),
        ExportState::Asked | ExportState::Failed => String::new(),
    };
    let mut found =
        vec![format!("Made {}: {} records.{fate}", moment(made), export.rows.unwrap_or_default())];
    found.extend(export.sha256.as_ref().map(|hash| format!("SHA-256 of the file: {hash}")));
    if let (Some(seal), Some(chain)) = (export.seal, &export.chain) {
        found.push(format!("Audit trail at that moment: seal {seal}, {chain}"));
    }
    found
}

fn erased(erasure: &RequestedErasure) -> Vec<String> {
    let (ErasureState::Done, Some(at)) = (erasure.state, erasure.finished_at) else { return Vec::new() };
    vec![
        format!("Erased {}. What went, what stayed and why stands on a certificate of its own.", moment(at)),
        format!("Erasure {}, SHA-256 of its plan: {}", erasure.id, erasure.plan_hash),
    ]
}

fn head(around: &Around) -> Vec<String> {
    around.head.iter().map(|(seal, chain)| format!("Audit trail now: seal {seal}, {chain}")).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
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
