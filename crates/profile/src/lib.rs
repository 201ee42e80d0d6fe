//! The whole story of one customer on one page: their details with everything that belongs to them, and the timeline of
//! everything that happened. Reads the features below; writes nothing.

mod http;
mod model;
mod page;
mod timeline;

pub use http::routes;
