use axum::Json;
use bookings::DisputeStatus;
use platform::{App, Event, Result, http::ValidQuery, page::check_limit, problem::ProblemBody};
use serde::{Deserialize, Serialize};
use serde_json::json;
use staff::{Authorized, permissions::FinanceRead};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{model::DisputePage, store};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_disputes))
}

/// Which disputes finance wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DisputeFilter {
    /// Somebody must answer at Stripe.
    NeedsResponse,
    /// Not decided: what must be answered, and what the bank looks at.
    Open,
    Won,
    Lost,
}

impl DisputeFilter {
    fn statuses(self) -> &'static [DisputeStatus] {
        use DisputeStatus::{
            Lost, NeedsResponse, UnderReview, WarningClosed, WarningNeedsResponse, WarningUnderReview, Won,
        };
        match self {
            Self::NeedsResponse => &[WarningNeedsResponse, NeedsResponse],
            Self::Open => &[WarningNeedsResponse, WarningUnderReview, NeedsResponse, UnderReview],
            Self::Won => &[Won, WarningClosed],
            Self::Lost => &[Lost],
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DisputesQuery {
    /// All without it.
    #[param(inline)]
    state: Option<DisputeFilter>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List disputes of all customers, latest first
///
/// What customers' banks ask back, as Stripe shows it. They are answered there; here they hold back what of the payment had
/// not gone back before.
#[utoipa::path(get, path = "/api/admin/disputes", tag = "money", operation_id = "listDisputes",
    params(DisputesQuery), extensions(("x-permission" = json!("finance.read"))),
    responses((status = 200, body = DisputePage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_disputes(
    desk: Authorized<FinanceRead>,
    ValidQuery(query): ValidQuery<DisputesQuery>,
) -> Result<Json<DisputePage>> {
    let limit = check_limit(query.limit)?;
    let statuses = query
        .state
        .map_or(&[][..], DisputeFilter::statuses)
        .iter()
        .map(store::as_word)
        .collect::<Result<Vec<_>>>()?;
    let page = store::list_disputes(&desk.db, &statuses, query.after.as_deref(), limit).await?;
    drop(desk.db);
    let event = Event::access("disputes.listed")
        .items(i64::try_from(page.disputes.len()).unwrap_or(i64::MAX))
        .details(json!({ "state": query.state }));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}
