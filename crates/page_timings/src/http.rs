use axum::{Json, http::StatusCode};
use jiff::{SignedDuration, ToSpan};
use kernel::london_day;
use platform::{
    App, Problem, Result,
    http::{ValidJson, ValidQuery},
    problem::ProblemBody,
    rate::{self, Limit},
};
use serde::Deserialize;
use staff::{
    Authorized,
    permissions::{OwnAccount, SystemRead},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{input::PageTimingInput, model::PageTimings, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(count_page_timing)).routes(routes!(read_page_timings))
}

/// Count how long a page took
///
/// Kept as counts of no person. 120 a minute of one session.
#[utoipa::path(post, path = "/api/page-timings", tag = "system", operation_id = "countPageTiming",
    request_body = PageTimingInput, extensions(("x-permission" = json!("account.own"))),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody)))]
async fn count_page_timing(
    desk: Authorized<OwnAccount>,
    ValidJson(given): ValidJson<PageTimingInput>,
) -> Result<StatusCode> {
    let measured = given.check()?;
    let now = desk.app.clock.now();
    let what = format!("page timings of session {}", desk.by.session()?);
    let limit = Limit::new(&what, 120, SignedDuration::from_millis(500));
    rate::take(&desk.db, &[limit], now).await?.map_err(|seconds| {
        let mut problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_requests",
            "Pages are measured 120 times a minute at most.",
        );
        problem.retry_after_s = Some(seconds);
        problem
    })?;
    store::count(&desk.db, london_day(now), &measured).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageTimingsQuery {
    /// 1 to 400, today included; 28 without it.
    days: Option<i32>,
}

/// Read how fast pages were
#[utoipa::path(get, path = "/api/admin/page-timings", tag = "system", operation_id = "readPageTimings",
    params(PageTimingsQuery), extensions(("x-permission" = json!("system.read"))),
    responses((status = 200, body = PageTimings), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn read_page_timings(
    desk: Authorized<SystemRead>,
    ValidQuery(query): ValidQuery<PageTimingsQuery>,
) -> Result<Json<PageTimings>> {
    let days = query.days.unwrap_or(28);
    if !(1..=400).contains(&days) {
        return Err(Problem::invalid("days", "must be from 1 to 400"));
    }
    let from = london_day(desk.app.clock.now()).saturating_sub((days - 1).days());
    Ok(Json(PageTimings { days, pages: store::sum(&desk.db, from).await? }))
}
