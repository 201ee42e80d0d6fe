//! A restored database does not know what was done since its copy was made: money and mail that it believes unsent may have left
//! already. So nothing leaves it until a person has looked and accepts it.

use deadpool_postgres::Client;
use jiff::Timestamp;
use platform::db::GenericClient;
use platform::{Actor, App, Event, Problem, Result, Tx};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::store;

/// A restored database whose state nobody has accepted yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fence {
    pub epoch: i32,
    pub restored_at: Timestamp,
    /// The instant that the copy shows: what was done between it and the restore is not in here.
    pub taken_at: Timestamp,
    /// Mails that wait to be sent.
    pub mails: i64,
    /// Refunds that are on their way, or would be.
    pub refunds: i64,
}

/// Closes the fence: an epoch begins, and one that nobody had accepted in the database of the copy ends. For `psql`, in the transaction that restores.
pub(crate) const BEGIN_EPOCH: &str = "
    select pg_catalog.set_config('search_path', 'public', false);
    update epochs set accepted_at = :'began_at' where accepted_at is null;
    insert into epochs (number, began_at, taken_at, sha256) select count(*) + 1, :'began_at', :'taken_at', :'sha256' from epochs;";

/// The same in a database that stands already, before anybody else may look.
pub(crate) async fn begin_epoch(
    client: &mut tokio_postgres::Client,
    began_at: Timestamp,
    taken_at: Timestamp,
    sha256: &str,
) -> Result<(), tokio_postgres::Error> {
    let tx = client.transaction().await?;
    tx.execute("update epochs set accepted_at = $1 where accepted_at is null", &[&began_at]).await?;
    let sql =
        "insert into epochs (number, began_at, taken_at, sha256) select count(*) + 1, $1, $2, $3 from epochs";
    tx.execute(sql, &[&began_at, &taken_at, &sha256]).await?;
    tx.commit().await
}

/// Says that everything was done which follows a restore. What was under way when the copy was made is given up.
pub async fn finish_restore(app: &App, db: &mut Client, taken_at: Timestamp, sha256: &str) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let why = "It was under way in the database that this one is a copy of.";
    store::give_up_backups(&*tx, why, now).await?;
    store::give_up_drills(&*tx, why, now).await?;
    store::forget_archive(&*tx).await?;
    let details = json!({ "takenAt": taken_at, "sha256": sha256 });
    tx.commit(&Actor::system(), Event::change("database.restored").details(details)).await?;
    Ok(())
}

/// When a restore was begun in this database that never came to its end: people who were erased may be in it again, and nobody has looked whether
/// it is whole.
pub async fn unfinished_restore(
    db: &impl platform::db::GenericClient,
) -> Result<Option<Timestamp>, tokio_postgres::Error> {
    let sql = "select began_at from epochs where accepted_at is null
            and not exists (select from events where action = 'database.restored' and at >= began_at)";
    Ok(db.query_opt(sql, &[]).await?.map(|row| row.get(0)))
}

pub async fn read_fence(db: &impl GenericClient) -> Result<Option<Fence>> {
    let sql = "select number, began_at, taken_at,
            (select count(*) from mails where state = 'queued') as mails,
            (select count(*) from refunds r join refund_states s on s.name = r.status where s.class = 'payable') as refunds
        from epochs where accepted_at is null order by number desc limit 1";
    let row = db.query_opt(&db.prepare_cached(sql).await?, &[]).await?;
    Ok(row.map(|row| Fence {
        epoch: row.get("number"),
        restored_at: row.get("began_at"),
        taken_at: row.get("taken_at"),
        mails: row.get("mails"),
        refunds: row.get("refunds"),
    }))
}

/// Opens it: mail and refunds go again. `reason`: what was looked at.
pub async fn accept(app: &App, db: &mut Client, actor: &Actor, reason: &str) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let by = actor.staff_id();
    let opened = tx
        .execute(
            "update epochs set accepted_at = $1, accepted_by = $2 where accepted_at is null",
            &[&now, &by],
        )
        .await?;
    if opened == 0 {
        return Err(Problem::conflict("not_fenced", "There is no fence: nothing waits to be accepted."));
    }
    let event = Event::change("database.accepted").values(None::<&()>, Some(&json!({ "reason": reason })));
    tx.commit(actor, event).await?;
    Ok(())
}
