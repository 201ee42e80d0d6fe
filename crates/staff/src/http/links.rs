//! One-time links: looking at one, and using it.

use axum::{Extension, Json, extract::State, http::StatusCode, response::Response};
use platform::{App, Result, http::ValidJson, problem::ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::{Me, PendingSignInView, entered};
use crate::{Gate, actions, model::LinkKind};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_link))
        .routes(routes!(redeem_link))
        .routes(routes!(ask_password_reset))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkToken {
    token: String,
}

/// What a one-time link is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LinkView {
    kind: LinkKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// Read what a one-time link is for
#[utoipa::path(post, path = "/api/auth/links/read", tag = "auth", operation_id = "readLink", security(()),
    request_body = LinkToken, responses((status = 200, body = LinkView), (status = 410, body = ProblemBody)))]
async fn read_link(State(app): State<App>, ValidJson(given): ValidJson<LinkToken>) -> Result<Json<LinkView>> {
    let mut db = app.db.client().await?;
    let link = actions::read_link(&app, &mut db, &given.token).await?;
    let (name, email) = link.member.map(|member| (member.name, member.email)).unzip();
    Ok(Json(LinkView { kind: link.kind, name, email }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkRedemption {
    token: String,
    name: Option<String>,
    /// Only for the first set-up.
    email: Option<String>,
    /// At least 12 characters.
    password: String,
}

/// Choose a password with a one-time link, and be signed in
#[utoipa::path(post, path = "/api/auth/links/redeem", tag = "auth", operation_id = "redeemLink", security(()),
    request_body = LinkRedemption,
    responses((status = 200, body = Me), (status = 202, body = PendingSignInView), (status = 410, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn redeem_link(
    State(app): State<App>,
    Extension(gate): Extension<Gate>,
    Extension(request): Extension<platform::RequestInfo>,
    ValidJson(given): ValidJson<LinkRedemption>,
) -> Result<Response> {
    let mut db = app.db.client().await?;
    let redemption = actions::Redemption {
        token: given.token,
        name: given.name,
        email: given.email,
        password: given.password,
    };
    let session = actions::redeem_link(&app, &gate, &mut db, &request, redemption).await?;
    Ok(entered(&app, session))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForgottenPassword {
    email: String,
}

/// Ask for a link with which one chooses a new password, by mail
///
/// Answers alike, and after the same work, whether there is such an account or not. One link in ten minutes at most is sent; it is good for
/// two hours, and using it ends every session.
#[utoipa::path(post, path = "/api/auth/forgotten-password", tag = "auth", operation_id = "askPasswordReset", security(()),
    request_body = ForgottenPassword,
    responses((status = 204), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn ask_password_reset(
    State(app): State<App>,
    Extension(request): Extension<platform::RequestInfo>,
    ValidJson(given): ValidJson<ForgottenPassword>,
) -> Result<StatusCode> {
    actions::ask_password_reset(&app, &request, &given.email).await?;
    Ok(StatusCode::NO_CONTENT)
}
