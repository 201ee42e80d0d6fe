//! The doors of the customer page.

use axum::{Json, response::IntoResponse};
use kernel::CustomerId;
use ledger::Explained;
use platform::{
    App, Event, Problem, Result,
    http::{Path, ValidQuery, ValidTagged, etag},
    idempotency::IdempotencyKey,
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use staff::{
    Authorized,
    permissions::{BookingRead, CustomerAct, CustomerRead},
};
use utoipa::{
    IntoParams,
    openapi::{OpenApi, RefOr},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    figures::{self, Figure},
    model::{ActionResult, CustomerAction, CustomerPage, NEEDED, TimelinePage},
    page, timeline,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_customer))
        .routes(routes!(read_timeline))
        .routes(routes!(explain_figure))
        .routes(routes!(act_for_customer))
}

/// Read a customer with everything that belongs to them
///
/// Of who was merged into another customer: 409 `merged`, with that customer's id (`customerId`).
#[utoipa::path(get, path = "/api/admin/customers/{id}", tag = "customers", operation_id = "readCustomer",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = CustomerPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn read_customer(
    desk: Authorized<CustomerRead>,
    Path(id): Path<CustomerId>,
) -> Result<impl IntoResponse> {
    let page = page::read(&desk.db, id, &desk.by.reach(), desk.app.clock.now()).await?;
    drop(desk.db);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("customer.read").of_customer(id).on("customer", id.0))
        .await?;
    Ok(([etag(page.customer.version)], Json(page)))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TimelineQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// Read a customer's timeline, latest first
#[utoipa::path(get, path = "/api/admin/customers/{id}/timeline", tag = "customers", operation_id = "readCustomerTimeline",
    params(("id" = CustomerId, Path), TimelineQuery), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = TimelinePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn read_timeline(
    desk: Authorized<CustomerRead>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<TimelineQuery>,
) -> Result<Json<TimelinePage>> {
    let limit = check_limit(query.limit)?;
    if !customers::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let page = timeline::read(&desk.db, id, query.after.as_deref(), limit).await?;
    let count = i64::try_from(page.entries.len()).unwrap_or(i64::MAX);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("timeline.read").of_customer(id).items(count))
        .await?;
    Ok(Json(page))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    #[param(inline)]
    figure: Figure,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// Explain a figure of a customer: every row that it sums, latest first
///
/// As of one instant: the figure as the page shows it, and the sum of its rows, which is the same.
#[utoipa::path(get, path = "/api/admin/customers/{id}/explain", tag = "customers", operation_id = "explainFigure",
    params(("id" = CustomerId, Path), ExplainQuery), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Explained), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn explain_figure(
    mut desk: Authorized<CustomerRead>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<ExplainQuery>,
) -> Result<Json<Explained>> {
    let limit = check_limit(query.limit)?;
    if query.figure.is_of_money() {
        desk.by.require::<BookingRead>()?;
    }
    if !customers::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let (figure, after, now) = (query.figure, query.after.as_deref(), desk.app.clock.now());
    let explained = figures::explain(&mut desk.db, id, figure, now, after, limit).await?;
    drop(desk.db);
    let event = Event::access("customer.explained")
        .of_customer(id)
        .on("customer", id.0)
        .items(i64::try_from(explained.entries.len()).unwrap_or(i64::MAX))
        .details(json!({ "figure": figure }));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(explained))
}

/// Act for a customer
///
/// `action` tells what is done; each act needs a permission of its own (`x-act-permissions` of the body). With an `Idempotency-Key`
/// the same request sent twice is done once; acts that move money need one. An act above one's ceiling becomes a request
/// (`approvalId`) that somebody else decides on.
#[utoipa::path(post, path = "/api/admin/customers/{id}/actions", tag = "customers", operation_id = "actForCustomer",
    params(("id" = CustomerId, Path),
        ("idempotency-key" = Option<String>, Header, description = "1 to 200 characters, made anew for each act")),
    request_body = CustomerAction,
    extensions(("x-permission" = json!("customer.act")), ("x-step-up" = json!({"export_data": "always", "issue_credit": "step_up_pence", "issue_refund": "step_up_pence"}))),
    responses((status = 200, body = ActionResult), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn act_for_customer(
    mut desk: Authorized<CustomerAct>,
    Path(id): Path<CustomerId>,
    key: Option<IdempotencyKey>,
    ValidTagged(action): ValidTagged<CustomerAction>,
) -> Result<Json<ActionResult>> {
    actions::act_for_customer(&desk.app, &mut desk.db, &desk.by, id, key, action).await.map(Json)
}

/// Says in the document what each act needs beside the permission of the door.
pub fn declare_acts(document: &mut OpenApi) {
    let path = document.paths.paths.get_mut("/api/admin/customers/{id}/actions");
    let body = path.and_then(|path| path.post.as_mut()).and_then(|operation| operation.request_body.as_mut());
    if let Some(RefOr::T(body)) = body {
        let needed: Map<String, Value> =
            NEEDED.iter().map(|(act, permission)| ((*act).to_owned(), (*permission).into())).collect();
        body.extensions = Some([("x-act-permissions", Value::Object(needed))].into_iter().collect());
    }
}
