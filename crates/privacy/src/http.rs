//! The doors of personal exports: one for the desk, and the page that somebody with a link opens.

mod page;

use axum::Json;
use kernel::CustomerId;
use platform::{App, Event, Problem, Result, http::Path, problem::ProblemBody};
use staff::{Authorized, permissions::DataRequestRead};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{actions, model::ExportList};
pub use page::pages;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_exports))
}

/// List the copies that were made of everything about a customer
///
/// Latest first, two hundred at most: when each was asked for, made, fetched or destroyed. What they hold is only in the copy itself, and its
/// link was shown once. Make one by `export_data` of the customer's actions.
#[utoipa::path(get, path = "/api/admin/customers/{id}/exports", tag = "data-requests", operation_id = "listExports",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("data_request.read"))),
    responses((status = 200, body = ExportList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_exports(
    desk: Authorized<DataRequestRead>,
    Path(id): Path<CustomerId>,
) -> Result<Json<ExportList>> {
    if !customers::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let list = actions::list_exports(&desk.db, &desk.by, id, desk.app.clock.now()).await?;
    let count = i64::try_from(list.exports.len()).unwrap_or(i64::MAX);
    let event = Event::access("exports.listed").of_customer(id).items(count);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(list))
}
