//! The layer around all answers of the API that hides contact details from roles that may not see them.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::CustomerId;
use platform::{App, Problem, Result, vault::Vault};
use serde_json::Value;
use staff::{Seen, permissions::PersonalRead};

use crate::{
    rules::{self, Shown},
    store,
};

/// Far more than any answer that is made in memory.
const LONGEST: usize = 64 * 1024 * 1024;

/// Where nothing of customers is told, but of the staff, whose addresses are no secret among them.
const OF_STAFF: [&str; 3] = ["/api/auth/", "/api/admin/staff", "/api/admin/roles"];

/// Documents that hold ids, names and what happened, and no contact details.
const WITHOUT_DETAILS: [&str; 1] = ["/api/admin/audit/export"];

pub async fn hide(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    if let Some(uri) = with_cursor_opened(&app, request.uri()) {
        *request.uri_mut() = uri;
    }
    let response = next.run(request).await;
    // Of whom nobody knows who they are, nothing was answered that needs a permission.
    let Some(caller) = seen.get() else { return response };
    if caller.may::<PersonalRead>() || OF_STAFF.iter().any(|start| path.starts_with(start)) {
        return response;
    }
    hide_in(&app, caller.staff_id, &path, response).await.unwrap_or_else(IntoResponse::into_response)
}

async fn hide_in(app: &App, staff: kernel::StaffId, path: &str, response: Response) -> Result<Response> {
    let (mut parts, body) = response.into_parts();
    if has_no_content(parts.status, &parts.headers) {
        return Ok(Response::from_parts(parts, body));
    }
    let db = app.db.client().await?;
    let revealed = store::revealed(&db, staff, app.clock.now()).await?;
    drop(db);
    if customer_in(path).is_some_and(|customer| revealed.contains(&customer)) {
        return Ok(Response::from_parts(parts, body));
    }
    if !is_json(&parts.headers) {
        if WITHOUT_DETAILS.contains(&path) {
            return Ok(Response::from_parts(parts, body));
        }
        return Err(Problem::forbidden(
            "details_hidden",
            "This document holds contact details, which your role does not see. Reveal them on the customer's page first.",
        ));
    }
    let bytes = to_bytes(body, LONGEST).await.map_err(|error| Problem::internal(&error))?;
    let seal_cursor =
        |cursor: &str| app.vault().map_or_else(|_| String::new(), |vault| sealed(vault, cursor));
    let shown = shown(&bytes, &Shown { revealed: &revealed, seal_cursor: &seal_cursor })?;
    parts.headers.insert(header::CONTENT_LENGTH, shown.len().into());
    Ok(Response::from_parts(parts, Body::from(shown)))
}

fn shown(bytes: &[u8], shown: &Shown<'_>) -> Result<Vec<u8>> {
    let mut answer: Value = serde_json::from_slice(bytes).map_err(|error| Problem::internal(&error))?;
    rules::hide(&mut answer, shown);
    serde_json::to_vec(&answer).map_err(|error| Problem::internal(&error))
}

/// No cursor of a list begins with it, and no client has to encode it (RFC 3986, "unreserved").
const SEALED: char = '~';
const CURSOR: &str = "cursor";

fn sealed(vault: &Vault, cursor: &str) -> String {
    format!("{SEALED}{}", URL_SAFE_NO_PAD.encode(vault.seal(CURSOR, b"", cursor.as_bytes())))
}

fn opened(app: &App, cursor: &str) -> Option<String> {
    let sealed = cursor.strip_prefix(SEALED).or_else(|| cursor.strip_prefix("%7E"))?;
    let opened = app.vault().ok()?.open(CURSOR, b"", &URL_SAFE_NO_PAD.decode(sealed).ok()?)?;
    String::from_utf8(opened).ok()
}

/// The address with the cursor as the list knows it; nothing where none was sealed.
fn with_cursor_opened(app: &App, uri: &Uri) -> Option<Uri> {
    let mut pairs: Vec<String> = uri.query()?.split('&').map(str::to_owned).collect();
    let pair = pairs.iter_mut().find(|pair| pair.starts_with("after="))?;
    *pair = format!("after={}", opened(app, pair.strip_prefix("after=")?)?);
    format!("{}?{}", uri.path(), pairs.join("&")).parse().ok()
}

/// The customer whose page the path is under.
fn customer_in(path: &str) -> Option<CustomerId> {
    path.strip_prefix("/api/admin/customers/")?.split('/').next()?.parse().ok()
}

fn has_no_content(status: StatusCode, headers: &HeaderMap) -> bool {
    status.is_informational()
        || status == StatusCode::NO_CONTENT
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length == "0")
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    matches!(kind.split(';').next(), Some("application/json" | "application/problem+json"))
}
