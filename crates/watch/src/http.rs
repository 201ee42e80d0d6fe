//! The doors of the System page. What stands behind them are counts, times and names of the program; nobody's data.

mod metrics;

use axum::{Extension, Json};
use jiff::SignedDuration;
use platform::{
    App, Problem, Result,
    db::{self, GenericClient as _},
    http::ValidQuery,
    metrics::{Figure, read_figures, taken},
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{Authorized, permissions::SystemRead};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub use self::metrics::page;
use crate::{
    model::{ResponseTimes, SlowStatements, SystemState},
    store, system,
};

type Figures = &'static [&'static [Figure]];

const PAST_ALERTS: i64 = 20;
const FAILURES: i64 = 20;
const STATEMENTS: i64 = 10;

/// `figures`: what the page shows of what features hand out.
pub fn routes(figures: Figures) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_system))
        .routes(routes!(read_response_times))
        .routes(routes!(list_slow_statements))
        .layer(Extension(figures))
}

/// Read how the system fares: alerts, and what waits behind the requests
#[utoipa::path(get, path = "/api/admin/system", tag = "system", operation_id = "readSystem",
    extensions(("x-permission" = json!("system.read"))),
    responses((status = 200, body = SystemState), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn read_system(
    mut desk: Authorized<SystemRead>,
    Extension(figures): Extension<Figures>,
) -> Result<Json<SystemState>> {
    let now = desk.app.clock.now();
    let tx = db::snapshot(&mut desk.db).await?;
    let figures: Vec<&'static Figure> = figures.iter().copied().flatten().collect();
    let families = read_figures(&tx, &figures, now).await?;
    let missing = platform::migrate::missing(&tx).await?.len();
    let (alerts, past_alerts) = store::alerts(&tx, PAST_ALERTS).await?;
    let postgres = tx.query_one("select current_setting('server_version')", &[]).await?.get(0);
    tx.commit().await?;
    let mut state = system::state(&families, &desk.app.settings);
    state.migrations_missing = i64::try_from(missing).unwrap_or(i64::MAX);
    (state.alerts, state.past_alerts, state.postgres) = (alerts, past_alerts, postgres);
    Ok(Json(state))
}

/// Over which time.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TimesOver {
    Hour,
    Day,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ResponseTimesQuery {
    /// The last hour without it; counted by quarters of an hour.
    #[param(inline)]
    over: Option<TimesOver>,
}

/// Read how long answers took, by operation, and which requests failed
#[utoipa::path(get, path = "/api/admin/response-times", tag = "system", operation_id = "readResponseTimes",
    params(ResponseTimesQuery), extensions(("x-permission" = json!("system.read"))),
    responses((status = 200, body = ResponseTimes), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn read_response_times(
    desk: Authorized<SystemRead>,
    ValidQuery(query): ValidQuery<ResponseTimesQuery>,
) -> Result<Json<ResponseTimes>> {
    let hours = match query.over.unwrap_or(TimesOver::Hour) {
        TimesOver::Hour => 1,
        TimesOver::Day => 24,
    };
    let since = desk.app.clock.now().saturating_sub(SignedDuration::from_hours(hours));
    let since = since.map_err(|error| Problem::internal(&error))?;
    let since = system::quarter(since);
    let operations = store::response_times(&desk.db, since).await?;
    Ok(Json(ResponseTimes {
        since,
        requests: operations.iter().map(|one| one.requests).sum(),
        failed: operations.iter().map(|one| one.failed).sum(),
        operations,
        failures: store::failed(&desk.db, since, FAILURES).await?,
    }))
}

/// List what the database spends its time on
///
/// As PostgreSQL counts it since its counts were last set back, where the extension `pg_stat_statements` is there; else as the process
/// that answers counts it since it began, by the function that asks.
#[utoipa::path(get, path = "/api/admin/slow-statements", tag = "system", operation_id = "listSlowStatements",
    extensions(("x-permission" = json!("system.read"))),
    responses((status = 200, body = SlowStatements), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list_slow_statements(desk: Authorized<SystemRead>) -> Result<Json<SlowStatements>> {
    let found = store::statements(&desk.db, STATEMENTS).await?;
    let counted = found.is_some();
    let statements = found.unwrap_or_else(|| system::by_function(taken(), STATEMENTS as usize));
    Ok(Json(SlowStatements { counted, statements }))
}
