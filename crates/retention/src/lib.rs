//! How long what is kept about people is kept. Each feature says what of its own goes after which time and why
//! (`platform::retention::Rule`); here people set the periods, see what would go, and have it carried out every night.
//!
//! Invariants: nothing goes before somebody has switched it on; nothing of a customer under a legal hold goes, and a hold that is
//! placed meanwhile waits for no batch; what goes, goes in small transactions, each with its event; a run that
//! was killed is taken up where it stopped; books, seals, leaves and invoices are in no rule.

mod actions;
mod http;
mod input;
mod jobs;
mod model;
mod rules;
mod store;

pub use http::routes;
pub use input::{RetentionRuleInput, RetentionSwitchInput};
pub use jobs::jobs;
pub use model::{RetentionExample, RetentionPage, RetentionRule, RetentionRun, RuleReport};

/// The rules of every feature, in the order they are shown and carried out.
pub type Rules = &'static [&'static [platform::retention::Rule]];
