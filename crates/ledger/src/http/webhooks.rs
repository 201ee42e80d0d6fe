//! Where providers tell what has happened on their side.

use axum::{Extension, Json, extract::State, http::HeaderMap};
use platform::{App, RequestInfo, Result, http::Bounded, problem::ProblemBody};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::actions;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(receive_stripe_message))
}

#[derive(Serialize, ToSchema)]
struct Received {
    received: bool,
}

/// Receive a message of Stripe's
///
/// An event as Stripe signs it, with `Stripe-Signature`. It is kept, once, and Stripe is asked about what it names; by itself
/// it moves no money. The same one again is answered alike.
#[utoipa::path(post, path = "/api/webhooks/stripe", tag = "money", operation_id = "receiveStripeMessage", security(()),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The bytes exactly as Stripe signed them"),
    responses((status = 200, body = Received), (status = 400, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 413, body = ProblemBody)))]
async fn receive_stripe_message(
    State(app): State<App>,
    Extension(request): Extension<RequestInfo>,
    headers: HeaderMap,
    Bounded(body): Bounded,
) -> Result<Json<Received>> {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut db = app.db.client().await?;
    actions::receive_message(&app, &mut db, request, signature, &body).await?;
    Ok(Json(Received { received: true }))
}
