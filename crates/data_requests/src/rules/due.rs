//! When an answer is due. A pure function of what happened when.
//!
//! - **One month** from the day of receipt, "without undue delay and in any event" (UK GDPR Art. 12(3) and 12A, put in by the Data
//!   (Use and Access) Act 2025 s. 76). The day of receipt counts, so the month ends on the same day of the next one, and on the last
//!   day of a shorter month; a weekend or bank holiday moves the end to the next working day (ICO, right of access, "How long
//!   do we have to comply?"; Regulation 1182/71 Art. 3(4), as retained).
//! - **Proof of identity** that was asked for: the month begins when it comes (Art. 12A(2)(b), 12(6)). Until then there is no due date.
//! - **Clarification** of a request for access: the days from the question to the answer do not count (Art. 12A(5), only for Art. 15).
//!   The day of the answer counts again: the cautious reading of the two that the text allows, and the one by which an answer of the same
//!   day changes nothing.
//! - **Two further months** for complex or numerous requests, told with the reasons before the first month ends (Art. 12A(3), (4)).
//! - **Complaints** are acknowledged within 30 days, counted from the day after receipt (DPA 2018 s. 164A(3); ICO, "How to deal with
//!   data protection complaints"), and answered without undue delay. For that the law names no day; our own aim is three months.

use jiff::{Span, civil::Date};

use super::holidays::{day_off, known_until};
use crate::{ClockStep, DataRequestKind, Nation, Pause};

const ACKNOWLEDGE_DAYS: i64 = 30;
const COMPLAINT_AIM_MONTHS: i64 = 3;
const FURTHER_MONTHS: i64 = 2;

/// Whether proof of identity was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    NotAsked,
    Awaited { since: Date },
    Received { asked: Date, on: Date },
}

/// Everything that a due date follows from.
#[derive(Debug, Clone)]
pub(crate) struct Course<'a> {
    pub kind: DataRequestKind,
    pub nation: Nation,
    pub received: Date,
    pub proof: Proof,
    pub pauses: &'a [Pause],
    /// When the person was told that it takes two further months.
    pub extended: Option<Date>,
    pub acknowledged: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Deadline {
    /// None while the person who asks has to do something first.
    pub due: Option<Date>,
    /// The last day on which two further months may be told.
    pub extend_by: Option<Date>,
    /// The way there, in words.
    pub steps: Vec<ClockStep>,
}

pub(crate) fn deadline(course: &Course<'_>) -> Deadline {
    let mut steps =
        vec![step(course.received, "Received. The day of receipt counts.", Some("UK GDPR Art. 12(3)"))];
    if course.kind == DataRequestKind::Complaint {
        return complaint(course, steps);
    }
    let begin = match course.proof {
        Proof::NotAsked => course.received,
        Proof::Awaited { since } => {
            let text = "Proof of identity was asked for. The month begins when it comes.";
            steps.push(step(since, text, Some("UK GDPR Art. 12A(2)(b)")));
            return Deadline { due: None, extend_by: None, steps };
        }
        Proof::Received { asked, on } => {
            steps.push(step(asked, "Proof of identity was asked for.", Some("UK GDPR Art. 12(6)")));
            steps.push(step(on, "The proof came: the month begins.", Some("UK GDPR Art. 12A(2)(b)")));
            on.max(course.received)
        }
    };
    let stops = stopped(course, begin, &mut steps);
    let Some(stops) = stops else { return Deadline { due: None, extend_by: None, steps } };

    let first = plus_days(same_day(begin, 1), stops);
    let (extend_by, _) = working_day(first, course.nation);
    let months = match course.extended {
        None => {
            steps.push(step(same_day(begin, 1), month_text(begin, 1), None));
            1
        }
        Some(told) => {
            let text = "Two further months were told, with the reasons.";
            steps.push(step(told, text, Some("UK GDPR Art. 12A(3)")));
            steps.push(step(
                same_day(begin, 1 + FURTHER_MONTHS),
                month_text(begin, 1 + FURTHER_MONTHS),
                None,
            ));
            1 + FURTHER_MONTHS
        }
    };
    let mut end = same_day(begin, months);
    if stops > 0 {
        end = plus_days(end, stops);
        let days = if stops == 1 { "1 day".to_owned() } else { format!("{stops} days") };
        let text = format!("{days} of waiting for clarification are added.");
        steps.push(step(end, text, Some("UK GDPR Art. 12A(5)")));
    }
    let due = settle(end, course.nation, &mut steps);
    Deadline { due: Some(due), extend_by: Some(extend_by), steps }
}

fn complaint(course: &Course<'_>, mut steps: Vec<ClockStep>) -> Deadline {
    let end = if let Some(on) = course.acknowledged {
        steps.push(step(on, "Acknowledged.", Some("DPA 2018 s. 164A(3)")));
        let end = same_day(course.received, COMPLAINT_AIM_MONTHS);
        let text = "To be answered without undue delay; our own aim is three months from receipt.";
        steps.push(step(end, text, Some("DPA 2018 s. 164A(4)")));
        end
    } else {
        let end = plus_days(course.received, ACKNOWLEDGE_DAYS);
        let text = "30 days from the day after receipt, to acknowledge it.";
        steps.push(step(end, text, Some("DPA 2018 s. 164A(3)")));
        end
    };
    let due = settle(end, course.nation, &mut steps);
    Deadline { due: Some(due), extend_by: None, steps }
}

/// How many days the clock stood; nothing while it stands now. Days before the month began do not count twice.
fn stopped(course: &Course<'_>, begin: Date, steps: &mut Vec<ClockStep>) -> Option<i64> {
    let counts = course.kind == DataRequestKind::Access;
    let mut pauses: Vec<&Pause> = course.pauses.iter().collect();
    pauses.sort_by_key(|pause| pause.from);
    let (mut days, mut reached, mut stands) = (0, begin, false);
    for pause in pauses {
        let asked = if counts {
            "Clarification was asked for: the clock stops."
        } else {
            "Clarification was asked for. Only for access does that stop the clock."
        };
        steps.push(step(pause.from, asked, counts.then_some("UK GDPR Art. 12A(5)")));
        match pause.until {
            Some(until) => {
                days += days_between(pause.from.max(reached), until).max(0);
                reached = reached.max(until);
                steps.push(step(
                    until,
                    if counts { "The answer came: the clock runs on." } else { "The answer came." },
                    None,
                ));
            }
            None => stands = true,
        }
    }
    match (counts, stands) {
        (true, true) => None,
        (true, false) => Some(days),
        (false, _) => Some(0),
    }
}

/// The end itself, or the next working day, with the days in between named.
fn settle(end: Date, nation: Nation, steps: &mut Vec<ClockStep>) -> Date {
    let (due, skipped) = working_day(end, nation);
    for (day, why) in skipped {
        steps.push(step(
            day,
            format!("Not a working day in {}: {why}.", nation.title()),
            Some("Regulation 1182/71 Art. 3(4)"),
        ));
    }
    if due > known_until() {
        steps.push(step(
            known_until(),
            "The table of bank holidays ends here; from then on only weekends are known.",
            None,
        ));
    }
    steps.push(step(due, "The last day to answer in time.", None));
    due
}

fn working_day(from: Date, nation: Nation) -> (Date, Vec<(Date, &'static str)>) {
    let mut day = from;
    let mut skipped = Vec::new();
    while let Some(why) = day_off(day, nation) {
        skipped.push((day, why));
        day = plus_days(day, 1);
    }
    (day, skipped)
}

/// The same day so many months later; the last day of a shorter month.
fn same_day(day: Date, months: i64) -> Date {
    day.saturating_add(Span::new().months(months))
}

fn plus_days(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

/// From one day to another; negative when the other is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

fn month_text(begin: Date, months: i64) -> String {
    let end = same_day(begin, months);
    let which =
        if months == 1 { "the next month".to_owned() } else { format!("the month {months} months later") };
    if end.day() == begin.day() {
        format!("The same day of {which}.")
    } else {
        format!("{} has no day {}: its last day.", end.strftime("%B"), begin.day())
    }
}

fn step(on: Date, text: impl Into<String>, source: Option<&'static str>) -> ClockStep {
    ClockStep { on, text: text.into(), source }
}

#[cfg(test)]
mod tests;
