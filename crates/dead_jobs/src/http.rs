use axum::Json;
use kernel::JobId;
use platform::{
    App, Event, Result,
    http::{Path, ValidJson, ValidQuery},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{
    Authorized,
    permissions::{JobManage, JobRead},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    input::DiscardInput,
    model::{DeadJob, DeadJobPage},
    store,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_dead_jobs))
        .routes(routes!(retry_job))
        .routes(routes!(discard_job))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeadJobsQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List jobs that nobody tries any more, the latest to die first
#[utoipa::path(get, path = "/api/admin/dead-jobs", tag = "jobs", operation_id = "listDeadJobs",
    params(DeadJobsQuery), extensions(("x-permission" = json!("job.read"))),
    responses((status = 200, body = DeadJobPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_dead_jobs(
    desk: Authorized<JobRead>,
    ValidQuery(query): ValidQuery<DeadJobsQuery>,
) -> Result<Json<DeadJobPage>> {
    let limit = check_limit(query.limit)?;
    let page = store::list_dead(&desk.db, query.after.as_deref(), limit).await?;
    drop(desk.db);
    let event = Event::access("dead_jobs.listed").items(i64::try_from(page.jobs.len()).unwrap_or(i64::MAX));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

/// Have a dead job tried again
///
/// As often as at first. What it did before it died it does not do twice.
#[utoipa::path(post, path = "/api/admin/dead-jobs/{id}/retry", tag = "jobs", operation_id = "retryJob",
    params(("id" = JobId, Path)), extensions(("x-permission" = json!("job.manage"))),
    responses((status = 200, body = DeadJob), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn retry_job(mut desk: Authorized<JobManage>, Path(id): Path<JobId>) -> Result<Json<DeadJob>> {
    actions::retry_job(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}

/// Let a dead job go: it is never tried again
#[utoipa::path(post, path = "/api/admin/dead-jobs/{id}/discard", tag = "jobs", operation_id = "discardJob",
    params(("id" = JobId, Path)), request_body = DiscardInput, extensions(("x-permission" = json!("job.manage"))),
    responses((status = 200, body = DeadJob), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn discard_job(
    mut desk: Authorized<JobManage>,
    Path(id): Path<JobId>,
    ValidJson(input): ValidJson<DiscardInput>,
) -> Result<Json<DeadJob>> {
    actions::discard_job(&desk.app, &mut desk.db, &desk.by, id, input).await.map(Json)
}
