//! Applies the migrations that the binary carries, in order, each in one transaction, under an advisory lock, and then the
//! rights of the application.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use std::time::Duration;

use tokio_postgres::error::SqlState;

use crate::{db::GenericClient, rights};

mod plan;

pub use plan::{Step, steps};

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// A name, and the SQL that is run under it.
pub type Migration = (&'static str, &'static str);

/// How long a migration waits for a lock, since whoever asks for the same table afterwards waits behind it; and how often it comes again.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub lock: Duration,
    pub tries: u32,
    pub pause: Duration,
}

const PATIENCE: Patience =
    Patience { lock: Duration::from_secs(3), tries: 20, pause: Duration::from_secs(2) };

/// Any number, as long as nothing else in the database uses it.
const LOCK: i64 = 0x48_55_42_4D_49_47;

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(
        "migration {0} was changed after it had been applied here; put the file back as it was and add a new one"
    )]
    Changed(String),
    #[error(
        "the database has migration {0}, which this binary does not know and cannot work with: it belongs to a newer release"
    )]
    Unknown(String),
    #[error("migration {name} failed and changed nothing: {cause}")]
    Failed { name: &'static str, cause: String },
    #[error(
        "migration {0} could not have its locks: somebody keeps a table for longer than it waits. It changed nothing; look for long transactions, and try again"
    )]
    Locked(&'static str),
    #[error(
        "the database is not at this release (migration {0} is missing), and the role of `database_url` may not bring it there: run `hub migrate` with `database_owner_url`"
    )]
    NotOwner(&'static str),
    #[error("the rights of the application could not be set, and stand as they were: {0}")]
    Rights(String),
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
}

/// The last migration that this release knows.
pub fn newest() -> &'static str {
    MIGRATIONS.last().map_or("", |(name, _)| name)
}

/// Migrations of this release that the database has not had yet, oldest first.
pub async fn missing(db: &impl GenericClient) -> Result<Vec<&'static str>, tokio_postgres::Error> {
    let begun = "select to_regclass('public.schema_migrations') is not null";
    if !db.query_one(begun, &[]).await?.get::<_, bool>(0) {
        return Ok(MIGRATIONS.iter().map(|(name, _)| *name).collect());
    }
    let applied = db.query("select name from schema_migrations", &[]).await?;
    let is_applied = |name: &str| applied.iter().any(|row| row.get::<_, &str>(0) == name);
    Ok(MIGRATIONS.iter().map(|(name, _)| *name).filter(|name| !is_applied(name)).collect())
}

/// Returns the names of the migrations applied now. Running it again changes nothing. `application`: the role that the
/// application connects as, when it is not the one that migrates.
pub async fn run(client: &mut Client, application: Option<&str>) -> Result<Vec<&'static str>, MigrateError> {
    run_these(client, application, MIGRATIONS, PATIENCE).await
}

/// The same with other migrations than this release's.
pub async fn run_these(
    client: &mut Client,
    application: Option<&str>,
    migrations: &[Migration],
    patience: Patience,
) -> Result<Vec<&'static str>, MigrateError> {
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let outcome = apply_all(client, application, migrations, patience).await;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    outcome
}

async fn apply_all(
    client: &mut Client,
    application: Option<&str>,
    migrations: &[Migration],
    patience: Patience,
) -> Result<Vec<&'static str>, MigrateError> {
    let pending = pending(client, migrations).await?;
    if let Some(newest) = newer_than(client, migrations).await?.pop() {
        // What the newer release has granted is its own to say.
        tracing::warn!(newest, "the database is of a newer release, with which this one can work");
        return Ok(Vec::new());
    }
    let may = "select has_schema_privilege('public', 'create')";
    if let [(next, _), ..] = pending.as_slice()
        && !client.query_one(may, &[]).await?.get::<_, bool>(0)
    {
        return Err(MigrateError::NotOwner(next));
    }
    let applied = apply(client, &pending, patience).await?;
    if let Some(application) = application {
        let cause = |error: tokio_postgres::Error| MigrateError::Rights(described(&error));
        rights::grant(client, application).await.map_err(cause)?;
    }
    Ok(applied)
}

/// What would be run now; refused where it would be.
pub async fn planned(client: &Client) -> Result<Vec<Migration>, MigrateError> {
    pending(client, MIGRATIONS).await
}

/// What a newer release has added to the database, oldest first; refused where this release cannot work with it.
pub async fn newer(client: &Client) -> Result<Vec<String>, MigrateError> {
    newer_than(client, MIGRATIONS).await
}

async fn newer_than(client: &Client, migrations: &[Migration]) -> Result<Vec<String>, MigrateError> {
    let mut newer = Vec::new();
    for Applied { name, needs, .. } in applied_to(client).await? {
        let is_ours = |name: &str| migrations.iter().any(|(ours, _)| *ours == name);
        if needs.is_some_and(|needs| !is_ours(&needs)) {
            return Err(MigrateError::Unknown(name));
        }
        if !is_ours(&name) {
            newer.push(name);
        }
    }
    Ok(newer)
}

/// What the database does not have yet; refused where it has something else that does not come after all of ours.
async fn pending(client: &Client, migrations: &[Migration]) -> Result<Vec<Migration>, MigrateError> {
    let applied = applied_to(client).await?;
    for Applied { name, checksum: applied, .. } in &applied {
        let ours = migrations.iter().find(|(ours, _)| ours == name);
        if ours.is_some_and(|(_, sql)| checksum(sql) != *applied) {
            return Err(MigrateError::Changed(name.clone()));
        }
    }
    let is_applied = |name: &str| applied.iter().any(|one| one.name == name);
    let pending: Vec<Migration> = migrations.iter().filter(|(name, _)| !is_applied(name)).copied().collect();
    match newer_than(client, migrations).await?.pop() {
        Some(newer) if !pending.is_empty() => Err(MigrateError::Unknown(newer)),
        _ => Ok(pending),
    }
}

struct Applied {
    name: String,
    checksum: Vec<u8>,
    needs: Option<String>,
}

async fn applied_to(client: &Client) -> Result<Vec<Applied>, MigrateError> {
    let begun = "select to_regclass('public.schema_migrations') is not null";
    if !client.query_one(begun, &[]).await?.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    // The last column came later than the table.
    let sql = "select name, checksum, to_jsonb(m) ->> 'needs' from schema_migrations m order by name";
    let rows = client.query(sql, &[]).await?;
    Ok(rows.iter().map(|row| Applied { name: row.get(0), checksum: row.get(1), needs: row.get(2) }).collect())
}

async fn apply(
    client: &mut Client,
    pending: &[Migration],
    patience: Patience,
) -> Result<Vec<&'static str>, MigrateError> {
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    client
        .batch_execute(
            "create table if not exists schema_migrations (
                name text primary key, checksum bytea not null, applied_at timestamptz not null default now())",
        )
        .await?;
    let mut applied = Vec::new();
    for migration in pending {
        let mut tries = 0;
        while let Err(error) = apply_one(client, migration, patience.lock).await {
            tries += 1;
            if error.code() != Some(&SqlState::LOCK_NOT_AVAILABLE) {
                return Err(MigrateError::Failed { name: migration.0, cause: described(&error) });
            }
            if tries >= patience.tries {
                return Err(MigrateError::Locked(migration.0));
            }
            // Whoever waited behind us has their turn.
            tokio::time::sleep(patience.pause).await;
        }
        applied.push(migration.0);
    }
    Ok(applied)
}

/// All of it or nothing.
async fn apply_one(
    client: &mut Client,
    &(name, sql): &Migration,
    lock: Duration,
) -> Result<(), tokio_postgres::Error> {
    let tx = client.transaction().await?;
    tx.execute("select set_config('lock_timeout', $1, true)", &[&format!("{}ms", lock.as_millis())]).await?;
    tx.batch_execute(sql).await?;
    let checksum = checksum(sql);
    match needs(sql) {
        None => {
            let insert = "insert into schema_migrations (name, checksum) values ($1, $2)";
            tx.execute(insert, &[&name, &checksum]).await?
        }
        Some(needs) => {
            let insert = "insert into schema_migrations (name, checksum, needs) values ($1, $2, $3)";
            tx.execute(insert, &[&name, &checksum, &needs]).await?
        }
    };
    tx.commit().await
}

/// Of a migration that takes something away: the one by which releases know that it will, on its first line as `-- Needs: NNNN_what`.
pub fn needs(sql: &str) -> Option<&str> {
    sql.lines().next()?.strip_prefix("-- Needs: ").map(str::trim)
}

fn described(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}

fn checksum(sql: &str) -> Vec<u8> {
    Sha256::digest(sql.as_bytes()).to_vec()
}
