//! How far the trail is sealed and verified, and verifying it now.

use axum::Json;
use platform::{App, Result, problem::ProblemBody};
use staff::{
    Authorized,
    permissions::{AuditRead, AuditVerify},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{TrailState, TrailVerification, actions};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_trail)).routes(routes!(verify_trail))
}

/// Read how far the trail is sealed and verified
///
/// While a verification runs this tells how far it is.
#[utoipa::path(get, path = "/api/admin/audit/trail", tag = "audit", operation_id = "readTrail",
    extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = TrailState), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn read_trail(desk: Authorized<AuditRead>) -> Result<Json<TrailState>> {
    Ok(Json(actions::read_trail(&desk.app, &desk.db).await?))
}

/// Verify the whole trail
///
/// A job does it: every hash, every seal, every signature, the anchor, and the books. While one is under way, that one is the answer.
#[utoipa::path(post, path = "/api/admin/audit/verify", tag = "audit", operation_id = "verifyTrail",
    extensions(("x-permission" = json!("audit.verify"))),
    responses((status = 200, body = TrailVerification), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn verify_trail(mut desk: Authorized<AuditVerify>) -> Result<Json<TrailVerification>> {
    let by = desk.by.staff_id;
    Ok(Json(actions::verify_trail(&desk.app, &mut desk.db, &desk.by.actor, by).await?))
}
