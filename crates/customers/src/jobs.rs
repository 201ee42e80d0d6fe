//! What happens to customers by itself.

use std::time::Duration;

use jobs::{Handlers, Outcome};
use platform::{App, Result};

use crate::actions;

const EXPIRE_FLAGS: &str = "expire_flags";

pub fn jobs() -> Handlers<App> {
    Handlers::new().every(EXPIRE_FLAGS, Duration::from_secs(60), EXPIRE_FLAGS).on(
        EXPIRE_FLAGS,
        |app: App, _| async move {
            match expire_flags(&app).await {
                Ok(()) => Outcome::Done,
                Err(problem) => Outcome::retry(problem.detail),
            }
        },
    )
}

async fn expire_flags(app: &App) -> Result<()> {
    let mut db = app.db.client().await?;
    actions::expire_flags(app, &mut db).await
}
