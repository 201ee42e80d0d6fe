//! Putting a copy into an empty database.

use std::{path::Path, process::Stdio};

use tokio_postgres::{Client, IsolationLevel};

use crate::{
    BackupError, Facts, Key, Manifest, Programs,
    actions::{blocking, checked},
    archive,
};

/// What was restored, and what of it is not as the manifest says.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub differences: Vec<String>,
}

/// Restores the file into the database of `programs`, where `client` leads too. All of it, or nothing: it is one transaction. The
/// caller migrates, checks and fences.
pub async fn restore(
    programs: &Programs,
    key: &Key,
    client: &mut Client,
    path: &Path,
    newest_known: &str,
) -> Result<Restored, BackupError> {
    let tables =
        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')";
    let found: i64 = client.query_one(tables, &[]).await?.get(0);
    if found > 0 {
        return Err(BackupError::NotEmpty(found));
    }
    let file = path.to_owned();
    let manifest = blocking(move || checked(&file)).await?;
    if manifest.facts.migration.as_str() > newest_known {
        return Err(BackupError::Later(path.to_owned()));
    }
    let (programs, key, file) = (programs.clone(), key.clone(), path.to_owned());
    blocking(move || {
        let mut command = programs.command("pg_restore");
        command
            .args(["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", "--dbname"])
            .arg(programs.database.config().get_dbname().unwrap_or("hub"))
            .stdout(Stdio::null());
        archive::pour(&file, &key, command, "pg_restore")
    })
    .await?;
    client.batch_execute("analyze").await?;
    let tx = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let differences = manifest.facts.differences(&Facts::read(&tx).await?);
    Ok(Restored { manifest, differences })
}
