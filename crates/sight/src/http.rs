use axum::Json;
use kernel::CustomerId;
use platform::{
    App, Event, Result,
    http::{Path, ValidJson},
    problem::ProblemBody,
};
use staff::{
    Authorized,
    permissions::{CustomerRead, LimitManage, LimitRead, PersonalReveal},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    input::{RevealInput, SightLimitsInput},
    model::{Sight, SightLimits},
    store,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_sight, reveal_customer))
        .routes(routes!(list_sight_limits, update_sight_limits))
}

/// Tell whether contact details of a customer are hidden from the person who asks
#[utoipa::path(get, path = "/api/admin/customers/{id}/sight", tag = "customers", operation_id = "readSight",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Sight), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_sight(desk: Authorized<CustomerRead>, Path(id): Path<CustomerId>) -> Result<Json<Sight>> {
    let sight = actions::read_sight(&desk.app, &desk.db, &desk.by, id).await?;
    drop(desk.db);
    desk.app.access.record(&desk.by.actor, Event::access("sight.read").of_customer(id)).await?;
    Ok(Json(sight))
}

/// Reveal the contact details of a customer, for a reason
///
/// They are shown to the person who asks for a quarter of an hour. The reason is kept, and each customer counts against the day.
#[utoipa::path(post, path = "/api/admin/customers/{id}/sight", tag = "customers", operation_id = "revealCustomer",
    params(("id" = CustomerId, Path)), request_body = RevealInput, extensions(("x-permission" = json!("personal.reveal"))),
    responses((status = 200, body = Sight), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn reveal_customer(
    mut desk: Authorized<PersonalReveal>,
    Path(id): Path<CustomerId>,
    ValidJson(input): ValidJson<RevealInput>,
) -> Result<Json<Sight>> {
    Ok(Json(actions::reveal_customer(&desk.app, &mut desk.db, &desk.by, id, input).await?))
}

/// List how much each role reads in a day
#[utoipa::path(get, path = "/api/admin/sight-limits", tag = "staff", operation_id = "listSightLimits",
    extensions(("x-permission" = json!("limit.read"))),
    responses((status = 200, body = Vec<SightLimits>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_sight_limits(desk: Authorized<LimitRead>) -> Result<Json<Vec<SightLimits>>> {
    Ok(Json(store::list_limits(&desk.db).await?))
}

/// Change how much a role reads in a day
#[utoipa::path(put, path = "/api/admin/sight-limits", tag = "staff", operation_id = "updateSightLimits",
    request_body = SightLimitsInput, extensions(("x-permission" = json!("limit.manage"))),
    responses((status = 200, body = SightLimits), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn update_sight_limits(
    mut desk: Authorized<LimitManage>,
    ValidJson(input): ValidJson<SightLimitsInput>,
) -> Result<Json<SightLimits>> {
    Ok(Json(actions::update_sight_limits(&desk.app, &mut desk.db, &desk.by, input).await?))
}
