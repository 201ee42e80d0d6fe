//! What copies of this database are made with.

use std::sync::LazyLock;

use anyhow::{Context, Result};
use backups::{Check, Keeping, Key, Place, Programs, Wal};
use platform::settings::Settings;

use crate::{
    cli::verify,
    database::{Database, data_dir},
};

static CHECKS: LazyLock<Vec<Check>> = LazyLock::new(|| verify::checks().copied().collect());

/// Of a cluster of our own, where it is wanted.
fn wal(database: &Database, settings: &Settings) -> Option<Wal> {
    let (database, every) = (database.superuser(settings)?, settings.backup.log_every?);
    settings.backup.has_place().then_some(Wal { database, every })
}

/// The key must be in the settings already.
pub fn of(database: &Database, settings: &Settings) -> Result<Keeping> {
    let key = settings.backup.key.as_ref().context("there is no backup key")?;
    Ok(Keeping {
        programs: Programs { folder: database.programs(settings)?, database: database.owner().clone() },
        key: Key::read(&key.0, &settings.backup.recipients)?,
        place: Place::of(&settings.backup)?,
        wal: wal(database, settings),
        keep_days: settings.backup.keep_days,
        program: std::env::current_exe().context("the hub's own program")?,
        data_dir: data_dir(settings)?,
        newest_migration: platform::migrate::newest(),
        checks: &CHECKS,
    })
}
