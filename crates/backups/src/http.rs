//! The doors of backups. What stands behind them are instants, sizes and paths; nobody's data.

use axum::{Json, http::StatusCode};
use platform::{App, Result, http::ValidJson, problem::ProblemBody};
use staff::{
    Authorized, Proven,
    permissions::{BackupManage, BackupRead, FenceAccept},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{BackupsPage, FenceAcceptInput, actions, fence, jobs};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_backups, start_backup))
        .routes(routes!(start_drill))
        .routes(routes!(accept_fence))
}

/// Read which copies of the database were made, which were proved, and whether this database is a restored one
#[utoipa::path(get, path = "/api/admin/backups", tag = "system", operation_id = "readBackups",
    extensions(("x-permission" = json!("backup.read"))),
    responses((status = 200, body = BackupsPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn read_backups(desk: Authorized<BackupRead>) -> Result<Json<BackupsPage>> {
    actions::read_backups(&desk.app, &desk.db).await.map(Json)
}

/// Have a copy made now
///
/// A job makes it. While one is under way or waits, that one is the answer.
#[utoipa::path(post, path = "/api/admin/backups", tag = "system", operation_id = "startBackup",
    extensions(("x-permission" = json!("backup.manage"))),
    responses((status = 202, body = BackupsPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn start_backup(mut desk: Authorized<BackupManage>) -> Result<(StatusCode, Json<BackupsPage>)> {
    actions::start(&desk.app, &mut desk.db, &desk.by.actor, jobs::MAKE).await?;
    Ok((StatusCode::ACCEPTED, Json(actions::read_backups(&desk.app, &desk.db).await?)))
}

/// Have the newest copy restored beside the living database now, checked and thrown away
#[utoipa::path(post, path = "/api/admin/backups/drill", tag = "system", operation_id = "startDrill",
    extensions(("x-permission" = json!("backup.manage"))),
    responses((status = 202, body = BackupsPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody)))]
async fn start_drill(mut desk: Authorized<BackupManage>) -> Result<(StatusCode, Json<BackupsPage>)> {
    actions::start(&desk.app, &mut desk.db, &desk.by.actor, jobs::DRILL).await?;
    Ok((StatusCode::ACCEPTED, Json(actions::read_backups(&desk.app, &desk.db).await?)))
}

/// Accept a restored database: mail and refunds leave it again
#[utoipa::path(post, path = "/api/admin/backups/fence/accept", tag = "system", operation_id = "acceptFence",
    request_body = FenceAcceptInput, extensions(("x-permission" = json!("fence.accept")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = BackupsPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn accept_fence(
    mut desk: Proven<FenceAccept>,
    ValidJson(given): ValidJson<FenceAcceptInput>,
) -> Result<Json<BackupsPage>> {
    fence::accept(&desk.app, &mut desk.db, &desk.by.actor, &given.reason()?).await?;
    actions::read_backups(&desk.app, &desk.db).await.map(Json)
}
