//! One's own API keys.

use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::ApiKeyId;
use platform::{
    App, Result,
    http::{Path, ValidJson},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ApiKey, Authorized, Proven, actions, permissions::OwnAccount, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_api_keys, create_api_key)).routes(routes!(revoke_api_key))
}

/// List one's own API keys
#[utoipa::path(get, path = "/api/auth/api-keys", tag = "auth", operation_id = "listApiKeys",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Vec<ApiKey>), (status = 401, body = ProblemBody)))]
async fn list_api_keys(desk: Authorized<OwnAccount>) -> Result<Json<Vec<ApiKey>>> {
    Ok(Json(store::list_keys(&desk.db, desk.by.staff_id).await?))
}

/// What a key is to be good for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApiKeyInput {
    /// What uses it.
    name: String,
    /// Permissions, as in `GET /api/admin/roles`; those that one's own role has.
    scopes: Vec<String>,
    /// Until it expires, 1 to 365.
    days: i32,
}

/// A key just made. The key itself is shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewApiKeyView {
    /// Goes into `Authorization: Bearer …`.
    key: String,
    api_key: ApiKey,
}

/// Make an API key
///
/// It acts for who made it, within its scopes and never beyond what their role may do at the time. Whatever is marked
/// `x-step-up`, and one's own account, is closed to keys.
#[utoipa::path(post, path = "/api/auth/api-keys", tag = "auth", operation_id = "createApiKey",
    request_body = ApiKeyInput,
    extensions(("x-permission" = json!("account.own")), ("x-step-up" = json!("always"))),
    responses((status = 201, body = NewApiKeyView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_api_key(
    mut desk: Proven<OwnAccount>,
    ValidJson(given): ValidJson<ApiKeyInput>,
) -> Result<impl IntoResponse> {
    let new = actions::NewApiKey { name: given.name, scopes: given.scopes, days: given.days };
    let (api_key, key) = actions::create_api_key(&desk.app, &mut desk.db, &desk.by, new).await?;
    Ok((StatusCode::CREATED, Json(NewApiKeyView { key, api_key })))
}

/// Revoke an API key
#[utoipa::path(delete, path = "/api/auth/api-keys/{id}", tag = "auth", operation_id = "revokeApiKey",
    params(("id" = ApiKeyId, Path)), extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn revoke_api_key(mut desk: Authorized<OwnAccount>, Path(id): Path<ApiKeyId>) -> Result<StatusCode> {
    actions::revoke_api_key(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
