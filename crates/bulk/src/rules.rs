//! Decisions about acts on many: what leaves a customer as they are, in which words, and what can be taken back.

use platform::{Problem, Result};

use crate::model::{BulkAction, BulkMay, BulkOutcome, BulkState};

/// Why a customer is left as they are: the code, whether they are so already, and the words.
const REASONS: &[(&str, BulkOutcome, &str)] = &[
    ("flag_exists", BulkOutcome::Skipped, "They carry this flag already."),
    ("no_such_flag", BulkOutcome::Skipped, "They carry no such flag."),
    ("flag_removed", BulkOutcome::Skipped, "The flag that was added is gone already."),
    ("archived_already", BulkOutcome::Skipped, "They are archived already."),
    ("not_archived", BulkOutcome::Skipped, "They are not archived."),
    ("changed_since", BulkOutcome::Skipped, "Somebody has restored them since, and they were archived anew."),
    ("archived", BulkOutcome::Refused, "They are archived. Restore them first."),
    ("merged", BulkOutcome::Refused, "They became part of another customer. Go on there."),
    ("erased", BulkOutcome::Refused, "They were erased. Nothing about them can be written any more."),
    (
        "being_erased",
        BulkOutcome::Refused,
        "They are being erased. Nothing about them can be written any more.",
    ),
    (
        "active_bookings",
        BulkOutcome::Refused,
        "A booking of theirs is still open. Complete or cancel it first.",
    ),
    ("email_taken", BulkOutcome::Refused, "Another customer has their e-mail address now."),
    ("invalid_field", BulkOutcome::Refused, "The flag would have ended before it was put up."),
    ("not_found", BulkOutcome::Refused, "What was to be changed is no longer there."),
];

/// What a refusal of the single act means for one of many. None: a failure, which is no fate but has to be tried again.
pub(crate) fn fate(problem: &Problem) -> Option<(BulkOutcome, &'static str)> {
    if let Some((code, outcome, _)) = REASONS.iter().find(|(code, ..)| *code == problem.code) {
        return Some((*outcome, code));
    }
    let is_refusal = problem.status.as_u16() == 409 && problem.code != "try_again";
    is_refusal.then_some((BulkOutcome::Refused, problem.code))
}

/// Whether somebody is left as they are because they are so already.
pub(crate) fn is_so_already(code: &str) -> bool {
    REASONS.iter().any(|(known, outcome, _)| *known == code && *outcome == BulkOutcome::Skipped)
}

pub(crate) fn words(code: &str) -> &'static str {
    REASONS
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or("They could not be changed.", |(.., words)| words)
}

/// What takes an act back. The flag that was removed had its own words and its own day: putting up another would not bring it back.
pub(crate) fn reverse(action: BulkAction) -> Option<BulkAction> {
    match action {
        BulkAction::AddFlag => Some(BulkAction::RemoveFlag),
        BulkAction::Archive => Some(BulkAction::Restore),
        BulkAction::Restore => Some(BulkAction::Archive),
        BulkAction::RemoveFlag => None,
    }
}

pub(crate) fn check_stop(state: BulkState) -> Result<()> {
    match state {
        BulkState::Running => Ok(()),
        BulkState::Finished => Err(Problem::conflict("run_over", "This run has finished already.")),
        BulkState::Stopped => Err(Problem::conflict("run_over", "This run was stopped already.")),
    }
}

/// What there is to know about a run before it is taken back.
pub(crate) struct Past {
    pub action: BulkAction,
    pub state: BulkState,
    pub changed: i32,
    pub is_undo: bool,
    pub is_undone: bool,
}

/// The act that takes it back.
pub(crate) fn check_undo(past: &Past) -> Result<BulkAction> {
    let refused = |code, detail: &str| Err(Problem::conflict(code, detail));
    if past.state == BulkState::Running {
        return refused("run_running", "This run is still at work. Stop it first.");
    }
    if past.is_undo {
        return refused("run_is_undo", "This run takes another one back. Do the act again instead.");
    }
    if past.is_undone {
        return refused("run_undone", "This run is taken back already.");
    }
    if past.changed == 0 {
        return refused("nothing_to_undo", "This run changed nobody.");
    }
    reverse(past.action).ok_or_else(|| {
        Problem::conflict(
            "not_undoable",
            "A flag that was removed does not come back: it had its own reason and its own day. Add a new one.",
        )
    })
}

/// For the screen.
pub(crate) fn may<T>(outcome: Result<T>) -> BulkMay {
    match outcome {
        Ok(_) => BulkMay { allowed: true, reason: None },
        Err(problem) => BulkMay { allowed: false, reason: Some(problem.detail) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(action: BulkAction) -> Past {
        Past { action, state: BulkState::Finished, changed: 1, is_undo: false, is_undone: false }
    }

    #[test]
    fn what_can_be_taken_back_once() {
        assert_eq!(check_undo(&past(BulkAction::AddFlag)).unwrap(), BulkAction::RemoveFlag);
        assert_eq!(check_undo(&past(BulkAction::Archive)).unwrap(), BulkAction::Restore);
        assert_eq!(check_undo(&past(BulkAction::Restore)).unwrap(), BulkAction::Archive);
        let code = |past: Past| check_undo(&past).unwrap_err().code;
        assert_eq!(code(past(BulkAction::RemoveFlag)), "not_undoable");
        assert_eq!(code(Past { is_undone: true, ..past(BulkAction::Archive) }), "run_undone");
        assert_eq!(code(Past { is_undo: true, ..past(BulkAction::Archive) }), "run_is_undo");
        assert_eq!(code(Past { changed: 0, ..past(BulkAction::Archive) }), "nothing_to_undo");
        assert_eq!(code(Past { state: BulkState::Running, ..past(BulkAction::Archive) }), "run_running");
    }

    #[test]
    fn a_failure_is_nobodys_fate() {
        let conflict = |code| fate(&Problem::conflict(code, ""));
        assert_eq!(conflict("active_bookings"), Some((BulkOutcome::Refused, "active_bookings")));
        assert_eq!(conflict("flag_exists"), Some((BulkOutcome::Skipped, "flag_exists")));
        assert_eq!(conflict("a_rule_of_tomorrow"), Some((BulkOutcome::Refused, "a_rule_of_tomorrow")));
        assert!(conflict("try_again").is_none());
        assert!(fate(&Problem::unavailable(&"")).is_none() && fate(&Problem::too_slow()).is_none());
    }
}
