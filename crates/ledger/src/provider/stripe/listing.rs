//! Stripe's lists, newest first: a page at a time, between two instants.

use jiff::Timestamp;
use kernel::Pence;
use serde::Deserialize;

use super::{Listed, PAGE, Refund, Stripe, began};
use crate::provider::{Listing, Provider, ProviderError, ProviderPayment, ProviderRefund};

/// From when to when something began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub since: Timestamp,
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct Intent {
    id: String,
    amount_received: i64,
    currency: String,
    created: i64,
}

impl TryFrom<Intent> for ProviderPayment {
    type Error = ProviderError;

    fn try_from(intent: Intent) -> Result<Self, ProviderError> {
        Ok(Self {
            received: Pence(intent.amount_received),
            currency: intent.currency.to_uppercase(),
            created: began(intent.created)?,
            intent: intent.id,
        })
    }
}

impl Stripe {
    pub(crate) async fn list_refunds(
        &self,
        span: Span,
        after: Option<&str>,
    ) -> Result<Listing<ProviderRefund>, ProviderError> {
        let page: Listed<Refund> = self.get(&format!("/v1/refunds?{}", query(span, after))).await?;
        listing(page, |refund| &refund.id)
    }

    pub(crate) async fn list_payments(
        &self,
        span: Span,
        after: Option<&str>,
    ) -> Result<Listing<ProviderPayment>, ProviderError> {
        let page: Listed<Intent> = self.get(&format!("/v1/payment_intents?{}", query(span, after))).await?;
        listing(page, |intent| &intent.id)
    }

    /// None when there is no refund of this name.
    pub(crate) async fn look_for_refund(&self, name: &str) -> Result<Option<ProviderRefund>, ProviderError> {
        if_there(self.read(name).await)
    }

    pub(crate) async fn look_for_payment(
        &self,
        name: &str,
    ) -> Result<Option<ProviderPayment>, ProviderError> {
        let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let found = self.get::<Intent>(&format!("/v1/payment_intents/{name}")).await;
        if_there(found.and_then(TryInto::try_into))
    }
}

pub(super) fn if_there<T>(found: Result<T, ProviderError>) -> Result<Option<T>, ProviderError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(ProviderError::Refused { code, .. }) if code == "resource_missing" => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn listing<T, U: TryFrom<T, Error = ProviderError>>(
    page: Listed<T>,
    name: impl Fn(&T) -> &String,
) -> Result<Listing<U>, ProviderError> {
    let next = page.data.last().filter(|_| page.has_more).map(|last| name(last).clone());
    let items = page.data.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(Listing { items, next })
}

pub(super) fn query(span: Span, after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("limit", PAGE)
        .append_pair("created[gte]", &span.since.as_second().to_string())
        .append_pair("created[lte]", &span.until.as_second().to_string());
    if let Some(last) = after {
        query.append_pair("starting_after", last);
    }
    query.finish()
}
