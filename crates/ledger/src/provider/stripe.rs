//! Stripe's HTTP API (docs.stripe.com/api/refunds), with a restricted key and a pinned version.

mod disputes;
mod listing;

pub(crate) use listing::Span;

use std::time::Duration;

use http_body_util::Full;
use hyper::{Method, Request, body::Bytes, header};
use jiff::Timestamp;
use kernel::Pence;
use platform::{
    call::{self, Answer},
    settings::{Secret, Settings},
};
use serde::Deserialize;

use super::{Order, Provider, ProviderError, ProviderRefund, ProviderState};

/// What the answers below were written for; Stripe keeps to it whatever comes later.
const VERSION: &str = "2024-06-20";
/// Where our id stands in Stripe's record.
const OUR_ID: &str = "hub_refund_id";
const PAGE: &str = "100";
/// A payment with more refunds than this is no customer's.
const PAGES: usize = 50;

#[derive(Debug, Clone)]
pub struct Stripe {
    key: Secret,
    url: String,
    timeout: Duration,
}

#[derive(Deserialize)]
struct Listed<T> {
    data: Vec<T>,
    #[serde(default)]
    has_more: bool,
}

#[derive(Deserialize)]
struct Refund {
    id: String,
    amount: i64,
    currency: String,
    created: i64,
    status: Option<String>,
    payment_intent: Option<String>,
    failure_reason: Option<String>,
    #[serde(default)]
    metadata: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Fault {
    error: FaultBody,
}

#[derive(Deserialize)]
struct FaultBody {
    r#type: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
}

impl Stripe {
    /// None when Stripe is not connected.
    pub fn of(settings: &Settings) -> Option<Self> {
        settings.stripe.as_ref().map(|stripe| Self {
            key: stripe.api_key.clone(),
            url: stripe.api_url.clone(),
            timeout: stripe.timeout,
        })
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: String,
        key: Option<&str>,
    ) -> Result<Answer, ProviderError> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key.0))
            .header("stripe-version", VERSION);
        if let Some(key) = key {
            request = request
                .header("idempotency-key", key)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| ProviderError::NotSent(error.to_string()))?;
        let answer = call::send(&self.url, request, self.timeout).await?;
        if answer.status == 200 { Ok(answer) } else { Err(fault(&answer)) }
    }

    /// A call that reads a little and changes nothing, with the rights that refunds need.
    pub async fn try_key(&self) -> Result<(), ProviderError> {
        self.get::<Listed<serde_json::Value>>("/v1/refunds?limit=1").await.map(drop)
    }

    async fn get<T: for<'a> Deserialize<'a>>(&self, path: &str) -> Result<T, ProviderError> {
        let answer = self.call(Method::GET, path, String::new(), None).await?;
        parse(&answer)
    }
}

impl Provider for Stripe {
    async fn refund(&self, order: &Order) -> Result<ProviderRefund, ProviderError> {
        let key = Some(order.idempotency_key.as_str());
        let answer = self.call(Method::POST, "/v1/refunds", form(order), key).await?;
        parse::<Refund>(&answer)?.try_into()
    }

    async fn find(&self, order: &Order) -> Result<Option<ProviderRefund>, ProviderError> {
        let ours = order.refund.to_string();
        let mut after: Option<String> = None;
        for _ in 0..PAGES {
            let page: Listed<Refund> =
                self.get(&format!("/v1/refunds?{}", query(order, after.as_deref()))).await?;
            after = page.data.last().map(|last| last.id.clone());
            if let Some(found) = page.data.into_iter().find(|one| one.metadata.get(OUR_ID) == Some(&ours)) {
                return found.try_into().map(Some);
            }
            if !page.has_more || after.is_none() {
                return Ok(None);
            }
        }
        Err(ProviderError::Unknown("the payment has too many refunds to look through".to_owned()))
    }

    async fn read(&self, id: &str) -> Result<ProviderRefund, ProviderError> {
        let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
        self.get::<Refund>(&format!("/v1/refunds/{id}")).await?.try_into()
    }
}

fn form(order: &Order) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("payment_intent", &order.intent)
        .append_pair("amount", &order.amount.0.to_string())
        .append_pair(&format!("metadata[{OUR_ID}]"), &order.refund.to_string());
    if let Some(reason) = order.reason.as_deref().and_then(reason) {
        form.append_pair("reason", reason);
    }
    form.finish()
}

fn query(order: &Order, after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("payment_intent", &order.intent).append_pair("limit", PAGE);
    if let Some(last) = after {
        query.append_pair("starting_after", last);
    }
    query.finish()
}

impl TryFrom<Refund> for ProviderRefund {
    type Error = ProviderError;

    fn try_from(refund: Refund) -> Result<Self, ProviderError> {
        let state = match refund.status.as_deref() {
            Some("pending") | None => ProviderState::Pending,
            Some("requires_action") => ProviderState::RequiresAction,
            Some("succeeded") => ProviderState::Succeeded,
            Some("failed") => ProviderState::Failed,
            Some("canceled") => ProviderState::Cancelled,
            Some(other) => {
                return Err(ProviderError::Unknown(format!("it has a state we do not know: {other}")));
            }
        };
        Ok(Self {
            refund: refund.metadata.get(OUR_ID).and_then(|text| text.parse().ok()),
            id: refund.id,
            intent: refund.payment_intent,
            amount: Pence(refund.amount),
            currency: refund.currency.to_uppercase(),
            created: began(refund.created)?,
            state,
            failure: refund.failure_reason,
        })
    }
}

/// Stripe counts seconds.
fn began(seconds: i64) -> Result<Timestamp, ProviderError> {
    Timestamp::from_second(seconds).map_err(|_| ProviderError::Unknown("its answer has no date".to_owned()))
}

/// An answer that cannot be read is an answer that was lost.
fn parse<T: for<'a> Deserialize<'a>>(answer: &Answer) -> Result<T, ProviderError> {
    serde_json::from_slice(&answer.body)
        .map_err(|_| ProviderError::Unknown("its answer cannot be read".to_owned()))
}

/// What an answer other than 200 says of the outcome (docs.stripe.com/api/errors).
fn fault(answer: &Answer) -> ProviderError {
    let body: Option<FaultBody> = serde_json::from_slice::<Fault>(&answer.body).ok().map(|fault| fault.error);
    match (answer.status, body) {
        (401 | 403, _) => ProviderError::Unauthorized,
        (429, _) => ProviderError::RateLimited { retry_after: answer.retry_after },
        // The same key is at work just now, or was used for something else: neither says what became of it.
        (409, _) => ProviderError::Unknown("the same request is being carried out just now".to_owned()),
        (400..=499, Some(fault)) if fault.r#type.as_deref() != Some("idempotency_error") => {
            ProviderError::Refused {
                code: fault.decline_code.or(fault.code).unwrap_or_else(|| format!("http_{}", answer.status)),
                message: fault.message.unwrap_or_default(),
            }
        }
        // Without Stripe's own words, something in between may have answered.
        (status, _) => ProviderError::Unknown(format!("it answered {status}")),
    }
}

/// Stripe knows three reasons, one of which accuses the customer.
fn reason(code: &str) -> Option<&'static str> {
    match code {
        "duplicate_payment" => Some("duplicate"),
        "customer_cancelled" => Some("requested_by_customer"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> ProviderError {
        let body = Bytes::copy_from_slice(body.as_bytes());
        fault(&Answer { status, retry_after: Some(Duration::from_secs(7)), body })
    }

    #[test]
    fn each_answer_says_what_is_known_of_the_outcome() {
        let card = r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"lost_card","message":"No."}}"#;
        let used = r#"{"error":{"type":"idempotency_error","message":"Other parameters"}}"#;
        let gone = r#"{"error":{"type":"invalid_request_error","code":"charge_already_refunded","message":"Gone."}}"#;
        let refused = |code: &str, message: &str| ProviderError::Refused {
            code: code.to_owned(),
            message: message.to_owned(),
        };
        assert_eq!(judged(402, card), refused("lost_card", "No."));
        assert_eq!(judged(400, gone), refused("charge_already_refunded", "Gone."));
        assert_eq!(judged(400, r#"{"error":{}}"#), refused("http_400", ""));
        assert_eq!(judged(401, ""), ProviderError::Unauthorized);
        assert_eq!(judged(403, gone), ProviderError::Unauthorized);
        let slow = ProviderError::RateLimited { retry_after: Some(Duration::from_secs(7)) };
        assert_eq!(judged(429, ""), slow);
        for (status, body) in [
            (400, used),
            (409, gone),
            (400, "<html>"),
            (404, ""),
            (500, card),
            (503, ""),
            (302, ""),
            (204, ""),
        ] {
            assert!(matches!(judged(status, body), ProviderError::Unknown(_)), "{status} {body}");
        }
    }
}
