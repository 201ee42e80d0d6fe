//! Decisions about data requests: which step may follow which, and what each step does to a case.

pub(crate) mod distance;
pub(crate) mod due;
pub(crate) mod holidays;

use jiff::{Timestamp, civil::Date};
use kernel::{DataRequestId, StaffId};
use platform::{Cursor, Problem, Result};

use crate::{
    DataRequest, DataRequestAct, DataRequestDetails, DataRequestInput, DataRequestKind, DataRequestOutcome,
    DataRequestState as State, Pause, RefusalReason,
    input::{PrepareInput, check_day},
    model::{AnswerWay, Proposal, RefusalGround},
};
use due::{Course, Deadline, Proof};

/// A case as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub request: DataRequest,
    pub details: DataRequestDetails,
    /// Whether the customer was erased, to the end.
    pub erased: bool,
}

/// Who acts, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub staff: StaffId,
    pub today: Date,
    pub now: Timestamp,
}

impl Case {
    pub fn deadline(&self) -> Deadline {
        let details = &self.details;
        let proof = match (details.identity_asked_on, details.identity_confirmed_on) {
            (Some(asked), Some(on)) => Proof::Received { asked, on },
            (Some(since), None) => Proof::Awaited { since },
            (None, _) => Proof::NotAsked,
        };
        due::deadline(&Course {
            kind: self.request.kind,
            nation: self.request.nation,
            received: self.request.received_on,
            proof,
            pauses: &details.pauses,
            extended: details.extended_on,
            acknowledged: details.acknowledged_on,
        })
    }

    fn is_open(&self) -> bool {
        self.request.outcome.is_none()
    }
}

/// When a request that has just come is due.
pub(crate) fn first_due(given: &DataRequestInput) -> Option<Date> {
    due::deadline(&Course {
        kind: given.kind,
        nation: given.nation,
        received: given.received_on,
        proof: Proof::NotAsked,
        pauses: &[],
        extended: None,
        acknowledged: None,
    })
    .due
}

/// Whether this act fits what the case is now. Permissions are asked for elsewhere.
pub(crate) fn check_act(action: &str, case: &Case, staff: StaffId, today: Date) -> Result<()> {
    use State::{Approved, Clarification, IdentityCheck, InProgress, Received, Review};
    let state = case.request.state;
    let complaint = case.request.kind == DataRequestKind::Complaint;
    if action == "deliver" {
        return check_deliver(case);
    }
    let fits = match action {
        "assign" | "withdraw" => case.is_open(),
        "identify" => matches!(state, Received | IdentityCheck | InProgress | Clarification),
        "acknowledge" => complaint && case.is_open() && case.details.acknowledged_on.is_none(),
        "ask_identity" => state == Received,
        "confirm_identity" => matches!(state, Received | IdentityCheck),
        "ask_clarification" => state == InProgress,
        "receive_clarification" => state == Clarification,
        "extend" => !complaint && case.is_open() && case.details.extended_on.is_none() && state != Approved,
        "prepare" => matches!(state, Received | IdentityCheck | InProgress | Clarification),
        "send_back" | "approve" => state == Review,
        "answer" => state == Approved,
        "close" => !case.is_open() && state != State::Closed,
        _ => false,
    };
    if !fits {
        return Err(Problem::conflict("not_now", unfit(action, case)));
    }
    if action == "answer" {
        check_erased(case)?;
    }
    if action == "approve" && case.details.prepared_by == Some(staff) {
        return Err(Problem::forbidden(
            "own_preparation",
            "Somebody else has to approve it: you have prepared this answer.",
        ));
    }
    if action == "extend" {
        let Some(last) = case.deadline().extend_by else {
            return Err(Problem::conflict(
                "not_now",
                "The month stands still: there is nothing to extend yet.",
            ));
        };
        if today > last {
            let last = last.strftime("%-d %B %Y");
            return Err(Problem::conflict(
                "too_late",
                format!("The first month has passed: it could be told until {last}."),
            ));
        }
    }
    Ok(())
}

/// Nobody is told that they were erased before they are. Of somebody we do not know there is nothing to erase.
fn check_erased(case: &Case) -> Result<()> {
    let wanted =
        case.request.kind == DataRequestKind::Erasure && case.details.proposal == Some(Proposal::Fulfil);
    if wanted && case.request.customer_id.is_some() && !case.erased {
        return Err(Problem::conflict(
            "erasure_first",
            "First the customer has to be erased: it is planned, approved and followed on their Privacy tab.",
        ));
    }
    Ok(())
}

/// A copy answers what asks for one, once somebody else has approved it; again as long as the case is not closed.
fn check_deliver(case: &Case) -> Result<()> {
    let refuse = |why: &str| Err(Problem::conflict("not_now", why));
    if !matches!(case.request.kind, DataRequestKind::Access | DataRequestKind::Portability) {
        return refuse("Only requests for access and portability are answered with a copy of the data.");
    }
    match case.request.state {
        State::Approved if case.details.proposal == Some(Proposal::Fulfil) => {}
        State::Approved => return refuse("This request is to be refused: there is no copy to send."),
        State::Delivered => {}
        _ => return Err(Problem::conflict("not_now", unfit("deliver", case))),
    }
    if case.request.customer_id.is_none() {
        return refuse("First find the customer: it is not known whose data to copy.");
    }
    Ok(())
}

/// The copy is made, and its link is on its way. False: it was delivered before, and this one came on top.
pub(crate) fn deliver(case: &mut Case, today: Date) -> Result<bool> {
    check_deliver(case)?;
    let first = case.request.state == State::Approved;
    if first {
        case.request.answered_on = Some(today);
        case.details.answered_via = Some(AnswerWay::OneTimeLink);
        // The mail says so, and so does the copy itself.
        case.details.rights_told = true;
        (case.request.outcome, case.request.state) = (Some(DataRequestOutcome::Delivered), State::Delivered);
        case.request.due_on = case.deadline().due;
    }
    Ok(first)
}

fn unfit(action: &str, case: &Case) -> String {
    let state = case.request.state.title().to_lowercase();
    match action {
        "acknowledge" if case.request.kind != DataRequestKind::Complaint => {
            "Only complaints are acknowledged.".to_owned()
        }
        "acknowledge" if case.details.acknowledged_on.is_some() => "It is acknowledged already.".to_owned(),
        "extend" if case.request.kind == DataRequestKind::Complaint => {
            "The time to acknowledge a complaint cannot be extended.".to_owned()
        }
        "extend" if case.details.extended_on.is_some() => {
            "It is extended already, once and for all.".to_owned()
        }
        _ => format!("Not possible now: this request is {state}."),
    }
}

/// Carries out one step, or refuses it and leaves the case alone. Returns the name of the event.
pub(crate) fn apply(case: &mut Case, act: &DataRequestAct, moment: Moment) -> Result<&'static str> {
    let Moment { staff, today, now } = moment;
    check_act(act.name(), case, staff, today)?;
    let received = case.request.received_on;
    let day = |on: Date| check_day("on", on, Some(received), today);
    let (request, details) = (&mut case.request, &mut case.details);
    let event = match act {
        DataRequestAct::Assign(given) => {
            request.handler_id = given.handler_id;
            "data_request.assigned"
        }
        DataRequestAct::Identify(given) => {
            request.customer_id = Some(given.customer_id);
            "data_request.identified"
        }
        DataRequestAct::Acknowledge(given) => {
            day(given.on)?;
            details.acknowledged_on = Some(given.on);
            "data_request.acknowledged"
        }
        DataRequestAct::AskIdentity(given) => {
            day(given.on)?;
            details.identity_asked_on = Some(given.on);
            request.state = State::IdentityCheck;
            "data_request.identity_asked"
        }
        DataRequestAct::ConfirmIdentity(given) => {
            check_day("on", given.on, details.identity_asked_on.or(Some(received)), today)?;
            details.identity_confirmed_on = Some(given.on);
            details.identity_method = Some(given.method);
            details.identity_note.clone_from(&given.note);
            request.state = State::InProgress;
            "data_request.identity_confirmed"
        }
        DataRequestAct::AskClarification(given) => {
            let since = details.pauses.last().and_then(|pause| pause.until).unwrap_or(received);
            check_day("on", given.on, Some(since), today)?;
            let question = given.question.clone();
            details.pauses.push(Pause { from: given.on, until: None, question, answer: None });
            request.state = State::Clarification;
            "data_request.clarification_asked"
        }
        DataRequestAct::ReceiveClarification(given) => {
            end_pause(details, given.on, Some(given.answer.clone()), today)?;
            request.state = State::InProgress;
            "data_request.clarification_received"
        }
        DataRequestAct::Extend(given) => {
            day(given.on)?;
            details.extended_on = Some(given.on);
            details.extension_reason = Some(given.reason.clone());
            "data_request.extended"
        }
        DataRequestAct::Prepare(given) => {
            prepare(request, details, given)?;
            if request.state == State::Clarification {
                // Who does not answer in a reasonable time is answered with what we have.
                end_pause(details, today, None, today)?;
            }
            details.prepared_by = Some(staff);
            details.prepared_at = Some(now);
            details.review_word = None;
            request.state = State::Review;
            "data_request.prepared"
        }
        DataRequestAct::SendBack(given) => {
            details.review_word = Some(given.word.clone());
            (details.proposal, details.prepared_by, details.prepared_at) = (None, None, None);
            request.state = match (details.identity_confirmed_on, details.identity_asked_on) {
                (Some(_), _) => State::InProgress,
                (None, Some(_)) => State::IdentityCheck,
                (None, None) => State::Received,
            };
            "data_request.sent_back"
        }
        DataRequestAct::Approve(given) => {
            details.review_word = Some(given.word.clone());
            (details.reviewed_by, details.reviewed_at) = (Some(staff), Some(now));
            request.state = State::Approved;
            "data_request.approved"
        }
        // The state follows when the copy is made.
        DataRequestAct::Deliver(_) => "data_request.delivery_begun",
        DataRequestAct::Answer(given) => {
            day(given.on)?;
            if given.via == AnswerWay::OneTimeLink {
                return Err(Problem::invalid(
                    "via",
                    "happens by itself when a one-time link is sent from here",
                ));
            }
            let refused = details.proposal == Some(Proposal::Refuse);
            if refused && !given.rights_told {
                return Err(Problem::invalid(
                    "rightsTold",
                    "must be true: a refusal tells of the right to complain and to go to court (UK GDPR Art. 12(4))",
                ));
            }
            request.answered_on = Some(given.on);
            details.answered_via = Some(given.via);
            details.rights_told = given.rights_told;
            if refused {
                (request.outcome, request.state) = (Some(DataRequestOutcome::Refused), State::Refused);
                "data_request.refused"
            } else {
                (request.outcome, request.state) = (Some(DataRequestOutcome::Delivered), State::Delivered);
                "data_request.delivered"
            }
        }
        DataRequestAct::Withdraw(given) => {
            day(given.on)?;
            if request.state == State::Clarification {
                end_pause(details, given.on, None, today)?;
            }
            request.answered_on = Some(given.on);
            details.outcome_note = Some(given.note.clone());
            (request.outcome, request.state) = (Some(DataRequestOutcome::Withdrawn), State::Withdrawn);
            "data_request.withdrawn"
        }
        DataRequestAct::Close(given) => {
            details.outcome_note = given.note.clone().or(details.outcome_note.take());
            (details.closed_at, details.closed_by) = (Some(now), Some(staff));
            request.state = State::Closed;
            "data_request.closed"
        }
    };
    case.request.due_on = case.deadline().due;
    Ok(event)
}

fn end_pause(details: &mut DataRequestDetails, on: Date, answer: Option<String>, today: Date) -> Result<()> {
    let Some(pause) = details.pauses.last_mut() else { return Ok(()) };
    if on < pause.from {
        return Err(Problem::invalid("on", "must not lie before the question"));
    }
    check_day("on", on, None, today)?;
    pause.until = Some(on);
    pause.answer = answer;
    Ok(())
}

fn prepare(request: &DataRequest, details: &mut DataRequestDetails, given: &PrepareInput) -> Result<()> {
    match (given.proposal, given.ground) {
        (Proposal::Fulfil, Some(_)) => {
            return Err(Problem::invalid("ground", "is for refusals only"));
        }
        (Proposal::Fulfil, None) if details.identity_confirmed_on.is_none() => {
            return Err(Problem::conflict(
                "identity_unknown",
                "First check who asks: data must not reach somebody else.",
            ));
        }
        (Proposal::Fulfil, None) if given.done.is_none() => {
            return Err(Problem::invalid("done", "must say what was done"));
        }
        (Proposal::Refuse, None) => return Err(Problem::invalid("ground", "must say why it is refused")),
        (Proposal::Refuse, Some(ground)) if !ground.fits(request.kind) => {
            return Err(Problem::invalid(
                "ground",
                format!("is no reason to refuse this kind of request ({})", ground.source()),
            ));
        }
        _ => {}
    }
    details.proposal = Some(given.proposal);
    details.done.clone_from(&given.done);
    details.withheld.clone_from(&given.withheld);
    details.ground = given.ground;
    Ok(())
}

/// What a request of this kind can be refused for.
pub(crate) fn grounds(kind: DataRequestKind) -> Vec<RefusalReason> {
    RefusalGround::ALL
        .iter()
        .filter(|ground| ground.fits(kind))
        .map(|ground| RefusalReason { ground: *ground, title: ground.title(), source: ground.source() })
        .collect()
}

/// Date and id of the last request of the page before; no date while its clock stands.
pub(crate) type Position = (Option<Date>, DataRequestId);

pub(crate) fn read_position(after: &str) -> Result<Position> {
    let position: Position = Cursor::read(after)?;
    // PostgreSQL cannot hold every day that a forged cursor can say.
    match position.0 {
        Some(day) if day.year() < 1 => {
            Err(Problem::invalid("after", "is not a cursor of this list; start again from the first page"))
        }
        _ => Ok(position),
    }
}
