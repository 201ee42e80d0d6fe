use jiff::Timestamp;
use kernel::{CustomerId, NoteId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::{Note, input::NoteDetails};

const COLUMNS: &str = "select n.id, n.body, n.pinned, n.author_id, m.name as author_name, n.created_at, n.updated_at, n.version \
    from notes n left join staff m on m.id = n.author_id where n.customer_id = $1 and n.removed_at is null";

fn from_row(row: &Row) -> Note {
    Note {
        id: row.get("id"),
        body: row.get("body"),
        pinned: row.get("pinned"),
        author_id: row.get("author_id"),
        author_name: row.get("author_name"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

/// Pinned ones first, then the latest; at most 200.
pub async fn notes_of(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Note>> {
    let text = format!("{COLUMNS} order by n.pinned desc, n.created_at desc, n.id desc limit 200");
    let statement = db.prepare_cached(&text).await?;
    Ok(db.query(&statement, &[&customer]).await?.iter().map(from_row).collect())
}

pub(crate) async fn lock_note(db: &impl GenericClient, customer: CustomerId, id: NoteId) -> Result<Note> {
    let row = db.query_opt(&format!("{COLUMNS} and n.id = $2 for update of n"), &[&customer, &id]).await?;
    row.map(|row| from_row(&row)).ok_or_else(|| Problem::not_found("note"))
}

pub(crate) async fn insert_note(
    db: &impl GenericClient,
    customer: CustomerId,
    id: NoteId,
    new: &NoteDetails,
    author: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into notes (id, customer_id, body, pinned, author_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        &[&id, &customer, &new.body, &new.pinned, &author, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update_note(
    db: &impl GenericClient,
    id: NoteId,
    new: &NoteDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update notes set body = $2, pinned = $3, updated_at = $4, version = version + 1 where id = $1",
        &[&id, &new.body, &new.pinned, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn remove_note(db: &impl GenericClient, id: NoteId, now: Timestamp) -> Result<()> {
    db.execute(
        "update notes set removed_at = $2, updated_at = $2, version = version + 1 where id = $1",
        &[&id, &now],
    )
    .await?;
    Ok(())
}
