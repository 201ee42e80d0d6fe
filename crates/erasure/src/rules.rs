//! Decisions about erasure: what stands in the way, how long what stays is kept, what is looked for.

mod looked_for;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Span, civil::Date};
use kernel::{Pence, StaffId};
use platform::{Problem, Result};
use sha2::{Digest, Sha256};
use staff::{Permission, Reach};

pub(crate) use looked_for::{Identifier, Patterns};

use crate::{ErasureActState, ErasureBlock, ErasurePlan, ErasureState};

/// Years for which a company keeps its books, from the end of the financial year (Companies Act 2006 s. 388; HMRC CH15400).
const YEARS: i32 = 6;

/// What may stand in the way of erasing somebody.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub erased: bool,
    pub open_bookings: Vec<String>,
    pub refunds_under_way: i64,
    pub disputed: i64,
    pub credit_remaining: i64,
    pub approvals_pending: i64,
    pub mails_waiting: i64,
    /// Numbers of open data requests that are not about erasure.
    pub requests: Vec<i64>,
    pub hold: Option<String>,
}

pub(crate) fn blocks(standing: &Standing) -> Vec<ErasureBlock> {
    let mut blocks = Vec::new();
    let mut add = |holds: bool, code: &str, reason: String| {
        if holds {
            blocks.push(ErasureBlock { code: code.to_owned(), reason });
        }
    };
    let many = |count: i64, one: &str, more: &str| {
        if count == 1 { one.to_owned() } else { more.replace("{}", &count.to_string()) }
    };
    add(standing.erased, "erased", "This customer has been erased already.".into());
    if let Some(reason) = &standing.hold {
        add(true, "legal_hold", format!("A legal hold is in force: {reason}"));
    }
    let references = standing.open_bookings.join(", ");
    let bookings = match standing.open_bookings.len() {
        1 => format!("Booking {references} is still open. Complete or cancel it first."),
        count => format!("{count} bookings are still open: {references}. Complete or cancel them first."),
    };
    add(!standing.open_bookings.is_empty(), "active_bookings", bookings);
    let refunds = many(standing.refunds_under_way, "A refund is under way.", "{} refunds are under way.");
    add(
        standing.refunds_under_way > 0,
        "refund_under_way",
        format!("{refunds} Let it come to its end first."),
    );
    let disputed = format!("{} is disputed with the bank.", Pence(standing.disputed));
    add(standing.disputed > 0, "dispute_open", format!("{disputed} Wait for the outcome first."));
    let credit = format!("{} of store credit is still owed to them.", Pence(standing.credit_remaining));
    add(standing.credit_remaining > 0, "credit_remaining", format!("{credit} Settle it first."));
    let asked =
        many(standing.approvals_pending, "A request waits for approval.", "{} requests wait for approval.");
    add(standing.approvals_pending > 0, "approval_pending", format!("{asked} Decide first."));
    let mails = many(standing.mails_waiting, "A mail is still to be sent.", "{} mails are still to be sent.");
    add(standing.mails_waiting > 0, "mail_waiting", mails);
    let requests: Vec<String> = standing.requests.iter().map(|number| format!("DR-{number}")).collect();
    let answered =
        format!("{} is not answered yet: it could not be answered afterwards.", requests.join(", "));
    add(!requests.is_empty(), "data_request_open", answered);
    blocks
}

/// The first thing in the way, as a refusal.
pub(crate) fn check_blocks(blocks: &[ErasureBlock]) -> Result<()> {
    const CODES: [&str; 9] = [
        "erased",
        "legal_hold",
        "active_bookings",
        "refund_under_way",
        "dispute_open",
        "credit_remaining",
        "approval_pending",
        "mail_waiting",
        "data_request_open",
    ];
    let Some(block) = blocks.first() else { return Ok(()) };
    let code = CODES.iter().find(|code| **code == block.code).unwrap_or(&"erasure_blocked");
    Err(Problem::conflict(code, block.reason.clone()).with("blocks", serde_json::json!(blocks)))
}

/// The last day on which an entry of this day is kept; `year_end` is the last day of a financial year, as month and day.
pub(crate) fn kept_until(entry: Date, year_end: (i8, i8)) -> Date {
    let end_in = |year: i16| {
        let first = Date::new(year, year_end.0, 1).unwrap_or(Date::MAX);
        first.with().day(year_end.1.min(first.days_in_month())).build().unwrap_or(Date::MAX)
    };
    let end = if entry <= end_in(entry.year()) { end_in(entry.year()) } else { end_in(entry.year() + 1) };
    end.saturating_add(Span::new().years(YEARS))
}

/// What an approval is bound to.
pub(crate) fn plan_hash(plan: &ErasurePlan) -> Vec<u8> {
    let plan = serde_json::to_value(plan).unwrap_or_default();
    Sha256::digest(chain::canonical(&plan).as_bytes()).to_vec()
}

/// Nobody approves a plan they did not see, nor one that is no longer true: the one that would be made `now` is another.
pub(crate) fn check_approval(
    planned: &[u8],
    seen: &[u8],
    plan: &ErasurePlan,
    now: &ErasurePlan,
) -> Result<()> {
    if planned != seen {
        let detail = "This is not the plan as it stands. Look at it again.";
        return Err(Problem::conflict("plan_changed", detail).on_field("planHash"));
    }
    if planned != plan_hash(now) {
        let changed = changed(plan, now).join("; ");
        return Err(Problem::conflict(
            "plan_outdated",
            format!(
                "Something of this customer has changed since the plan was made ({changed}). Withdraw it and plan again."
            ),
        ));
    }
    Ok(())
}

/// What is not as it was planned, and how many rows there were and are.
fn changed(planned: &ErasurePlan, now: &ErasurePlan) -> Vec<String> {
    let counts = |plan: &ErasurePlan| -> BTreeMap<String, i64> {
        let goes = plan.goes.iter().map(|part| (part.what.clone(), part.rows));
        let stays = plan.stays.iter().map(|part| (part.what.clone(), part.rows));
        let values = [("Values in the audit trail".to_owned(), plan.values)];
        goes.chain(stays).chain(values).collect()
    };
    let (planned, now) = (counts(planned), counts(now));
    let mut changed: Vec<String> = planned
        .keys()
        .chain(now.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|what| (what, planned.get(what).unwrap_or(&0), now.get(what).unwrap_or(&0)))
        .filter(|(_, before, after)| before != after)
        .map(|(what, before, after)| format!("{what}: {before}, now {after}"))
        .collect();
    if changed.is_empty() {
        changed.push("what goes of them, or until when it stays".to_owned());
    }
    changed
}

fn own_plan() -> Problem {
    Problem::forbidden("own_plan", "You made this plan: somebody else has to approve it.")
}

pub(crate) fn check_state(state: ErasureState, wanted: &[ErasureState]) -> Result<()> {
    if wanted.contains(&state) {
        return Ok(());
    }
    let detail = match state {
        ErasureState::Planned => "This erasure waits for approval.",
        ErasureState::Withdrawn => "This plan was withdrawn.",
        ErasureState::Approved | ErasureState::Running => "This erasure is being carried out.",
        ErasureState::Found => "The scan has found something: look at it first.",
        ErasureState::Stopped => "This erasure was stopped before it began.",
        ErasureState::Done => "This customer has been erased already.",
    };
    Err(Problem::conflict("erasure_state", detail))
}

pub(crate) fn act<P: Permission>(reach: &Reach, state: impl FnOnce() -> Result<()>) -> ErasureActState {
    match reach.may::<P>().and_then(|()| state()) {
        Ok(()) => ErasureActState { allowed: true, code: None, reason: None },
        Err(problem) => ErasureActState {
            allowed: false,
            code: Some(problem.code.to_owned()),
            reason: Some(problem.detail),
        },
    }
}

pub(crate) fn check_not_own(planned_by: Option<StaffId>, by: StaffId) -> Result<()> {
    if planned_by == Some(by) { Err(own_plan()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_books_are_kept_six_years_after_the_end_of_the_year() {
        assert_eq!(kept_until(date(2026, 3, 31), (3, 31)), date(2032, 3, 31));
        assert_eq!(kept_until(date(2026, 4, 1), (3, 31)), date(2033, 3, 31));
        assert_eq!(kept_until(date(2026, 12, 31), (12, 31)), date(2032, 12, 31));
        assert_eq!(
            kept_until(date(2025, 2, 28), (2, 29)),
            date(2031, 2, 28),
            "a year end that is not in every year"
        );
    }

    #[test]
    fn everything_in_the_way_is_told() {
        assert_eq!(blocks(&Standing::default()), []);
        let all = Standing {
            erased: true,
            open_bookings: vec!["SV-1".into(), "SV-2".into()],
            refunds_under_way: 1,
            disputed: 500,
            credit_remaining: 1_250,
            approvals_pending: 2,
            mails_waiting: 1,
            requests: vec![7],
            hold: Some("Court case".into()),
        };
        let told = blocks(&all);
        let codes: Vec<&str> = told.iter().map(|block| block.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "erased",
                "legal_hold",
                "active_bookings",
                "refund_under_way",
                "dispute_open",
                "credit_remaining",
                "approval_pending",
                "mail_waiting",
                "data_request_open",
            ]
        );
        assert_eq!(told[2].reason, "2 bookings are still open: SV-1, SV-2. Complete or cancel them first.");
        assert_eq!(told[5].reason, "£12.50 of store credit is still owed to them. Settle it first.");
        assert_eq!(check_blocks(&told[1..]).unwrap_err().code, "legal_hold");
    }
}
