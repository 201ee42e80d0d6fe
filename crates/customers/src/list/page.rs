//! One page of the list.

use deadpool_postgres::{Client, Transaction};
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Cursor, Problem, Result, sql::Sql};
use serde::{Deserialize, Serialize};
use tokio_postgres::{IsolationLevel, Row, types::Type};
use utoipa::ToSchema;

use super::{
    ListCache, anchors,
    cache::state,
    figures::{Figures, figures},
    filter::{CustomerFilter, List, Sort, SortOrder},
};
use crate::{
    Customer,
    store::{COLUMNS, from_row},
};

/// What conditions and columns speak of.
pub(super) const SOURCE: &str = " from customers c join customer_stats s on s.customer_id = c.id";

/// Where this page stands in its list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Pagination {
    pub page: i64,
    pub limit: i64,
    pub total: i64,
    pub pages: i64,
    /// For `after`, when there is more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A page of customers with the figures of the whole filter.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CustomerList)]
pub(crate) struct Listed {
    pub customers: Vec<Customer>,
    pub pagination: Pagination,
    pub kpis: Figures,
}

/// Behind which row the next page begins, and which page that is.
#[derive(Serialize, Deserialize)]
struct Position {
    sort: Sort,
    value: String,
    id: CustomerId,
    page: i64,
}

/// Page, totals and figures as of one instant.
pub(crate) async fn list(cache: &ListCache, db: &mut Client, now: Timestamp, query: &List) -> Result<Listed> {
    let position: Option<Position> = query.after.as_deref().map(Cursor::read).transpose()?;
    if position.as_ref().is_some_and(|position| position.sort != query.sort) {
        return Err(Problem::invalid(
            "after",
            "belongs to another order of the list; start again from the first page",
        ));
    }
    let tx = db
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let state = state(&tx).await?;
    let kpis = figures(cache, &tx, &query.filter, state, now).await?;
    let (page, behind, skip) = match position {
        Some(position) => (position.page, Some((position.value, position.id)), 0),
        None => {
            let offset = (query.page - 1) * query.limit;
            if offset >= kpis.customers.max(1) {
                (query.page, None, i64::MAX)
            } else {
                let (behind, skip) =
                    anchors::before(cache, &tx, &query.filter, query.sort, state, now, offset).await?;
                (query.page, behind, skip)
            }
        }
    };
    let rows = if skip == i64::MAX { vec![] } else { rows(&tx, query, behind, skip, now).await? };
    tx.commit().await?;

    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let next = (rows.len() > limit).then(|| {
        let last = &rows[limit - 1];
        Cursor::write(&Position {
            sort: query.sort,
            value: last.get("sort_value"),
            id: last.get("id"),
            page: page + 1,
        })
    });
    let customers = rows.iter().take(limit).map(|row| from_row(row, now)).collect();
    let pages = (kpis.customers + query.limit - 1) / query.limit;
    let pagination = Pagination { page, limit: query.limit, total: kpis.customers, pages, next };
    Ok(Listed { customers, pagination, kpis })
}

/// One row more than the page holds, to know whether there is a next one.
async fn rows(
    db: &Transaction<'_>,
    query: &List,
    behind: Option<(String, CustomerId)>,
    skip: i64,
    now: Timestamp,
) -> Result<Vec<Row>> {
    let (column, id, kind) = query.sort.column();
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(", ").push(column).push("::text as sort_value");
    sql.push(SOURCE);
    query.filter.push_conditions(&mut sql, now);
    if let Some((value, last)) = behind {
        let than = match query.sort.order {
            SortOrder::Asc => ") > (",
            SortOrder::Desc => ") < (",
        };
        sql.push(" and (").push(column).push(", ").push(id).push(than);
        sql.bind(value, Type::TEXT).push("::").push(kind).push(", ").bind(last, Type::UUID).push(")");
    }
    push_order(&mut sql, query.sort);
    sql.push(" limit ").bind(query.limit + 1, Type::INT8).push(" offset ").bind(skip, Type::INT8);
    let rows =
        if query.filter.has_no_values() { sql.query_prepared(db).await } else { sql.query_in(db).await };
    rows.map_err(bad_position)
}

/// A cursor of ours holds a value of the column's type; one that was tampered with may not.
fn bad_position(error: tokio_postgres::Error) -> Problem {
    match error.code() {
        Some(code) if code.code().starts_with("22") => {
            Problem::invalid("after", "is not a cursor of this list; start again from the first page")
        }
        _ => error.into(),
    }
}

fn push_order(sql: &mut Sql, sort: Sort) {
    let (column, id, _) = sort.column();
    let direction = match sort.order {
        SortOrder::Asc => "",
        SortOrder::Desc => " desc",
    };
    sql.push(" order by ").push(column).push(direction).push(", ").push(id).push(direction);
}

/// The statement for all rows of a filter in list order, for the export.
pub(crate) fn ordered(filter: &CustomerFilter, sort: Sort, now: Timestamp) -> Sql {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(SOURCE);
    filter.push_conditions(&mut sql, now);
    push_order(&mut sql, sort);
    sql
}
