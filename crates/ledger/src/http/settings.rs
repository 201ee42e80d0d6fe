use axum::Json;
use platform::{App, Result, http::ValidJson, problem::ProblemBody};
use staff::{
    Authorized, Proven,
    permissions::{LimitManage, LimitRead},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    input::{LimitsInput, ReasonInput},
    model::{Limits, RefundReason},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_limits))
        .routes(routes!(update_limits))
        .routes(routes!(list_refund_reasons))
        .routes(routes!(update_refund_reason))
}

/// List the ceilings of every role
#[utoipa::path(get, path = "/api/admin/limits", tag = "money", operation_id = "listLimits",
    extensions(("x-permission" = json!("limit.read"))),
    responses((status = 200, body = Vec<Limits>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_limits(desk: Authorized<LimitRead>) -> Result<Json<Vec<Limits>>> {
    Ok(Json(store::list_limits(&desk.db).await?))
}

/// Change the ceilings of a role for an act
#[utoipa::path(put, path = "/api/admin/limits", tag = "money", operation_id = "updateLimits",
    request_body = LimitsInput,
    extensions(("x-permission" = json!("limit.manage")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = Limits), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn update_limits(
    mut desk: Proven<LimitManage>,
    ValidJson(input): ValidJson<LimitsInput>,
) -> Result<Json<Limits>> {
    Ok(Json(actions::update_limits(&desk.app, &mut desk.db, &desk.by, input).await?))
}

/// List the reasons for refunds, retired ones included
#[utoipa::path(get, path = "/api/admin/refund-reasons", tag = "money", operation_id = "listRefundReasons",
    extensions(("x-permission" = json!("limit.read"))),
    responses((status = 200, body = Vec<RefundReason>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_refund_reasons(desk: Authorized<LimitRead>) -> Result<Json<Vec<RefundReason>>> {
    Ok(Json(store::list_reasons(&desk.db).await?))
}

/// Change the words of a reason, or retire it
#[utoipa::path(put, path = "/api/admin/refund-reasons", tag = "money", operation_id = "updateRefundReason",
    request_body = ReasonInput, extensions(("x-permission" = json!("limit.manage"))),
    responses((status = 200, body = Vec<RefundReason>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn update_refund_reason(
    mut desk: Authorized<LimitManage>,
    ValidJson(input): ValidJson<ReasonInput>,
) -> Result<Json<Vec<RefundReason>>> {
    Ok(Json(actions::update_reason(&desk.app, &mut desk.db, &desk.by, input).await?))
}
