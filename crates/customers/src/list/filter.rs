//! What the list is narrowed and sorted by, as it comes from outside and as SQL.

use jiff::{
    Timestamp,
    civil::{Date, time},
    tz::TimeZone,
};
use kernel::Pence;
use platform::{Problem, Result, sql::Sql};
use serde::{Deserialize, Serialize};
use tokio_postgres::types::Type;
use utoipa::{IntoParams, ToSchema};

use super::search;
use crate::rules;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    New,
    Active,
    Inactive,
    Flagged,
    Archived,
}

/// Which customers. Everything given must hold; without `status: archived`, archived ones are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomerFilter {
    /// Words of the name, an e-mail address, a phone number in any spelling, a postcode, a booking reference. All words are required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusFilter>,
    /// Whether the e-mail address is verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
    /// Whether there are open tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_tickets: Option<bool>,
    /// First London day of joining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_from: Option<Date>,
    /// Last London day of joining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_to: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_order_from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_order_to: Option<Date>,
    /// In pence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub min_ltv: Option<Pence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub max_ltv: Option<Pence>,
    /// A city of one of the addresses; case and accents do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SortBy {
    #[default]
    CreatedAt,
    Name,
    Email,
    Ltv,
    Orders,
    LastOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    Asc,
    Desc,
}

/// The query string of the list. (serde cannot refuse unknown names and flatten at once, so the filter stands here once more.)
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Words of the name, an e-mail address, a phone number in any spelling, a postcode, a booking reference. All words are required.
    search: Option<String>,
    #[param(inline)]
    status: Option<StatusFilter>,
    /// Whether the e-mail address is verified.
    verified: Option<bool>,
    /// Whether there are open tickets.
    open_tickets: Option<bool>,
    /// First London day of joining.
    joined_from: Option<Date>,
    /// Last London day of joining.
    joined_to: Option<Date>,
    last_order_from: Option<Date>,
    last_order_to: Option<Date>,
    /// In pence.
    min_ltv: Option<i64>,
    max_ltv: Option<i64>,
    /// A city of one of the addresses; case and accents do not count.
    city: Option<String>,
    #[param(inline)]
    sort_by: Option<SortBy>,
    /// Without it: names and e-mails from A, everything else from the highest or latest.
    #[param(inline)]
    sort_order: Option<SortOrder>,
    /// From 1.
    page: Option<i64>,
    /// Rows of a page, 1 to 200; 25 without it.
    limit: Option<i64>,
    /// `pagination.next` of the page before; instead of `page`.
    after: Option<String>,
}

/// A checked query.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub filter: CustomerFilter,
    pub sort: Sort,
    pub page: i64,
    pub limit: i64,
    pub after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Sort {
    pub by: SortBy,
    pub order: SortOrder,
}

impl Sort {
    pub fn new(by: SortBy, order: Option<SortOrder>) -> Self {
        let natural = match by {
            SortBy::Name | SortBy::Email => SortOrder::Asc,
            SortBy::CreatedAt | SortBy::Ltv | SortBy::Orders | SortBy::LastOrder => SortOrder::Desc,
        };
        Self { by, order: order.unwrap_or(natural) }
    }

    /// The column that is sorted by, the tie-break beside it in the same index, and the column's type.
    pub fn column(self) -> (&'static str, &'static str, &'static str) {
        match self.by {
            SortBy::CreatedAt => ("c.created_at", "c.id", "timestamptz"),
            SortBy::Name => ("c.name_key", "c.id", "text"),
            SortBy::Email => ("c.email_key", "c.id", "text"),
            SortBy::Ltv => ("s.ltv", "s.customer_id", "bigint"),
            SortBy::Orders => ("s.orders", "s.customer_id", "integer"),
            SortBy::LastOrder => ("s.last_order_at", "s.customer_id", "timestamptz"),
        }
    }
}

impl ListQuery {
    pub fn check(self) -> Result<List> {
        let page = self.page.unwrap_or(1);
        if !(1..=10_000_000).contains(&page) {
            return Err(Problem::invalid("page", "must be from 1 to 10000000"));
        }
        let limit = self.limit.unwrap_or(25);
        if !(1..=200).contains(&limit) {
            return Err(Problem::invalid("limit", "must be from 1 to 200"));
        }
        if self.after.is_some() && self.page.is_some() {
            return Err(Problem::invalid("after", "cannot be given together with page"));
        }
        let filter = CustomerFilter {
            search: self.search,
            status: self.status,
            verified: self.verified,
            open_tickets: self.open_tickets,
            joined_from: self.joined_from,
            joined_to: self.joined_to,
            last_order_from: self.last_order_from,
            last_order_to: self.last_order_to,
            min_ltv: self.min_ltv.map(Pence),
            max_ltv: self.max_ltv.map(Pence),
            city: self.city,
        };
        let sort = Sort::new(self.sort_by.unwrap_or_default(), self.sort_order);
        Ok(List { filter: filter.check()?, sort, page, limit, after: self.after })
    }
}

impl CustomerFilter {
    /// Blank means absent; what cannot hold for anybody is refused with the field's name.
    pub fn check(mut self) -> Result<Self> {
        let text = |name: &'static str, value: Option<String>| match value {
            Some(text) if !text.trim().is_empty() => kernel::clean_line(&text, 200)
                .map(Some)
                .map_err(|fault| Problem::invalid(name, fault.to_string())),
            _ => Ok(None),
        };
        self.search = text("search", self.search)?;
        self.city = text("city", self.city)?;
        let order = |from: Option<Date>, to: Option<Date>| from.zip(to).is_none_or(|(from, to)| from <= to);
        if !order(self.joined_from, self.joined_to) {
            return Err(Problem::invalid("joinedTo", "must not be before joinedFrom"));
        }
        if !order(self.last_order_from, self.last_order_to) {
            return Err(Problem::invalid("lastOrderTo", "must not be before lastOrderFrom"));
        }
        for (name, date) in [
            ("joinedFrom", self.joined_from),
            ("joinedTo", self.joined_to),
            ("lastOrderFrom", self.last_order_from),
            ("lastOrderTo", self.last_order_to),
        ] {
            if date.is_some_and(|date| !(1900..=9000).contains(&date.year())) {
                return Err(Problem::invalid(name, "must be a day between the years 1900 and 9000"));
            }
        }
        if self.min_ltv.zip(self.max_ltv).is_some_and(|(min, max)| min > max) {
            return Err(Problem::invalid("maxLtv", "must not be below minLtv"));
        }
        Ok(self)
    }

    /// Only narrowed by status, or not at all: then the maintained totals know the figures.
    pub fn is_plain(&self) -> bool {
        let rest = Self { status: None, ..self.clone() };
        rest == Self::default() && self.status != Some(StatusFilter::Flagged)
    }

    /// Whether nothing is given, so that its conditions are always the same text.
    pub fn has_no_values(&self) -> bool {
        *self == Self::default()
    }

    /// Appends `where …` over `customers c` and `customer_stats s`.
    pub fn push_conditions(&self, sql: &mut Sql, now: Timestamp) {
        self.push_conditions_on(&OF_ROWS, sql, now);
        if let Some(text) = &self.search {
            search::push_conditions(sql, text);
        }
    }

    /// As [`CustomerFilter::push_conditions`] over `customer_stats s` alone, which knows all but what was searched for.
    pub(super) fn push_conditions_on_statistics(&self, sql: &mut Sql, now: Timestamp) {
        self.push_conditions_on(&OF_STATISTICS, sql, now);
    }

    fn push_conditions_on(&self, names: &Names, sql: &mut Sql, now: Timestamp) {
        let active_since = active_since(now);
        sql.push(if self.status == Some(StatusFilter::Archived) { names.archived } else { names.living });
        match self.status {
            Some(StatusFilter::New) => {
                sql.push(" and s.last_order_at = '-infinity'");
            }
            Some(StatusFilter::Active) => {
                sql.push(" and s.last_order_at >= ").bind(active_since, Type::TIMESTAMPTZ);
            }
            Some(StatusFilter::Inactive) => {
                sql.push(" and s.last_order_at <> '-infinity' and s.last_order_at < ")
                    .bind(active_since, Type::TIMESTAMPTZ);
            }
            Some(StatusFilter::Flagged) => {
                sql.push(" and s.flag_kinds <> '{}'");
            }
            Some(StatusFilter::Archived) | None => {}
        }
        match self.verified {
            Some(true) => sql.push(names.verified),
            Some(false) => sql.push(names.not_verified),
            None => sql,
        };
        match self.open_tickets {
            Some(true) => sql.push(" and s.open_tickets > 0"),
            Some(false) => sql.push(" and s.open_tickets = 0"),
            None => sql,
        };
        let instants = [
            (names.joined_from, self.joined_from.map(start_of)),
            (names.joined_before, self.joined_to.map(end_of)),
            (" and s.last_order_at >= ", self.last_order_from.map(start_of)),
            (" and s.last_order_at > '-infinity' and s.last_order_at < ", self.last_order_to.map(end_of)),
        ];
        for (condition, instant) in instants {
            if let Some(instant) = instant {
                sql.push(condition).bind(instant, Type::TIMESTAMPTZ);
            }
        }
        for (condition, pence) in [(" and s.ltv >= ", self.min_ltv), (" and s.ltv <= ", self.max_ltv)] {
            if let Some(pence) = pence {
                sql.push(condition).bind(pence.0, Type::INT8);
            }
        }
        if let Some(city) = &self.city {
            sql.push(names.one_of)
                .push("(select customer_id from addresses where removed_at is null and fold(city) = fold(")
                .bind(city.clone(), Type::TEXT)
                .push("))");
        }
    }
}

/// What conditions call the columns that customers and their statistics both have.
struct Names {
    living: &'static str,
    archived: &'static str,
    verified: &'static str,
    not_verified: &'static str,
    joined_from: &'static str,
    joined_before: &'static str,
    one_of: &'static str,
}

/// Where rows are wanted: by the columns that the orders of the list have indexes on.
const OF_ROWS: Names = Names {
    living: " where c.archived_at is null and not s.archived",
    archived: " where c.archived_at is not null and s.archived and not s.merged",
    verified: " and c.email_verified_at is not null",
    not_verified: " and c.email_verified_at is null",
    joined_from: " and c.created_at >= ",
    joined_before: " and c.created_at < ",
    one_of: " and c.id in ",
};

/// Where sums are wanted.
const OF_STATISTICS: Names = Names {
    living: " where not s.archived",
    archived: " where s.archived and not s.merged",
    verified: " and s.verified",
    not_verified: " and not s.verified",
    joined_from: " and s.joined_at >= ",
    joined_before: " and s.joined_at < ",
    one_of: " and s.customer_id in ",
};

/// Whoever ordered at this instant or later is active.
pub(super) fn active_since(now: Timestamp) -> Timestamp {
    start_of(rules::active_since(now))
}

/// The first instant of a London day.
fn start_of(day: Date) -> Timestamp {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    day.to_datetime(time(0, 0, 0, 0)).to_zoned(zone).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// The first instant after it.
fn end_of(day: Date) -> Timestamp {
    start_of(day.tomorrow().unwrap_or(day))
}
