//! The whole story of one customer on one page: their details with everything that belongs to them, and the timeline of
//! everything that happened. Also the one door of acts, behind which each feature below does its own. Writes nothing itself.

mod actions;
mod figures;
mod http;
mod model;
mod page;
mod timeline;

pub use http::{declare_acts, routes};
