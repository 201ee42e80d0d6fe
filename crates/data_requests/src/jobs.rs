//! What happens to data requests by itself.

use std::time::Duration;

use ::jobs::{Handlers, Job, Outcome};
use kernel::{DataRequestId, ExportId};
use platform::App;
use serde::Deserialize;

use crate::actions;

pub(crate) const DELIVER: &str = "data_request.deliver";
const REMIND: &str = "data_requests.remind";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    request_id: DataRequestId,
    export_id: ExportId,
}

pub fn jobs() -> Handlers<App> {
    Handlers::new().on(DELIVER, deliver).on(REMIND, remind).every(REMIND, Duration::from_secs(3600), REMIND)
}

/// A copy that cannot be made is `failed`, where people see it; the case waits for somebody to try again.
async fn deliver(app: App, job: Job) -> Outcome {
    let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
        return Outcome::dead("the payload names no request and export");
    };
    match actions::deliver_export(&app, payload.request_id, payload.export_id).await {
        Ok(()) => Outcome::Done,
        Err(problem) if job.is_last_attempt() => {
            if let Err(problem) = actions::abandon_delivery(&app, payload.export_id).await {
                return Outcome::retry(problem.detail);
            }
            Outcome::dead(problem.detail)
        }
        Err(problem) => Outcome::retry(problem.detail),
    }
}

async fn remind(app: App, _: Job) -> Outcome {
    match actions::remind(&app).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
