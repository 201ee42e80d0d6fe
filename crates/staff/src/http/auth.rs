//! Sign-in and one's own account.

use std::net::IpAddr;

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse},
};
use jiff::{SignedDuration, Timestamp};
use kernel::{SessionId, StaffId};
use platform::{
    App, Result,
    http::{Path, ValidJson},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Authorized, Gate, Role,
    actions::{self, DEMO_PASSWORD, demo_email},
    authorized::{cookie_name, is_https},
    model::LinkKind,
    permissions::{self, OwnAccount},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_welcome))
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(sign_out_everywhere))
        .routes(routes!(read_me))
        .routes(routes!(list_own_sessions))
        .routes(routes!(end_own_session))
        .routes(routes!(change_own_password))
        .routes(routes!(read_link))
        .routes(routes!(redeem_link))
}

/// What the sign-in page needs before anybody has signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Welcome {
    demo: bool,
    /// Empty outside demo mode.
    demo_accounts: Vec<DemoAccount>,
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
    Ok(Json(Welcome { demo, demo_accounts, setup_needed }))
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
struct Me {
    id: StaffId,
    name: String,
    email: String,
    role: Role,
    role_title: String,
    /// Names of what this role may do, as in `GET /api/admin/roles`.
    permissions: Vec<String>,
    demo: bool,
}

fn me(app: &App, id: StaffId, name: String, email: String, role: Role) -> Me {
    let permissions = permissions::of(role).into_iter().map(str::to_owned).collect();
    Me { id, name, email, role, role_title: role.title().to_owned(), permissions, demo: app.settings.demo }
}

/// The session cookie: not readable by scripts, not sent by other sites' forms.
fn cookie(app: &App, token: &str, max_age_s: i64) -> AppendHeaders<[(header::HeaderName, HeaderValue); 1]> {
    let secure = if is_https(app) { "; Secure" } else { "" };
    let text =
        format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}", cookie_name(app));
    let value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    AppendHeaders([(header::SET_COOKIE, value)])
}

fn signed_in(app: &App, session: actions::SignedIn) -> impl IntoResponse + use<> {
    let seconds = i64::try_from(app.settings.session_lifetime.as_secs()).unwrap_or(i64::MAX);
    let cookie = cookie(app, &session.token, seconds);
    (cookie, Json(me(app, session.staff_id, session.name, session.email, session.role)))
}

/// Sign in
///
/// Answers alike, and after the same time, whether the account exists or not.
#[utoipa::path(post, path = "/api/auth/sign-in", tag = "auth", operation_id = "signIn", security(()),
    request_body = Credentials,
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn sign_in(
    State(app): State<App>,
    Extension(gate): Extension<Gate>,
    Extension(request): Extension<platform::RequestInfo>,
    ValidJson(given): ValidJson<Credentials>,
) -> Result<impl IntoResponse> {
    let session = actions::sign_in(&app, &gate, &request, &given.email, given.password).await?;
    Ok(signed_in(&app, session))
}

/// Sign out
#[utoipa::path(post, path = "/api/auth/sign-out", tag = "auth", operation_id = "signOut",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody)))]
async fn sign_out(mut desk: Authorized<OwnAccount>) -> Result<impl IntoResponse> {
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
async fn read_me(desk: Authorized<OwnAccount>) -> Json<Me> {
    let by = desk.by;
    Json(me(&desk.app, by.staff_id, by.name, by.email, by.role))
}

/// A place where somebody is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionView {
    id: SessionId,
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    /// The session that asked.
    current: bool,
}

pub(super) async fn sessions_of(
    app: &App,
    db: &deadpool_postgres::Client,
    owner: StaffId,
    current: SessionId,
) -> Result<Vec<SessionView>> {
    let now = app.clock.now();
    let idle = SignedDuration::try_from(app.settings.session_idle).unwrap_or(SignedDuration::MAX);
    let rows = store::list_sessions(db, owner, now, now.saturating_sub(idle).unwrap_or(now)).await?;
    let view = |row: &tokio_postgres::Row| SessionView {
        id: row.get("id"),
        created_at: row.get("created_at"),
        last_seen_at: row.get("last_seen_at"),
        expires_at: row.get("expires_at"),
        ip: row.get::<_, Option<IpAddr>>("ip").map(|ip| ip.to_string()),
        user_agent: row.get("user_agent"),
        current: row.get::<_, SessionId>("id") == current,
    };
    Ok(rows.iter().map(view).collect())
}

/// List where one is signed in
#[utoipa::path(get, path = "/api/auth/sessions", tag = "auth", operation_id = "listOwnSessions",
    extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Vec<SessionView>), (status = 401, body = ProblemBody)))]
async fn list_own_sessions(desk: Authorized<OwnAccount>) -> Result<Json<Vec<SessionView>>> {
    Ok(Json(sessions_of(&desk.app, &desk.db, desk.by.staff_id, desk.by.session).await?))
}

/// Sign out one other device
#[utoipa::path(delete, path = "/api/auth/sessions/{id}", tag = "auth", operation_id = "endOwnSession",
    params(("id" = SessionId, Path)), extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn end_own_session(mut desk: Authorized<OwnAccount>, Path(id): Path<SessionId>) -> Result<StatusCode> {
    actions::end_own_session(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    current: String,
    /// At least 12 characters.
    next: String,
}

/// Change one's own password; every other device is signed out
#[utoipa::path(put, path = "/api/auth/password", tag = "auth", operation_id = "changeOwnPassword",
    request_body = PasswordChange, extensions(("x-permission" = json!("account.own"))),
    responses((status = 200, body = Me), (status = 401, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody)))]
async fn change_own_password(
    mut desk: Authorized<OwnAccount>,
    Extension(gate): Extension<Gate>,
    ValidJson(given): ValidJson<PasswordChange>,
) -> Result<impl IntoResponse> {
    let session =
        actions::change_password(&desk.app, &gate, &mut desk.db, &desk.by, given.current, given.next).await?;
    Ok(signed_in(&desk.app, session))
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
    responses((status = 200, body = Me), (status = 410, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn redeem_link(
    State(app): State<App>,
    Extension(gate): Extension<Gate>,
    Extension(request): Extension<platform::RequestInfo>,
    ValidJson(given): ValidJson<LinkRedemption>,
) -> Result<impl IntoResponse> {
    let mut db = app.db.client().await?;
    let redemption = actions::Redemption {
        token: given.token,
        name: given.name,
        email: given.email,
        password: given.password,
    };
    let session = actions::redeem_link(&app, &gate, &mut db, &request, redemption).await?;
    Ok(signed_in(&app, session))
}
