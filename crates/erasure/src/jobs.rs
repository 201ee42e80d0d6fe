use ::jobs::{Handlers, Job, Outcome};
use kernel::ErasureId;
use platform::App;
use serde::Deserialize;

use crate::actions::{self, RUN};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    erasure_id: ErasureId,
}

pub fn jobs() -> Handlers<App> {
    Handlers::new().on(RUN, run)
}

async fn run(app: App, job: Job) -> Outcome {
    let Ok(payload) = serde_json::from_value::<Payload>(job.payload.clone()) else {
        return Outcome::dead("the payload names no erasure");
    };
    match actions::run(&app, payload.erasure_id).await {
        Ok(_) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}
