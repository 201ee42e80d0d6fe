//! What to do with a refund that a provider carries out: by where it stands, and by what came of asking.

use bookings::{Payment, RefundStatus};
use jiff::{SignedDuration, Timestamp};
use kernel::Pence;

use crate::provider::{Order, ProviderError, ProviderRefund, ProviderState};

/// After this long a request that was sent has arrived or never will, so that what is not found is not there.
const ARRIVED_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// Stripe forgets idempotency keys after 24 hours; beyond this nothing is sent under one that may have been used.
const KEY_LIVES: SignedDuration = SignedDuration::from_hours(23);
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(60);
const KEY_REFUSED_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// However many jobs try: more sendings than this are for a person to look at.
const MOST_ATTEMPTS: i32 = 60;

/// Who carries a refund out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// A person makes a bank transfer.
    Manual,
    Stripe,
}

impl Via {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Stripe => "stripe",
        }
    }
}

/// Money goes back the way it came, when that way can be asked.
pub(crate) fn via(payment: &Payment, stripe_connected: bool) -> Via {
    if stripe_connected && payment.provider == "stripe" && payment.intent_id.is_some() {
        Via::Stripe
    } else {
        Via::Manual
    }
}

/// How far a refund has come on its way to the provider.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub status: RefundStatus,
    pub attempts: i32,
    /// When it was first sent so that it may have arrived.
    pub first_reached: Option<Timestamp>,
    /// When it was last sent.
    pub last_started: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// It is decided, or waits for somebody else.
    Nothing,
    Send,
    /// It was being sent when whoever sent it vanished: it is in doubt from now on, and looked up.
    Doubt,
    LookUp,
    GiveUp(&'static str),
}

const KEY_GONE: &str = "Whether it was sent could not be cleared up within a day. Look for it at Stripe, then say what became of it.";
const TOO_OFTEN: &str =
    "It was sent too often without coming through. Look for it at Stripe, then say what became of it.";

pub(crate) fn next_move(standing: &Standing, now: Timestamp) -> Move {
    match standing.status {
        RefundStatus::Approved if standing.attempts >= MOST_ATTEMPTS => Move::GiveUp(TOO_OFTEN),
        RefundStatus::Approved if !key_lives(standing, now) => Move::GiveUp(KEY_GONE),
        RefundStatus::Approved => Move::Send,
        RefundStatus::Sending => Move::Doubt,
        RefundStatus::InDoubt => Move::LookUp,
        _ => Move::Nothing,
    }
}

fn key_lives(standing: &Standing, now: Timestamp) -> bool {
    standing.first_reached.is_none_or(|at| now.duration_since(at) < KEY_LIVES)
}

/// The provider does not have what may have been sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It may still arrive.
    Wait(SignedDuration),
    SendAgain,
    GiveUp(&'static str),
}

pub(crate) fn missing(standing: &Standing, now: Timestamp) -> Missing {
    let since = standing.last_started.map_or(SignedDuration::MAX, |at| now.duration_since(at));
    if since < ARRIVED_AFTER {
        Missing::Wait(ARRIVED_AFTER - since)
    } else if key_lives(standing, now) {
        Missing::SendAgain
    } else {
        Missing::GiveUp(KEY_GONE)
    }
}

/// What is to be written down, and what happens then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judgement {
    pub status: RefundStatus,
    /// Of the attempt, as `refund_attempts` has it.
    pub outcome: &'static str,
    pub detail: Option<String>,
    pub provider_refund_id: Option<String>,
    pub event: &'static str,
    pub then: Then,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Then {
    Over,
    Again { why: String, after: Option<SignedDuration> },
}

/// What came of asking the provider for a refund of this amount.
pub(crate) fn judge(amount: Pence, outcome: Result<ProviderRefund, ProviderError>) -> Judgement {
    let error = match outcome {
        Ok(found) => return has(amount, found, "accepted"),
        Err(error) => error,
    };
    let why = format!("Stripe: {error}");
    let again = |status, outcome, event, after| Judgement {
        status,
        outcome,
        detail: Some(format!("{why}. It is tried again by itself.")),
        provider_refund_id: None,
        event,
        then: Then::Again { why: why.clone(), after },
    };
    match error {
        ProviderError::NotSent(_) => again(RefundStatus::Approved, "not_sent", "refund.not_sent", None),
        ProviderError::RateLimited { retry_after } => {
            let wait = retry_after.and_then(|wait| SignedDuration::try_from(wait).ok());
            again(RefundStatus::Approved, "rate_limited", "refund.not_sent", wait)
        }
        ProviderError::Unauthorized => Judgement {
            detail: Some("The provider refuses our key. Mend the setting `stripe_api_key`; it is tried again by itself.".to_owned()),
            ..again(RefundStatus::Approved, "unauthorized", "refund.not_sent", Some(KEY_REFUSED_WAIT))
        },
        ProviderError::Unknown(_) => Judgement {
            detail: Some("Stripe's answer was lost. It is looked up there before anything is sent again.".to_owned()),
            ..again(RefundStatus::InDoubt, "unknown", "refund.in_doubt", Some(FIRST_LOOK))
        },
        ProviderError::Refused { code, message } => Judgement {
            status: RefundStatus::Failed,
            outcome: "refused",
            detail: Some(format!(
                "Stripe refused it ({code}): {message} Nothing went back; look at the payment there, or issue the refund as a bank transfer or store credit."
            )),
            provider_refund_id: None,
            event: "refund.failed",
            then: Then::Over,
        },
    }
}

/// The provider has it, as this.
pub(crate) fn has(amount: Pence, found: ProviderRefund, outcome: &'static str) -> Judgement {
    let id = &found.id;
    let (status, event, detail) = match found.state {
        _ if found.amount != amount => (
            RefundStatus::ManualReview,
            "refund.manual_review",
            Some(format!("Stripe's {id} is of {} instead of {amount}. Compare the two.", found.amount)),
        ),
        ProviderState::Succeeded => (RefundStatus::Succeeded, "refund.succeeded", None),
        ProviderState::Pending => (
            RefundStatus::Submitted,
            "refund.submitted",
            Some("Stripe has it; the money is on its way.".to_owned()),
        ),
        ProviderState::RequiresAction => (
            RefundStatus::RequiresAction,
            "refund.requires_action",
            Some("Stripe waits for the customer, whom it has mailed for their bank details.".to_owned()),
        ),
        ProviderState::Failed | ProviderState::Cancelled => {
            let why = found.failure.as_deref().unwrap_or("no reason given");
            (
                RefundStatus::Failed,
                "refund.failed",
                Some(format!(
                    "The customer's bank did not take it ({why}). Issue it again as a bank transfer or store credit."
                )),
            )
        }
    };
    Judgement { status, outcome, detail, provider_refund_id: Some(found.id), event, then: Then::Over }
}

/// What the provider shows by itself, or when asked after, of a refund that stands here; None when that changes nothing.
pub(crate) fn change(status: RefundStatus, amount: Pence, found: ProviderRefund) -> Option<Judgement> {
    use RefundStatus::{InDoubt, ManualReview, RequiresAction, Sending, Submitted};
    let judgement = has(amount, found, "found");
    let news = match status {
        Sending | InDoubt => true,
        Submitted | RequiresAction => judgement.status != status,
        // A person looks at it already; only what settles it is news.
        ManualReview => !matches!(judgement.status, ManualReview | RequiresAction),
        _ => false,
    };
    news.then_some(judgement)
}

/// What is to be said of a refund that had gone through, when the provider shows this very one as failed now: the money came
/// back. None when it is not that.
pub(crate) fn came_back(
    status: RefundStatus,
    name: Option<&str>,
    order: &Order,
    found: &ProviderRefund,
) -> Option<String> {
    let failed = matches!(found.state, ProviderState::Failed | ProviderState::Cancelled);
    let same =
        name == Some(found.id.as_str()) && (found.amount, &found.currency) == (order.amount, &order.currency);
    (status == RefundStatus::Succeeded && failed && same).then(|| {
        let why = found.failure.as_deref().unwrap_or("no reason given");
        format!(
            "It had gone through, and the customer's bank sent it back ({why}). Ask them for their bank details, then issue it again as a bank transfer or store credit."
        )
    })
}

/// It never arrived: it is sent again, under the same key.
pub(crate) fn not_found() -> Judgement {
    Judgement {
        status: RefundStatus::Approved,
        outcome: "not_found",
        detail: Some("Stripe does not have it. It is sent again.".to_owned()),
        provider_refund_id: None,
        event: "refund.not_found",
        then: Then::Over,
    }
}

/// Nobody tries any more.
pub(crate) fn given_up(why: &str) -> Judgement {
    Judgement {
        status: RefundStatus::ManualReview,
        outcome: "unknown",
        detail: Some(format!("{why} It is not tried again by itself.")),
        provider_refund_id: None,
        event: "refund.manual_review",
        then: Then::Over,
    }
}

#[cfg(test)]
mod tests;
