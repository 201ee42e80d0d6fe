//! Those who carry money: what we ask of a payment provider, and what may come of it. The decision about each outcome is
//! made in `rules`, not here.

mod signature;
mod stripe;

pub(crate) use stripe::Span;
pub use stripe::Stripe;

pub(crate) use signature::verify as verify_signature;

use platform::call::CallError;
use std::time::Duration;

use bookings::DisputeStatus;
use jiff::Timestamp;
use kernel::{Pence, RefundId};

/// A refund to be carried out. Sent twice under one key, a provider that keeps its word does it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub refund: RefundId,
    /// The provider's name for the payment.
    pub intent: String,
    pub amount: Pence,
    pub currency: String,
    /// A code of the catalogue of reasons.
    pub reason: Option<String>,
    pub idempotency_key: String,
}

/// A refund as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRefund {
    pub id: String,
    /// Ours, when it was made by us.
    pub refund: Option<RefundId>,
    pub intent: Option<String>,
    pub amount: Pence,
    /// As we write it: `GBP`.
    pub currency: String,
    pub created: Timestamp,
    pub state: ProviderState,
    /// In the provider's words, of one that failed.
    pub failure: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderState {
    Pending,
    RequiresAction,
    Succeeded,
    Failed,
    Cancelled,
}

impl ProviderState {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::RequiresAction => "requires_action",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What came in, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPayment {
    pub intent: String,
    pub received: Pence,
    pub currency: String,
    pub created: Timestamp,
}

/// What the customer's bank asks back, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderDispute {
    pub id: String,
    pub intent: Option<String>,
    pub amount: Pence,
    pub currency: String,
    /// In the provider's word.
    pub reason: String,
    pub status: DisputeStatus,
    /// Until when it can be answered.
    pub due_by: Option<Timestamp>,
    pub created: Timestamp,
}

/// A part of a provider's list.
#[derive(Debug)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Behind which one the next part begins; none after the last.
    pub next: Option<String>,
}

/// What can go wrong, by what is known of the outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Nothing reached the provider.
    #[error("it could not be reached: {0}")]
    NotSent(String),
    /// The provider understood, and will not.
    #[error("it refused ({code}): {message}")]
    Refused { code: String, message: String },
    #[error("it asks us to slow down")]
    RateLimited { retry_after: Option<Duration> },
    #[error("it refuses our key")]
    Unauthorized,
    /// It may have been done or not.
    #[error("its answer was lost: {0}")]
    Unknown(String),
}

impl From<CallError> for ProviderError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotSent(why) => Self::NotSent(why),
            CallError::Lost(why) => Self::Unknown(why),
        }
    }
}

/// Whoever carries out refunds by itself. Without one, a person makes bank transfers.
pub trait Provider: Send + Sync {
    fn refund(&self, order: &Order) -> impl Future<Output = Result<ProviderRefund, ProviderError>> + Send;

    /// The refund that this order has become, if it reached the provider.
    fn find(
        &self,
        order: &Order,
    ) -> impl Future<Output = Result<Option<ProviderRefund>, ProviderError>> + Send;

    /// The refund of this name at the provider.
    fn read(&self, id: &str) -> impl Future<Output = Result<ProviderRefund, ProviderError>> + Send;
}
