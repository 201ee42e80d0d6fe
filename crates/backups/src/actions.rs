//! Making, listing, proving and pruning copies.

use std::{fs, io, path::Path, process::Stdio, sync::Arc};

use jiff::Timestamp;
use kernel::{BackupId, Clock};
use platform::{Actor, App, Event, Problem, Tx};
use serde_json::{Value, json};
use tokio_postgres::{Client, IsolationLevel};

use crate::{
    BackupError, BackupsPage, Facts, Keeping, Located, Manifest, Place, Stored, archive, fence, jobs,
    model::FORMAT, rules, store, wal,
};

/// What only one process does at a time: any numbers, as long as nothing else in the database uses them.
pub(crate) const MAKING: i64 = 0x48_55_42_42_41_43_4B;
pub(crate) const DRILLING: i64 = 0x48_55_42_44_52_49_4C;

/// Alone at it for as long as the connection is held, however it ends. Outside the pool, in the owner's role and without its timeouts.
pub(crate) async fn alone(keeping: &Keeping, lock: i64) -> Result<Client, BackupError> {
    let client = keeping.programs.database.connect().await?;
    if client.query_one("select pg_try_advisory_lock($1)", &[&lock]).await?.get(0) {
        Ok(client)
    } else {
        Err(BackupError::Busy)
    }
}

/// Makes a copy of the database as it is now. What failed is written down too.
pub async fn create(
    app: &App,
    keeping: &Arc<Keeping>,
    actor: &Actor,
) -> Result<(Located, Manifest), BackupError> {
    let place = keeping.place.clone().ok_or(BackupError::NoPlace)?;
    let mut source = alone(keeping, MAKING).await?;
    let now = app.clock.now();
    let at = place.copy_at(now);
    let id = begin(app, actor, &at, now).await?;
    let outcome = copy(&app.clock, keeping, &mut source, &at, now).await;
    let made = |manifest: &Manifest| Made {
        bytes: manifest.bytes,
        sha256: manifest.sha256.clone(),
        seal: manifest.facts.seal,
        manifest: json!(manifest),
    };
    end(app, actor, id, outcome.as_ref().map(made)).await?;
    Ok((at, outcome?))
}

/// Written down before the first byte is.
pub(crate) async fn begin(
    app: &App,
    actor: &Actor,
    at: &Located,
    now: Timestamp,
) -> Result<BackupId, BackupError> {
    let id = BackupId::new(now);
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    store::give_up_backups(&*tx, "It was under way when the program ended.", now).await?;
    store::begin_backup(&*tx, id, &at.to_string(), now).await?;
    tx.commit(actor, Event::change("backup.started").on("backup", id.0)).await?;
    Ok(id)
}

/// What there is of a copy or a base that came to a good end.
pub(crate) struct Made {
    pub bytes: i64,
    pub sha256: String,
    /// The newest seal of the trail in it.
    pub seal: Option<i64>,
    pub manifest: Value,
}

pub(crate) async fn end(
    app: &App,
    actor: &Actor,
    id: BackupId,
    outcome: Result<Made, &BackupError>,
) -> Result<(), BackupError> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let event = match outcome {
        Ok(Made { bytes, sha256, seal, manifest }) => {
            store::end_backup(&*tx, id, Ok((bytes, &manifest)), now).await?;
            let details = json!({ "bytes": bytes, "sha256": sha256, "seal": seal });
            Event::change("backup.made").on("backup", id.0).details(details)
        }
        Err(error) => {
            tracing::error!(%error, "no backup was made");
            store::end_backup(&*tx, id, Err(&error.to_string()), now).await?;
            Event::change("backup.failed").on("backup", id.0)
        }
    };
    tx.commit(actor, event).await?;
    Ok(())
}

/// Takes away what work left, if it left anything.
pub(crate) fn clear(folder: &Path) -> Result<(), BackupError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(BackupError::file(folder)(error)),
        _ => Ok(()),
    }
}

/// Counts and dump see the same instant.
pub(crate) async fn copy(
    clock: &Clock,
    keeping: &Arc<Keeping>,
    source: &mut Client,
    at: &Located,
    taken_at: Timestamp,
) -> Result<Manifest, BackupError> {
    let snapshot = source
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let row = snapshot
        .query_one("select pg_export_snapshot(), current_setting('server_version_num')::integer / 10000", &[])
        .await?;
    let (name, postgres): (String, i32) = (row.get(0), row.get(1));
    let facts = Facts::read(&snapshot).await?;
    let vault = snapshot.query_opt("select fingerprint from vault", &[]).await?.map(|row| row.get(0));
    let (keeping, to) = (keeping.clone(), at.clone());
    let recipients = keeping.key.recipients().iter().map(ToString::to_string).collect();
    let written = blocking(move || archive::write(&keeping.programs, &keeping.key, &name, &to)).await?;
    snapshot.commit().await?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        release: env!("CARGO_PKG_VERSION").to_owned(),
        postgres,
        taken_at,
        took_ms: clock.now().duration_since(taken_at).as_millis().try_into().unwrap_or(i64::MAX),
        bytes: i64::try_from(written.bytes).unwrap_or(i64::MAX),
        sha256: written.sha256,
        vault,
        recipients,
        facts,
    };
    let at = at.clone();
    blocking(move || at.describe(&manifest).map(|()| manifest)).await
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| BackupError::Problem(error.to_string()))?
}

/// So many of each are shown.
const SHOWN: i64 = 20;

pub(crate) async fn read_backups(app: &App, db: &deadpool_postgres::Client) -> platform::Result<BackupsPage> {
    let settings = &app.settings.backup;
    Ok(BackupsPage {
        place: Place::told(settings),
        keep_days: settings.keep_days,
        next_backup_at: ::jobs::next_run_at(db, jobs::MAKE).await?,
        next_drill_at: ::jobs::next_run_at(db, jobs::DRILL).await?,
        backup_waits: store::is_waiting(db, jobs::MAKE).await?,
        drill_waits: store::is_waiting(db, jobs::DRILL).await?,
        backups: store::backups(db, SHOWN).await?,
        drills: store::drills(db, SHOWN).await?,
        reach: wal::read_reach(db).await?,
        fence: fence::read_fence(db).await?,
    })
}

/// Leaves a job of this kind, unless one waits or runs.
pub(crate) async fn start(
    app: &App,
    db: &mut deadpool_postgres::Client,
    actor: &Actor,
    kind: &'static str,
) -> platform::Result<()> {
    if !app.settings.backup.has_place() {
        let detail = "No place for backups is set. An administrator can set backup_folder or backup_bucket.";
        return Err(Problem::conflict("no_backup_place", detail));
    }
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    ::jobs::enqueue(&*tx, ::jobs::New::now(kind, json!({}), now).key(kind.to_owned()), now).await?;
    tx.commit(actor, Event::change("backup.asked_for").details(json!({ "kind": kind }))).await?;
    Ok(())
}

/// The copies in the place, the newest first.
pub async fn stored(keeping: &Keeping) -> Result<Vec<Stored>, BackupError> {
    let place = keeping.place.clone().ok_or(BackupError::NoPlace)?;
    blocking(move || place.stored()).await
}

/// Reads the whole file: it is what its manifest says, the key opens it, and `pg_restore` can read it to its end.
pub async fn verify(keeping: &Arc<Keeping>, at: &Located) -> Result<Manifest, BackupError> {
    let (keeping, at) = (keeping.clone(), at.clone());
    blocking(move || {
        let manifest = checked(&at)?;
        let mut command = keeping.programs.command("pg_restore");
        // Read as a whole, written nowhere.
        command.args(["--file", "/dev/null"]).stdout(Stdio::null());
        archive::pour(&at, &keeping.key, command, "pg_restore")?;
        Ok(manifest)
    })
    .await
}

/// The manifest, once the file is known to be the one it describes.
pub(crate) fn checked(at: &Located) -> Result<Manifest, BackupError> {
    let manifest = at.manifest()?;
    if manifest.format != FORMAT {
        return Err(BackupError::Later(at.to_string()));
    }
    archive::must_be(at, &archive::measure(at)?, manifest.bytes, &manifest.sha256)?;
    Ok(manifest)
}

/// Removes the copies and bases that are past their days, log that no base needs, and what was left half written; which copies, bases and
/// halves.
pub async fn prune(app: &App, keeping: &Keeping, actor: &Actor) -> Result<Vec<Located>, BackupError> {
    let place = keeping.place.clone().ok_or(BackupError::NoPlace)?;
    let mut gone = prune_whole(app, keeping, actor, place.clone()).await?;
    gone.extend(blocking(move || place.remove_left_behind()).await?);
    Ok(gone)
}

async fn prune_whole(
    app: &App,
    keeping: &Keeping,
    actor: &Actor,
    place: Place,
) -> Result<Vec<Located>, BackupError> {
    let (keep_days, now) = (keeping.keep_days, app.clock.now());
    let mut gone = blocking(move || {
        let stored = place.stored()?;
        let gone = rules::old(&stored, keep_days, now, |one| one.manifest.taken_at);
        let gone: Vec<Located> = gone.into_iter().map(|one| one.at.clone()).collect();
        gone.iter().try_for_each(Located::remove_copy).map(|()| gone)
    })
    .await?;
    gone.extend(wal::prune_bases(app, keeping).await?);
    if gone.is_empty() {
        return Ok(gone);
    }
    let files: Vec<String> = gone.iter().map(ToString::to_string).collect();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    store::mark_pruned(&*tx, &files).await?;
    tx.commit(actor, Event::change("backup.pruned").items(i64::try_from(files.len()).unwrap_or(0))).await?;
    Ok(gone)
}
