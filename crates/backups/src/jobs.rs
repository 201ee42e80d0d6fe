//! The nightly copy and the weekly drill.

use std::{sync::Arc, time::Duration};

use ::jobs::{Handlers, Outcome};
use platform::{Actor, App};

use crate::{BackupError, Keeping, actions, drill};

pub(crate) const MAKE: &str = "backup.make";
pub(crate) const DRILL: &str = "backup.drill";
const DAY: u64 = 24 * 3600;

/// Nothing is scheduled where no place is set.
pub fn jobs(keeping: &Arc<Keeping>) -> Handlers<App> {
    let (making, drilling) = (keeping.clone(), keeping.clone());
    let handlers = Handlers::new()
        .on(MAKE, move |app: App, _| {
            let keeping = making.clone();
            async move { told(make(&app, &keeping).await) }
        })
        .on(DRILL, move |app: App, _| {
            let keeping = drilling.clone();
            async move { told(drill::drill(&app, &keeping, None, &Actor::system()).await.map(drop)) }
        });
    match keeping.place {
        Some(_) => handlers.every(MAKE, Duration::from_secs(DAY), MAKE).every(
            DRILL,
            Duration::from_secs(7 * DAY),
            DRILL,
        ),
        None => handlers,
    }
}

async fn make(app: &App, keeping: &Arc<Keeping>) -> Result<(), BackupError> {
    actions::create(app, keeping, &Actor::system()).await?;
    actions::prune(app, keeping, &Actor::system()).await.map(drop)
}

fn told(outcome: Result<(), BackupError>) -> Outcome {
    match outcome {
        Ok(()) => Outcome::Done,
        // Whoever is at it does what was wanted.
        Err(BackupError::Busy) => Outcome::Done,
        Err(error) => Outcome::retry(error.to_string()),
    }
}
