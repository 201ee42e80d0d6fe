//! What works runs off, and what clears away selections that nobody can act on any more.

use std::time::Duration;

use ::jobs::{Handlers, Job, Outcome};
use kernel::BulkRunId;
use platform::{App, Result};

use crate::actions;

pub(crate) const RUN: &str = "bulk.run";
const TIDY: &str = "bulk.tidy";

pub fn jobs() -> Handlers<App> {
    Handlers::new()
        .on(RUN, |app: App, job: Job| async move {
            let id = job.payload.get("runId").and_then(|id| id.as_str()?.parse::<BulkRunId>().ok());
            match id {
                Some(id) => told(actions::work(&app, id).await),
                None => Outcome::dead("the job does not say which run"),
            }
        })
        .on(TIDY, |app: App, _| async move { told(actions::tidy(&app).await) })
        .every(TIDY, Duration::from_secs(3600), TIDY)
}

fn told(outcome: Result<()>) -> Outcome {
    match outcome {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
