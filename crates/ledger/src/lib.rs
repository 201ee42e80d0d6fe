//! Money: refunds, store credit, the ceilings above which somebody else decides, and the books under it all.
//!
//! Invariants, kept by the database (migration 0010): a transfer is one debit and one credit and is never changed; what a
//! payment has captured, refunded and reserved follows from the states of its refunds, and never exceeds what came in; a
//! credit is never overdrawn; what a bank holds in a dispute does not go back a second time; whoever asked for an act does
//! not approve it. [`CHECKS`] proves them afresh.
//!
//! Nothing external happens while a request is answered: a refund is reserved and approved, and a job carries it out through
//! a [`Provider`]. An answer that was lost is looked up before anything is sent again; what providers tell by themselves
//! only makes us ask them.

mod actions;
mod checks;
mod figures;
mod http;
mod input;
mod jobs;
mod model;
mod provider;
mod retention;
mod rules;
mod store;

pub use actions::{
    Issued, RECONCILE, SEND_REFUND, expire_credits, issue_credit, issue_refund, reconcile, return_credits,
    send_refund, spend_credit,
};
pub use checks::CHECKS;
pub use figures::FIGURES;
pub use http::routes;
pub use input::{CreditInput, RefundInput, SpendInput};
pub use jobs::jobs;
pub use model::{
    Approval, CreditBalance, CreditLot, DifferenceKind, EntryKind, Explained, ExplainedEntry, RefundRecord,
    Side,
};
pub use provider::{
    Order, Provider, ProviderDispute, ProviderError, ProviderPayment, ProviderRefund, ProviderState, Stripe,
};
pub use retention::RETENTION;
pub use rules::{Compare, Found, OurDispute, OurPayment, OurRefund, Pair, compare};
pub use store::{FigureSql, explain};
