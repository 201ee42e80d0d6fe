//! Where a provider and we differ: of one refund or payment, as both sides have it.

mod disputes;

use bookings::RefundStatus;
use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use kernel::{PaymentId, Pence, RefundId};

use crate::{
    model::{Difference, DifferenceKind, DifferenceState, Settlement, Side},
    provider::{ProviderDispute, ProviderPayment, ProviderRefund, ProviderState},
};

pub use disputes::OurDispute;

/// What changed so lately may just not have been told yet.
const SETTLING: SignedDuration = SignedDuration::from_mins(10);
/// How far back a run looks when nothing older is open.
const SPAN: SignedDuration = SignedDuration::from_hours(24 * 35);
/// A transfer by hand that takes longer than this was forgotten.
pub(crate) const TRANSFER_DUE: SignedDuration = SignedDuration::from_hours(24 * 5);
/// The hour in London at which the day's run begins.
const NIGHT_HOUR: i8 = 4;
const MORNING_HOUR: i8 = 8;

/// A refund as we have it.
#[derive(Debug, Clone)]
pub struct OurRefund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub intent: Option<String>,
    /// The provider's name for it.
    pub name: Option<String>,
    pub amount: Pence,
    pub currency: String,
    pub status: RefundStatus,
    pub created: Timestamp,
    pub changed: Timestamp,
}

/// What we captured under one name of the provider's.
#[derive(Debug, Clone)]
pub struct OurPayment {
    pub payment: PaymentId,
    pub intent: String,
    pub captured: Pence,
    pub currency: String,
    pub created: Timestamp,
}

/// The same thing on both sides; at least one has it.
#[derive(Debug, Clone)]
pub enum Pair {
    Refund {
        ours: Option<OurRefund>,
        theirs: Option<ProviderRefund>,
        /// Our payment that theirs names.
        payment: Option<PaymentId>,
    },
    Payment {
        ours: Option<OurPayment>,
        theirs: Option<ProviderPayment>,
    },
    Dispute {
        ours: Option<OurDispute>,
        theirs: Option<ProviderDispute>,
        payment: Option<PaymentId>,
    },
}

/// A difference that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub kind: DifferenceKind,
    pub subject: String,
    pub ours: Option<Side>,
    pub theirs: Option<Side>,
    pub refund: Option<RefundId>,
    pub payment: Option<PaymentId>,
    pub began: Timestamp,
}

/// How two sides are compared.
pub type Compare = fn(&Pair, Timestamp) -> Vec<Found>;

pub fn compare(pair: &Pair, now: Timestamp) -> Vec<Found> {
    match pair {
        Pair::Refund { ours, theirs, payment } => {
            let kinds = refund_kinds(ours.as_ref(), theirs.as_ref(), now);
            kinds.into_iter().map(|kind| refund(kind, ours.as_ref(), theirs.as_ref(), *payment)).collect()
        }
        Pair::Payment { ours, theirs } => {
            let kind = payment_kind(ours.as_ref(), theirs.as_ref());
            kind.map(|kind| payment(kind, ours.as_ref(), theirs.as_ref())).into_iter().collect()
        }
        Pair::Dispute { ours, theirs, payment } => {
            disputes::dispute(ours.as_ref(), theirs.as_ref(), *payment)
        }
    }
}

fn refund_kinds(
    ours: Option<&OurRefund>,
    theirs: Option<&ProviderRefund>,
    now: Timestamp,
) -> Vec<DifferenceKind> {
    use RefundStatus::{Cancelled, Failed, Rejected, RequiresAction, Submitted, Succeeded};
    let came_to_nothing = |state| matches!(state, ProviderState::Failed | ProviderState::Cancelled);
    let (ours, theirs) = match (ours, theirs) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (Some(ours), None) if matches!(ours.status, Succeeded | Submitted) => {
            return vec![DifferenceKind::RefundMissingThere];
        }
        (None, Some(theirs)) if !came_to_nothing(theirs.state) => {
            return vec![DifferenceKind::RefundMissingHere];
        }
        _ => return Vec::new(),
    };
    let void = matches!(ours.status, Failed | Cancelled | Rejected);
    let mut kinds = Vec::new();
    let both_count = !void && !came_to_nothing(theirs.state);
    if both_count && (ours.amount, &ours.currency) != (theirs.amount, &theirs.currency) {
        kinds.push(DifferenceKind::RefundAmount);
    }
    let settled = matches!(ours.status, Succeeded) || void;
    match (ours.status, theirs.state) {
        (Succeeded, ProviderState::Succeeded)
        | (Submitted, ProviderState::Pending)
        | (RequiresAction, ProviderState::RequiresAction) => {}
        (Succeeded, ProviderState::Failed | ProviderState::Cancelled) => {
            kinds.push(DifferenceKind::RefundFailedThere);
        }
        (Failed, ProviderState::Succeeded) => kinds.push(DifferenceKind::RefundSucceededThere),
        (_, state) if void && came_to_nothing(state) => {}
        _ if settled || now.duration_since(ours.changed) >= SETTLING => {
            kinds.push(DifferenceKind::RefundState);
        }
        _ => {}
    }
    kinds
}

fn payment_kind(ours: Option<&OurPayment>, theirs: Option<&ProviderPayment>) -> Option<DifferenceKind> {
    match (ours, theirs) {
        (Some(_), None) => Some(DifferenceKind::PaymentMissingThere),
        (None, Some(theirs)) if theirs.received.0 > 0 => Some(DifferenceKind::PaymentMissingHere),
        (Some(ours), Some(theirs))
            if (ours.captured, &ours.currency) != (theirs.received, &theirs.currency) =>
        {
            Some(DifferenceKind::PaymentAmount)
        }
        _ => None,
    }
}

fn refund(
    kind: DifferenceKind,
    ours: Option<&OurRefund>,
    theirs: Option<&ProviderRefund>,
    payment: Option<PaymentId>,
) -> Found {
    let name = theirs.map(|theirs| &theirs.id).or_else(|| ours.and_then(|ours| ours.name.as_ref()));
    Found {
        kind,
        subject: name.cloned().or_else(|| ours.map(|ours| ours.id.to_string())).unwrap_or_default(),
        ours: ours.map(|ours| Side {
            name: ours.name.clone(),
            amount: ours.amount,
            currency: ours.currency.clone(),
            state: word(ours.status),
        }),
        theirs: theirs.map(|theirs| Side {
            name: Some(theirs.id.clone()),
            amount: theirs.amount,
            currency: theirs.currency.clone(),
            state: theirs.state.name().to_owned(),
        }),
        refund: ours.map(|ours| ours.id),
        payment: ours.map(|ours| ours.payment).or(payment),
        began: theirs
            .map(|theirs| theirs.created)
            .or(ours.map(|ours| ours.created))
            .unwrap_or(Timestamp::UNIX_EPOCH),
    }
}

fn payment(kind: DifferenceKind, ours: Option<&OurPayment>, theirs: Option<&ProviderPayment>) -> Found {
    let name = theirs.map(|theirs| &theirs.intent).or(ours.map(|ours| &ours.intent));
    let side = |name: &String, amount, currency: &String| Side {
        name: Some(name.clone()),
        amount,
        currency: currency.clone(),
        state: "captured".to_owned(),
    };
    Found {
        kind,
        subject: name.cloned().unwrap_or_default(),
        ours: ours.map(|ours| side(&ours.intent, ours.captured, &ours.currency)),
        theirs: theirs.map(|theirs| side(&theirs.intent, theirs.received, &theirs.currency)),
        refund: None,
        payment: ours.map(|ours| ours.payment),
        began: theirs
            .map(|theirs| theirs.created)
            .or(ours.map(|ours| ours.created))
            .unwrap_or(Timestamp::UNIX_EPOCH),
    }
}

fn word(status: impl serde::Serialize) -> String {
    serde_json::to_value(status).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What both sides say, in one line: a difference is the same while this is.
pub(crate) fn fingerprint_of(found: &Found) -> String {
    let side = |side: &Option<Side>| {
        side.as_ref().map_or_else(
            || "-".to_owned(),
            |side| {
                let name = side.name.as_deref().unwrap_or("-");
                format!("{name} {} {} {}", side.amount.0, side.currency, side.state)
            },
        )
    };
    format!("{} | {}", side(&found.ours), side(&found.theirs))
}

/// What somebody can do about a difference.
pub(crate) fn settlements(difference: &Difference) -> Vec<Settlement> {
    let theirs = difference.theirs.as_ref().map(|side| side.state.as_str());
    match (difference.state, difference.kind) {
        (DifferenceState::Gone | DifferenceState::Settled, _) => vec![],
        (_, DifferenceKind::RefundFailedThere) => vec![Settlement::AcceptTheirs, Settlement::Noted],
        (_, DifferenceKind::RefundSucceededThere) => vec![Settlement::RecordTheirs, Settlement::Noted],
        (_, DifferenceKind::RefundMissingHere)
            if theirs == Some("succeeded") && difference.payment_id.is_some() =>
        {
            vec![Settlement::RecordTheirs, Settlement::Noted]
        }
        _ => vec![Settlement::Noted],
    }
}

/// From when on both sides are compared: as far back as the oldest difference that is open, so that none is taken for gone
/// because nobody looked.
pub(crate) fn since(now: Timestamp, oldest_open: Option<Timestamp>) -> Timestamp {
    let usual = now.saturating_sub(SPAN).unwrap_or(now);
    oldest_open.map_or(usual, |oldest| oldest.min(usual))
}

/// Once a day, early in the morning in London; later only when the machine slept through it.
pub(crate) fn run_is_due(now: Timestamp, last: Option<Timestamp>) -> bool {
    let london =
        |at: Timestamp| -> Zoned { at.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)) };
    let here = london(now);
    let today = last.is_some_and(|last| london(last).date() == here.date());
    let night = (NIGHT_HOUR..MORNING_HOUR).contains(&here.hour());
    let missed = last.is_some() && here.hour() >= NIGHT_HOUR;
    !today && (night || missed)
}

#[cfg(test)]
mod tests;
