//! The doors of a customer's notes.

use axum::{Json, http::StatusCode, response::IntoResponse};
use kernel::{CustomerId, NoteId};
use platform::{
    App, Event, Problem, Result,
    http::{IfMatch, Path, ValidJson, etag},
    problem::ProblemBody,
};
use staff::{
    Authorized,
    permissions::{CustomerRead, NoteWrite},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Note, actions, input::NoteInput, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_notes, create_note)).routes(routes!(update_note, delete_note))
}

/// List a customer's notes
#[utoipa::path(get, path = "/api/admin/customers/{id}/notes", tag = "customers", operation_id = "listCustomerNotes",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("customer.read"))),
    responses((status = 200, body = Vec<Note>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn list_notes(desk: Authorized<CustomerRead>, Path(id): Path<CustomerId>) -> Result<Json<Vec<Note>>> {
    if !store::exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let notes = store::notes_of(&desk.db, id).await?;
    let count = i64::try_from(notes.len()).unwrap_or(i64::MAX);
    desk.app
        .access
        .record(&desk.by.actor, Event::access("notes.listed").of_customer(id).items(count))
        .await?;
    Ok(Json(notes))
}

/// Add a note
#[utoipa::path(post, path = "/api/admin/customers/{id}/notes", tag = "customers", operation_id = "createNote",
    params(("id" = CustomerId, Path)), request_body = NoteInput, extensions(("x-permission" = json!("note.write"))),
    responses((status = 201, body = Note), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn create_note(
    mut desk: Authorized<NoteWrite>,
    Path(id): Path<CustomerId>,
    ValidJson(given): ValidJson<NoteInput>,
) -> Result<impl IntoResponse> {
    let note = actions::create_note(&desk.app, &mut desk.db, &desk.by, id, given).await?;
    Ok((StatusCode::CREATED, [etag(note.version)], Json(note)))
}

/// Edit a note
#[utoipa::path(put, path = "/api/admin/customers/{id}/notes/{noteId}", tag = "customers", operation_id = "updateNote",
    params(("id" = CustomerId, Path), ("noteId" = NoteId, Path),
        ("if-match" = String, Header, description = "The version the change was made from, in quotes")),
    request_body = NoteInput, extensions(("x-permission" = json!("note.write"))),
    responses((status = 200, body = Note), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 412, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 428, body = ProblemBody)))]
async fn update_note(
    mut desk: Authorized<NoteWrite>,
    Path(ids): Path<(CustomerId, NoteId)>,
    IfMatch(version): IfMatch,
    ValidJson(given): ValidJson<NoteInput>,
) -> Result<impl IntoResponse> {
    let note = actions::update_note(&desk.app, &mut desk.db, &desk.by, ids, version, given).await?;
    Ok(([etag(note.version)], Json(note)))
}

/// Remove a note; what it held stays in the audit trail
#[utoipa::path(delete, path = "/api/admin/customers/{id}/notes/{noteId}", tag = "customers", operation_id = "deleteNote",
    params(("id" = CustomerId, Path), ("noteId" = NoteId, Path)), extensions(("x-permission" = json!("note.write"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn delete_note(
    mut desk: Authorized<NoteWrite>,
    Path(ids): Path<(CustomerId, NoteId)>,
) -> Result<StatusCode> {
    actions::delete_note(&desk.app, &mut desk.db, &desk.by, ids).await?;
    Ok(StatusCode::NO_CONTENT)
}
