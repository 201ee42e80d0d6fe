//! Stripe's disputes (docs.stripe.com/api/disputes): what the customers' banks ask back.

use bookings::DisputeStatus;
use kernel::Pence;
use serde::Deserialize;

use super::{
    Listed, Stripe, began,
    listing::{Span, if_there, listing, query},
};
use crate::provider::{Listing, ProviderDispute, ProviderError};

#[derive(Deserialize)]
struct Dispute {
    id: String,
    amount: i64,
    currency: String,
    created: i64,
    reason: String,
    status: String,
    payment_intent: Option<String>,
    evidence_details: Option<Evidence>,
}

#[derive(Deserialize)]
struct Evidence {
    due_by: Option<i64>,
}

impl TryFrom<Dispute> for ProviderDispute {
    type Error = ProviderError;

    fn try_from(dispute: Dispute) -> Result<Self, ProviderError> {
        let status = match dispute.status.as_str() {
            "warning_needs_response" => DisputeStatus::WarningNeedsResponse,
            "warning_under_review" => DisputeStatus::WarningUnderReview,
            "warning_closed" => DisputeStatus::WarningClosed,
            "needs_response" => DisputeStatus::NeedsResponse,
            "under_review" => DisputeStatus::UnderReview,
            "won" => DisputeStatus::Won,
            "lost" => DisputeStatus::Lost,
            other => {
                return Err(ProviderError::Unknown(format!("it has a state we do not know: {other}")));
            }
        };
        if dispute.amount <= 0 {
            return Err(ProviderError::Unknown("a dispute of nothing".to_owned()));
        }
        let due = dispute.evidence_details.and_then(|evidence| evidence.due_by);
        Ok(Self {
            id: dispute.id,
            intent: dispute.payment_intent,
            amount: Pence(dispute.amount),
            currency: dispute.currency.to_uppercase(),
            reason: dispute.reason.chars().filter(|one| !one.is_control()).take(100).collect(),
            status,
            due_by: due.map(began).transpose()?,
            created: began(dispute.created)?,
        })
    }
}

impl Stripe {
    pub(crate) async fn list_disputes(
        &self,
        span: Span,
        after: Option<&str>,
    ) -> Result<Listing<ProviderDispute>, ProviderError> {
        let page: Listed<Dispute> = self.get(&format!("/v1/disputes?{}", query(span, after))).await?;
        listing(page, |dispute| &dispute.id)
    }

    /// None when there is no dispute of this name.
    pub(crate) async fn look_for_dispute(
        &self,
        name: &str,
    ) -> Result<Option<ProviderDispute>, ProviderError> {
        let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let found = self.get::<Dispute>(&format!("/v1/disputes/{name}")).await;
        if_there(found.and_then(TryInto::try_into))
    }
}
