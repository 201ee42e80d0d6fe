//! One's own second factor.

use axum::{Json, http::StatusCode, response::Response};
use jiff::Timestamp;
use platform::{App, Result, http::ValidJson, problem::ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::with_cookie;
use crate::{Proven, actions, authorized::Entering, permissions::OwnAccount, rules, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_own_factors))
        .routes(routes!(begin_totp))
        .routes(routes!(confirm_totp, remove_totp))
        .routes(routes!(make_recovery_codes))
}

/// What one can show beside a password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnFactors {
    has_password: bool,
    /// None: no authenticator app.
    #[serde(skip_serializing_if = "Option::is_none")]
    totp_added_at: Option<Timestamp>,
    recovery_codes_left: i64,
    passkeys: i64,
    /// This role must have a second factor.
    required: bool,
}

/// Read one's own factors
#[utoipa::path(get, path = "/api/auth/factors", tag = "auth", operation_id = "readOwnFactors",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = OwnFactors), (status = 401, body = ProblemBody)))]
async fn read_own_factors(desk: Entering) -> Result<Json<OwnFactors>> {
    let factors = store::read_factors(&desk.db, desk.by.staff_id).await?;
    let required = rules::needing_factor(&desk.app).iter().any(|name| name == desk.by.role.name());
    Ok(Json(OwnFactors {
        has_password: factors.has_password,
        totp_added_at: factors.totp_added_at,
        recovery_codes_left: factors.recovery_codes_left,
        passkeys: factors.passkeys,
        required,
    }))
}

/// A new secret for an authenticator app; shown this once, and good for a quarter of an hour.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TotpEnrolment {
    /// Base 32, to be typed where there is no camera.
    secret: String,
    /// What the QR code says.
    uri: String,
    /// The QR code, an SVG document.
    qr_svg: String,
    /// Comes back with the first code.
    enrolment: String,
}

/// Begin to add an authenticator app
///
/// Nothing is changed until a code of the app comes back.
#[utoipa::path(post, path = "/api/auth/totp/begin", tag = "auth", operation_id = "beginTotp",
    extensions(("x-permission" = json!("account.own")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = TotpEnrolment), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn begin_totp(desk: Entering) -> Result<Json<TotpEnrolment>> {
    desk.by.require_proof(&desk.app)?;
    let begun = actions::begin_totp(&desk.app, &desk.by)?;
    Ok(Json(TotpEnrolment {
        secret: begun.secret,
        uri: begun.uri,
        qr_svg: begun.qr_svg,
        enrolment: begun.enrolment,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TotpConfirmation {
    enrolment: String,
    /// The six digits that the app shows.
    code: String,
}

/// Recovery codes stand in for the second factor, each once. They are shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecoveryCodes {
    /// None: those made before stay good.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
}

/// Add an authenticator app, or replace it
///
/// Every other session ends. With the first factor come ten recovery codes.
#[utoipa::path(post, path = "/api/auth/totp", tag = "auth", operation_id = "confirmTotp",
    request_body = TotpConfirmation, extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = RecoveryCodes), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn confirm_totp(mut desk: Entering, ValidJson(given): ValidJson<TotpConfirmation>) -> Result<Response> {
    let (session, recovery_codes) =
        actions::confirm_totp(&desk.app, &mut desk.db, &desk.by, &given.enrolment, &given.code).await?;
    Ok(with_cookie(&desk.app, &session.token, Json(RecoveryCodes { recovery_codes })))
}

/// Remove one's authenticator app
///
/// Refused where the role needs a second factor and this is the last one.
#[utoipa::path(delete, path = "/api/auth/totp", tag = "auth", operation_id = "removeTotp",
    extensions(("x-permission" = json!("account.own")), ("x-step-up" = json!("always"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn remove_totp(mut desk: Proven<OwnAccount>) -> Result<StatusCode> {
    actions::remove_totp(&desk.app, &mut desk.db, &desk.by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make ten new recovery codes
///
/// Those made before are good for nothing from then on.
#[utoipa::path(post, path = "/api/auth/recovery-codes", tag = "auth", operation_id = "makeRecoveryCodes",
    extensions(("x-permission" = json!("account.own")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = RecoveryCodes), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn make_recovery_codes(mut desk: Proven<OwnAccount>) -> Result<Json<RecoveryCodes>> {
    let codes = actions::make_recovery_codes(&desk.app, &mut desk.db, &desk.by).await?;
    Ok(Json(RecoveryCodes { recovery_codes: Some(codes) }))
}
