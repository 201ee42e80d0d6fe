//! The list and its export.

use axum::{Extension, Json, response::Response};
use platform::{
    App, Event, Result,
    http::{ValidJson, ValidQuery},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use serde_json::json;
use staff::{
    Authorized, Proven,
    permissions::{CustomerExport, CustomerRead},
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ListCache, export,
    list::{self, CustomerFilter, ListQuery, Listed, Sort, SortBy, SortOrder, TrashPage},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_customers))
        .routes(routes!(export_customers))
        .routes(routes!(list_trash))
}

/// List customers
///
/// Narrowed, sorted and paged; with the totals and figures of the whole filter. Pages are numbered, or follow one another
/// by `after`, which neither skips nor repeats anybody when the list changes meanwhile.
#[utoipa::path(get, path = "/api/admin/customers", tag = "customers", operation_id = "listCustomers",
    params(ListQuery), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Listed), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_customers(
    mut desk: Authorized<CustomerRead>,
    Extension(cache): Extension<ListCache>,
    ValidQuery(query): ValidQuery<ListQuery>,
) -> Result<Json<Listed>> {
    let query = query.check()?;
    let listed = list::list(&cache, &mut desk.db, desk.app.clock.now(), &query).await?;
    drop(desk.db);
    let count = i64::try_from(listed.customers.len() + listed.similar.len()).unwrap_or(i64::MAX);
    let event = Event::access("customers.listed")
        .items(count)
        .details(json!({ "page": listed.pagination.page, "sort": query.sort }))
        .filter(&query.filter);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(listed))
}

/// What to export: the list's filter and order.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomerExportRequest {
    #[serde(default)]
    filter: CustomerFilter,
    sort_by: Option<SortBy>,
    sort_order: Option<SortOrder>,
}

/// Export customers as CSV
///
/// Exactly the customers of the filter, in list order, as UTF-8 (RFC 4180), streamed. `X-Total-Count` says how many rows
/// follow the header line; a connection that breaks before that is recorded as unfinished. `X-Export-Event`, the file's name and
/// the last cell of each row name the event of the audit trail that says who took the file, when, and with which filter.
#[utoipa::path(post, path = "/api/admin/customers/export", tag = "customers", operation_id = "exportCustomers",
    request_body = CustomerExportRequest,
    extensions(("x-permission" = json!("customer.export")), ("x-step-up" = json!("always"))),
    responses((status = 200, content_type = "text/csv", body = String, headers(("X-Total-Count" = i64, description = "Rows after the header line"),
            ("X-Export-Event" = String, description = "The event of the audit trail that tells of this file"))),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn export_customers(
    desk: Proven<CustomerExport>,
    Extension(cache): Extension<ListCache>,
    ValidJson(given): ValidJson<CustomerExportRequest>,
) -> Result<Response> {
    let filter = given.filter.check()?;
    let sort = Sort::new(given.sort_by.unwrap_or_default(), given.sort_order);
    let day = kernel::london_day(desk.app.clock.now());
    drop(desk.db);
    let db = desk.app.db.for_heavy_reads().await?;
    let export = export::start(desk.app, cache, db, desk.by.actor, filter, sort).await?;
    Ok(export.into_response(&format!("customers-{day}")))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TrashQuery {
    /// As in the list of customers.
    search: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List archived customers, the last to be archived first
///
/// With who archived them, when, and why, where that is known. Nothing of them is deleted.
#[utoipa::path(get, path = "/api/admin/trash", tag = "customers", operation_id = "listTrash",
    params(TrashQuery), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = TrashPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_trash(
    mut desk: Authorized<CustomerRead>,
    Extension(cache): Extension<ListCache>,
    ValidQuery(query): ValidQuery<TrashQuery>,
) -> Result<Json<TrashPage>> {
    let limit = check_limit(query.limit)?;
    let filter = CustomerFilter { search: query.search, ..CustomerFilter::default() }.check()?;
    let (now, reach) = (desk.app.clock.now(), desk.by.reach());
    let page =
        list::list_trash(&cache, &mut desk.db, &filter, query.after.as_deref(), limit, &reach, now).await?;
    drop(desk.db);
    let count = i64::try_from(page.customers.len()).unwrap_or(i64::MAX);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("trash.listed").items(count).filter(&filter))
        .await?;
    Ok(Json(page))
}
