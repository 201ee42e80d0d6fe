use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::SavedViewId;
use platform::{
    App, Result,
    http::{IfMatch, Path, ValidJson, etag},
    problem::ProblemBody,
};
use staff::{
    Authorized,
    permissions::{CustomerRead, ViewShare},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    input::SavedViewInput,
    model::{ListLayout, SavedView, SavedViewList},
    store,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_saved_views, create_saved_view))
        .routes(routes!(update_saved_view, delete_saved_view))
        .routes(routes!(share_saved_view, unshare_saved_view))
        .routes(routes!(pin_saved_view, unpin_saved_view))
        .routes(routes!(read_list_layout, update_list_layout))
}

/// List one's own saved views and those that are shared, by name
#[utoipa::path(get, path = "/api/admin/saved-views", tag = "customers", operation_id = "listSavedViews",
    extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = SavedViewList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_saved_views(desk: Authorized<CustomerRead>) -> Result<Json<SavedViewList>> {
    Ok(Json(SavedViewList { views: store::list_views(&desk.db, desk.by.staff_id).await? }))
}

/// Keep a way to look at the list of customers
///
/// Filters and order, not what was searched for. It is seen by nobody else until it is shared.
#[utoipa::path(post, path = "/api/admin/saved-views", tag = "customers", operation_id = "createSavedView",
    request_body = SavedViewInput, extensions(("x-permission" = json!("customer.read"))),
    responses((status = 201, body = SavedView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_saved_view(
    mut desk: Authorized<CustomerRead>,
    ValidJson(given): ValidJson<SavedViewInput>,
) -> Result<impl IntoResponse> {
    let view = actions::create_view(&desk.app, &mut desk.db, &desk.by, given).await?;
    Ok((StatusCode::CREATED, [etag(view.version)], Json(view)))
}

/// Change a saved view of one's own
#[utoipa::path(put, path = "/api/admin/saved-views/{id}", tag = "customers", operation_id = "updateSavedView",
    params(("id" = SavedViewId, Path),
        ("if-match" = String, Header, description = "The version the change was made from, in quotes")),
    request_body = SavedViewInput, extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = SavedView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 428, body = ProblemBody)))]
async fn update_saved_view(
    mut desk: Authorized<CustomerRead>,
    Path(id): Path<SavedViewId>,
    IfMatch(version): IfMatch,
    ValidJson(given): ValidJson<SavedViewInput>,
) -> Result<impl IntoResponse> {
    let view = actions::update_view(&desk.app, &mut desk.db, &desk.by, id, version, given).await?;
    Ok(([etag(view.version)], Json(view)))
}

/// Remove a saved view of one's own; a superadmin also removes what others have shared
#[utoipa::path(delete, path = "/api/admin/saved-views/{id}", tag = "customers", operation_id = "deleteSavedView",
    params(("id" = SavedViewId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn delete_saved_view(
    mut desk: Authorized<CustomerRead>,
    Path(id): Path<SavedViewId>,
) -> Result<StatusCode> {
    actions::delete_view(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show a saved view of one's own to everybody
#[utoipa::path(put, path = "/api/admin/saved-views/{id}/share", tag = "customers", operation_id = "shareSavedView",
    params(("id" = SavedViewId, Path)), extensions(("x-permission" = json!("view.share"))),
    responses((status = 200, body = SavedView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn share_saved_view(
    mut desk: Authorized<ViewShare>,
    Path(id): Path<SavedViewId>,
) -> Result<Json<SavedView>> {
    actions::share_view(&desk.app, &mut desk.db, &desk.by, id, true).await.map(Json)
}

/// Show a saved view of one's own to nobody else any more
#[utoipa::path(delete, path = "/api/admin/saved-views/{id}/share", tag = "customers", operation_id = "unshareSavedView",
    params(("id" = SavedViewId, Path)), extensions(("x-permission" = json!("view.share"))),
    responses((status = 200, body = SavedView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn unshare_saved_view(
    mut desk: Authorized<ViewShare>,
    Path(id): Path<SavedViewId>,
) -> Result<Json<SavedView>> {
    actions::share_view(&desk.app, &mut desk.db, &desk.by, id, false).await.map(Json)
}

/// Pin a saved view, for oneself
#[utoipa::path(put, path = "/api/admin/saved-views/{id}/pin", tag = "customers", operation_id = "pinSavedView",
    params(("id" = SavedViewId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = SavedView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn pin_saved_view(
    mut desk: Authorized<CustomerRead>,
    Path(id): Path<SavedViewId>,
) -> Result<Json<SavedView>> {
    actions::pin_view(&desk.app, &mut desk.db, &desk.by, id, true).await.map(Json)
}

/// Take the pin off a saved view, for oneself
#[utoipa::path(delete, path = "/api/admin/saved-views/{id}/pin", tag = "customers", operation_id = "unpinSavedView",
    params(("id" = SavedViewId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = SavedView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn unpin_saved_view(
    mut desk: Authorized<CustomerRead>,
    Path(id): Path<SavedViewId>,
) -> Result<Json<SavedView>> {
    actions::pin_view(&desk.app, &mut desk.db, &desk.by, id, false).await.map(Json)
}

/// Read how one has the list of customers laid out
#[utoipa::path(get, path = "/api/admin/list-layout", tag = "customers", operation_id = "readListLayout",
    extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = ListLayout), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn read_list_layout(desk: Authorized<CustomerRead>) -> Result<Json<ListLayout>> {
    store::read_layout(&desk.db, desk.by.staff_id).await.map(Json)
}

/// Lay the list of customers out, for oneself
#[utoipa::path(put, path = "/api/admin/list-layout", tag = "customers", operation_id = "updateListLayout",
    request_body = ListLayout, extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = ListLayout), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn update_list_layout(
    mut desk: Authorized<CustomerRead>,
    ValidJson(given): ValidJson<ListLayout>,
) -> Result<Json<ListLayout>> {
    actions::update_layout(&desk.app, &mut desk.db, &desk.by, given).await.map(Json)
}
