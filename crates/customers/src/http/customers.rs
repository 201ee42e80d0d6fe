//! One customer. (Their whole page is read through the profile.)

use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::CustomerId;
use platform::{
    App, Result,
    http::{IfMatch, Path, ValidJson, etag},
    idempotency::{IdempotencyKey, Once},
    problem::ProblemBody,
};
use staff::{
    Authorized,
    permissions::{CustomerArchive, CustomerCreate, CustomerUpdate},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ArchiveInput, Customer, actions, input::CustomerInput};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create_customer))
        .routes(routes!(update_customer))
        .routes(routes!(archive_customer))
        .routes(routes!(restore_customer))
}

/// Create a customer
///
/// With an `Idempotency-Key` the same request sent twice makes one customer.
#[utoipa::path(post, path = "/api/admin/customers", tag = "customers", operation_id = "createCustomer",
    params(("idempotency-key" = Option<String>, Header, description = "1 to 200 characters, made anew for each customer")),
    request_body = CustomerInput, extensions(("x-permission" = json!("customer.create"))),
    responses((status = 201, body = Customer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_customer(
    mut desk: Authorized<CustomerCreate>,
    key: Option<IdempotencyKey>,
    ValidJson(given): ValidJson<CustomerInput>,
) -> Result<impl IntoResponse> {
    let once = key.map(|key| Once::new(key, "createCustomer", &given));
    let customer = actions::create_customer(&desk.app, &mut desk.db, &desk.by, once, given).await?;
    Ok((StatusCode::CREATED, [etag(customer.version)], Json(customer)))
}

/// Edit a customer's own details
///
/// A stale version is refused with 412: the answer holds the record as it is (`current`) and who changed what (`changes`).
#[utoipa::path(put, path = "/api/admin/customers/{id}", tag = "customers", operation_id = "updateCustomer",
    params(("id" = CustomerId, Path), ("if-match" = String, Header, description = "The version the change was made from, in quotes")),
    request_body = CustomerInput, extensions(("x-permission" = json!("customer.update"))),
    responses((status = 200, body = Customer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 412, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 428, body = ProblemBody)))]
async fn update_customer(
    mut desk: Authorized<CustomerUpdate>,
    Path(id): Path<CustomerId>,
    IfMatch(version): IfMatch,
    ValidJson(given): ValidJson<CustomerInput>,
) -> Result<impl IntoResponse> {
    let customer = actions::update_customer(&desk.app, &mut desk.db, &desk.by, id, version, given).await?;
    Ok(([etag(customer.version)], Json(customer)))
}

/// Archive a customer
///
/// Nothing is deleted. Refused with `active_bookings` while a booking is DRAFT, PENDING_PAYMENT or CONFIRMED. Without a body no
/// reason is kept.
#[utoipa::path(delete, path = "/api/admin/customers/{id}", tag = "customers", operation_id = "archiveCustomer",
    params(("id" = CustomerId, Path)), request_body = Option<ArchiveInput>,
    extensions(("x-permission" = json!("customer.archive"))),
    responses((status = 200, body = Customer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn archive_customer(
    mut desk: Authorized<CustomerArchive>,
    Path(id): Path<CustomerId>,
    given: Option<ValidJson<ArchiveInput>>,
) -> Result<impl IntoResponse> {
    let given = given.map(|ValidJson(given)| given).unwrap_or_default();
    let customer = actions::archive_customer(&desk.app, &mut desk.db, &desk.by, id, given).await?;
    Ok(([etag(customer.version)], Json(customer)))
}

/// Restore an archived customer
///
/// Refused with `email_taken`, naming the other customer, when the e-mail address is somebody else's by now.
#[utoipa::path(post, path = "/api/admin/customers/{id}/restore", tag = "customers", operation_id = "restoreCustomer",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.archive"))),
    responses((status = 200, body = Customer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn restore_customer(
    mut desk: Authorized<CustomerArchive>,
    Path(id): Path<CustomerId>,
) -> Result<impl IntoResponse> {
    let customer = actions::restore_customer(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(([etag(customer.version)], Json(customer)))
}
