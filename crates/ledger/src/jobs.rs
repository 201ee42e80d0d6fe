//! What happens to money by itself.

use std::time::Duration;

use jobs::{Handlers, Job, Outcome};
use platform::App;

use crate::actions;

const EXPIRE: &str = "credits.expire";

pub fn jobs() -> Handlers<App> {
    Handlers::new().on(EXPIRE, expire).every(EXPIRE, Duration::from_secs(600), EXPIRE)
}

async fn expire(app: App, _: Job) -> Outcome {
    let outcome = match app.db.client().await {
        Ok(mut db) => actions::expire_credits(&app, &mut db).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) => Outcome::Done,
        Err(problem) => Outcome::Retry { why: problem.detail, after: None },
    }
}
