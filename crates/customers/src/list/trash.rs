//! Who is archived: since when, by whom, and why.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Cursor, Result, db::snapshot, sql::Sql};
use serde::Serialize;
use staff::Reach;
use tokio_postgres::types::Type;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ListCache,
    cache::state,
    figures::figures,
    filter::{CustomerFilter, StatusFilter},
    page::SOURCE,
};
use crate::{
    Act, Customer, rules,
    store::{COLUMNS, from_row},
};

/// An archived customer, and how they came to be.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Archived {
    #[serde(flatten)]
    pub customer: Customer,
    /// Absent: it came by an import, or before there was a trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_by_name: Option<String>,
    /// The act on many that they were archived with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bulk_run_id: Option<Uuid>,
    pub restore: Act,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TrashPage {
    pub customers: Vec<Archived>,
    /// Of everybody that the search finds.
    pub total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The last to be archived first.
pub(crate) async fn list_trash(
    cache: &ListCache,
    db: &mut Client,
    filter: &CustomerFilter,
    after: Option<&str>,
    limit: i64,
    reach: &Reach,
    now: Timestamp,
) -> Result<TrashPage> {
    let after: Option<(Timestamp, CustomerId)> = after.map(Cursor::read_instant).transpose()?;
    let filter = CustomerFilter { status: Some(StatusFilter::Archived), ..filter.clone() };
    let tx = snapshot(db).await?;
    let state = state(&tx).await?;
    let total = figures(cache, &tx, &filter, state, now).await?.customers;
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(", e.by_name, e.bulk_run").push(SOURCE);
    sql.push(
        " left join lateral (
            select m.name as by_name, e.details ->> 'bulkRunId' as bulk_run from events e left join staff m on m.id = e.staff_id
            where e.customer_id = c.id and e.kind = 'change' and e.action = 'customer.archived' order by e.at desc, e.id desc limit 1
         ) e on true",
    );
    filter.push_conditions(&mut sql, now);
    if let Some((at, id)) = after {
        sql.push(" and (c.archived_at, c.id) < (").bind(at, Type::TIMESTAMPTZ).push(", ");
        sql.bind(id, Type::UUID).push(")");
    }
    sql.push(" order by c.archived_at desc, c.id desc limit ").bind(limit + 1, Type::INT8);
    let rows = sql.query_in(&tx).await?;
    tx.commit().await?;
    let shown = usize::try_from(limit).unwrap_or(0);
    let customers: Vec<Archived> = rows
        .iter()
        .take(shown)
        .map(|row| {
            let customer = from_row(row, now);
            Archived {
                archived_by_name: row.get("by_name"),
                bulk_run_id: row.get::<_, Option<&str>>("bulk_run").and_then(|id| id.parse().ok()),
                restore: rules::may_restore(&customer, reach),
                customer,
            }
        })
        .collect();
    let last = customers.last().filter(|_| rows.len() > shown);
    let next = last.map(|last| Cursor::write(&(last.customer.archived_at, last.customer.id)));
    Ok(TrashPage { customers, total, next })
}
