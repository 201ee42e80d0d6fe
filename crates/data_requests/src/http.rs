//! The doors of data requests. Each read leaves an access event before it is answered.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{CustomerId, DataRequestId, london_day};
use platform::{
    App, Event, Result,
    http::{IfMatch, Path, ValidJson, ValidQuery, ValidTagged, etag},
    idempotency::{IdempotencyKey, Once},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use staff::{
    Authorized,
    permissions::{DataRequestHandle, DataRequestRead},
};
use utoipa::{
    IntoParams,
    openapi::{OpenApi, RefOr},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    DataRequestAct, DataRequestCase, DataRequestInput, DataRequestKind, actions, certificate,
    input::NEEDED,
    model::{DataRequestPage, DataRequestScope, DataRequestShow},
    rules::{self, holidays},
    store::{self, Filter},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_data_requests, create_data_request))
        .routes(routes!(read_data_request))
        .routes(routes!(act_on_data_request))
        .routes(routes!(read_data_request_scope))
        .routes(routes!(read_data_request_certificate))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DataRequestsQuery {
    /// Open ones without it; of one customer, all.
    #[param(inline)]
    show: Option<DataRequestShow>,
    kind: Option<DataRequestKind>,
    /// Only requests of this customer.
    customer_id: Option<CustomerId>,
    /// `next` of the page before.
    after: Option<String>,
    /// Requests a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// List data requests, first what is due first
#[utoipa::path(get, path = "/api/admin/data-requests", tag = "data-requests", operation_id = "listDataRequests",
    params(DataRequestsQuery), extensions(("x-permission" = json!("data_request.read"))),
    responses((status = 200, body = DataRequestPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_data_requests(
    desk: Authorized<DataRequestRead>,
    ValidQuery(query): ValidQuery<DataRequestsQuery>,
) -> Result<Json<DataRequestPage>> {
    let limit = check_limit(query.limit)?;
    let after = query.after.as_deref().map(rules::read_position).transpose()?;
    let today = london_day(desk.app.clock.now());
    let show = query.show.or_else(|| query.customer_id.is_none().then(DataRequestShow::default));
    let filter = Filter { show, kind: query.kind, customer_id: query.customer_id };
    let (requests, next) = store::list(&desk.db, &filter, after, limit, today).await?;
    let counts = store::counts(&desk.db, today).await?;
    let count = i64::try_from(requests.len()).unwrap_or(i64::MAX);
    let mut event = Event::access("data_requests.listed").items(count).filter(&filter);
    // A customer that does not exist cannot be named by an event.
    event.customer = query.customer_id.filter(|_| !requests.is_empty());
    desk.app.access.record(&desk.by.actor, event).await?;
    let (holidays_until, holidays_end_soon) = (holidays::known_until(), holidays::end_soon(today));
    Ok(Json(DataRequestPage { requests, counts, holidays_until, holidays_end_soon, next }))
}

/// Write down a request as it came
///
/// With an `Idempotency-Key` the same request sent twice is written down once.
#[utoipa::path(post, path = "/api/admin/data-requests", tag = "data-requests", operation_id = "createDataRequest",
    params(("idempotency-key" = Option<String>, Header, description = "1 to 200 characters, made anew for each request")),
    request_body = DataRequestInput, extensions(("x-permission" = json!("data_request.handle"))),
    responses((status = 201, body = DataRequestCase), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_data_request(
    mut desk: Authorized<DataRequestHandle>,
    key: Option<IdempotencyKey>,
    ValidJson(given): ValidJson<DataRequestInput>,
) -> Result<impl IntoResponse> {
    let once = key.map(|key| Once::new(key, "createDataRequest", &given));
    let case = actions::create_data_request(&desk.app, &mut desk.db, &desk.by, once, given).await?;
    Ok((StatusCode::CREATED, [etag(case.request.version)], Json(case)))
}

/// Read a data request with its clock, its steps and what may be done
#[utoipa::path(get, path = "/api/admin/data-requests/{id}", tag = "data-requests", operation_id = "readDataRequest",
    params(("id" = DataRequestId, Path)), extensions(("x-permission" = json!("data_request.read"))),
    responses((status = 200, body = DataRequestCase), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_data_request(
    desk: Authorized<DataRequestRead>,
    Path(id): Path<DataRequestId>,
) -> Result<impl IntoResponse> {
    let case = actions::read_data_request(&desk.app, &desk.db, &desk.by, id).await?;
    let mut event = Event::access("data_request.read").on("data_request", id.0);
    event.customer = case.request.customer_id;
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(([etag(case.request.version)], Json(case)))
}

/// Take a step with a data request
///
/// `action` tells which; each needs a permission of its own (`x-act-permissions` of the body). A stale version is refused with 412:
/// the answer holds the case as it is (`current`).
#[utoipa::path(post, path = "/api/admin/data-requests/{id}/actions", tag = "data-requests", operation_id = "actOnDataRequest",
    params(("id" = DataRequestId, Path), ("if-match" = String, Header, description = "The version the step was decided on, in quotes")),
    request_body = DataRequestAct,
    extensions(("x-permission" = json!("data_request.read")), ("x-step-up" = json!({"deliver": "always"}))),
    responses((status = 200, body = DataRequestCase), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 428, body = ProblemBody)))]
async fn act_on_data_request(
    mut desk: Authorized<DataRequestRead>,
    Path(id): Path<DataRequestId>,
    IfMatch(version): IfMatch,
    ValidTagged(act): ValidTagged<DataRequestAct>,
) -> Result<impl IntoResponse> {
    let case = actions::act_on_data_request(&desk.app, &mut desk.db, &desk.by, id, version, act).await?;
    Ok(([etag(case.request.version)], Json(case)))
}

/// Read what a copy of everything would hold
///
/// How many records of each kind there are about the customer now, before anybody prepares or reviews the answer.
#[utoipa::path(get, path = "/api/admin/data-requests/{id}/scope", tag = "data-requests", operation_id = "readDataRequestScope",
    params(("id" = DataRequestId, Path)), extensions(("x-permission" = json!("data_request.read"))),
    responses((status = 200, body = DataRequestScope), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn read_data_request_scope(
    desk: Authorized<DataRequestRead>,
    Path(id): Path<DataRequestId>,
) -> Result<Json<DataRequestScope>> {
    let (customer, scope) = actions::read_data_request_scope(&desk.app, &desk.db, id).await?;
    let event = Event::access("data_request.scope_read")
        .of_customer(customer)
        .on("data_request", id.0)
        .items(scope.rows);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(scope))
}

/// Read the certificate of a closed data request as PDF
///
/// What was asked, when, how the due date was reckoned, who prepared and approved the answer, what was delivered or refused and on which ground,
/// the hash of a file that was sent, and where the audit trail stood.
#[utoipa::path(get, path = "/api/admin/data-requests/{id}/certificate", tag = "data-requests", operation_id = "readDataRequestCertificate",
    params(("id" = DataRequestId, Path)), extensions(("x-permission" = json!("data_request.read"))),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn read_data_request_certificate(
    desk: Authorized<DataRequestRead>,
    Path(id): Path<DataRequestId>,
) -> Result<Response> {
    let (case, pdf) = actions::read_certificate(&desk.app, &desk.db, &desk.by, id).await?;
    let mut event = Event::access("data_request.certificate_read").on("data_request", id.0);
    event.customer = case.request.customer_id;
    desk.app.access.record(&desk.by.actor, event).await?;
    let mut response = pdf.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    if let Ok(name) =
        HeaderValue::from_str(&format!("attachment; filename=\"{}\"", certificate::file_name(&case)))
    {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Says in the document what each step needs beside the permission of the door.
pub fn declare_acts(document: &mut OpenApi) {
    let path = document.paths.paths.get_mut("/api/admin/data-requests/{id}/actions");
    let body = path.and_then(|path| path.post.as_mut()).and_then(|operation| operation.request_body.as_mut());
    if let Some(RefOr::T(body)) = body {
        let needed: Map<String, Value> =
            NEEDED.iter().map(|(act, permission)| ((*act).to_owned(), (*permission).into())).collect();
        body.extensions = Some([("x-act-permissions", Value::Object(needed))].into_iter().collect());
    }
}
