//! The doors of retention. What stands behind them are periods, counts and ids; nobody's data.

use axum::{Extension, Json};
use platform::{App, Result, http::ValidJson, problem::ProblemBody};
use staff::{
    Authorized, Proven,
    permissions::{RetentionManage, RetentionRead},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    RetentionPage, RetentionRule, RetentionRuleInput, RetentionRun, RetentionSwitchInput, Rules, actions,
};

pub fn routes(known: Rules) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_retention, switch_retention))
        .routes(routes!(update_retention_rule))
        .routes(routes!(start_dry_run))
        .layer(Extension(known))
}

/// Read how long what is kept, what the last runs came to, and when the next one is
#[utoipa::path(get, path = "/api/admin/retention", tag = "privacy", operation_id = "readRetention",
    extensions(("x-permission" = json!("retention.read"))),
    responses((status = 200, body = RetentionPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn read_retention(
    desk: Authorized<RetentionRead>,
    Extension(known): Extension<Rules>,
) -> Result<Json<RetentionPage>> {
    Ok(Json(actions::read_retention(&desk.db, known).await?))
}

/// Switch retention on or off
///
/// On, what is past its period goes every night; off, nothing goes. It is switched on after a dry run that is not older than a week.
#[utoipa::path(put, path = "/api/admin/retention", tag = "privacy", operation_id = "switchRetention",
    request_body = RetentionSwitchInput, extensions(("x-permission" = json!("retention.manage")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = RetentionPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn switch_retention(
    mut desk: Proven<RetentionManage>,
    Extension(known): Extension<Rules>,
    ValidJson(given): ValidJson<RetentionSwitchInput>,
) -> Result<Json<RetentionPage>> {
    actions::switch_retention(&desk.app, &mut desk.db, &desk.by, known, &given).await.map(Json)
}

/// Change the period of a rule
#[utoipa::path(put, path = "/api/admin/retention/rules", tag = "privacy", operation_id = "updateRetentionRule",
    request_body = RetentionRuleInput, extensions(("x-permission" = json!("retention.manage")), ("x-step-up" = json!("always"))),
    responses((status = 200, body = RetentionRule), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn update_retention_rule(
    mut desk: Proven<RetentionManage>,
    Extension(known): Extension<Rules>,
    ValidJson(given): ValidJson<RetentionRuleInput>,
) -> Result<Json<RetentionRule>> {
    actions::update_retention_rule(&desk.app, &mut desk.db, &desk.by, known, &given).await.map(Json)
}

/// Have it said what would go now
///
/// A job looks, rule by rule, and leaves everything alone. While a run is under way, that one is the answer.
#[utoipa::path(post, path = "/api/admin/retention/dry-run", tag = "privacy", operation_id = "startDryRun",
    extensions(("x-permission" = json!("retention.manage"))),
    responses((status = 200, body = RetentionRun), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn start_dry_run(mut desk: Authorized<RetentionManage>) -> Result<Json<RetentionRun>> {
    actions::start_dry_run(&desk.app, &mut desk.db, &desk.by).await.map(Json)
}
