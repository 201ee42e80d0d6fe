//! Passkeys: one's own, and signing in with one.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use kernel::PasskeyId;
use platform::{
    App, Result,
    http::{Path, ValidJson},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::{Me, signed_in, with_cookie};
use crate::{
    Authorized, Passkey, Proven, actions,
    authorized::{Entering, session_token},
    permissions::OwnAccount,
    rules::webauthn::{ALGORITHMS, rp_id},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_passkeys, add_passkey))
        .routes(routes!(begin_passkey))
        .routes(routes!(rename_passkey, remove_passkey))
        .routes(routes!(ask_passkey))
        .routes(routes!(sign_in_with_passkey))
}

/// List one's own passkeys
#[utoipa::path(get, path = "/api/auth/passkeys", tag = "auth", operation_id = "listPasskeys",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Vec<Passkey>), (status = 401, body = ProblemBody)))]
async fn list_passkeys(desk: Authorized<OwnAccount>) -> Result<Json<Vec<Passkey>>> {
    Ok(Json(store::list_passkeys(&desk.db, desk.by.staff_id).await?))
}

/// For `navigator.credentials.create`; bytes are base64url.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PasskeyCreation {
    challenge: String,
    rp_id: String,
    user_id: String,
    user_name: String,
    display_name: String,
    /// COSE numbers, best first.
    algorithms: Vec<i64>,
    /// Credentials that are there already.
    exclude: Vec<String>,
}

/// Begin to add a passkey
///
/// Nothing is changed until the passkey comes back.
#[utoipa::path(post, path = "/api/auth/passkeys/begin", tag = "auth", operation_id = "beginPasskey",
    extensions(("x-permission" = json!("account.own")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = PasskeyCreation), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn begin_passkey(desk: Entering) -> Result<Json<PasskeyCreation>> {
    desk.by.require_proof(&desk.app)?;
    let begun = actions::begin_passkey(&desk.app, &desk.db, &desk.by).await?;
    Ok(Json(PasskeyCreation {
        challenge: begun.challenge,
        rp_id: begun.rp_id,
        user_id: begun.user_id,
        user_name: desk.by.email,
        display_name: desk.by.name,
        algorithms: ALGORITHMS.to_vec(),
        exclude: begun.known,
    }))
}

/// A passkey as the browser made it; bytes are base64url.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasskeyInput {
    /// To tell one's passkeys apart by.
    name: String,
    /// `clientDataJSON`.
    client_data: String,
    /// `attestationObject`.
    attestation: String,
}

/// A passkey just added.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PasskeyAdded {
    passkey: Passkey,
    /// Shown this once. None: those made before stay good.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
}

/// Add a passkey
///
/// Every other session ends. With the first factor come ten recovery codes.
#[utoipa::path(post, path = "/api/auth/passkeys", tag = "auth", operation_id = "addPasskey",
    request_body = PasskeyInput, extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = PasskeyAdded), (status = 401, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn add_passkey(mut desk: Entering, ValidJson(given): ValidJson<PasskeyInput>) -> Result<Response> {
    let new = actions::NewPasskey {
        name: given.name,
        client_data: given.client_data,
        attestation: given.attestation,
    };
    let (passkey, session, recovery_codes) =
        actions::add_passkey(&desk.app, &mut desk.db, &desk.by, new).await?;
    Ok(with_cookie(&desk.app, &session.token, Json(PasskeyAdded { passkey, recovery_codes })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasskeyName {
    name: String,
}

/// Rename one of one's own passkeys
#[utoipa::path(put, path = "/api/auth/passkeys/{id}", tag = "auth", operation_id = "renamePasskey",
    params(("id" = PasskeyId, Path)), request_body = PasskeyName, extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Passkey), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn rename_passkey(
    mut desk: Authorized<OwnAccount>,
    Path(id): Path<PasskeyId>,
    ValidJson(given): ValidJson<PasskeyName>,
) -> Result<Json<Passkey>> {
    actions::rename_passkey(&desk.app, &mut desk.db, &desk.by, id, &given.name).await.map(Json)
}

/// Remove one of one's own passkeys
///
/// Refused where the role needs a second factor and this is the last one.
#[utoipa::path(delete, path = "/api/auth/passkeys/{id}", tag = "auth", operation_id = "removePasskey",
    params(("id" = PasskeyId, Path)),
    extensions(("x-permission" = json!("account.own")), ("x-step-up" = json!("always"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn remove_passkey(mut desk: Proven<OwnAccount>, Path(id): Path<PasskeyId>) -> Result<StatusCode> {
    actions::remove_passkey(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For `navigator.credentials.get`; bytes are base64url.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PasskeyQuestion {
    pub challenge: String,
    pub rp_id: String,
}

/// What a passkey has signed; bytes are base64url.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PasskeyAnswer {
    credential_id: String,
    /// `clientDataJSON`.
    client_data: String,
    authenticator_data: String,
    signature: String,
}

impl PasskeyAnswer {
    pub fn assertion(self) -> actions::Assertion {
        actions::Assertion {
            credential_id: self.credential_id,
            client_data: self.client_data,
            authenticator_data: self.authenticator_data,
            signature: self.signature,
        }
    }
}

/// Ask for a passkey to sign in with
#[utoipa::path(post, path = "/api/auth/sign-in/passkey/begin", tag = "auth", operation_id = "askPasskey", security(()),
    responses((status = 200, body = PasskeyQuestion)))]
async fn ask_passkey(State(app): State<App>) -> Result<Json<PasskeyQuestion>> {
    let challenge = actions::challenge(&app, None)?;
    Ok(Json(PasskeyQuestion { challenge, rp_id: rp_id(&app.settings.public_url).to_owned() }))
}

/// Sign in with a passkey
///
/// By itself, or to complete a sign-in that was begun with the password.
#[utoipa::path(post, path = "/api/auth/sign-in/passkey", tag = "auth", operation_id = "signInWithPasskey", security(()),
    request_body = PasskeyAnswer,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn sign_in_with_passkey(
    State(app): State<App>,
    Extension(request): Extension<platform::RequestInfo>,
    headers: HeaderMap,
    ValidJson(given): ValidJson<PasskeyAnswer>,
) -> Result<Response> {
    let pending = session_token(&headers, &app).unwrap_or_default();
    let session = actions::sign_in_with_passkey(&app, &request, pending, &given.assertion()).await?;
    Ok(signed_in(&app, session))
}
