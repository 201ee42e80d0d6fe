//! One's own account: sessions and password.

use std::net::IpAddr;

use axum::{Extension, Json, http::StatusCode, response::Response};
use jiff::{SignedDuration, Timestamp};
use kernel::{SessionId, StaffId};
use platform::{
    App, Result,
    http::{Path, ValidJson},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::{Me, signed_in};
use crate::{Authorized, Gate, actions, permissions::OwnAccount, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_own_sessions, end_other_sessions))
        .routes(routes!(end_own_session))
        .routes(routes!(change_own_password))
}

/// A place where somebody is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionView {
    id: SessionId,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    first_factor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor: Option<String>,
    /// The session that asked.
    current: bool,
}

pub(super) async fn sessions_of(
    app: &App,
    db: &deadpool_postgres::Client,
    owner: StaffId,
    current: Option<SessionId>,
) -> Result<Vec<SessionView>> {
    let now = app.clock.now();
    let idle = SignedDuration::try_from(app.settings.session_idle).unwrap_or(SignedDuration::MAX);
    let rows = store::list_sessions(db, owner, now, now.saturating_sub(idle).unwrap_or(now)).await?;
    let view = |row: &tokio_postgres::Row| SessionView {
        id: row.get("id"),
        created_at: row.get("created_at"),
        last_seen_at: row.get("last_seen_at"),
        expires_at: row.get("expires_at"),
        ip: row.get::<_, Option<IpAddr>>("ip").map(|ip| ip.to_string()),
        user_agent: row.get("user_agent"),
        first_factor: row.get("first_factor"),
        second_factor: row.get("second_factor"),
        current: Some(row.get::<_, SessionId>("id")) == current,
    };
    Ok(rows.iter().map(view).collect())
}

/// List where one is signed in
#[utoipa::path(get, path = "/api/auth/sessions", tag = "auth", operation_id = "listOwnSessions",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Vec<SessionView>), (status = 401, body = ProblemBody)))]
async fn list_own_sessions(desk: Authorized<OwnAccount>) -> Result<Json<Vec<SessionView>>> {
    Ok(Json(sessions_of(&desk.app, &desk.db, desk.by.staff_id, Some(desk.by.session()?)).await?))
}

/// Sign out every other device
#[utoipa::path(delete, path = "/api/auth/sessions", tag = "auth", operation_id = "endOtherSessions",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody)))]
async fn end_other_sessions(mut desk: Authorized<OwnAccount>) -> Result<StatusCode> {
    actions::end_other_sessions(&desk.app, &mut desk.db, &desk.by).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out one other device
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "auth", operation_id = "endOwnSession",
    params(("id" = SessionId, Path)), extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn end_own_session(mut desk: Authorized<OwnAccount>, Path(id): Path<SessionId>) -> Result<StatusCode> {
    actions::end_own_session(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: String,
    /// At least 12 characters.
    next: String,
}

/// Change one's own password; every other device is signed out
#[utoipa::path(put, path = "/api/auth/password", tag = "auth", operation_id = "changeOwnPassword",
    request_body = PasswordChange, extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn change_own_password(
    mut desk: Authorized<OwnAccount>,
    Extension(gate): Extension<Gate>,
    ValidJson(given): ValidJson<PasswordChange>,
) -> Result<Response> {
    let session =
        actions::change_password(&desk.app, &gate, &mut desk.db, &desk.by, given.current, given.next).await?;
    Ok(signed_in(&desk.app, session))
}
