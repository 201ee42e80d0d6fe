//! Everything that is held about one person as a copy of their own (UK GDPR Art. 15 and 20): a ZIP that anybody can read, and
//! programs too, made by a job from one consistent snapshot, fetched once, by a link without a sign-in.
//!
//! Invariants: the content is sealed for the link's secret, which is stored nowhere ([`Token`]); every column of
//! `db/personal-data.toml` that tells something about a customer is in the copy, or in [`LEFT_OUT`] with its reason; whatever
//! happens to a copy leaves its event; what is over keeps no content. [`CHECKS`] proves the last.

mod actions;
mod checks;
mod content;
mod http;
mod jobs;
mod left_out;
mod model;
mod rules;
mod sealing;
mod sections;
mod snapshot;
mod store;

pub use actions::{Asked, Making, ask, enqueue, export_data, give_up, make, scope};
pub use checks::CHECKS;
pub use http::{pages, routes};
pub use jobs::jobs;
pub use left_out::{LEFT_OUT, LeftOut};
pub use model::{AskedExport, ExportInput, ExportLink, ExportSection, ExportState, PersonalExport};
pub use rules::check_ask;
pub use sealing::Token;
pub use sections::{Column, Kind, SECTIONS, Section};
pub use store::of_request;
