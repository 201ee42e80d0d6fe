//! The doors of a customer's addresses.

use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::{AddressId, CustomerId};
use platform::{
    App, Event, Problem, Result,
    http::{IfMatch, Path, ValidJson, etag},
    problem::ProblemBody,
};
use staff::{
    Authorized,
    permissions::{CustomerRead, CustomerUpdate},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Address, actions, input::AddressInput, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_addresses, create_address))
        .routes(routes!(update_address, delete_address))
}

/// List a customer's addresses
#[utoipa::path(get, path = "/api/admin/customers/{id}/addresses", tag = "customers", operation_id = "listCustomerAddresses",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Vec<Address>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_addresses(
    desk: Authorized<CustomerRead>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<Address>>> {
    if !store::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let addresses = store::addresses_of(&desk.db, id).await?;
    let count = i64::try_from(addresses.len()).unwrap_or(i64::MAX);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("addresses.listed").of_customer(id).items(count))
        .await?;
    Ok(Json(addresses))
}

/// Add an address
#[utoipa::path(post, path = "/api/admin/customers/{id}/addresses", tag = "customers", operation_id = "createAddress",
    params(("id" = CustomerId, Path)), request_body = AddressInput, extensions(("x-permission" = json!("customer.update"))),
    responses((status = 201, body = Address), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_address(
    mut desk: Authorized<CustomerUpdate>,
    Path(id): Path<CustomerId>,
    ValidJson(given): ValidJson<AddressInput>,
) -> Result<impl IntoResponse> {
    let address = actions::create_address(&desk.app, &mut desk.db, &desk.by, id, given).await?;
    Ok((StatusCode::CREATED, [etag(address.version)], Json(address)))
}

/// Edit an address
#[utoipa::path(put, path = "/api/admin/customers/{id}/addresses/{addressId}", tag = "customers", operation_id = "updateAddress",
    params(("id" = CustomerId, Path), ("addressId" = AddressId, Path),
        ("if-match" = String, Header, description = "The version the change was made from, in quotes")),
    request_body = AddressInput, extensions(("x-permission" = json!("customer.update"))),
    responses((status = 200, body = Address), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 428, body = ProblemBody)))]
async fn update_address(
    mut desk: Authorized<CustomerUpdate>,
    Path(ids): Path<(CustomerId, AddressId)>,
    IfMatch(version): IfMatch,
    ValidJson(given): ValidJson<AddressInput>,
) -> Result<impl IntoResponse> {
    let address = actions::update_address(&desk.app, &mut desk.db, &desk.by, ids, version, given).await?;
    Ok(([etag(address.version)], Json(address)))
}

/// Remove an address; what it held stays in the audit trail
#[utoipa::path(delete, path = "/api/admin/customers/{id}/addresses/{addressId}", tag = "customers", operation_id = "deleteAddress",
    params(("id" = CustomerId, Path), ("addressId" = AddressId, Path)), extensions(("x-permission" = json!("customer.update"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn delete_address(
    mut desk: Authorized<CustomerUpdate>,
    Path(ids): Path<(CustomerId, AddressId)>,
) -> Result<StatusCode> {
    actions::delete_address(&desk.app, &mut desk.db, &desk.by, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
