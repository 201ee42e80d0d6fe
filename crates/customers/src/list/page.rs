//! One page of the list.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Cursor, Problem, Result, db::snapshot, sql::Sql};
use serde::{Deserialize, Serialize};
use tokio_postgres::{Row, types::Type};
use utoipa::ToSchema;

use super::{
    ListCache,
    anchors::{self, Start},
    cache::{STATE, State, state},
    figures::{self, Figures, figures},
    filter::{CustomerFilter, List, Sort, SortBy, SortOrder},
    named::named,
    similar::{self, Similar},
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
    /// When nobody is found: whose names are nearly what was searched for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<Similar>,
}

/// Behind which row the next page begins, and which page that is.
#[derive(Serialize, Deserialize)]
struct Position {
    sort: Sort,
    value: String,
    id: CustomerId,
    page: i64,
    /// Whether that row is one of those whom the search names exactly, who come first.
    #[serde(default)]
    exact: bool,
}

impl Position {
    fn start(&self) -> Start {
        (Some((self.value.clone(), self.id)), 0)
    }
}

impl List {
    /// Rows before the page.
    fn offset(&self) -> i64 {
        (self.page - 1) * self.limit
    }
}

/// Page, totals and figures as of one instant.
pub(crate) async fn list(cache: &ListCache, db: &mut Client, now: Timestamp, query: &List) -> Result<Listed> {
    let position: Option<Position> = query.after.as_deref().map(Cursor::read).transpose()?;
    if position.as_ref().is_some_and(|position| !(1..i64::MAX).contains(&position.page)) {
        return Err(Problem::invalid(
            "after",
            "is not a cursor of this list; start again from the first page",
        ));
    }
    if position.as_ref().is_some_and(|position| position.sort != query.sort) {
        return Err(Problem::invalid(
            "after",
            "belongs to another order of the list; start again from the first page",
        ));
    }
    let named = named(db, &query.filter).await?;
    if let Some(listed) = from_memory(cache, db, now, query, position.as_ref(), &named).await? {
        return Ok(listed);
    }
    let tx = snapshot(db).await?;
    let state = state(&tx).await?;
    let kpis = figures(cache, &tx, &query.filter, state, now).await?;
    let start = match &position {
        Some(position) => Some(position.start()),
        None if query.offset() >= kpis.customers.max(1) => None,
        None if !named.is_empty() => Some((None, query.offset())),
        None => {
            Some(anchors::before(cache, &tx, &query.filter, query.sort, state, now, query.offset()).await?)
        }
    };
    let rows = match start {
        Some(start) => {
            let sql = rows(query, start, position.as_ref(), &named, now);
            let rows = if is_common(query) { sql.query_prepared(&tx).await } else { sql.query_in(&tx).await };
            rows.map_err(bad_position)?
        }
        None => Vec::new(),
    };
    let similar =
        if kpis.customers == 0 { similar::names(&tx, &query.filter, now).await? } else { Vec::new() };
    tx.commit().await?;
    Ok(Listed { similar, ..listed(query, position.as_ref(), &rows, &named, kpis, now) })
}

/// The same in one statement, when figures and position are remembered: the statement itself says which state of the data
/// it sees. None when that is another state than the remembered one, or nobody is on the page.
async fn from_memory(
    cache: &ListCache,
    db: &Client,
    now: Timestamp,
    query: &List,
    position: Option<&Position>,
    named: &[CustomerId],
) -> Result<Option<Listed>> {
    let Some((state, kpis)) = figures::remembered(cache, &query.filter, now) else { return Ok(None) };
    let start = match position {
        Some(position) => Some(position.start()),
        None if !named.is_empty() => Some((None, query.offset())),
        None => anchors::remembered(cache, &query.filter, query.sort, state, now, query.offset()),
    };
    let Some(start) = start else { return Ok(None) };
    let sql = rows(query, start, position, named, now);
    let rows = if is_common(query) { sql.query_prepared(db).await } else { sql.query(db).await };
    let rows = rows.map_err(bad_position)?;
    let same = rows.first().is_some_and(|row| State::from_row(row, "state") == state);
    Ok(same.then(|| listed(query, position, &rows, named, kpis, now)))
}

fn listed(
    query: &List,
    position: Option<&Position>,
    rows: &[Row],
    named: &[CustomerId],
    kpis: Figures,
    now: Timestamp,
) -> Listed {
    let page = position.map_or(query.page, |position| position.page);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let next = (rows.len() > limit).then(|| {
        let last = &rows[limit - 1];
        let id = last.get("id");
        Cursor::write(&Position {
            sort: query.sort,
            value: sort_value(last, query.sort.by),
            id,
            page: page + 1,
            exact: named.contains(&id),
        })
    });
    let customers = rows.iter().take(limit).map(|row| from_row(row, now)).collect();
    let pages = (kpis.customers + query.limit - 1) / query.limit;
    let pagination = Pagination { page, limit: query.limit, total: kpis.customers, pages, next };
    Listed { customers, pagination, kpis, similar: Vec::new() }
}

/// One row more than the page holds, to know whether there is a next one.
fn rows(
    query: &List,
    (behind, skip): Start,
    position: Option<&Position>,
    named: &[CustomerId],
    now: Timestamp,
) -> Sql {
    let (column, id, kind) = query.sort.column();
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(", ").push(STATE).push(" as state");
    if let SortBy::Name | SortBy::Email = query.sort.by {
        sql.push(", ").push(column);
    }
    sql.push(SOURCE);
    query.filter.push_conditions(&mut sql, now);
    if let Some((value, last)) = behind {
        let than = match query.sort.order {
            SortOrder::Asc => ") > (",
            SortOrder::Desc => ") < (",
        };
        // Behind one who is named there are the others who are, and then everybody else.
        sql.push(if named.is_empty() { " and (" } else { " and ((" });
        sql.push(column).push(", ").push(id).push(than);
        sql.bind(value, Type::TEXT).push("::").push(kind).push(", ").bind(last, Type::UUID).push(")");
        if !named.is_empty() {
            let among_named = position.is_some_and(|position| position.exact);
            sql.push(if among_named { " or c.id <> all(" } else { " and c.id <> all(" });
            sql.bind(named.to_vec(), Type::UUID_ARRAY).push("))");
        }
    }
    if named.is_empty() {
        push_order(&mut sql, query.sort);
    } else {
        sql.push(" order by c.id <> all(").bind(named.to_vec(), Type::UUID_ARRAY).push("), ");
        push_keys(&mut sql, query.sort);
    }
    match common_limit(query.limit) {
        Some(limit) => sql.push(limit),
        None => sql.push(" limit ").bind(query.limit + 1, Type::INT8),
    };
    if skip > 0 {
        sql.push(" offset ").bind(skip, Type::INT8);
    }
    sql
}

/// What a row is sorted by, as PostgreSQL reads it.
fn sort_value(row: &Row, by: SortBy) -> String {
    match by {
        SortBy::CreatedAt => row.get::<_, Timestamp>("created_at").to_string(),
        SortBy::Name => row.get("name_key"),
        SortBy::Email => row.get("email_key"),
        SortBy::Ltv => row.get::<_, i64>("ltv").to_string(),
        SortBy::Orders => row.get::<_, i32>("orders").to_string(),
        SortBy::LastOrder => {
            let at: Option<Timestamp> = row.get("last_order_at");
            at.map_or_else(|| "-infinity".to_owned(), |at| at.to_string())
        }
    }
}

/// Whether the statement has one of a handful of texts, so that it may be prepared.
fn is_common(query: &List) -> bool {
    query.filter.has_no_values() && common_limit(query.limit).is_some()
}

/// The usual page sizes are part of the text: PostgreSQL would plan a prepared statement anew each time it is told the limit,
/// because it must believe that an unknown one is a tenth of the table.
fn common_limit(limit: i64) -> Option<&'static str> {
    match limit {
        25 => Some(" limit 26"),
        50 => Some(" limit 51"),
        100 => Some(" limit 101"),
        200 => Some(" limit 201"),
        _ => None,
    }
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
    sql.push(" order by ");
    push_keys(sql, sort);
}

fn push_keys(sql: &mut Sql, sort: Sort) {
    let (column, id, _) = sort.column();
    let direction = match sort.order {
        SortOrder::Asc => "",
        SortOrder::Desc => " desc",
    };
    sql.push(column).push(direction).push(", ").push(id).push(direction);
}

/// The statement for all rows of a filter in list order, for the export.
pub(crate) fn ordered(filter: &CustomerFilter, sort: Sort, now: Timestamp) -> Sql {
    let mut sql = Sql::new("select ");
    sql.push(COLUMNS).push(SOURCE);
    filter.push_conditions(&mut sql, now);
    push_order(&mut sql, sort);
    sql
}

/// Appends a query of the ids of all customers of a checked filter, in list order.
pub fn push_matching(
    sql: &mut Sql,
    filter: &CustomerFilter,
    by: SortBy,
    order: Option<SortOrder>,
    now: Timestamp,
) {
    sql.push("select c.id").push(SOURCE);
    filter.push_conditions(sql, now);
    push_order(sql, Sort::new(by, order));
}
