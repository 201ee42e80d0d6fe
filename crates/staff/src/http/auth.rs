//! Sign-in and one's own account.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use jiff::Timestamp;
use kernel::StaffId;
use platform::{App, Problem, Result, http::ValidJson, problem::ProblemBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::passkeys::PasskeyAnswer;
use crate::{
    Authorized, Gate, Role,
    actions::{self, DEMO_PASSWORD, Entered, Proof, demo_email},
    authorized::{Entering, cookie_name, is_https, session_token},
    model::SecondFactor,
    permissions::{self, OwnAccount},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_welcome))
        .routes(routes!(sign_in))
        .routes(routes!(complete_sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(sign_out_everywhere))
        .routes(routes!(read_me))
        .routes(routes!(prove_identity))
}

/// What the sign-in page needs before anybody has signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Welcome {
    demo: bool,
    /// Empty outside demo mode.
    demo_accounts: Vec<DemoAccount>,
    /// Whoever forgot their password can ask for a link by mail.
    reset_by_mail: bool,
    /// Who else vouches for people, as on the button "Sign in with …"; none: nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    single_sign_on: Option<String>,
    /// Nobody can sign in yet: the set-up link is in the server's output.
    setup_needed: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DemoAccount {
    role: Role,
    email: String,
    password: String,
}

/// Read what the sign-in page shows
#[utoipa::path(get, path = "/api/auth/welcome", tag = "auth", operation_id = "readWelcome", security(()),
    responses((status = 200, body = Welcome)))]
async fn read_welcome(State(app): State<App>) -> Result<Json<Welcome>> {
    let db = app.db.client().await?;
    let setup_needed = store::count_members(&db).await? == 0;
    let demo = app.settings.demo;
    let account = |role| DemoAccount { role, email: demo_email(role), password: DEMO_PASSWORD.to_owned() };
    let demo_accounts = if demo { Role::ALL.into_iter().map(account).collect() } else { Vec::new() };
    let reset_by_mail = app.settings.smtp_url.is_some();
    let single_sign_on = app.settings.access.single_sign_on.as_ref().map(|provider| provider.name.clone());
    Ok(Json(Welcome { demo, demo_accounts, reset_by_mail, single_sign_on, setup_needed }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    email: String,
    password: String,
}

/// The person who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Me {
    id: StaffId,
    name: String,
    email: String,
    role: Role,
    role_title: String,
    /// Names of what this role may do, as in `GET /api/admin/roles`.
    permissions: Vec<String>,
    demo: bool,
    /// This role needs a second factor, and there is none yet: until one is added, nothing else is possible.
    must_enrol: bool,
}

fn me(app: &App, id: StaffId, name: String, email: String, role: Role, must_enrol: bool) -> Me {
    let permissions = permissions::of(role).into_iter().map(str::to_owned).collect();
    let demo = app.settings.demo;
    Me { id, name, email, role, role_title: role.title().to_owned(), permissions, demo, must_enrol }
}

/// The password was right; the second factor is still to come, at `POST /api/auth/sign-in/code`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PendingSignIn)]
pub(super) struct PendingSignInView {
    /// What would complete the sign-in.
    methods: Vec<SecondFactor>,
    expires_at: Timestamp,
}

/// The session cookie: not readable by scripts, not sent by other sites' forms.
fn cookie(app: &App, token: &str, max_age_s: i64) -> AppendHeaders<[(header::HeaderName, HeaderValue); 1]> {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let text =
        format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}", cookie_name(app));
    let value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    AppendHeaders([(header::SET_COOKIE, value)])
}

/// An answer that hands the browser a session under a new token.
pub(super) fn with_cookie(app: &App, token: &str, body: impl IntoResponse) -> Response {
    let seconds = i64::try_from(app.settings.session_lifetime.as_secs()).unwrap_or(i64::MAX);
    (cookie(app, token, seconds), body).into_response()
}

pub(super) fn signed_in(app: &App, session: actions::SignedIn) -> Response {
    let me = me(app, session.staff_id, session.name, session.email, session.role, session.must_enrol);
    with_cookie(app, &session.token, Json(me))
}

/// The same cookie for an answer that leads elsewhere, and whether the second factor is still to come.
pub(super) fn entrance_cookie(
    app: &App,
    entered: &Entered,
) -> (AppendHeaders<[(header::HeaderName, HeaderValue); 1]>, bool) {
    match entered {
        Entered::In(session) => {
            let seconds = i64::try_from(app.settings.session_lifetime.as_secs()).unwrap_or(i64::MAX);
            (cookie(app, &session.token, seconds), false)
        }
        Entered::Pending(pending) => {
            let seconds = pending.expires_at.duration_since(app.clock.now()).as_secs();
            (cookie(app, &pending.token, seconds), true)
        }
    }
}

/// The cookie of a session, or of the short one that waits for the second factor.
pub(super) fn entered(app: &App, entered: Entered) -> Response {
    match entered {
        Entered::In(session) => signed_in(app, session),
        Entered::Pending(pending) => {
            let seconds = pending.expires_at.duration_since(app.clock.now()).as_secs();
            let view = PendingSignInView { methods: pending.methods, expires_at: pending.expires_at };
            (StatusCode::ACCEPTED, cookie(app, &pending.token, seconds), Json(view)).into_response()
        }
    }
}

/// Sign in
///
/// Answers alike, and after the same time, whether the account exists or not. 202: the password was right, and the second
/// factor is still to come.
#[utoipa::path(post, path = "/api/auth/sign-in", tag = "auth", operation_id = "signIn", security(()),
    request_body = Credentials,
    responses((status = 200, body = Me), (status = 202, body = PendingSignInView), (status = 401, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn sign_in(
    State(app): State<App>,
    Extension(gate): Extension<Gate>,
    Extension(request): Extension<platform::RequestInfo>,
    ValidJson(given): ValidJson<Credentials>,
) -> Result<Response> {
    let session = actions::sign_in(&app, &gate, &request, &given.email, given.password).await?;
    Ok(entered(&app, session))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInCode {
    /// Six digits of an authenticator app, or a recovery code.
    code: String,
}

/// Complete a sign-in with the second factor
///
/// For the session that a sign-in with 202 has opened; it takes five wrong codes and then has ended.
#[utoipa::path(post, path = "/api/auth/sign-in/code", tag = "auth", operation_id = "completeSignIn", security(()),
    request_body = SignInCode,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn complete_sign_in(
    State(app): State<App>,
    Extension(request): Extension<platform::RequestInfo>,
    headers: HeaderMap,
    ValidJson(given): ValidJson<SignInCode>,
) -> Result<Response> {
    let token = session_token(&headers, &app).unwrap_or_default();
    let session = actions::complete_sign_in(&app, &request, token, &given.code).await?;
    Ok(signed_in(&app, session))
}

/// One of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProofInput {
    password: Option<String>,
    /// Six digits of an authenticator app, or a recovery code.
    code: Option<String>,
    /// The answer to `POST /api/auth/sign-in/passkey/begin`.
    passkey: Option<PasskeyAnswer>,
}

/// Show again who one is
///
/// Opens what the document marks with `x-step-up` for a while (setting `step_up_minutes`).
#[utoipa::path(post, path = "/api/auth/proof", tag = "auth", operation_id = "proveIdentity",
    request_body = ProofInput, extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn prove_identity(
    mut desk: Entering,
    Extension(gate): Extension<Gate>,
    ValidJson(given): ValidJson<ProofInput>,
) -> Result<StatusCode> {
    let proof = match (given.password, given.code, given.passkey) {
        (Some(password), None, None) => Proof::Password(password),
        (None, Some(code), None) => Proof::Code(code),
        (None, None, Some(passkey)) => Proof::Passkey(passkey.assertion()),
        _ => return Err(Problem::invalid("code", "or a password or a passkey must be given, and one only")),
    };
    actions::prove_identity(&desk.app, &gate, &mut desk.db, &desk.by, proof).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign out
#[utoipa::path(post, path = "/api/auth/sign-out", tag = "auth", operation_id = "signOut",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody)))]
async fn sign_out(mut desk: Entering) -> Result<impl IntoResponse> {
    actions::sign_out(&desk.app, &mut desk.db, &desk.by).await?;
    Ok((StatusCode::NO_CONTENT, cookie(&desk.app, "", 0)))
}

/// Sign out on every device
#[utoipa::path(post, path = "/api/auth/sign-out-everywhere", tag = "auth", operation_id = "signOutEverywhere",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody)))]
async fn sign_out_everywhere(mut desk: Authorized<OwnAccount>) -> Result<impl IntoResponse> {
    actions::sign_out_everywhere(&desk.app, &mut desk.db, &desk.by).await?;
    Ok((StatusCode::NO_CONTENT, cookie(&desk.app, "", 0)))
}

/// Read who is signed in
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", operation_id = "readMe",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Me), (status = 401, body = ProblemBody)))]
async fn read_me(desk: Entering) -> Json<Me> {
    let by = desk.by;
    Json(me(&desk.app, by.staff_id, by.name, by.email, by.role, desk.must_enrol))
}
