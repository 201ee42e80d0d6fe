//! Where Stripe and we differ about a dispute.

use bookings::DisputeStatus;
use jiff::Timestamp;
use kernel::{DisputeId, PaymentId, Pence};

use super::{Found, word};
use crate::{
    model::{DifferenceKind, Side},
    provider::ProviderDispute,
};

/// A dispute as we have it.
#[derive(Debug, Clone)]
pub struct OurDispute {
    pub id: DisputeId,
    pub payment: PaymentId,
    /// Stripe's name for it.
    pub name: String,
    pub held: Pence,
    pub currency: String,
    pub status: DisputeStatus,
    pub opened: Timestamp,
}

/// Whether this state holds money back, or took it.
const fn holds(status: DisputeStatus) -> bool {
    matches!(status, DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Lost)
}

pub(super) fn dispute(
    ours: Option<&OurDispute>,
    theirs: Option<&ProviderDispute>,
    payment: Option<PaymentId>,
) -> Vec<Found> {
    let kinds = match (ours, theirs) {
        (Some(_), None) => vec![DifferenceKind::DisputeMissingThere],
        (None, Some(_)) => vec![DifferenceKind::DisputeMissingHere],
        (Some(ours), Some(theirs)) => {
            let state = (ours.status != theirs.status).then_some(DifferenceKind::DisputeState);
            let amount = holds(theirs.status)
                && holds(ours.status)
                && (ours.held, &ours.currency) != (theirs.amount, &theirs.currency);
            state.into_iter().chain(amount.then_some(DifferenceKind::DisputeAmount)).collect()
        }
        (None, None) => Vec::new(),
    };
    let name = ours.map(|ours| &ours.name).or(theirs.map(|theirs| &theirs.id));
    kinds
        .into_iter()
        .map(|kind| Found {
            kind,
            subject: name.cloned().unwrap_or_default(),
            ours: ours.map(|ours| Side {
                name: Some(ours.name.clone()),
                amount: ours.held,
                currency: ours.currency.clone(),
                state: word(ours.status),
            }),
            theirs: theirs.map(|theirs| Side {
                name: Some(theirs.id.clone()),
                amount: theirs.amount,
                currency: theirs.currency.clone(),
                state: word(theirs.status),
            }),
            refund: None,
            payment: ours.map(|ours| ours.payment).or(payment),
            began: theirs
                .map(|theirs| theirs.created)
                .or(ours.map(|ours| ours.opened))
                .unwrap_or(Timestamp::UNIX_EPOCH),
        })
        .collect()
}
