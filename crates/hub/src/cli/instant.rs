//! The private database as it was at an instant: bases, their log, and the way back.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use backups::{BackupError, Coverage, Keeping, Key, Located, Place, Recovery, Shelf, Shipper, Target};
use embedded::Options;
use kernel::Clock;
use platform::{Actor, App, settings::Settings};

use super::{
    backup::{check_vault, settle},
    quiet_log,
};
use crate::{
    database::{Database, For, NAME, data_dir},
    keys,
};

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await??)
}

pub(super) async fn create(app: &App, kept: &Arc<Keeping>) -> Result<()> {
    let base = backups::create_base(app, kept, &Actor::system()).await?;
    let (wal, shelf) = kept.log()?;
    // Its own log is in it; from here on everything can be reached.
    Shipper::new(wal.clone(), shelf.clone(), app.clock.clone()).once().await?;
    print(&blocking(move || shelf.cover(&base.at)).await?);
    Ok(())
}

/// Nothing is said where there is nothing of it.
pub(super) async fn list(kept: &Keeping) -> Result<()> {
    let Some(place) = kept.place.clone() else { return Ok(()) };
    let shelf = Shelf { place, key: kept.key.clone() };
    let covered = blocking(move || shelf.covered()).await?;
    covered.iter().for_each(print);
    for stretch in Shelf::stretches(&covered) {
        println!("Can be brought back to any instant from {stretch}.");
    }
    Ok(())
}

fn print(one: &Coverage) {
    let manifest = &one.base.manifest;
    println!(
        "{}  {:.1} MB, base of PostgreSQL {}, as of {}, made in {:.1} s; {} segments of log, {:.1} MB, as far as {}{}",
        one.base.at,
        manifest.bytes as f64 / 1e6,
        manifest.postgres,
        manifest.finished_at,
        manifest.took_ms as f64 / 1e3,
        one.segments(),
        one.log_bytes() as f64 / 1e6,
        one.until,
        if one.gap { "; THEN A GAP: what lies behind it cannot be reached from here" } else { "" }
    );
}

pub(super) async fn verify(kept: &Keeping, at: &Located) -> Result<ExitCode> {
    let shelf = Shelf { place: at.place.clone(), key: kept.key.clone() };
    let covered = backups::verify_base(&shelf, at).await?;
    print(&covered);
    println!("The base is what its manifest says, and all of its log can be read. `hub drill` restores it.");
    Ok(ExitCode::SUCCESS)
}

/// Brings the private database back, into a data folder that has none. Exit code 1 when it is not as it should be.
pub(super) async fn restore(settings: Settings, target: Target) -> Result<ExitCode> {
    quiet_log();
    if settings.database_url.is_some() {
        bail!(
            "only the private database can be brought back to an instant, and `database_url` names another: restore a copy (`hub restore COPY`), \
             or as its own tools do"
        );
    }
    let settings = keys::with_audit_key(keys::with_backup_key(settings)?)?;
    let key = settings.backup.key.as_ref().context("there is no backup key")?;
    let shelf = Shelf {
        place: Place::of(&settings.backup)?.ok_or(BackupError::NoPlace)?,
        key: Key::read(&key.0, &settings.backup.recipients)?,
    };
    let from = shelf.clone();
    let covered = blocking(move || from.choose(target)).await?;
    check_vault(&settings, covered.base.manifest.vault.as_deref())?;
    let mut options = Options::new(data_dir(&settings)?);
    options.bin_dir = settings.postgres_bin.clone();
    let (base, sha256) = (covered.base.at.clone(), covered.base.manifest.sha256.clone());
    let recovery = Recovery {
        shelf,
        covered,
        target,
        options,
        program: std::env::current_exe().context("the hub's own program")?,
        database: NAME,
    };
    let recovered = recovery.run(platform::migrate::newest(), Clock::System.now()).await?;
    println!("Brought back to {}, from {base}.", recovered.told());
    let (at, server) = (recovered.at, recovered.server);
    tokio::task::spawn_blocking(move || server.stop()).await??;

    let database = Database::open(&settings, For::Finishing).await?;
    let outcome = settle(&database, settings, &base, at, &sha256).await;
    if outcome.is_ok() {
        database.finish()?;
    }
    database.stop().await?;
    Ok(if outcome? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
