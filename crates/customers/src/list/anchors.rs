//! Where every five-hundredth row of a sorted list begins, so that a page far down costs what the first one costs.

use std::sync::Arc;

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Result, sql::Sql};

use super::{
    cache::{ListCache, State, kept},
    filter::{CustomerFilter, Sort, SortOrder},
};

/// Rows between two anchors. A page begins at most so many rows behind one.
pub(super) const STEP: i64 = 500;

/// The sort value, as text, and the id of rows number 500, 1000, ….
pub(crate) type Anchors = Vec<(String, CustomerId)>;

/// Where a page begins: behind which row, and how many rows after it.
pub(super) type Start = (Option<(String, CustomerId)>, i64);

/// The last anchor at or before `offset`, and how many rows to skip behind it.
pub(super) async fn before(
    cache: &ListCache,
    db: &Transaction<'_>,
    filter: &CustomerFilter,
    sort: Sort,
    state: State,
    now: Timestamp,
    offset: i64,
) -> Result<Start> {
    if offset < STEP {
        return Ok((None, offset));
    }
    let anchors = kept(&cache.anchors, key(filter, sort, now), state, async {
        Ok(Arc::new(find(db, filter, sort, now).await?))
    })
    .await?;
    Ok(nearest(&anchors, offset))
}

/// As [`before`], when it is known already for this state of the data.
pub(super) fn remembered(
    cache: &ListCache,
    filter: &CustomerFilter,
    sort: Sort,
    state: State,
    now: Timestamp,
    offset: i64,
) -> Option<Start> {
    if offset < STEP {
        return Some((None, offset));
    }
    let (known, anchors) = super::cache::remembered(&cache.anchors, &key(filter, sort, now))?;
    (known == state).then(|| nearest(&anchors, offset))
}

fn key(filter: &CustomerFilter, sort: Sort, now: Timestamp) -> String {
    format!("{} {}", kernel::london_day(now), serde_json::to_string(&(filter, sort)).unwrap_or_default())
}

fn nearest(anchors: &Anchors, offset: i64) -> Start {
    let wanted = usize::try_from(offset / STEP).unwrap_or(usize::MAX).min(anchors.len());
    let skipped = i64::try_from(wanted).unwrap_or(i64::MAX) * STEP;
    (wanted.checked_sub(1).and_then(|last| anchors.get(last)).cloned(), offset - skipped)
}

async fn find(db: &Transaction<'_>, filter: &CustomerFilter, sort: Sort, now: Timestamp) -> Result<Anchors> {
    let (column, id, _) = sort.column();
    let direction = match sort.order {
        SortOrder::Asc => "",
        SortOrder::Desc => " desc",
    };
    let mut sql = Sql::new("select key::text, id from (select ");
    sql.push(column).push(" as key, ").push(id).push(" as id, row_number() over (order by ");
    sql.push(column).push(direction).push(", ").push(id).push(direction).push(") as number");
    sql.push(super::page::SOURCE);
    filter.push_conditions(&mut sql, now);
    sql.push(") numbered where number % 500 = 0 order by number");
    let rows = sql.query_in(db).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}
