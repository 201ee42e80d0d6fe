//! When, from where and how somebody signed in, or somebody tried to as them.

use axum::Json;
use jiff::Timestamp;
use kernel::{EventId, StaffId};
use platform::{
    App, Cursor, Event, Problem, Result,
    http::{Path, ValidQuery},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Authorized,
    model::SignInLog,
    permissions::{OwnAccount, StaffManage},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_own_sign_ins)).routes(routes!(list_staff_sign_ins))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SignInQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

impl SignInQuery {
    fn check(&self) -> Result<(Option<(Timestamp, EventId)>, i64)> {
        let after = self.after.as_deref().map(Cursor::read_instant).transpose()?;
        Ok((after, check_limit(self.limit)?))
    }
}

/// List one's own sign-ins, and what others tried
#[utoipa::path(get, path = "/api/auth/sign-ins", tag = "auth", operation_id = "listOwnSignIns",
    params(SignInQuery), extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = SignInLog), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_own_sign_ins(
    desk: Authorized<OwnAccount>,
    ValidQuery(query): ValidQuery<SignInQuery>,
) -> Result<Json<SignInLog>> {
    let (after, limit) = query.check()?;
    Ok(Json(store::read_sign_ins(&desk.db, desk.by.staff_id, after, limit).await?))
}

/// List a staff member's sign-ins, and what others tried in their name
#[utoipa::path(get, path = "/api/admin/staff/{id}/sign-ins", tag = "staff", operation_id = "listStaffSignIns",
    params(("id" = StaffId, Path), SignInQuery), extensions(("x-permission" = json!("staff.manage"))),
    responses((status = 200, body = SignInLog), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_staff_sign_ins(
    desk: Authorized<StaffManage>,
    Path(id): Path<StaffId>,
    ValidQuery(query): ValidQuery<SignInQuery>,
) -> Result<Json<SignInLog>> {
    let (after, limit) = query.check()?;
    if !store::member_exists(&desk.db, id).await? {
        return Err(Problem::not_found("staff member"));
    }
    let log = store::read_sign_ins(&desk.db, id, after, limit).await?;
    let count = i64::try_from(log.entries.len()).unwrap_or(i64::MAX);
    let event = Event::access("staff.sign_ins_listed").on("staff", id.0).items(count);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(log))
}
