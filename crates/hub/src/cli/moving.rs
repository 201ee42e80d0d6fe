//! From the private database to a served one.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use backups::{Programs, Restored};
use kernel::Clock;
use platform::{address::Address, settings::Settings};
use tokio_postgres::Client;

use super::{
    backup::{app, check_vault, refuse_unfinished, trail_holds},
    quiet_log,
    serve::described,
    verify,
};
use crate::{
    database::{Database, For, data_dir},
    keeping, keys, moved, strictness,
};

/// Exit code 1 when what came over is not what was there; then the private database is used on.
pub(super) async fn run(settings: Settings, to: &Path) -> Result<ExitCode> {
    quiet_log();
    if settings.database_url.is_some() {
        bail!(
            "the settings name a served database already (`database_url`): give what it is to be to --to alone, so that the private one can be found"
        );
    }
    let folder = data_dir(&settings)?;
    if !embedded::cluster_dir(&folder).exists() {
        bail!("there is no private database in {}: look at `data_dir`", folder.display());
    }
    let target = with_database_of(&settings, to)?;
    strictness::check(&target)?;
    let settings = keys::with_audit_key(keys::with_made_backup_key(settings)?)?;
    let here = Database::open(&settings, For::Alone).await?;
    let outcome = carry(&here, &settings, target).await;
    here.stop().await?;
    Ok(if outcome? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The settings as they will be.
fn with_database_of(settings: &Settings, file: &Path) -> Result<Settings> {
    let given = Settings::of_file(file)?;
    if given.database_url.is_none() {
        bail!("{} does not say where to: it needs `database_url`, and `database_owner_url`", file.display());
    }
    Ok(Settings {
        database_url: given.database_url,
        database_owner_url: given.database_owner_url,
        database_standby_url: given.database_standby_url,
        database_ca: given.database_ca,
        ..settings.clone()
    })
}

async fn carry(here: &Database, settings: &Settings, target: Settings) -> Result<bool> {
    let source = here.connect_as_owner().await?;
    refuse_unready(&source).await?;
    let known = keys::fingerprint_known(&source).await?;
    check_vault(settings, known.as_deref())?;
    let there = Database::open(&target, For::Command).await.context("--to")?;
    let mut client = there.connect_as_owner().await.context("--to")?;
    refuse_older(&source, &client).await?;
    drop(source);
    let kept = Arc::new(keeping::of(here, settings)?);
    let to = Programs { folder: kept.programs.folder.clone(), database: there.owner().clone() };
    println!("Copying the private database into {}.", there.owner().told());
    let restored = backups::carry_over(&Clock::System, &kept, &to, &mut client).await?;
    there.migrate().await?;
    let target = keys::with_audit_key(target)?;
    let app = app(&there, target).await?;
    let mut sound = is_whole(&restored);
    sound &= verify::check(&mut client).await?;
    sound &= trail_holds(&app, &mut client).await?;
    if !sound {
        println!(
            "Not moved. The private database is as it was, and is used on. Empty the served one before you try again: until then no hub starts on it."
        );
        return Ok(false);
    }
    // From here on it is refused, and the other one until the next step: never are there two to work on.
    moved::mark(&kept.data_dir, &there.owner().told(), Clock::System.now())?;
    let mut db = app.db.client().await.map_err(described)?;
    backups::finish_move(&app, &mut db, &restored.manifest).await.map_err(described)?;
    told(here, there.owner());
    Ok(true)
}

/// Everything of it has to be known for what it is.
async fn refuse_unready(source: &Client) -> Result<()> {
    let missing = platform::migrate::planned(source).await?;
    if !missing.is_empty() {
        bail!("the private database is of an earlier release: bring it to this one with `hub migrate` first");
    }
    if !platform::migrate::newer(source).await?.is_empty() {
        bail!("the private database is of a newer release: move it with that one");
    }
    refuse_unfinished(source).await?;
    let fenced = "select exists (select from epochs where accepted_at is null)";
    if source.query_one(fenced, &[]).await?.get(0) {
        bail!("the private database was restored and nobody has accepted it: `hub fence accept` first");
    }
    Ok(())
}

/// What a newer PostgreSQL writes an older one need not understand.
async fn refuse_older(source: &Client, target: &Client) -> Result<()> {
    let version = "select current_setting('server_version_num')::integer / 10000";
    let here: i32 = source.query_one(version, &[]).await?.get(0);
    let there: i32 = target.query_one(version, &[]).await?.get(0);
    if there < here {
        bail!(
            "the served PostgreSQL is of version {there}, and the private one of {here}: move to one that is not older"
        );
    }
    Ok(())
}

fn is_whole(restored: &Restored) -> bool {
    for difference in &restored.differences {
        println!("WRONG  {difference}");
    }
    let facts = &restored.manifest.facts;
    if restored.differences.is_empty() {
        println!(
            "ok     {} rows of {} tables, {} accounts of the books, and the trail up to seal {}",
            facts.tables.values().sum::<i64>(),
            facts.tables.len(),
            facts.accounts.len(),
            facts.seal.unwrap_or_default()
        );
    }
    restored.differences.is_empty()
}

fn told(here: &Database, there: &Address) {
    println!(
        "Moved to {}. Put `database_url` and `database_owner_url` of that file into the settings and start the hub; keys, anchor and ledger stay in \
         the data folder.\nNo longer used: {}. No hub starts on it. Remove it once the next backup was made and drilled.",
        there.told(),
        here.describe()
    );
}
