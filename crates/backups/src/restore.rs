//! Putting a copy into an empty database, and its fence with it.

use jiff::Timestamp;

use tokio_postgres::{Client, IsolationLevel};

use crate::{
    BackupError, Facts, Key, Located, Manifest, Programs,
    actions::{blocking, checked},
    archive, fence,
};

/// What was restored, and what of it is not as the manifest says.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    pub differences: Vec<String>,
}

/// Restores the copy into the database of `programs`, where `client` leads too. All of it and its fence, or nothing, whoever is killed
/// meanwhile: it is one transaction. The caller migrates, checks, and says that it is finished ([`crate::finish_restore`]).
pub async fn restore(
    programs: &Programs,
    key: &Key,
    client: &mut Client,
    at: &Located,
    newest_known: &str,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    refuse_filled(client).await?;
    let from = at.clone();
    let manifest = blocking(move || checked(&from)).await?;
    if manifest.facts.migration.as_str() > newest_known {
        return Err(BackupError::Later(at.to_string()));
    }
    let (programs, key, from) = (programs.clone(), key.clone(), at.clone());
    let values = [
        ("began_at", now.to_string()),
        ("taken_at", manifest.taken_at.to_string()),
        ("sha256", manifest.sha256.clone()),
    ];
    blocking(move || archive::put(&programs, &key, &from, fence::BEGIN_EPOCH, &values)).await?;
    client.batch_execute("analyze").await?;
    let tx = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let mut found = Facts::read(&tx).await?;
    // The fence is not the copy's.
    found.tables.entry("epochs".to_owned()).and_modify(|rows| *rows -= 1);
    let differences = manifest.facts.differences(&found);
    Ok(Restored { manifest, differences })
}

pub(crate) async fn refuse_filled(client: &Client) -> Result<(), BackupError> {
    let tables =
        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')";
    match client.query_one(tables, &[]).await?.get(0) {
        0 => Ok(()),
        found => Err(BackupError::NotEmpty(found)),
    }
}
