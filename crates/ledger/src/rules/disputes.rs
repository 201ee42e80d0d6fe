//! What a dispute means, and what to do about it.

use bookings::DisputeStatus;
use jiff::{Timestamp, tz::TimeZone};
use kernel::Pence;

/// In words, for whoever looks at it.
pub(crate) fn dispute_in_words(
    status: DisputeStatus,
    amount: Pence,
    held: Pence,
    due_by: Option<Timestamp>,
) -> String {
    use DisputeStatus::{
        Lost, NeedsResponse, UnderReview, WarningClosed, WarningNeedsResponse, WarningUnderReview, Won,
    };
    let until = due_by.map_or_else(String::new, |at| format!(" by {}", day(at)));
    let beyond = if held < amount && matches!(status, NeedsResponse | UnderReview | Lost) {
        format!(
            " Only {held} was left of the payment: the rest had gone back before, so tell the bank of the refund."
        )
    } else {
        String::new()
    };
    match status {
        WarningNeedsResponse => format!(
            "The customer's bank asks about it; nothing is held yet. Answer at Stripe{until}, or refund it here."
        ),
        WarningUnderReview => {
            "The bank looks at our answer; nothing is held. Wait for its decision.".to_owned()
        }
        WarningClosed => "The bank asked about it and left it there. Nothing was taken.".to_owned(),
        NeedsResponse => format!(
            "The bank has taken it back for now. Answer at Stripe{until} with what proves the move, or it is lost.{beyond}"
        ),
        UnderReview => {
            format!(
                "The bank looks at our answer and holds the money meanwhile. Wait for its decision.{beyond}"
            )
        }
        Won => "Decided for us: the money is back.".to_owned(),
        Lost => {
            format!("Decided against us: the money is gone, and it cannot be refunded a second time.{beyond}")
        }
    }
}

/// As the desk writes days, in London.
fn day(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%a %-d %b %Y, %H:%M").to_string()
}

/// How the event of a change is called.
pub(crate) fn dispute_event(before: Option<DisputeStatus>, after: DisputeStatus) -> &'static str {
    match (before, after) {
        (Some(before), after) if before == after => "dispute.changed",
        (_, DisputeStatus::Won) => "dispute.won",
        (_, DisputeStatus::Lost) => "dispute.lost",
        (_, DisputeStatus::WarningClosed) => "dispute.closed",
        (_, DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningUnderReview) => "dispute.asked",
        (None | Some(DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningUnderReview), _) => {
            "dispute.opened"
        }
        _ => "dispute.changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_done_names_the_day_and_what_is_beyond_the_payment() {
        let due = Some("2026-12-03T23:59:59Z".parse().unwrap());
        let told = |status, held| dispute_in_words(status, Pence(38_000), Pence(held), due);
        assert_eq!(
            told(DisputeStatus::NeedsResponse, 38_000),
            "The bank has taken it back for now. Answer at Stripe by Thu 3 Dec 2026, 23:59 with what proves the move, or it is lost."
        );
        assert!(told(DisputeStatus::Lost, 28_000).ends_with(
            "Only £280.00 was left of the payment: the rest had gone back before, so tell the bank of the refund."
        ));
        assert!(!told(DisputeStatus::Won, 0).contains("Only"));
    }

    #[test]
    fn events_say_what_became_of_it() {
        use DisputeStatus::{Lost, NeedsResponse, UnderReview, WarningNeedsResponse, Won};
        assert_eq!(dispute_event(None, NeedsResponse), "dispute.opened");
        assert_eq!(dispute_event(None, WarningNeedsResponse), "dispute.asked");
        assert_eq!(dispute_event(Some(WarningNeedsResponse), NeedsResponse), "dispute.opened");
        assert_eq!(dispute_event(Some(NeedsResponse), UnderReview), "dispute.changed");
        assert_eq!(dispute_event(Some(UnderReview), UnderReview), "dispute.changed");
        assert_eq!(dispute_event(None, Lost), "dispute.lost");
        assert_eq!(dispute_event(Some(Lost), Won), "dispute.won");
    }
}
