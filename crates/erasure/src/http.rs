//! The doors of erasure and legal holds.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{CustomerId, ErasureId, LegalHoldId};
use platform::{
    App, Result,
    http::{Path, ValidJson, ValidQuery},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{
    Authorized, Proven,
    permissions::{ErasureApprove, ErasurePlan as MayPlan, ErasureRead, HoldPlace},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    ErasurePage, ProposalPage, actions,
    input::{ErasureApproval, ErasureReason},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_erasure, plan_erasure))
        .routes(routes!(list_erasure_proposals))
        .routes(routes!(approve_erasure))
        .routes(routes!(withdraw_erasure))
        .routes(routes!(scan_again))
        .routes(routes!(read_erasure_certificate))
        .routes(routes!(place_legal_hold))
        .routes(routes!(lift_legal_hold))
}

/// Read what keeps, and what erases, a customer
#[utoipa::path(get, path = "/api/admin/customers/{id}/erasure", tag = "privacy", operation_id = "readErasure",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("erasure.read"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_erasure(
    desk: Authorized<ErasureRead>,
    Path(id): Path<CustomerId>,
) -> Result<Json<ErasurePage>> {
    actions::read_erasure(&desk.app, &desk.db, &desk.by, id).await.map(Json)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProposalsQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List who is proposed for erasure
///
/// Archived customers of whom nothing was heard for longer than the rule of retention says, those of longest ago first. A proposal
/// erases nobody: an erasure is planned and approved as any other.
#[utoipa::path(get, path = "/api/admin/erasure-proposals", tag = "privacy", operation_id = "listErasureProposals",
    params(ProposalsQuery), extensions(("x-permission" = json!("erasure.read"))),
    responses((status = 200, body = ProposalPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_erasure_proposals(
    desk: Authorized<ErasureRead>,
    ValidQuery(query): ValidQuery<ProposalsQuery>,
) -> Result<Json<ProposalPage>> {
    let limit = check_limit(query.limit)?;
    actions::list_proposals(&desk.app, &desk.db, &desk.by, query.after.as_deref(), limit).await.map(Json)
}

/// Read the certificate of an erasure as PDF
///
/// For the person: what was erased, what stays and why, how it was checked, and where the audit trail stood.
#[utoipa::path(get, path = "/api/admin/erasures/{id}/certificate", tag = "privacy", operation_id = "readErasureCertificate",
    params(("id" = ErasureId, Path)), extensions(("x-permission" = json!("erasure.read"))),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn read_erasure_certificate(
    desk: Authorized<ErasureRead>,
    Path(id): Path<ErasureId>,
) -> Result<Response> {
    let (name, pdf) = actions::read_certificate(&desk.app, &desk.db, &desk.by, id).await?;
    let mut response = pdf.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Plan the erasure of a customer
///
/// Shows what goes, what stays, why and until when. Nothing is done before somebody else approves it.
#[utoipa::path(post, path = "/api/admin/customers/{id}/erasure", tag = "privacy", operation_id = "planErasure",
    params(("id" = CustomerId, Path)), request_body = ErasureReason, extensions(("x-permission" = json!("erasure.plan"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn plan_erasure(
    mut desk: Authorized<MayPlan>,
    Path(id): Path<CustomerId>,
    ValidJson(given): ValidJson<ErasureReason>,
) -> Result<Json<ErasurePage>> {
    actions::plan_erasure(&desk.app, &mut desk.db, &desk.by, id, &given).await.map(Json)
}

/// Approve the plan of an erasure, which is then carried out
#[utoipa::path(post, path = "/api/admin/erasures/{id}/approve", tag = "privacy", operation_id = "approveErasure",
    params(("id" = ErasureId, Path)), request_body = ErasureApproval,
    extensions(("x-permission" = json!("erasure.approve")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn approve_erasure(
    mut desk: Proven<ErasureApprove>,
    Path(id): Path<ErasureId>,
    ValidJson(given): ValidJson<ErasureApproval>,
) -> Result<Json<ErasurePage>> {
    actions::approve_erasure(&desk.app, &mut desk.db, &desk.by, id, &given).await.map(Json)
}

/// Withdraw the plan of an erasure
#[utoipa::path(post, path = "/api/admin/erasures/{id}/withdraw", tag = "privacy", operation_id = "withdrawErasure",
    params(("id" = ErasureId, Path)), extensions(("x-permission" = json!("erasure.plan"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn withdraw_erasure(
    mut desk: Authorized<MayPlan>,
    Path(id): Path<ErasureId>,
) -> Result<Json<ErasurePage>> {
    actions::withdraw_erasure(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// Erase and look again, after somebody has dealt with what was found
#[utoipa::path(post, path = "/api/admin/erasures/{id}/scan", tag = "privacy", operation_id = "scanAgain",
    params(("id" = ErasureId, Path)), extensions(("x-permission" = json!("erasure.plan"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn scan_again(mut desk: Authorized<MayPlan>, Path(id): Path<ErasureId>) -> Result<Json<ErasurePage>> {
    actions::scan_again(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// Place a legal hold: the customer is not erased until it is lifted
#[utoipa::path(post, path = "/api/admin/customers/{id}/holds", tag = "privacy", operation_id = "placeLegalHold",
    params(("id" = CustomerId, Path)), request_body = ErasureReason, extensions(("x-permission" = json!("hold.place"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn place_legal_hold(
    mut desk: Authorized<HoldPlace>,
    Path(id): Path<CustomerId>,
    ValidJson(given): ValidJson<ErasureReason>,
) -> Result<Json<ErasurePage>> {
    actions::place_legal_hold(&desk.app, &mut desk.db, &desk.by, id, &given).await.map(Json)
}

/// Lift a legal hold
#[utoipa::path(post, path = "/api/admin/holds/{id}/lift", tag = "privacy", operation_id = "liftLegalHold",
    params(("id" = LegalHoldId, Path)), request_body = ErasureReason, extensions(("x-permission" = json!("hold.place"))),
    responses((status = 200, body = ErasurePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn lift_legal_hold(
    mut desk: Authorized<HoldPlace>,
    Path(id): Path<LegalHoldId>,
    ValidJson(given): ValidJson<ErasureReason>,
) -> Result<Json<ErasurePage>> {
    actions::lift_legal_hold(&desk.app, &mut desk.db, &desk.by, id, &given).await.map(Json)
}
