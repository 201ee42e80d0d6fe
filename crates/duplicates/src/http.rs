//! The doors of merging.

mod found;

use axum::Json;
use kernel::{CustomerId, MergeId};
use platform::{
    App, Result,
    http::{Path, ValidJson, ValidQuery},
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{
    Authorized, Proven,
    permissions::{CustomerMerge, CustomerRead},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Merge, MergeInput, MergeList, MergePreview, UndoMergeInput, actions};

pub fn routes() -> OpenApiRouter<App> {
    found::routes()
        .routes(routes!(preview_merge, merge_customers))
        .routes(routes!(list_merges))
        .routes(routes!(undo_merge))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PreviewQuery {
    /// The record that would become part of this one.
    other: CustomerId,
}

/// Compare two records of a customer before they are merged
#[utoipa::path(get, path = "/api/admin/customers/{id}/merge", tag = "duplicates", operation_id = "previewMerge",
    params(("id" = CustomerId, Path), PreviewQuery), extensions(("x-permission" = json!("customer.merge"))),
    responses((status = 200, body = MergePreview), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn preview_merge(
    desk: Authorized<CustomerMerge>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<PreviewQuery>,
) -> Result<Json<MergePreview>> {
    actions::preview_merge(&desk.app, &desk.db, &desk.by, id, query.other).await.map(Json)
}

/// Merge another record of the same person into this one
///
/// In one transaction, with a journal. What can move moves; what was written once stays where it happened and is read with this
/// record. Refused while either is erased, archived, merged or held, or has a refund, an approval, a data request or an erasure open.
#[utoipa::path(post, path = "/api/admin/customers/{id}/merge", tag = "duplicates", operation_id = "mergeCustomers",
    params(("id" = CustomerId, Path)), request_body = MergeInput,
    extensions(("x-permission" = json!("customer.merge")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = Merge), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn merge_customers(
    mut desk: Proven<CustomerMerge>,
    Path(id): Path<CustomerId>,
    ValidJson(given): ValidJson<MergeInput>,
) -> Result<Json<Merge>> {
    actions::merge_customers(&desk.app, &mut desk.db, &desk.by, id, &given).await.map(Json)
}

/// List who was merged into a customer, and whether it can be undone
#[utoipa::path(get, path = "/api/admin/customers/{id}/merges", tag = "duplicates", operation_id = "listMerges",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = MergeList), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_merges(desk: Authorized<CustomerRead>, Path(id): Path<CustomerId>) -> Result<Json<MergeList>> {
    actions::list_merges(&desk.app, &desk.db, &desk.by, id).await.map(Json)
}

/// Undo a merge: two records again
///
/// What the journal names goes back; what came since stays. Refused when that is no longer possible, with the reason.
#[utoipa::path(post, path = "/api/admin/merges/{id}/undo", tag = "duplicates", operation_id = "undoMerge",
    params(("id" = MergeId, Path)), request_body = UndoMergeInput,
    extensions(("x-permission" = json!("customer.merge")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = Merge), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn undo_merge(
    mut desk: Proven<CustomerMerge>,
    Path(id): Path<MergeId>,
    ValidJson(given): ValidJson<UndoMergeInput>,
) -> Result<Json<Merge>> {
    actions::undo_merge(&desk.app, &mut desk.db, &desk.by, id, &given).await.map(Json)
}
