//! The rows behind a figure, from the very SQL that sums them.

use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use kernel::Pence;
use platform::{Cursor, Result, db::GenericClient as _, sql::word};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

use crate::model::{Explained, ExplainedEntry};

/// SQL that finds the rows of a figure, and an expression that is the figure as it is shown elsewhere. Both speak of the
/// first parameter, and of the day as `$2`. The rows have the columns `id, at, amount, kind, label, detail, paid, back,
/// customer_id, customer_name, booking_id`.
pub struct FigureSql<'a> {
    pub rows: &'a str,
    pub value: &'a str,
    /// `$1`: whose figure it is, or of when.
    pub of: &'a (dyn ToSql + Sync),
    pub day: Date,
}

/// The figure, the sum of its rows, and a page of them, all as of one instant when the transaction reads one.
pub async fn explain(
    tx: &Transaction<'_>,
    figure: &FigureSql<'_>,
    as_of: Timestamp,
    after: Option<&str>,
    limit: i64,
) -> Result<Explained> {
    let FigureSql { rows, value, of, day } = figure;
    let before: Option<(Timestamp, Uuid)> = after.map(Cursor::read_instant).transpose()?;
    let (at, last) = before.unzip();
    let sums = tx
        .prepare_cached(&format!(
            "select {value} as value, coalesce(sum(r.amount), 0)::bigint as sum, count(*) as count
             from ({rows}) r where $2::date is not null"
        ))
        .await?;
    let page = tx
        .prepare_cached(&format!(
            "select * from ({rows}) r
             where $2::date is not null and ($3::timestamptz is null or (r.at, r.id) < ($3, $4::uuid))
             order by r.at desc, r.id desc limit $5"
        ))
        .await?;
    let sums = tx.query_one(&sums, &[*of, day]).await?;
    let found = tx.query(&page, &[*of, day, &at, &last, &(limit + 1)]).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let entries = found.iter().take(shown).map(entry).collect::<Result<Vec<_>>>()?;
    let next = entries.last().filter(|_| found.len() > shown).map(|last| Cursor::write(&(last.at, last.id)));
    let (value, sum, count) = (sums.get("value"), sums.get("sum"), sums.get("count"));
    Ok(Explained { value, sum, count, as_of, entries, next })
}

fn entry(row: &Row) -> Result<ExplainedEntry> {
    let back: Option<Pence> = row.get("back");
    let detail = match (row.get("paid"), back) {
        (Some(paid), Some(back)) if back.0 > 0 => {
            let paid: Pence = paid;
            Some(format!("{paid} paid, {back} refunded"))
        }
        _ => row.get("detail"),
    };
    Ok(ExplainedEntry {
        id: row.get("id"),
        kind: word(row, "kind")?,
        at: row.get("at"),
        amount: row.get("amount"),
        label: row.get("label"),
        detail,
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        booking_id: row.get("booking_id"),
    })
}
