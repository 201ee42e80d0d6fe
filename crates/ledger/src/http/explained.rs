//! What the figures of finance's day are made of.

use axum::Json;
use kernel::london_day;
use platform::{App, Event, Result, db::snapshot, http::ValidQuery, page::check_limit, problem::ProblemBody};
use serde::Deserialize;
use serde_json::json;
use staff::{Authorized, permissions::FinanceRead};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    model::{Explained, FinanceFigure},
    store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(explain_finance_figure))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    #[param(inline)]
    figure: FinanceFigure,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// Explain a figure of finance's day: every row that it sums, latest first
#[utoipa::path(get, path = "/api/admin/finance/explain", tag = "money", operation_id = "explainFinanceFigure",
    params(ExplainQuery), extensions(("x-permission" = json!("finance.read"))),
    responses((status = 200, body = Explained), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn explain_finance_figure(
    mut desk: Authorized<FinanceRead>,
    ValidQuery(query): ValidQuery<ExplainQuery>,
) -> Result<Json<Explained>> {
    let limit = check_limit(query.limit)?;
    let now = desk.app.clock.now();
    let tx = snapshot(&mut desk.db).await?;
    let day = (london_day(now), now);
    let explained = store::explain_finance(&tx, query.figure, day, query.after.as_deref(), limit).await?;
    tx.commit().await?;
    drop(desk.db);
    let event = Event::access("finance.explained")
        .items(i64::try_from(explained.entries.len()).unwrap_or(i64::MAX))
        .details(json!({ "figure": query.figure }));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(explained))
}
