//! Copies of the database, what becomes of them, and the way back.

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, Result, bail};
use audit::trail;
use backups::{BackupError, Drill, DrillState, Keeping, Located, Manifest, Place};
use clap::Subcommand;
use jiff::Timestamp;
use kernel::Clock;
use platform::{Actor, App, settings::Settings};
use tokio_postgres::Client;

use super::{erasure, instant, open, open_migrated, parse_reason, quiet_log, serve::described, verify};
use crate::{
    database::{Database, For},
    keeping, keys,
};

#[derive(Subcommand)]
pub(super) enum BackupCommand {
    /// Copy the database as it is now into `backup_folder` or `backup_bucket`.
    Create {
        /// Of the whole private cluster, to replay its log on: what `hub restore --at` begins with.
        #[arg(long)]
        base: bool,
    },
    /// List the copies there, the newest first, the bases, and to which instants the log brings back.
    List,
    /// Read a copy from end to end: it is what its manifest says, and the key opens it. Of a base all of its log, too.
    Verify {
        /// Its name in the place of the settings, or the path of a file.
        copy: String,
    },
    /// Remove the copies and bases that are older than `backup_keep_days`, log that no base needs, and what a killed copy left half written a day
    /// ago; the newest three stay.
    Prune,
    /// Print whom copies are encrypted to: the recipient that belongs to the backup key.
    Key,
}

#[derive(Subcommand)]
pub(super) enum FenceCommand {
    /// Say whether this database was restored and waits to be accepted.
    Show,
    /// Let mail and refunds leave a restored database again.
    Accept {
        /// What was looked at, by whom; it stays in the trail.
        #[arg(long, value_parser = parse_reason)]
        reason: String,
    },
}

pub(super) async fn run(settings: Settings, command: BackupCommand) -> Result<ExitCode> {
    let settings = keys::with_made_backup_key(settings)?;
    let database = open(&settings).await?;
    let outcome = act(&database, settings, command).await;
    database.stop().await?;
    outcome
}

async fn act(database: &Database, settings: Settings, command: BackupCommand) -> Result<ExitCode> {
    let kept = Arc::new(keeping::of(database, &settings)?);
    match command {
        BackupCommand::Key => println!("{}", kept.key.recipient()),
        BackupCommand::List => {
            for one in backups::stored(&kept).await? {
                print(&one.at, &one.manifest);
            }
            instant::list(&kept).await?;
        }
        BackupCommand::Verify { copy } => {
            let at = Place::find(kept.place.as_ref(), &copy)?;
            if at.is_base() {
                return instant::verify(&kept, &at).await;
            }
            let manifest = backups::verify(&kept, &at).await?;
            print(&at, &manifest);
            println!(
                "The file is what its manifest says, and can be read to its end. `hub drill` restores it."
            );
        }
        BackupCommand::Create { base: true } => {
            let app = app(database, settings).await?;
            instant::create(&app, &kept).await?;
        }
        BackupCommand::Create { base: false } => {
            let app = app(database, settings).await?;
            let (at, manifest) = backups::create(&app, &kept, &Actor::system()).await?;
            print(&at, &manifest);
        }
        BackupCommand::Prune => {
            let app = app(database, settings).await?;
            let gone = backups::prune(&app, &kept, &Actor::system()).await?;
            for one in &gone {
                println!("removed {one}");
            }
            println!("{} removed.", gone.len());
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn app(database: &Database, settings: Settings) -> Result<App> {
    let settings = keys::with_vault(settings, &database.connect().await?, Clock::System.now()).await?;
    Ok(App::new(database.db.clone(), Clock::System, settings))
}

fn print(at: &Located, manifest: &Manifest) {
    println!(
        "{at}  {:.1} MB, {} customers, as of {}, made in {:.1} s",
        manifest.bytes as f64 / 1e6,
        manifest.facts.tables.get("customers").copied().unwrap_or_default(),
        manifest.taken_at,
        manifest.took_ms as f64 / 1e3
    );
}

/// Restores a copy beside the living database; exit code 1 when it is not as it should be.
pub(super) async fn drill(settings: Settings, copy: Option<String>) -> Result<ExitCode> {
    let settings = keys::with_audit_key(keys::with_made_backup_key(settings)?)?;
    let database = open(&settings).await?;
    let kept = Arc::new(keeping::of(&database, &settings)?);
    let app = app(&database, settings).await?;
    let begun = std::time::Instant::now();
    let outcome = prove(&app, &kept, copy).await;
    database.stop().await?;
    let drills = outcome?;
    for drill in &drills {
        tell(drill);
    }
    println!("It took {:.1} s.", begun.elapsed().as_secs_f32());
    let passed = drills.iter().all(|drill| drill.state == DrillState::Passed);
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(drill: &Drill) {
    println!("{} was restored beside the living database.", drill.file);
    for finding in &drill.findings {
        println!("    {finding}");
    }
    println!(
        "{}",
        if drill.state == DrillState::Passed {
            "It is complete, every check holds, and its audit trail is sound."
        } else {
            "It did not pass."
        }
    );
}

async fn prove(app: &App, kept: &Arc<Keeping>, copy: Option<String>) -> Result<Vec<Drill>, BackupError> {
    match copy {
        Some(copy) => {
            let at = Place::find(kept.place.as_ref(), &copy)?;
            Ok(vec![backups::drill(app, kept, at, &Actor::system()).await?])
        }
        None => backups::drill_newest(app, kept, &Actor::system()).await,
    }
}

pub(super) async fn fence(settings: Settings, command: FenceCommand) -> Result<ExitCode> {
    let database = open_migrated(&settings).await?;
    if matches!(command, FenceCommand::Accept { .. }) {
        refuse_unfinished(&database.connect().await?).await?;
    }
    let app = app(&database, settings).await?;
    let mut db = app.db.client().await.map_err(described)?;
    let outcome = match command {
        FenceCommand::Show => {
            match backups::read_fence(&db).await.map_err(described)? {
                Some(fence) => println!(
                    "Fenced since {}: this database shows the state of {}. {} mails and {} refunds wait. `hub fence accept` lets them go.",
                    fence.restored_at, fence.taken_at, fence.mails, fence.refunds
                ),
                None => println!("Not fenced."),
            }
            Ok(())
        }
        FenceCommand::Accept { reason } => backups::accept(&app, &mut db, &Actor::system(), &reason)
            .await
            .map_err(described)
            .map(|()| println!("Accepted. Mail and refunds leave again.")),
    };
    drop(db);
    database.stop().await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Restores a copy into the empty database of the settings. Exit code 1 when what was restored is not as it should be.
pub(super) async fn restore(settings: Settings, copy: &str) -> Result<ExitCode> {
    quiet_log();
    let at = Place::find(Place::of(&settings.backup)?.as_ref(), copy)?;
    let beside = at.clone();
    let manifest = tokio::task::spawn_blocking(move || beside.manifest()).await??;
    check_vault(&settings, manifest.vault.as_deref())?;
    let settings = keys::with_audit_key(keys::with_backup_key(settings)?)?;
    let database = Database::open(&settings, For::Serving).await?;
    let outcome = bring_back(&database, settings, &at).await;
    database.stop().await?;
    Ok(if outcome? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A database whose restore was cut off is no one to work with.
pub(super) async fn refuse_unfinished(client: &Client) -> Result<()> {
    if let Some(at) = backups::unfinished_restore(client).await? {
        bail!(
            "a restore into this database was begun at {at} and never finished: whoever was erased since the copy was made may be in it again. \
             Empty the database and restore once more (docs/backups.md)"
        );
    }
    Ok(())
}

/// Before anything is done: without it the restored database would be of little use.
pub(super) fn check_vault(settings: &Settings, wanted: Option<&str>) -> Result<()> {
    let Some(wanted) = wanted else { return Ok(()) };
    let here = keys::vault_key(settings)?.map(|key| keys::fingerprint(&key)).transpose()?;
    if here.as_deref() == Some(wanted) {
        return Ok(());
    }
    bail!(
        "the vault key of this copy is the one named {wanted}, and here is {}. Put it back as vault.key in the data folder, or give it as \
         the setting `vault_key`: without it the sealed values in the copy cannot be read",
        here.as_deref().unwrap_or("none")
    )
}

/// Tables and extensions are made by whoever may, which the application's role may not.
async fn refuse_others(client: &Client) -> Result<()> {
    let sql = "select current_user::text, has_database_privilege(current_database(), 'create') and has_schema_privilege('public', 'create')";
    let row = client.query_one(sql, &[]).await?;
    if !row.get::<_, bool>(1) {
        bail!(
            "restoring needs `database_owner_url`, as whom the tables are made: {} may make none in this database",
            row.get::<_, String>(0)
        );
    }
    Ok(())
}

async fn bring_back(database: &Database, settings: Settings, at: &Located) -> Result<bool> {
    let kept = keeping::of(database, &settings)?;
    let mut client = database.connect_as_owner().await?;
    refuse_others(&client).await?;
    let restored = backups::restore(
        &kept.programs,
        &kept.key,
        &mut client,
        at,
        kept.newest_migration,
        Clock::System.now(),
    )
    .await?;
    println!("Restored the state of {}.", restored.manifest.taken_at);
    for difference in &restored.differences {
        println!("    {difference}");
    }
    let manifest = &restored.manifest;
    let sound = settle(database, settings, at, manifest.taken_at, &manifest.sha256).await?;
    Ok(sound && restored.differences.is_empty())
}

/// What follows whichever way a database came back. False: something in it is not as it should be.
pub(super) async fn settle(
    database: &Database,
    settings: Settings,
    from: &Located,
    taken_at: Timestamp,
    sha256: &str,
) -> Result<bool> {
    let mut client = database.connect_as_owner().await?;
    database.migrate().await?;
    let app = app(database, settings).await?;
    let mut sound = verify::check(&mut client).await?;
    sound &= trail_holds(&app, &mut client).await?;
    sound &= go_on_from_here(&app, from).await?;
    let ledger = app.settings.erasure_ledger.clone().unwrap_or_default();
    sound &= erasure::apply(&app, &::erasure::read_ledger(&ledger).context("the erasure ledger")?).await?;
    let mut db = app.db.client().await.map_err(described)?;
    backups::finish_restore(&app, &mut db, taken_at, sha256).await.map_err(described)?;
    println!(
        "Fenced: no mail and no refund leaves this database. Look at what was done after {taken_at}, then `hub fence accept --reason …`."
    );
    Ok(sound)
}

pub(super) async fn trail_holds(app: &App, client: &mut Client) -> Result<bool> {
    let head: i64 = client.query_one("select coalesce(max(number), 0) from checkpoints", &[]).await?.get(0);
    let trust = trail::trust(&app.settings)?.up_to(head);
    let report = trail::verify(client, &trust, |_, _| {}).await?;
    println!(
        "{}  the audit trail, as far as seal {head}",
        if report.findings.is_empty() { "ok   " } else { "WRONG" }
    );
    for finding in &report.findings {
        println!("       {}: {}", finding.row, finding.what);
    }
    Ok(report.findings.is_empty())
}

/// The anchor knows of seals that the copy does not have: said here, on purpose, and kept in the trail.
async fn go_on_from_here(app: &App, at: &Located) -> Result<bool> {
    let reason = format!("Restored from {at}");
    let mut db = app.db.client().await.map_err(described)?;
    match trail::reanchor(app, &mut db, &Actor::system(), &reason).await {
        Ok(done) => {
            println!(
                "The anchor of the audit trail was begun anew; the old one lies in {}.",
                done.aside.display()
            );
            Ok(true)
        }
        // A machine that never had one.
        Err(trail::TrailError::NoAnchor) => Ok(true),
        Err(error) => {
            println!("WRONG  the anchor of the audit trail: {error}");
            Ok(false)
        }
    }
}
