use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, FlagId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::{Flag, FlagKind, input::FlagDetails};

const COLUMNS: &str = "select f.id, f.kind, f.reason, f.notes, r.name as raised_by_name, f.raised_at, f.expires_on, \
    f.removed_at, o.name as removed_by_name, f.removal_reason \
    from flags f left join staff r on r.id = f.raised_by left join staff o on o.id = f.removed_by \
    where f.customer_id = $1";

fn from_row(row: &Row) -> Flag {
    Flag {
        id: row.get("id"),
        kind: FlagKind::from_name(row.get("kind")),
        reason: row.get("reason"),
        notes: row.get("notes"),
        raised_by_name: row.get("raised_by_name"),
        raised_at: row.get("raised_at"),
        expires_on: row.get("expires_on"),
        removed_at: row.get("removed_at"),
        removed_by_name: row.get("removed_by_name"),
        removal_reason: row.get("removal_reason"),
    }
}

/// Open flags, oldest first.
pub async fn flags_of(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Flag>> {
    let text = format!("{COLUMNS} and f.removed_at is null order by f.raised_at, f.id");
    let statement = db.prepare_cached(&text).await?;
    Ok(db.query(&statement, &[&customer]).await?.iter().map(from_row).collect())
}

/// Open flags, oldest first; then those that were, the last to end first; at most 200.
pub(crate) async fn flag_history(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Flag>> {
    let text = format!(
        "{COLUMNS} order by f.removed_at desc nulls first,
         case when f.removed_at is null then f.raised_at end, f.raised_at desc, f.id limit 200"
    );
    let statement = db.prepare_cached(&text).await?;
    Ok(db.query(&statement, &[&customer]).await?.iter().map(from_row).collect())
}

pub(crate) async fn read_flag(db: &impl GenericClient, customer: CustomerId, id: FlagId) -> Result<Flag> {
    let row = db.query_opt(&format!("{COLUMNS} and f.id = $2"), &[&customer, &id]).await?;
    row.map(|row| from_row(&row)).ok_or_else(|| Problem::not_found("flag"))
}

pub(crate) async fn insert_flag(
    db: &impl GenericClient,
    customer: CustomerId,
    id: FlagId,
    new: &FlagDetails,
    raised_by: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into flags (id, customer_id, kind, reason, notes, raised_by, raised_at, expires_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&id, &customer, &new.kind.name(), &new.reason, &new.notes, &raised_by, &now, &new.expires_on],
    )
    .await?;
    Ok(())
}

/// Without a person and a reason it has expired.
pub(crate) async fn remove_flag(
    db: &impl GenericClient,
    id: FlagId,
    removal: Option<(StaffId, &str)>,
    now: Timestamp,
) -> Result<()> {
    let (by, reason) = removal.unzip();
    db.execute(
        "update flags set removed_at = $2, removed_by = $3, removal_reason = $4 where id = $1 and removed_at is null",
        &[&id, &now, &by, &reason],
    )
    .await?;
    Ok(())
}

/// Open flags whose last day is over, at most 500.
pub(crate) async fn overdue_flags(db: &impl GenericClient, today: Date) -> Result<Vec<(CustomerId, FlagId)>> {
    let rows = db
        .query(
            "select customer_id, id from flags where removed_at is null and expires_on < $1
             order by expires_on, id limit 500",
            &[&today],
        )
        .await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
