//! The figures over a list: customers, active ones, lifetime value, orders, cancellations.

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use kernel::Pence;
use platform::{Result, sql::Sql};
use serde::Serialize;
use tokio_postgres::{Row, types::Type};
use utoipa::ToSchema;

use super::{
    cache::{ListCache, State, kept},
    filter::{CustomerFilter, StatusFilter},
};
use crate::rules;

/// Over every customer that the filter lets through, not only those of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figures {
    pub customers: i64,
    /// With an order in the last twelve months.
    pub active: i64,
    /// Captured minus refunded over all time, in pence.
    pub total_ltv: Pence,
    /// Per customer of the list, rounded half up to the penny; 0 without customers.
    pub average_ltv: Pence,
    pub orders: i64,
    pub cancelled: i64,
}

/// Kept while the data stays as it is; "active" depends on the day, so the day is part of the key.
pub(crate) async fn figures(
    cache: &ListCache,
    db: &Transaction<'_>,
    filter: &CustomerFilter,
    state: State,
    now: Timestamp,
) -> Result<Figures> {
    kept(&cache.figures, key(filter, now), state, async {
        if filter.is_plain() {
            from_totals(db, filter.status, now).await
        } else {
            computed(db, filter, now).await
        }
    })
    .await
}

/// The figures that are known already, and the state of the data they are true in.
pub(super) fn remembered(
    cache: &ListCache,
    filter: &CustomerFilter,
    now: Timestamp,
) -> Option<(State, Figures)> {
    super::cache::remembered(&cache.figures, &key(filter, now))
}

fn key(filter: &CustomerFilter, now: Timestamp) -> String {
    format!("{} {}", kernel::london_day(now), serde_json::to_string(filter).unwrap_or_default())
}

async fn from_totals(db: &Transaction<'_>, status: Option<StatusFilter>, now: Timestamp) -> Result<Figures> {
    let mut sql = Sql::new(
        "select coalesce(sum(customers), 0)::bigint as customers, coalesce(sum(ltv), 0)::bigint as ltv,
                coalesce(sum(orders), 0)::bigint as orders, coalesce(sum(cancelled_orders), 0)::bigint as cancelled,
                coalesce(sum(customers) filter (where last_order_on >= ",
    );
    let active_since = rules::active_since(now);
    sql.bind(active_since, Type::DATE).push(
        "), 0)::bigint as active
         from (select archived, last_order_on, customers, orders, cancelled_orders, ltv from customer_totals
               union all
               select archived, last_order_on, customers, orders, cancelled_orders, ltv from customer_totals_changes) t",
    );
    match status {
        Some(StatusFilter::Archived) => sql.push(" where archived"),
        Some(StatusFilter::New) => sql.push(" where not archived and last_order_on = '-infinity'"),
        Some(StatusFilter::Active) => {
            sql.push(" where not archived and last_order_on >= ").bind(active_since, Type::DATE)
        }
        Some(StatusFilter::Inactive) => sql
            .push(" where not archived and last_order_on > '-infinity' and last_order_on < ")
            .bind(active_since, Type::DATE),
        Some(StatusFilter::Flagged) | None => sql.push(" where not archived"),
    };
    one(db, &sql).await
}

async fn computed(db: &Transaction<'_>, filter: &CustomerFilter, now: Timestamp) -> Result<Figures> {
    let mut sql = Sql::new(
        "select count(*) as customers, coalesce(sum(s.ltv), 0)::bigint as ltv,
                coalesce(sum(s.orders), 0)::bigint as orders, coalesce(sum(s.cancelled_orders), 0)::bigint as cancelled,
                count(*) filter (where london_day(s.last_order_at) >= ",
    );
    sql.bind(rules::active_since(now), Type::DATE)
        .push(") as active from customers c join customer_stats s on s.customer_id = c.id");
    filter.push_conditions(&mut sql, now);
    one(db, &sql).await
}

async fn one(db: &Transaction<'_>, sql: &Sql) -> Result<Figures> {
    let rows = sql.query_in(db).await?;
    Ok(rows.first().map(from_row).unwrap_or_default())
}

fn from_row(row: &Row) -> Figures {
    let customers: i64 = row.get("customers");
    let ltv: i64 = row.get("ltv");
    let average = if customers == 0 { 0 } else { (ltv + customers / 2).div_euclid(customers) };
    Figures {
        customers,
        active: row.get("active"),
        total_ltv: Pence(ltv),
        average_ltv: Pence(average),
        orders: row.get("orders"),
        cancelled: row.get("cancelled"),
    }
}
