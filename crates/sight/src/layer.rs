//! The layer around all answers of the API that hides contact details from roles that may not see them.

use std::collections::HashSet;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::CustomerId;
use platform::{App, Problem, Result};
use serde_json::Value;
use staff::{Permission, Seen, permissions::PersonalRead};

use crate::{rules, store};

/// Far more than any answer that is made in memory.
const LONGEST: usize = 64 * 1024 * 1024;

/// Where nothing of customers is told, but of the staff, whose addresses are no secret among them.
const OF_STAFF: [&str; 3] = ["/api/auth/", "/api/admin/staff", "/api/admin/roles"];

pub async fn hide(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    let response = next.run(request).await;
    // Of whom nobody knows who they are, nothing was answered that needs a permission.
    let Some((staff, role)) = seen.get() else { return response };
    if PersonalRead::ROLES.contains(&role) || OF_STAFF.iter().any(|start| path.starts_with(start)) {
        return response;
    }
    hide_in(&app, staff, &path, response).await.unwrap_or_else(IntoResponse::into_response)
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
        return Err(Problem::forbidden(
            "details_hidden",
            "This document holds contact details, which your role does not see. Reveal them on the customer's page first.",
        ));
    }
    let bytes = to_bytes(body, LONGEST).await.map_err(|error| Problem::internal(&error))?;
    let shown = shown(&bytes, &revealed)?;
    parts.headers.insert(header::CONTENT_LENGTH, shown.len().into());
    Ok(Response::from_parts(parts, Body::from(shown)))
}

fn shown(bytes: &[u8], revealed: &HashSet<CustomerId>) -> Result<Vec<u8>> {
    let mut answer: Value = serde_json::from_slice(bytes).map_err(|error| Problem::internal(&error))?;
    rules::hide(&mut answer, revealed);
    serde_json::to_vec(&answer).map_err(|error| Problem::internal(&error))
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
