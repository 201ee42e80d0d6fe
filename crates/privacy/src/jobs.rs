//! What is made and destroyed by itself.

use std::time::Duration;

use ::jobs::{Handlers, Job, Outcome};
use kernel::ExportId;
use platform::App;
use serde::Deserialize;

use crate::actions;

pub(crate) const MAKE: &str = "export.make";
const EXPIRE: &str = "exports.expire";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    export_id: ExportId,
}

pub fn jobs() -> Handlers<App> {
    Handlers::new().on(MAKE, make).on(EXPIRE, expire).every(EXPIRE, Duration::from_secs(600), EXPIRE)
}

/// An export that cannot be made is `failed`, where people see it; the job has done what it could.
async fn make(app: App, job: Job) -> Outcome {
    let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
        return Outcome::dead("the payload names no export");
    };
    match actions::make_export(&app, payload.export_id).await {
        Ok(()) => Outcome::Done,
        Err(problem) if job.is_last_attempt() => {
            if let Err(problem) = actions::give_up(&app, payload.export_id).await {
                return Outcome::retry(problem.detail);
            }
            Outcome::dead(problem.detail)
        }
        Err(problem) => Outcome::retry(problem.detail),
    }
}

async fn expire(app: App, _: Job) -> Outcome {
    match actions::expire_exports(&app).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
