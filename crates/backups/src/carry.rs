//! From one database into another, by a copy that is made, restored and thrown away.

use std::sync::Arc;

use deadpool_postgres::Client as Pooled;
use kernel::Clock;
use platform::{Actor, App, Event, Result, Tx};
use serde_json::json;
use tokio_postgres::Client;

use crate::{
    BackupError, Keeping, Manifest, Place, Programs, Restored,
    actions::{MAKING, alone, clear, copy},
    restore::{refuse_filled, restore},
    store,
};

/// Puts the database of `from` into the empty one of `to`, where `client` leads too. As with any restore it is fenced there, and nobody works on
/// it, until the caller has checked it and says so with [`finish_move`]. The caller sees to it that nobody writes meanwhile.
pub async fn carry_over(
    clock: &Clock,
    from: &Arc<Keeping>,
    to: &Programs,
    client: &mut Client,
) -> Result<Restored, BackupError> {
    refuse_filled(client).await?;
    let folder = from.data_dir.join("move");
    // What an earlier one left when it was killed.
    clear(&folder)?;
    let mut source = alone(from, MAKING).await?;
    let now = clock.now();
    let at = Place::Folder(folder.clone()).copy_at(now);
    let outcome = match copy(clock, from, &mut source, &at, now).await {
        Ok(_) => restore(to, &from.key, client, &at, from.newest_migration, now).await,
        Err(error) => Err(error),
    };
    clear(&folder)?;
    outcome
}

/// Opens a database that was moved: nothing was done between the copy and now, so that nothing can have left the house that it does not
/// know of.
pub async fn finish_move(app: &App, db: &mut Pooled, manifest: &Manifest) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let why = "It was under way in the database that this one was moved from.";
    store::give_up_backups(&*tx, why, now).await?;
    store::give_up_drills(&*tx, why, now).await?;
    tx.execute("update epochs set accepted_at = $1 where accepted_at is null", &[&now]).await?;
    let details = json!({ "takenAt": manifest.taken_at, "sha256": manifest.sha256 });
    tx.commit(&Actor::system(), Event::change("database.moved").details(details)).await?;
    Ok(())
}
