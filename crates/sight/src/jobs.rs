use std::time::Duration;

use jobs::{Handlers, Outcome};
use platform::{App, Result};

use crate::actions;

const WATCH_READERS: &str = "watch_readers";

pub fn jobs() -> Handlers<App> {
    Handlers::new().every(WATCH_READERS, Duration::from_secs(60), WATCH_READERS).on(
        WATCH_READERS,
        |app: App, _| async move {
            match watch_readers(&app).await {
                Ok(()) => Outcome::Done,
                Err(problem) => Outcome::retry(problem.detail),
            }
        },
    )
}

async fn watch_readers(app: &App) -> Result<()> {
    let mut db = app.db.client().await?;
    actions::watch_readers(app, &mut db).await
}
