//! The figures over a list: customers, active ones, lifetime value, orders, cancellations.

use deadpool_postgres::Transaction;
use jiff::Timestamp;
use kernel::Pence;
use platform::{
    Result,
    sql::{Sql, word},
};
use serde::Serialize;
use tokio_postgres::{Row, types::Type};
use utoipa::ToSchema;

use super::{
    cache::{ListCache, State, kept},
    filter::{self, CustomerFilter, StatusFilter},
    page::SOURCE,
};
use crate::{CustomerStatus, rules};

/// Over every customer that the filter lets through, not only those of the page: the sums of `byStatus`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
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
    /// What the figures are made of. Only those of whom there are any.
    pub by_status: Vec<FiguresOfStatus>,
}

/// The part that the customers of one status have in the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FiguresOfStatus {
    pub status: CustomerStatus,
    pub customers: i64,
    pub active: i64,
    pub total_ltv: Pence,
    pub orders: i64,
    pub cancelled: i64,
}

impl Figures {
    /// The sums of these parts.
    fn of(mut by_status: Vec<FiguresOfStatus>) -> Self {
        by_status.retain(|part| part.customers != 0);
        by_status.sort_by_key(|part| part.status as u8);
        let sum = |of: fn(&FiguresOfStatus) -> i64| by_status.iter().map(of).sum::<i64>();
        let customers = sum(|part| part.customers);
        let ltv = sum(|part| part.total_ltv.0);
        let average = if customers == 0 { 0 } else { (ltv + customers / 2).div_euclid(customers) };
        Self {
            customers,
            active: sum(|part| part.active),
            total_ltv: Pence(ltv),
            average_ltv: Pence(average),
            orders: sum(|part| part.orders),
            cancelled: sum(|part| part.cancelled),
            by_status,
        }
    }
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
    let active_since = rules::active_since(now);
    let mut sql = Sql::new(
        "select case when archived then 'archived' when last_order_on = '-infinity' then 'new' when last_order_on >= ",
    );
    sql.bind(active_since, Type::DATE).push(" then 'active' else 'inactive' end as status");
    sql.push(
        ", sum(customers)::bigint as customers, sum(ltv)::bigint as ltv, sum(orders)::bigint as orders,
           sum(cancelled_orders)::bigint as cancelled, coalesce(sum(customers) filter (where last_order_on >= ",
    );
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
    sql.push(" group by 1");
    Ok(Figures::of(sql.query_in(db).await?.iter().map(part).collect::<Result<Vec<_>>>()?))
}

/// Conditions in place of groups: PostgreSQL cannot know that there are few groups, and then does not share the work out to workers.
async fn computed(db: &Transaction<'_>, filter: &CustomerFilter, now: Timestamp) -> Result<Figures> {
    let active_since = filter::active_since(now);
    let mut sql = Sql::new("select ");
    push_sums(&mut sql, |sql| {
        sql.push("s.last_order_at = '-infinity'");
    });
    sql.push(", ");
    push_sums(&mut sql, |sql| {
        sql.push("s.last_order_at >= ").bind(active_since, Type::TIMESTAMPTZ);
    });
    sql.push(", ");
    push_sums(&mut sql, |sql| {
        sql.push("true");
    });
    if filter.search.is_some() {
        sql.push(SOURCE);
        filter.push_conditions(&mut sql, now);
    } else {
        sql.push(" from customer_stats s");
        filter.push_conditions_on_statistics(&mut sql, now);
    }
    let rows = sql.query_in(db).await?;
    let Some(row) = rows.first() else { return Ok(Figures::default()) };
    let sums = |first: usize| FiguresOfStatus {
        status: CustomerStatus::Inactive,
        customers: row.get(first),
        active: 0,
        total_ltv: Pence(row.get(first + 1)),
        orders: row.get(first + 2),
        cancelled: row.get(first + 3),
    };
    let (new, active, all) = (sums(0), sums(4), sums(8));
    if filter.status == Some(StatusFilter::Archived) {
        let archived = FiguresOfStatus { status: CustomerStatus::Archived, active: active.customers, ..all };
        return Ok(Figures::of(vec![archived]));
    }
    let inactive = FiguresOfStatus {
        status: CustomerStatus::Inactive,
        customers: all.customers - new.customers - active.customers,
        active: 0,
        total_ltv: Pence(all.total_ltv.0 - new.total_ltv.0 - active.total_ltv.0),
        orders: all.orders - new.orders - active.orders,
        cancelled: all.cancelled - new.cancelled - active.cancelled,
    };
    Ok(Figures::of(vec![
        FiguresOfStatus { status: CustomerStatus::New, ..new },
        FiguresOfStatus { status: CustomerStatus::Active, active: active.customers, ..active },
        inactive,
    ]))
}

/// Customers, LTV, orders and cancelled ones of whom a condition holds for.
fn push_sums(sql: &mut Sql, condition: impl Fn(&mut Sql)) {
    for (start, end) in [
        ("count(*) filter (where ", ")"),
        (", coalesce(sum(s.ltv) filter (where ", "), 0)::bigint"),
        (", coalesce(sum(s.orders) filter (where ", "), 0)::bigint"),
        (", coalesce(sum(s.cancelled_orders) filter (where ", "), 0)::bigint"),
    ] {
        sql.push(start);
        condition(sql);
        sql.push(end);
    }
}

fn part(row: &Row) -> Result<FiguresOfStatus> {
    Ok(FiguresOfStatus {
        status: word(row, "status")?,
        customers: row.get("customers"),
        active: row.get("active"),
        total_ltv: row.get("ltv"),
        orders: row.get("orders"),
        cancelled: row.get("cancelled"),
    })
}
