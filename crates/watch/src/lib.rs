//! How the hub fares, for those who look after it.
//!
//! What a process counts of itself it keeps in memory (`platform::metrics`) and writes down each minute ([`Recorder`]); what only
//! the database knows, features hand out as [`Figure`](platform::metrics::Figure)s. A [`Scrape`] shows both to Prometheus, the System page to
//! people. [`RULES`] say when somebody must be told: Prometheus is given them as a file, and a job goes by them every minute.
//!
//! Invariants: looking costs the same however many look; nothing that is sent to the hub makes more series, and what is written down is
//! bounded by operations and time; nothing measured names a person; whoever is to be told is told once when a rule fires and once
//! when it is over, in the transaction that says so in the trail.

mod actions;
mod figures;
mod http;
mod jobs;
mod model;
mod recorder;
mod rules;
mod scrape;
mod store;
mod system;
mod webhook;

pub use self::http::{page, routes};
pub use self::jobs::jobs;
pub use figures::FIGURES;
pub use recorder::Recorder;
pub use rules::{Condition, Counted, RULES, Rule, Severity, alerts_file};
pub use scrape::{Gauge, Gauges, Scrape};
pub use store::forget_old;
