//! The flags of a customer. (They are added and removed through the door of acts, in the profile.)

use axum::Json;
use kernel::CustomerId;
use platform::{App, Event, Problem, Result, http::Path, problem::ProblemBody};
use staff::{Authorized, permissions::CustomerRead};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Flag, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_flags))
}

/// List a customer's flags: open ones, oldest first, then those that were, the last to end first
#[utoipa::path(get, path = "/api/admin/customers/{id}/flags", tag = "customers", operation_id = "listCustomerFlags",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Vec<Flag>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_flags(desk: Authorized<CustomerRead>, Path(id): Path<CustomerId>) -> Result<Json<Vec<Flag>>> {
    if !store::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let flags = store::flag_history(&desk.db, id).await?;
    let count = i64::try_from(flags.len()).unwrap_or(i64::MAX);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("flags.listed").of_customer(id).items(count))
        .await?;
    Ok(Json(flags))
}
