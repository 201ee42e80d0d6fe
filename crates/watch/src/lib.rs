//! How the hub fares, for those who look after it.
//!
//! What a process counts of itself it keeps in memory (`platform::metrics`); what only the database knows, features hand out as
//! [`Figure`](platform::metrics::Figure)s. A [`Scrape`] puts both together when it is asked.
//!
//! Invariants: looking costs the same however many look; nothing that is sent to the hub makes more series; nothing measured
//! names a person.

mod figures;
mod http;
mod rules;
mod scrape;

pub use figures::FIGURES;
pub use http::page;
pub use rules::{Condition, Counted, RULES, Rule, Severity, alerts_file};
pub use scrape::{Gauge, Scrape};
