use ::jobs::{Handlers, Job, Outcome};
use kernel::MailId;
use platform::App;
use serde::Deserialize;

use crate::{
    actions,
    rules::{self, Delivery},
};

pub(crate) const SEND: &str = "mail.send";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    mail_id: MailId,
}

pub fn jobs() -> Handlers<App> {
    Handlers::new().on(SEND, send)
}

/// A mail that fails for good is `failed`, where people see it; the job has done what it could.
async fn send(app: App, job: Job) -> Outcome {
    let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
        return Outcome::dead("the payload names no mail");
    };
    match actions::send_mail(&app, payload.mail_id, job.is_last_attempt()).await {
        Ok(Some(Delivery::Delayed(why))) if !job.is_last_attempt() => {
            Outcome::retry_after(why, rules::wait_after(job.attempt))
        }
        Ok(_) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
