use ::jobs::{Handlers, Job, Outcome};
use platform::{App, Result};
use staff::letters::{MAIL_LINK, MAIL_NOTICE};

use crate::actions;

pub fn jobs() -> Handlers<App> {
    Handlers::new().on(MAIL_LINK, mail_link).on(MAIL_NOTICE, mail_notice)
}

async fn mail_link(app: App, job: Job) -> Outcome {
    match serde_json::from_value(job.payload) {
        Ok(wanted) => outcome(actions::mail_link(&app, &wanted).await),
        Err(_) => Outcome::dead("the payload names nobody"),
    }
}

async fn mail_notice(app: App, job: Job) -> Outcome {
    match serde_json::from_value(job.payload) {
        Ok(wanted) => outcome(actions::mail_notice(&app, job.id, &wanted).await),
        Err(_) => Outcome::dead("the payload names no notice"),
    }
}

fn outcome(result: Result<()>) -> Outcome {
    match result {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
