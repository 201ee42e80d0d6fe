//! The doors of a customer's contacts.

use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::{ContactId, CustomerId};
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

use crate::{Contact, actions, input::ContactInput, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts, create_contact))
        .routes(routes!(update_contact, delete_contact))
}

/// List a customer's contacts
#[utoipa::path(get, path = "/api/admin/customers/{id}/contacts", tag = "customers", operation_id = "listCustomerContacts",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Vec<Contact>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_contacts(
    desk: Authorized<CustomerRead>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Vec<Contact>>> {
    if !store::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let contacts = store::contacts_of(&desk.db, id).await?;
    let count = i64::try_from(contacts.len()).unwrap_or(i64::MAX);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("contacts.listed").of_customer(id).items(count))
        .await?;
    Ok(Json(contacts))
}

/// Add a contact
#[utoipa::path(post, path = "/api/admin/customers/{id}/contacts", tag = "customers", operation_id = "createContact",
    params(("id" = CustomerId, Path)), request_body = ContactInput, extensions(("x-permission" = json!("customer.update"))),
    responses((status = 201, body = Contact), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_contact(
    mut desk: Authorized<CustomerUpdate>,
    Path(id): Path<CustomerId>,
    ValidJson(given): ValidJson<ContactInput>,
) -> Result<impl IntoResponse> {
    let contact = actions::create_contact(&desk.app, &mut desk.db, &desk.by, id, given).await?;
    Ok((StatusCode::CREATED, [etag(contact.version)], Json(contact)))
}

/// Edit a contact
#[utoipa::path(put, path = "/api/admin/customers/{id}/contacts/{contactId}", tag = "customers", operation_id = "updateContact",
    params(("id" = CustomerId, Path), ("contactId" = ContactId, Path),
        ("if-match" = String, Header, description = "The version the change was made from, in quotes")),
    request_body = ContactInput, extensions(("x-permission" = json!("customer.update"))),
    responses((status = 200, body = Contact), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 428, body = ProblemBody)))]
async fn update_contact(
    mut desk: Authorized<CustomerUpdate>,
    Path(ids): Path<(CustomerId, ContactId)>,
    IfMatch(version): IfMatch,
    ValidJson(given): ValidJson<ContactInput>,
) -> Result<impl IntoResponse> {
    let contact = actions::update_contact(&desk.app, &mut desk.db, &desk.by, ids, version, given).await?;
    Ok(([etag(contact.version)], Json(contact)))
}

/// Remove a contact; what it held stays in the audit trail
#[utoipa::path(delete, path = "/api/admin/customers/{id}/contacts/{contactId}", tag = "customers", operation_id = "deleteContact",
    params(("id" = CustomerId, Path), ("contactId" = ContactId, Path)), extensions(("x-permission" = json!("customer.update"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn delete_contact(
    mut desk: Authorized<CustomerUpdate>,
    Path(ids): Path<(CustomerId, ContactId)>,
) -> Result<StatusCode> {
    actions::delete_contact(&desk.app, &mut desk.db, &desk.by, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
