//! What is done for the trail after the request.

use jobs::Handlers;
use platform::App;

use crate::actions;

/// `books`: what a verification checks besides the chain, since amounts must agree with what was sealed.
pub fn jobs(books: &'static [(&'static str, &'static str)]) -> Handlers<App> {
    Handlers::new().on(actions::VERIFY, move |app, job| actions::run(app, job, books))
}
