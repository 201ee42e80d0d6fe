//! Where what is measured is read. Not among the doors of the API: it has an address of its own, which an operator opens.

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use platform::metrics;

use crate::Scrape;

/// `/metrics`, and nothing else.
pub fn page(scrape: Scrape) -> Router {
    Router::new().route("/metrics", get(read)).with_state(scrape)
}

async fn read(State(scrape): State<Scrape>) -> impl IntoResponse {
    let text = metrics::render(&scrape.families().await);
    (
        [
            (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
}
