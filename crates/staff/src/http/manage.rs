//! Staff as superadmins manage them, and the permission table for everybody who may see staff.

use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::StaffId;
use platform::{
    App, Event, Problem, Result,
    http::{IfMatch, Path, ValidJson, etag},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::account::{SessionView, sessions_of};
use crate::{
    Authorized, Link, NewStaffMember, Proven, Role, StaffMember, actions,
    permissions::{self, OwnAccount, StaffManage, StaffRead},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_staff, invite_staff_member))
        .routes(routes!(update_staff_member))
        .routes(routes!(offer_password_reset))
        .routes(routes!(reset_factors))
        .routes(routes!(list_staff_sessions, end_staff_sessions))
        .routes(routes!(list_roles))
}

/// List staff members
#[utoipa::path(get, path = "/api/admin/staff", tag = "staff", operation_id = "listStaff",
    extensions(("x-permission" = json!("staff.read"))),
    responses((status = 200, body = Vec<StaffMember>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_staff(desk: Authorized<StaffRead>) -> Result<Json<Vec<StaffMember>>> {
    let members = actions::list_staff(&desk.db).await?;
    let count = i64::try_from(members.len()).unwrap_or(i64::MAX);
    desk.app.access.record(&desk.by.actor, Event::access("staff.listed").items(count)).await?;
    Ok(Json(members))
}

/// Somebody new.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Invited {
    id: StaffId,
    /// To hand to them. None: it is on its way to them by mail, and seen by nobody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

/// Invite a staff member
///
/// They get a mail with a one-time link with which they choose their password. Without a mail server the answer has it, this once.
#[utoipa::path(post, path = "/api/admin/staff", tag = "staff", operation_id = "inviteStaffMember",
    request_body = NewStaffMember, extensions(("x-permission" = json!("staff.manage")), ("x-step-up" = json!("always"))),
    responses((status = 201, body = Invited), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn invite_staff_member(
    mut desk: Proven<StaffManage>,
    ValidJson(new): ValidJson<NewStaffMember>,
) -> Result<impl IntoResponse> {
    let (id, link) = actions::invite(&desk.app, &mut desk.db, &desk.by, &new).await?;
    Ok((StatusCode::CREATED, Json(Invited { id, link })))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StaffMemberUpdate {
    name: String,
    role: Role,
    /// A disabled person is signed out everywhere at once and cannot sign in.
    disabled: bool,
}

/// Change a staff member's name or role, disable or enable them
#[utoipa::path(put, path = "/api/admin/staff/{id}", tag = "staff", operation_id = "updateStaffMember",
    params(("id" = StaffId, Path), ("if-match" = String, Header, description = "The version the change was made from, in quotes")),
    request_body = StaffMemberUpdate, extensions(("x-permission" = json!("staff.manage")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = StaffMember), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 428, body = ProblemBody)))]
async fn update_staff_member(
    mut desk: Proven<StaffManage>,
    Path(id): Path<StaffId>,
    IfMatch(version): IfMatch,
    ValidJson(given): ValidJson<StaffMemberUpdate>,
) -> Result<impl IntoResponse> {
    let changes = actions::Changes { name: given.name, role: given.role, disabled: given.disabled };
    let member = actions::update(&desk.app, &mut desk.db, &desk.by, id, version, changes).await?;
    Ok(([etag(member.version)], Json(member)))
}

/// Make a one-time link with which somebody chooses a new password
#[utoipa::path(post, path = "/api/admin/staff/{id}/reset-link", tag = "staff", operation_id = "offerPasswordReset",
    params(("id" = StaffId, Path)), extensions(("x-permission" = json!("staff.manage")), ("x-step-up" = json!("always"))),
    responses((status = 201, body = Link), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn offer_password_reset(
    mut desk: Proven<StaffManage>,
    Path(id): Path<StaffId>,
) -> Result<impl IntoResponse> {
    let link = actions::reset_link(&desk.app, &mut desk.db, &desk.by.actor, id).await?;
    Ok((StatusCode::CREATED, Json(link)))
}

/// Take away the second factor that somebody has lost
///
/// Their recovery codes go too, and every session ends. They sign in with their password and, where their role needs one, add
/// a second factor anew.
#[utoipa::path(post, path = "/api/admin/staff/{id}/reset-factors", tag = "staff", operation_id = "resetFactors",
    params(("id" = StaffId, Path)), extensions(("x-permission" = json!("staff.manage")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = StaffMember), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn reset_factors(mut desk: Proven<StaffManage>, Path(id): Path<StaffId>) -> Result<Json<StaffMember>> {
    actions::reset_factors_of(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// List where a staff member is signed in
#[utoipa::path(get, path = "/api/admin/staff/{id}/sessions", tag = "staff", operation_id = "listStaffSessions",
    params(("id" = StaffId, Path)), extensions(("x-permission" = json!("staff.manage"))),
    responses((status = 200, body = Vec<SessionView>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_staff_sessions(
    desk: Authorized<StaffManage>,
    Path(id): Path<StaffId>,
) -> Result<Json<Vec<SessionView>>> {
    if !store::member_exists(&desk.db, id).await? {
        return Err(Problem::not_found("staff member"));
    }
    let sessions = sessions_of(&desk.app, &desk.db, id, desk.by.session().ok()).await?;
    desk.app.access.record(&desk.by.actor, Event::access("staff.sessions_listed").on("staff", id.0)).await?;
    Ok(Json(sessions))
}

/// Sign a staff member out everywhere
#[utoipa::path(delete, path = "/api/admin/staff/{id}/sessions", tag = "staff", operation_id = "endStaffSessions",
    params(("id" = StaffId, Path)), extensions(("x-permission" = json!("staff.manage"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn end_staff_sessions(
    mut desk: Authorized<StaffManage>,
    Path(id): Path<StaffId>,
) -> Result<StatusCode> {
    actions::end_all_sessions(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The permission table as the screen shows it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Roles {
    roles: Vec<RoleView>,
    permissions: Vec<PermissionView>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RoleView {
    name: Role,
    title: String,
    description: String,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PermissionView {
    name: String,
    /// Completes "may …".
    act: String,
    roles: Vec<Role>,
}

/// Read the permission table
#[utoipa::path(get, path = "/api/admin/roles", tag = "staff", operation_id = "listRoles",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Roles), (status = 401, body = ProblemBody)))]
async fn list_roles(desk: Authorized<OwnAccount>) -> Result<Json<Roles>> {
    let roles = store::list_roles(&desk.db).await?;
    let roles =
        roles.into_iter().map(|(name, title, description)| RoleView { name, title, description }).collect();
    let permissions = permissions::TABLE
        .iter()
        .map(|row| PermissionView {
            name: row.name.to_owned(),
            act: row.act.to_owned(),
            roles: row.roles.to_vec(),
        })
        .collect();
    Ok(Json(Roles { roles, permissions }))
}
