use std::time::Duration;

use ::jobs::{Handlers, Job, Outcome};
use kernel::MailId;
use platform::App;
use serde::Deserialize;

use crate::{
    actions,
    rules::{self, Delivery},
};

pub(crate) const SEND: &str = "mail.send";
const LOOK_AFTER: &str = "mail.look_after";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    mail_id: MailId,
}

pub fn jobs() -> Handlers<App> {
    Handlers::new().on_leaving(SEND, send).on(LOOK_AFTER, look_after).every(
        LOOK_AFTER,
        Duration::from_secs(300),
        LOOK_AFTER,
    )
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

/// A worker that vanished in the last attempt has told nobody.
async fn look_after(app: App, _: Job) -> Outcome {
    match actions::give_up_abandoned(&app).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
