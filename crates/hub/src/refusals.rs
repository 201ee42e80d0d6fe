//! What the document says about refusals. Handlers declare those of their own; what the layers and extractors around
//! them may answer follows from an operation's shape, and is added here for all operations at once.

use std::collections::BTreeMap;

use platform::problem::{MEDIA_TYPE, ProblemBody};
use utoipa::{
    Modify, PartialSchema,
    openapi::{
        Components, Content, OpenApi, Ref, RefOr, Response,
        path::{Operation, ParameterIn, PathItem},
    },
};

pub(crate) struct Refusals;

impl Modify for Refusals {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(Components::default);
        components.schemas.entry(PROBLEM.to_owned()).or_insert_with(ProblemBody::schema);
        for path in document.paths.paths.values_mut() {
            for (operation, writes) in operations(path) {
                for status in implied(operation, writes) {
                    let responses = &mut operation.responses.responses;
                    responses.entry(status.to_string()).or_insert_with(|| Response::default().into());
                }
                describe(&mut operation.responses.responses);
                move_step_up(operation);
            }
        }
    }
}

const PROBLEM: &str = "Problem";
const STEP_UP: &str = "x-step-up";

/// That it has to be shown again who one is stands at the refusal which says so: 403. There it also stands alone, because two
/// extensions in one place come in any order, and the document would never be the same.
fn move_step_up(operation: &mut Operation) {
    let Some(when) = operation.extensions.as_mut().and_then(|extensions| extensions.remove(STEP_UP)) else {
        return;
    };
    if let Some(RefOr::T(refusal)) = operation.responses.responses.get_mut("403") {
        refusal.extensions = Some([(STEP_UP, when)].into_iter().collect());
    }
}

/// The operations at this path, and whether they write.
fn operations(path: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let reads = path.get.as_mut().map(|operation| (operation, false));
    let writes = [&mut path.put, &mut path.post, &mut path.delete, &mut path.patch];
    reads
        .into_iter()
        .chain(writes.into_iter().filter_map(|slot| slot.as_mut().map(|operation| (operation, true))))
}

/// The statuses that something around the handler may answer with.
fn implied(operation: &Operation, writes: bool) -> Vec<u16> {
    let has = |place: &ParameterIn| {
        operation.parameters.iter().flatten().any(|parameter| match parameter {
            RefOr::T(parameter) => parameter.parameter_in == *place,
            RefOr::Ref(_) => false,
        })
    };
    let has_body = operation.request_body.is_some();
    let permission =
        operation.extensions.as_ref().and_then(|extensions| extensions.get("x-permission")?.as_str());
    let rules: [(bool, &[u16]); 6] = [
        (true, &[500, 503]),
        (has(&ParameterIn::Path) || has(&ParameterIn::Header) || has_body, &[400]),
        (has_body, &[413, 415, 422]),
        (has(&ParameterIn::Query), &[422]),
        // No session; a role or a key that may not; a key that asks too fast.
        (permission.is_some(), &[401, 403, 429]),
        // Another site's page may not start a write, whoever is signed in.
        (writes, &[403]),
    ];
    let mut statuses: Vec<u16> =
        rules.into_iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| statuses).copied().collect();
    // Two writers at once: PostgreSQL may have to give one of them up.
    statuses.extend(writes.then_some(409));
    statuses
}

/// Every answer gets its description, which OpenAPI requires, and every refusal its one form.
fn describe(responses: &mut BTreeMap<String, RefOr<Response>>) {
    for (status, response) in responses {
        let RefOr::T(response) = response else { continue };
        let number: u16 = status.parse().unwrap_or_default();
        if response.description.is_empty() {
            response.description = meaning(number).to_owned();
        }
        if number >= 400 {
            let problem = Content::new(Some(Ref::from_schema_name(PROBLEM)));
            response.content.clear();
            response.content.insert(MEDIA_TYPE.to_owned(), problem.into());
        }
    }
}

fn meaning(status: u16) -> &'static str {
    match status {
        101 => "The connection is a WebSocket from here on",
        200 => "Done",
        201 => "Made",
        204 => "Done; there is nothing to say",
        400 => "The request cannot be read: broken JSON, an id that is none, a header in a wrong form",
        401 => "Nobody is signed in, or the sign-in was refused",
        403 => {
            "The role or the key may not, it has to be shown again who one is, or another site started the request"
        }
        404 => "There is no such thing",
        409 => "Not possible in the present state, or somebody else wrote at the same moment",
        410 => "It was there once and is no longer",
        412 => "Somebody else changed it meanwhile; the answer says what",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "A field is wrong; the answer names it",
        428 => "The version that the change was made from is missing",
        429 => "Too many attempts; Retry-After says when to come back",
        500 => "A fault of ours; it was logged under the request id",
        503 => "The database cannot answer just now; nothing was changed",
        _ => "See the code in the answer",
    }
}
