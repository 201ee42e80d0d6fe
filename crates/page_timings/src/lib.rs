//! How fast pages are for the people in front of them (web vitals: LCP, INP, CLS), as counts per page and day.
//!
//! Invariants: nothing says who measured, nor about whom the page was: a page is the pattern of its address, and one the program
//! knows; a value is kept as the bounds it lies between; what is kept is bounded by days, pages, metrics and bounds, and old days go.

mod http;
mod input;
mod model;
mod rules;
mod store;

pub use http::routes;
pub use rules::PAGES;
pub use store::forget_old;
