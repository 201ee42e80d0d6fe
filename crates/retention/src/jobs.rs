//! What goes by itself.

use std::time::Duration;

use ::jobs::{Handlers, Outcome};
use platform::{App, Result};

use crate::{Rules, actions};

pub(crate) const RUN: &str = "retention.run";
pub(crate) const NIGHTLY: &str = "retention.nightly";

pub fn jobs(known: Rules) -> Handlers<App> {
    Handlers::new()
        .on(RUN, move |app: App, _| async move { told(actions::run(&app, known).await) })
        .on(NIGHTLY, |app: App, _| async move { told(actions::run_nightly(&app).await) })
        .every(NIGHTLY, Duration::from_secs(24 * 3600), NIGHTLY)
}

fn told(outcome: Result<()>) -> Outcome {
    match outcome {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
