//! Where the providers and we differ.

use axum::Json;
use kernel::DifferenceId;
use platform::{
    App, Event, Result,
    http::{Path, ValidJson, ValidQuery},
    idempotency::{IdempotencyKey, Once, key_required},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{
    Authorized,
    permissions::{DifferenceSettle, FinanceRead},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions,
    input::DifferenceInput,
    model::{Difference, DifferenceState, Reconciliation, ReconciliationRun},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_reconciliation))
        .routes(routes!(run_reconciliation))
        .routes(routes!(settle_difference))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DifferencesQuery {
    /// All without it.
    #[param(inline)]
    state: Option<DifferenceState>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// Read where the providers and we differ, with the last comparisons
#[utoipa::path(get, path = "/api/admin/reconciliation", tag = "money", operation_id = "readReconciliation",
    params(DifferencesQuery), extensions(("x-permission" = json!("finance.read"))),
    responses((status = 200, body = Reconciliation), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn read_reconciliation(
    desk: Authorized<FinanceRead>,
    ValidQuery(query): ValidQuery<DifferencesQuery>,
) -> Result<Json<Reconciliation>> {
    let limit = check_limit(query.limit)?;
    let db = &desk.db;
    let (differences, next) = store::list_differences(db, query.state, query.after.as_deref(), limit).await?;
    let page = Reconciliation {
        runs: store::last_runs(db).await?,
        stripe_connected: desk.app.settings.stripe.is_some(),
        open: store::count_open(db).await?,
        differences,
        next,
    };
    drop(desk.db);
    let event = Event::access("reconciliation.read")
        .items(i64::try_from(page.differences.len()).unwrap_or(i64::MAX))
        .details(serde_json::json!({ "state": query.state }));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

/// Compare the books with the providers now
///
/// A job does it; while one is under way, that one is the answer.
#[utoipa::path(post, path = "/api/admin/reconciliation/run", tag = "money", operation_id = "runReconciliation",
    extensions(("x-permission" = json!("difference.settle"))),
    responses((status = 200, body = ReconciliationRun), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn run_reconciliation(mut desk: Authorized<DifferenceSettle>) -> Result<Json<ReconciliationRun>> {
    let by = Some(desk.by.staff_id);
    actions::run_reconciliation(&desk.app, &mut desk.db, &desk.by.actor, by).await.map(Json)
}

/// Settle a difference, with a word
///
/// Where the provider is right our books are corrected by opposite entries: `accept_theirs` takes back a refund that failed
/// after it went through, `record_theirs` books one that went through over there.
#[utoipa::path(post, path = "/api/admin/reconciliation/differences/{id}/settle", tag = "money", operation_id = "settleDifference",
    params(("id" = DifferenceId, Path),
        ("idempotency-key" = String, Header, description = "1 to 200 characters, made anew for each act")),
    request_body = DifferenceInput, extensions(("x-permission" = json!("difference.settle"))),
    responses((status = 200, body = Difference), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn settle_difference(
    mut desk: Authorized<DifferenceSettle>,
    Path(id): Path<DifferenceId>,
    key: Option<IdempotencyKey>,
    ValidJson(input): ValidJson<DifferenceInput>,
) -> Result<Json<Difference>> {
    let once = Once::new(key.ok_or_else(key_required)?, "settle_difference", &(id, &input));
    actions::settle_difference(&desk.app, &mut desk.db, &desk.by, id, once, input).await.map(Json)
}
