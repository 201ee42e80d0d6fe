//! The doors of acts on many customers.

use axum::{Json, response::Response};
use kernel::{BulkRunId, SelectionId};
use platform::{
    App, Event, Result,
    http::{Path, ValidJson, ValidQuery, ValidTagged},
    idempotency::{IdempotencyKey, Once, key_required},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use staff::{
    Authorized, Permission, Proven,
    permissions::{CustomerAct, CustomerArchive, CustomerExport, CustomerRead, FlagWrite},
};
use utoipa::{
    IntoParams,
    openapi::{OpenApi, RefOr},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    input::{BulkAct, SelectionInput},
    model::{BulkCustomerPage, BulkOutcome, BulkPreview, BulkRun, BulkRunPage, Selection},
    store,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(select_customers))
        .routes(routes!(preview_bulk_act))
        .routes(routes!(start_bulk_run))
        .routes(routes!(export_selection))
        .routes(routes!(list_bulk_runs))
        .routes(routes!(read_bulk_run))
        .routes(routes!(list_bulk_customers))
        .routes(routes!(stop_bulk_run))
        .routes(routes!(undo_bulk_run))
}

/// Choose customers to act on together
///
/// These, or all that match a filter. Who they are is kept as it is now, for an hour, and nobody else can act on it. With the first
/// ten by name, and what the person who asks may do to them.
#[utoipa::path(post, path = "/api/admin/selections", tag = "customers", operation_id = "selectCustomers",
    request_body = SelectionInput, extensions(("x-permission" = json!("customer.act"))),
    responses((status = 200, body = Selection), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn select_customers(
    mut desk: Authorized<CustomerAct>,
    ValidJson(given): ValidJson<SelectionInput>,
) -> Result<Json<Selection>> {
    actions::select_customers(&desk.app, &mut desk.db, &desk.by, given).await.map(Json)
}

/// Say what an act on a selection would come to
///
/// How many would be changed, how many are so already, and whom it would refuse, and why. Nothing is changed.
#[utoipa::path(post, path = "/api/admin/selections/{id}/preview", tag = "customers", operation_id = "previewBulkAct",
    params(("id" = SelectionId, Path)), request_body = BulkAct, extensions(("x-permission" = json!("customer.act"))),
    responses((status = 200, body = BulkPreview), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn preview_bulk_act(
    mut desk: Authorized<CustomerAct>,
    Path(id): Path<SelectionId>,
    ValidTagged(act): ValidTagged<BulkAct>,
) -> Result<Json<BulkPreview>> {
    actions::preview_bulk_act(&desk.app, &mut desk.db, &desk.by, id, act).await.map(Json)
}

/// Act on all of a selection
///
/// `action` tells what is done; each act needs a permission of its own (`x-act-permissions` of the body). A job does it, customer by
/// customer as the single act would; those it refuses are listed and left as they are.
#[utoipa::path(post, path = "/api/admin/selections/{id}/run", tag = "customers", operation_id = "startBulkRun",
    params(("id" = SelectionId, Path),
        ("idempotency-key" = String, Header, description = "1 to 200 characters, made anew for each run")),
    request_body = BulkAct, extensions(("x-permission" = json!("customer.act"))),
    responses((status = 200, body = BulkRun), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn start_bulk_run(
    mut desk: Authorized<CustomerAct>,
    Path(id): Path<SelectionId>,
    key: Option<IdempotencyKey>,
    ValidTagged(act): ValidTagged<BulkAct>,
) -> Result<Json<BulkRun>> {
    let once = Once::new(key.ok_or_else(key_required)?, "startBulkRun", &(id, &act));
    actions::start_bulk_run(&desk.app, &mut desk.db, &desk.by, id, once, act).await.map(Json)
}

/// Export a selection as CSV
///
/// As the export of the list, of exactly those that were chosen, in their order.
#[utoipa::path(post, path = "/api/admin/selections/{id}/export", tag = "customers", operation_id = "exportSelection",
    params(("id" = SelectionId, Path)),
    extensions(("x-permission" = json!("customer.export")), ("x-step-up" = json!("always"))),
    responses((status = 200, content_type = "text/csv", body = String, headers(("X-Total-Count" = i64, description = "Rows after the header line"),
            ("X-Export-Event" = String, description = "The event of the audit trail that tells of this file"))),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn export_selection(desk: Proven<CustomerExport>, Path(id): Path<SelectionId>) -> Result<Response> {
    let now = desk.app.clock.now();
    store::read_selection(&desk.db, id, desk.by.staff_id, now).await?;
    let chosen = customers::Chosen { id: id.0, ids: store::CHOSEN };
    let export = customers::export_chosen(desk.app, desk.db, desk.by.actor, chosen).await?;
    Ok(export.into_response(&format!("customers-selected-{}", kernel::london_day(now))))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RunsQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List acts on many customers, the latest first
#[utoipa::path(get, path = "/api/admin/bulk-runs", tag = "customers", operation_id = "listBulkRuns",
    params(RunsQuery), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = BulkRunPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_bulk_runs(
    desk: Authorized<CustomerRead>,
    ValidQuery(query): ValidQuery<RunsQuery>,
) -> Result<Json<BulkRunPage>> {
    let limit = check_limit(query.limit)?;
    let (runs, next) = store::list_runs(&desk.db, query.after.as_deref(), limit).await?;
    let runs = runs.into_iter().map(|run| actions::seen_by(&desk.by, run)).collect();
    Ok(Json(BulkRunPage { runs, next }))
}

/// Read how far an act on many customers is
#[utoipa::path(get, path = "/api/admin/bulk-runs/{id}", tag = "customers", operation_id = "readBulkRun",
    params(("id" = BulkRunId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = BulkRun), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_bulk_run(desk: Authorized<CustomerRead>, Path(id): Path<BulkRunId>) -> Result<Json<BulkRun>> {
    actions::read_run(&desk.db, &desk.by, id).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CustomersQuery {
    #[param(inline)]
    outcome: BulkOutcome,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List what became of the customers of an act on many, those of one outcome
#[utoipa::path(get, path = "/api/admin/bulk-runs/{id}/customers", tag = "customers", operation_id = "listBulkCustomers",
    params(("id" = BulkRunId, Path), CustomersQuery), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = BulkCustomerPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_bulk_customers(
    desk: Authorized<CustomerRead>,
    Path(id): Path<BulkRunId>,
    ValidQuery(query): ValidQuery<CustomersQuery>,
) -> Result<Json<BulkCustomerPage>> {
    let limit = check_limit(query.limit)?;
    store::read_run(&desk.db, id).await?;
    let (customers, next) =
        store::list_customers(&desk.db, id, query.outcome, query.after.as_deref(), limit).await?;
    drop(desk.db);
    let event = Event::access("bulk_run.customers_listed")
        .on("bulk_run", id.0)
        .items(i64::try_from(customers.len()).unwrap_or(i64::MAX));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(BulkCustomerPage { customers, next }))
}

/// Stop an act on many customers
///
/// What is done stays done, and can be undone; the rest is left alone.
#[utoipa::path(post, path = "/api/admin/bulk-runs/{id}/stop", tag = "customers", operation_id = "stopBulkRun",
    params(("id" = BulkRunId, Path)), extensions(("x-permission" = json!("customer.act"))),
    responses((status = 200, body = BulkRun), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn stop_bulk_run(
    mut desk: Authorized<CustomerAct>,
    Path(id): Path<BulkRunId>,
) -> Result<Json<BulkRun>> {
    actions::stop_bulk_run(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// Take back what an act on many customers did
///
/// A run of its own, by a job: flags that it added and that still stand go, customers that it archived and that are still archived since then come
/// back, customers that it restored are archived. Everybody else is skipped, and listed.
#[utoipa::path(post, path = "/api/admin/bulk-runs/{id}/undo", tag = "customers", operation_id = "undoBulkRun",
    params(("id" = BulkRunId, Path),
        ("idempotency-key" = String, Header, description = "1 to 200 characters, made anew for each run")),
    extensions(("x-permission" = json!("customer.act"))),
    responses((status = 200, body = BulkRun), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn undo_bulk_run(
    mut desk: Authorized<CustomerAct>,
    Path(id): Path<BulkRunId>,
    key: IdempotencyKey,
) -> Result<Json<BulkRun>> {
    let once = Once::new(key, "undoBulkRun", &id);
    actions::undo_bulk_run(&desk.app, &mut desk.db, &desk.by, id, once).await.map(Json)
}

/// What each act needs beside the permission of its door.
const NEEDED: &[(&str, &str)] = &[
    ("add_flag", FlagWrite::NAME),
    ("remove_flag", FlagWrite::NAME),
    ("archive", CustomerArchive::NAME),
    ("restore", CustomerArchive::NAME),
];

/// Says in the document what each act needs.
pub fn declare_acts(document: &mut OpenApi) {
    for path in ["/api/admin/selections/{id}/preview", "/api/admin/selections/{id}/run"] {
        let path = document.paths.paths.get_mut(path);
        let body =
            path.and_then(|path| path.post.as_mut()).and_then(|operation| operation.request_body.as_mut());
        if let Some(RefOr::T(body)) = body {
            let needed: Map<String, Value> =
                NEEDED.iter().map(|(act, permission)| ((*act).to_owned(), (*permission).into())).collect();
            body.extensions = Some([("x-act-permissions", Value::Object(needed))].into_iter().collect());
        }
    }
}
