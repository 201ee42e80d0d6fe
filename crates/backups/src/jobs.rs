//! The nightly copy and the weekly drill.

use std::{sync::Arc, time::Duration};

use ::jobs::{Handlers, Outcome};
use jiff::SignedDuration;
use platform::{Actor, App};

use crate::{BackupError, Keeping, actions, drill, wal};

pub(crate) const MAKE: &str = "backup.make";
pub(crate) const DRILL: &str = "backup.drill";
pub(crate) const BASE: &str = "backup.base";
/// So long after finding another at it, it is looked again.
const BUSY: SignedDuration = SignedDuration::from_secs(10);
const HOUR: u64 = 3600;
const DAY: u64 = 24 * 3600;

/// Nothing is scheduled where no place is set.
pub fn jobs(keeping: &Arc<Keeping>) -> Handlers<App> {
    let (making, basing, drilling) = (keeping.clone(), keeping.clone(), keeping.clone());
    let handlers = Handlers::new()
        .on(MAKE, move |app: App, _| {
            let keeping = making.clone();
            async move { told(make(&app, &keeping).await) }
        })
        .on(BASE, move |app: App, _| {
            let keeping = basing.clone();
            async move { told(make_base(&app, &keeping).await) }
        })
        .on(DRILL, move |app: App, _| {
            let keeping = drilling.clone();
            async move { told(drill::drill_newest(&app, &keeping, &Actor::system()).await.map(drop)) }
        });
    let handlers = match keeping.log() {
        Ok(_) => handlers.every(BASE, Duration::from_secs(HOUR), BASE),
        Err(_) => handlers,
    };
    match keeping.place {
        Some(_) => handlers.every(MAKE, Duration::from_secs(DAY), MAKE).every(
            DRILL,
            Duration::from_secs(7 * DAY),
            DRILL,
        ),
        None => handlers,
    }
}

/// Looked at every hour: after a gap in the log nothing of what follows can be reached without one.
async fn make_base(app: &App, keeping: &Arc<Keeping>) -> Result<(), BackupError> {
    let Ok((wal, _)) = keeping.log() else { return Ok(()) };
    if !wal::base_is_due(app, wal).await? {
        return Ok(());
    }
    match wal::create_base(app, keeping, &Actor::system()).await {
        Err(BackupError::Busy) => again(app, keeping, BASE).await,
        outcome => outcome.map(drop),
    }
}

async fn make(app: &App, keeping: &Arc<Keeping>) -> Result<(), BackupError> {
    match actions::create(app, keeping, &Actor::system()).await {
        Err(BackupError::Busy) => return again(app, keeping, MAKE).await,
        outcome => outcome?,
    };
    actions::prune(app, keeping, &Actor::system()).await.map(drop)
}

/// A copy and a base are not made at once: whoever comes second comes again.
async fn again(app: &App, keeping: &Keeping, schedule: &str) -> Result<(), BackupError> {
    let client = keeping.programs.database.connect().await?;
    Ok(::jobs::bring_forward(&client, schedule, app.clock.now() + BUSY).await?)
}

fn told(outcome: Result<(), BackupError>) -> Outcome {
    match outcome {
        // Whoever is at it does what was wanted.
        Ok(()) | Err(BackupError::Busy) => Outcome::Done,
        Err(error) => Outcome::retry(error.to_string()),
    }
}
