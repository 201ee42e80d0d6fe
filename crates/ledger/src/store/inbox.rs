use jiff::Timestamp;
use platform::Result;
use platform::db::GenericClient;
use uuid::Uuid;

/// What a provider told us, as it was signed.
pub(crate) struct NewMessage<'a> {
    pub id: Uuid,
    pub provider: &'a str,
    pub event_id: &'a str,
    pub kind: &'a str,
    pub object_id: Option<&'a str>,
    pub body: &'a str,
    pub now: Timestamp,
}

/// False: it was told before.
pub(crate) async fn insert_message(db: &impl GenericClient, new: &NewMessage<'_>) -> Result<bool> {
    let statement = db
        .prepare_cached(
            "insert into provider_inbox (id, provider, event_id, kind, object_id, received_at, body)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (provider, event_id) do nothing",
        )
        .await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 7] =
        [&new.id, &new.provider, &new.event_id, &new.kind, &new.object_id, &new.now, &new.body];
    Ok(db.execute(&statement, &values).await? == 1)
}

/// Of a message that nobody has looked at yet: its kind, and what it is about.
pub(crate) async fn open_message(
    db: &impl GenericClient,
    id: Uuid,
) -> Result<Option<(String, Option<String>)>> {
    let statement = db
        .prepare_cached("select kind, object_id from provider_inbox where id = $1 and processed_at is null")
        .await?;
    Ok(db.query_opt(&statement, &[&id]).await?.map(|row| (row.get(0), row.get(1))))
}

pub(crate) async fn close_message(db: &impl GenericClient, id: Uuid, now: Timestamp) -> Result<()> {
    let statement = db
        .prepare_cached("update provider_inbox set processed_at = $2 where id = $1 and processed_at is null")
        .await?;
    db.execute(&statement, &[&id, &now]).await?;
    Ok(())
}
