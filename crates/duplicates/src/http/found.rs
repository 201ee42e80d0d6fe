//! The doors of finding duplicates.

use axum::{Json, http::StatusCode};
use kernel::{CustomerId, DismissalId};
use platform::{
    App, Result,
    http::{Path, ValidJson, ValidQuery},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{Authorized, permissions::CustomerMerge};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    DismissInput, Dismissal, DismissalList, DuplicatePage, DuplicateReason, actions::found as actions,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_duplicates))
        .routes(routes!(list_duplicates_of))
        .routes(routes!(list_dismissals, dismiss_duplicate))
        .routes(routes!(withdraw_dismissal))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DuplicatesQuery {
    /// Pairs for this reason only; all of them without it.
    #[param(inline)]
    reason: Option<DuplicateReason>,
    /// `next` of the page before.
    after: Option<String>,
    /// About how many pairs; 1 to 200, 50 without it.
    limit: Option<i64>,
}

/// List pairs of customers that may be one person, with the reasons
///
/// In the order of the keys they share, a stretch of the indexes at a time: a page may hold a few pairs more than asked for, or fewer,
/// even none, while `next` says that it goes on.
#[utoipa::path(get, path = "/api/admin/duplicates", tag = "duplicates", operation_id = "listDuplicates",
    params(DuplicatesQuery), extensions(("x-permission" = json!("customer.merge"))),
    responses((status = 200, body = DuplicatePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_duplicates(
    desk: Authorized<CustomerMerge>,
    ValidQuery(query): ValidQuery<DuplicatesQuery>,
) -> Result<Json<DuplicatePage>> {
    let limit = check_limit(query.limit)?;
    let after = query.after.as_deref();
    drop(desk.db);
    let db = desk.app.db.for_heavy_reads().await?;
    actions::list_duplicates(&desk.app, &db, &desk.by, query.reason, after, limit).await.map(Json)
}

/// List who may be the same person as this customer
#[utoipa::path(get, path = "/api/admin/customers/{id}/duplicates", tag = "duplicates", operation_id = "listDuplicatesOf",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.merge"))),
    responses((status = 200, body = DuplicatePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_duplicates_of(
    desk: Authorized<CustomerMerge>,
    Path(id): Path<CustomerId>,
) -> Result<Json<DuplicatePage>> {
    actions::list_duplicates_of(&desk.app, &desk.db, &desk.by, id).await.map(Json)
}

/// List pairs of which somebody has said that they are not the same person
#[utoipa::path(get, path = "/api/admin/duplicates/dismissals", tag = "duplicates", operation_id = "listDismissals",
    extensions(("x-permission" = json!("customer.merge"))),
    responses((status = 200, body = DismissalList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_dismissals(desk: Authorized<CustomerMerge>) -> Result<Json<DismissalList>> {
    actions::list_dismissals(&desk.app, &desk.db, &desk.by).await.map(Json)
}

/// Say that two customers are not the same person
///
/// They are not listed again until they share something that they do not share now.
#[utoipa::path(post, path = "/api/admin/duplicates/dismissals", tag = "duplicates", operation_id = "dismissDuplicate",
    request_body = DismissInput, extensions(("x-permission" = json!("customer.merge"))),
    responses((status = 201, body = Dismissal), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn dismiss_duplicate(
    mut desk: Authorized<CustomerMerge>,
    ValidJson(given): ValidJson<DismissInput>,
) -> Result<(StatusCode, Json<Dismissal>)> {
    let dismissal = actions::dismiss_duplicate(&desk.app, &mut desk.db, &desk.by, &given).await?;
    Ok((StatusCode::CREATED, Json(dismissal)))
}

/// Take it back that two customers are not the same person
#[utoipa::path(post, path = "/api/admin/duplicates/dismissals/{id}/withdraw", tag = "duplicates", operation_id = "withdrawDismissal",
    params(("id" = DismissalId, Path)), extensions(("x-permission" = json!("customer.merge"))),
    responses((status = 200, body = Dismissal), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn withdraw_dismissal(
    mut desk: Authorized<CustomerMerge>,
    Path(id): Path<DismissalId>,
) -> Result<Json<Dismissal>> {
    actions::withdraw_dismissal(&desk.app, &mut desk.db, &desk.by, id).await.map(Json)
}
