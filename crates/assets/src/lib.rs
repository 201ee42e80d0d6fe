//! The web app: `web/dist`, embedded in release builds and read from disk in the others. Without it the crate still
//! builds, and says how to get it.
//!
//! What is asked for decides what is answered: `/api/…` that no feature knows is a problem; a name with a dot is a file
//! or a problem; everything else is a page of the app, which is always index.html, under a script nonce of its own.
//! Files `name.br` and `name.gz` beside `name` are the same file, compressed beforehand.

mod answer;
mod encoding;
mod files;

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};

/// Answers what no other route does; merge it last.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().fallback(serve)
}

async fn serve(request: Request) -> Response {
    answer::answer(request.method(), request.uri().path(), request.headers(), files::find)
        .unwrap_or_else(IntoResponse::into_response)
}
