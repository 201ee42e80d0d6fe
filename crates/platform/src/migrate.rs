//! Applies the migrations that the binary carries, in order, each in one transaction, under an advisory lock.

use sha2::{Digest, Sha256};
use tokio_postgres::Client;

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Any number, as long as nothing else in the database uses it.
const LOCK: i64 = 0x48_55_42_4D_49_47;

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(
        "migration {0} was changed after it had been applied here; put the file back as it was and add a new one"
    )]
    Changed(String),
    #[error("the database has migration {0}, which this binary does not know: it belongs to a newer release")]
    Unknown(String),
    #[error("migration {name} failed and changed nothing: {cause}")]
    Failed { name: &'static str, cause: String },
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
}

/// Returns the names of the migrations applied now. Running it again changes nothing.
pub async fn run(client: &mut Client) -> Result<Vec<&'static str>, MigrateError> {
    client.execute("select pg_advisory_lock($1)", &[&LOCK]).await?;
    let outcome = apply(client).await;
    client.execute("select pg_advisory_unlock($1)", &[&LOCK]).await?;
    outcome
}

async fn apply(client: &mut Client) -> Result<Vec<&'static str>, MigrateError> {
    client
        .batch_execute(
            "create table if not exists schema_migrations (
                name text primary key, checksum bytea not null, applied_at timestamptz not null default now())",
        )
        .await?;
    let known = client.query("select name, checksum from schema_migrations", &[]).await?;
    for row in &known {
        let name: String = row.get(0);
        match MIGRATIONS.iter().find(|(ours, _)| *ours == name) {
            None => return Err(MigrateError::Unknown(name)),
            Some((_, sql)) if checksum(sql) != row.get::<_, Vec<u8>>(1) => {
                return Err(MigrateError::Changed(name));
            }
            Some(_) => {}
        }
    }
    let mut applied = Vec::new();
    for (name, sql) in MIGRATIONS {
        if known.iter().any(|row| row.get::<_, &str>(0) == *name) {
            continue;
        }
        let failed = |error: tokio_postgres::Error| MigrateError::Failed {
            name,
            cause: error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string),
        };
        let tx = client.transaction().await?;
        tx.batch_execute(sql).await.map_err(failed)?;
        tx.execute("insert into schema_migrations (name, checksum) values ($1, $2)", &[name, &checksum(sql)])
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        applied.push(*name);
    }
    Ok(applied)
}

fn checksum(sql: &str) -> Vec<u8> {
    Sha256::digest(sql.as_bytes()).to_vec()
}
