//! Proof by doing: the newest copy is restored into a PostgreSQL of its own beside the living one, checked, and thrown away.

use std::sync::Arc;

use audit::trail;
use embedded::{Embedded, Options};
use kernel::DrillId;
use platform::{Actor, App, Event, Tx, address::Address};
use serde_json::json;
use tokio_postgres::{Client, IsolationLevel};

use crate::{
    BackupError, Drill, DrillState, Keeping, Located, Programs,
    actions::{DRILLING, alone, blocking, clear, stored},
    restore::restore,
    store,
    wal::{Recovery, Shelf},
};

const NAME: &str = "hub";
/// So many lines of one check are told.
const SHOWN: usize = 5;

/// Drills the newest copy, and the newest base with its log where there is one.
pub async fn drill_newest(
    app: &App,
    keeping: &Arc<Keeping>,
    actor: &Actor,
) -> Result<Vec<Drill>, BackupError> {
    let mut newest: Vec<Located> = stored(keeping).await?.into_iter().map(|one| one.at).take(1).collect();
    if let Ok((_, shelf)) = keeping.log() {
        newest.extend(blocking(move || shelf.bases()).await?.into_iter().map(|one| one.at).take(1));
    }
    if newest.is_empty() {
        let place = keeping.place.as_ref().ok_or(BackupError::NoPlace)?;
        return Err(BackupError::Problem(format!("there is no backup in {place}")));
    }
    let mut drills = Vec::new();
    for at in newest {
        drills.push(drill(app, keeping, at, actor).await?);
    }
    Ok(drills)
}

/// Restores this copy, or base, and says what is wrong with it.
pub async fn drill(
    app: &App,
    keeping: &Arc<Keeping>,
    at: Located,
    actor: &Actor,
) -> Result<Drill, BackupError> {
    // Another one's PostgreSQL must not be cleared away while it runs.
    let _alone = alone(keeping, DRILLING).await?;
    let now = app.clock.now();
    let (id, file) = (DrillId::new(now), at.to_string());
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    store::give_up_drills(&*tx, "It was under way when the program ended.", now).await?;
    store::begin_drill(&*tx, id, &file, now).await?;
    tx.commit(actor, Event::change("drill.started").on("drill", id.0)).await?;
    drop(db);

    let findings = match beside(app, keeping, &at).await {
        Ok(findings) => findings,
        Err(error) => vec![error.to_string()],
    };
    let finished = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    store::end_drill(&*tx, id, &findings, finished).await?;
    let action = if findings.is_empty() { "drill.passed" } else { "drill.failed" };
    let details = json!({ "findings": findings.len() });
    tx.commit(actor, Event::change(action).on("drill", id.0).details(details)).await?;
    if !findings.is_empty() {
        tracing::error!(file, ?findings, "a backup did not pass its drill");
    }
    let state = if findings.is_empty() { DrillState::Passed } else { DrillState::Failed };
    Ok(Drill { id, state, file, started_at: now, finished_at: Some(finished), findings })
}

/// A PostgreSQL in a folder of its own, which goes again.
async fn beside(app: &App, keeping: &Arc<Keeping>, at: &Located) -> Result<Vec<String>, BackupError> {
    let folder = keeping.data_dir.join("drill");
    // What an earlier one left when it was killed.
    clear(&folder)?;
    // Nothing in it has to outlive a power cut.
    let mut options = Options::for_tests(&folder);
    options.bin_dir = Some(keeping.programs.folder.clone());
    let outcome = if at.is_base() {
        of_base(app, keeping, options, at).await
    } else {
        of_copy(app, keeping, options, at).await
    };
    clear(&folder)?;
    outcome
}

async fn of_copy(
    app: &App,
    keeping: &Keeping,
    options: Options,
    at: &Located,
) -> Result<Vec<String>, BackupError> {
    let server = blocking(move || {
        let server = Embedded::start(options)?;
        server.create_database_if_missing(NAME)?;
        Ok(server)
    })
    .await?;
    let look = async || {
        let database = Address::read(&server.connection_string(NAME), None)
            .map_err(|error| BackupError::Problem(error.to_string()))?;
        let mut client = database.connect().await?;
        let programs = Programs { folder: keeping.programs.folder.clone(), database };
        let now = app.clock.now();
        let restored =
            restore(&programs, &keeping.key, &mut client, at, keeping.newest_migration, now).await?;
        let mut findings = restored.differences.clone();
        let head = restored.manifest.facts.seal.unwrap_or_default();
        findings.extend(examine(app, keeping, &mut client, head).await?);
        Ok(findings)
    };
    let outcome = look().await;
    blocking(move || Ok(server.stop()?)).await?;
    outcome
}

/// With its log, of a day at most.
async fn of_base(
    app: &App,
    keeping: &Keeping,
    options: Options,
    at: &Located,
) -> Result<Vec<String>, BackupError> {
    let shelf = Shelf { place: at.place.clone(), key: keeping.key.clone() };
    let (own, base) = (shelf.clone(), at.clone());
    let covered = blocking(move || own.cover(&base)).await?;
    let sealed = covered.base.manifest.seal.unwrap_or_default();
    let program = keeping.program.clone();
    let target = covered.a_day();
    let recovery = Recovery { shelf, covered, target, options, program, database: NAME };
    let server = recovery.run(keeping.newest_migration, app.clock.now()).await?.server;
    let look = async || {
        let database = Address::read(&server.connection_string(NAME), None)
            .map_err(|error| BackupError::Problem(error.to_string()))?;
        let mut client = database.connect().await?;
        let head: i64 =
            client.query_one("select coalesce(max(number), 0) from checkpoints", &[]).await?.get(0);
        let mut findings = examine(app, keeping, &mut client, head).await?;
        if head < sealed {
            findings.push(format!("head of the audit trail: {sealed}, restored {head}"));
        }
        Ok(findings)
    };
    let outcome = look().await;
    blocking(move || Ok(server.stop()?)).await?;
    outcome
}

/// What does not hold in a restored database.
async fn examine(
    app: &App,
    keeping: &Keeping,
    client: &mut Client,
    head: i64,
) -> Result<Vec<String>, BackupError> {
    let mut findings = Vec::new();
    platform::migrate::run(client, None).await.map_err(|error| BackupError::Problem(error.to_string()))?;
    let tx = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    for (name, check) in keeping.checks {
        let wrong = tx.query(*check, &[]).await?;
        findings.extend(wrong.iter().take(SHOWN).map(|row| format!("{name}: {}", row.get::<_, &str>(0))));
    }
    drop(tx);
    let trail = |error: trail::TrailError| BackupError::Problem(error.to_string());
    let trust = trail::trust(&app.settings).map_err(trail)?.up_to(head);
    let report = trail::verify(client, &trust, |_, _| {}).await.map_err(trail)?;
    findings.extend(
        report.findings.iter().take(SHOWN).map(|one| format!("audit trail, {}: {}", one.row, one.what)),
    );
    Ok(findings)
}
