//! Who looked at whom.

use axum::Json;
use jiff::{SignedDuration, Timestamp};
use kernel::{CustomerId, StaffId};
use platform::{
    App, Problem, Result,
    http::{Path, ValidQuery},
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{Authorized, permissions::AuditRead};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{CustomerLooks, StaffLooks, actions, rules};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_lookers)).routes(routes!(list_looks))
}

/// How far back a report goes when nobody says.
const USUAL: SignedDuration = SignedDuration::from_hours(90 * 24);
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LookQuery {
    /// At this instant or later; absent: ninety days before the end.
    from: Option<Timestamp>,
    /// Before this instant; absent: now. At most 366 days after `from`.
    to: Option<Timestamp>,
}

impl LookQuery {
    fn check(&self, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
        rules::check_period(self.from, self.to)?;
        // The very last event is of this instant.
        let to = self.to.unwrap_or_else(|| now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now));
        let from = self.from.unwrap_or_else(|| to.saturating_sub(USUAL).unwrap_or(Timestamp::UNIX_EPOCH));
        rules::check_period(Some(from), Some(to))?;
        if to.duration_since(from) > LONGEST {
            return Err(Problem::invalid("from", "must be at most 366 days before to"));
        }
        Ok((from, to))
    }
}

/// List who looked at a customer
///
/// Reads of this customer's data, counted by person, day and role. Lists and searches, which name nobody in particular, are not
/// among them. Reading the report is itself recorded.
#[utoipa::path(get, path = "/api/admin/customers/{id}/lookers", tag = "audit", operation_id = "listLookers",
    params(("id" = CustomerId, Path), LookQuery), extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = CustomerLooks), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_lookers(
    desk: Authorized<AuditRead>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<LookQuery>,
) -> Result<Json<CustomerLooks>> {
    let period = query.check(desk.app.clock.now())?;
    Ok(Json(actions::list_lookers(&desk.app, &desk.db, &desk.by.actor, id, period).await?))
}

/// List whom a staff member looked at
///
/// Reads of customers' data one by one, counted by customer, day and role; lists, searches and exports apart. Reading the report is
/// itself recorded.
#[utoipa::path(get, path = "/api/admin/staff/{id}/looks", tag = "audit", operation_id = "listLooks",
    params(("id" = StaffId, Path), LookQuery), extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = StaffLooks), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_looks(
    desk: Authorized<AuditRead>,
    Path(id): Path<StaffId>,
    ValidQuery(query): ValidQuery<LookQuery>,
) -> Result<Json<StaffLooks>> {
    let period = query.check(desk.app.clock.now())?;
    Ok(Json(actions::list_looks(&desk.app, &desk.db, &desk.by.actor, id, period).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_covers_ninety_days_unless_told_and_never_more_than_a_year() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-22T10:00:00Z");
        let query = |from: Option<&str>, to: Option<&str>| LookQuery { from: from.map(at), to: to.map(at) };
        let (from, to) = query(None, None).check(now).unwrap();
        assert_eq!(to, at("2026-11-22T10:00:01Z"), "the present instant is in it");
        assert_eq!(to.duration_since(from), USUAL);
        assert!(query(Some("2025-11-22T00:00:00Z"), None).check(now).is_ok());
        for (from, to, field) in [
            (Some("2025-11-01T00:00:00Z"), None, "from"),
            (Some("2026-12-01T00:00:00Z"), None, "to"),
            (Some("2026-01-02T00:00:00Z"), Some("2026-01-02T00:00:00Z"), "to"),
            (Some("1969-01-01T00:00:00Z"), Some("1970-01-01T00:00:00Z"), "from"),
        ] {
            assert_eq!(
                query(from, to).check(now).unwrap_err().field.as_deref(),
                Some(field),
                "{from:?} {to:?}"
            );
        }
    }
}
