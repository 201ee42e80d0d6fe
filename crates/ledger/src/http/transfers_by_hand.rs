//! Refunds that a person carries out.

use axum::Json;
use kernel::RefundId;
use platform::{
    App, Result,
    http::{Path, ValidJson},
    idempotency::{IdempotencyKey, Once, key_required},
    problem::ProblemBody,
};
use staff::{Authorized, permissions::RefundSettle};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{actions, input::SettleInput, model::RefundRecord};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(claim_refund))
        .routes(routes!(release_refund))
        .routes(routes!(settle_refund))
}

/// Say that one is making the bank transfer of a refund
///
/// For half an hour nobody else can settle it; said again, it counts from then.
#[utoipa::path(post, path = "/api/admin/refunds/{id}/claim", tag = "money", operation_id = "claimRefund",
    params(("id" = RefundId, Path)), extensions(("x-permission" = json!("refund.settle"))),
    responses((status = 200, body = RefundRecord), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn claim_refund(
    mut desk: Authorized<RefundSettle>,
    Path(id): Path<RefundId>,
) -> Result<Json<RefundRecord>> {
    actions::claim_refund(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// Let go of a refund whose bank transfer one was making
#[utoipa::path(post, path = "/api/admin/refunds/{id}/release", tag = "money", operation_id = "releaseRefund",
    params(("id" = RefundId, Path)), extensions(("x-permission" = json!("refund.settle"))),
    responses((status = 200, body = RefundRecord), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn release_refund(
    mut desk: Authorized<RefundSettle>,
    Path(id): Path<RefundId>,
) -> Result<Json<RefundRecord>> {
    actions::release_refund(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// Settle a refund that waits for a person
///
/// The transfer was made (`paid`, with the bank's reference), could not be made (`failed`), or is not made after all
/// (`cancelled`), each with its reason.
#[utoipa::path(post, path = "/api/admin/refunds/{id}/settle", tag = "money", operation_id = "settleRefund",
    params(("id" = RefundId, Path),
        ("idempotency-key" = String, Header, description = "1 to 200 characters, made anew for each act")),
    request_body = SettleInput, extensions(("x-permission" = json!("refund.settle"))),
    responses((status = 200, body = RefundRecord), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn settle_refund(
    mut desk: Authorized<RefundSettle>,
    Path(id): Path<RefundId>,
    key: Option<IdempotencyKey>,
    ValidJson(input): ValidJson<SettleInput>,
) -> Result<Json<RefundRecord>> {
    let once = Once::new(key.ok_or_else(key_required)?, "settle_refund", &(id, &input));
    actions::settle_refund(&desk.app, &mut desk.db, &desk.by, id, once, input).await.map(Json)
}
