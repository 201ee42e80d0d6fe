//! Events: listed, read, and taken away as a file.

use std::net::IpAddr;

use axum::{Json, response::Response};
use jiff::Timestamp;
use kernel::{CustomerId, EventId, StaffId};
use platform::{
    App, Result,
    http::{Path, ValidQuery},
    problem::ProblemBody,
};
use serde::{Deserialize, Serialize};
use staff::{
    Authorized, Proven,
    permissions::{AuditExport, AuditRead},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    AuditAction, AuditEventDetail, AuditKind, AuditPage, actions, export,
    rules::{self, ActionFilter, Filter, Position},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_events))
        .routes(routes!(list_event_actions))
        .routes(routes!(read_event))
        .routes(routes!(export_events))
}

#[derive(Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    staff: Option<StaffId>,
    /// The name of an action (`customer.updated`), or the beginning of one up to its dot (`customer.`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(max_length = 100)]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    kind: Option<AuditKind>,
    /// Whom it concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerId>,
    /// At this instant or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    /// Before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Timestamp>,
    /// The address it came from, IPv4 or IPv6.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    ip: Option<IpAddr>,
    /// `next` of the page before.
    #[serde(skip_serializing_if = "is_no_filter")]
    after: Option<String>,
    #[serde(skip_serializing_if = "is_no_filter")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
}

/// Where a page begins and ends is not part of the filter that is recorded. (Plain `skip_serializing` would hide the parameter
/// from the OpenAPI document too.)
fn is_no_filter<T>(_: &Option<T>) -> bool {
    true
}

impl EventQuery {
    fn check(&self) -> Result<(Filter, Option<Position>, usize)> {
        let filter = EventFilter {
            staff: self.staff,
            action: self.action.clone(),
            kind: self.kind,
            customer: self.customer,
            from: self.from,
            to: self.to,
            ip: self.ip,
        };
        Ok((filter.check()?, rules::read_position(self.after.as_deref())?, rules::check_limit(self.limit)?))
    }
}

/// What of the trail is wanted, as the list has it.
#[derive(Debug, Default, Deserialize, Serialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventFilter {
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    staff: Option<StaffId>,
    /// The name of an action (`customer.updated`), or the beginning of one up to its dot (`customer.`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(max_length = 100)]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    kind: Option<AuditKind>,
    /// Whom it concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerId>,
    /// At this instant or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    /// Before this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Timestamp>,
    /// The address it came from, IPv4 or IPv6.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    ip: Option<IpAddr>,
}

impl EventFilter {
    fn check(&self) -> Result<Filter> {
        rules::check_period(self.from, self.to)?;
        Ok(Filter {
            staff: self.staff,
            action: self.action.as_deref().map(ActionFilter::parse).transpose()?,
            kinds: self.kind.into_iter().collect(),
            customer: self.customer,
            from: self.from,
            to: self.to,
            ip: self.ip,
        })
    }
}

/// List events, newest first
///
/// Reading the trail is itself recorded, with the filter.
#[utoipa::path(get, path = "/api/admin/audit", tag = "audit", operation_id = "listEvents", params(EventQuery),
    extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = AuditPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_events(
    desk: Authorized<AuditRead>,
    ValidQuery(given): ValidQuery<EventQuery>,
) -> Result<Json<AuditPage>> {
    let (filter, after, limit) = given.check()?;
    let page =
        actions::list_events(&desk.app, &desk.db, &desk.by.actor, &filter, after, limit, &given).await?;
    Ok(Json(page))
}

/// List the actions that occur in the trail
#[utoipa::path(get, path = "/api/admin/audit/actions", tag = "audit", operation_id = "listEventActions",
    extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = Vec<AuditAction>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn list_event_actions(desk: Authorized<AuditRead>) -> Result<Json<Vec<AuditAction>>> {
    Ok(Json(actions::list_event_actions(&desk.db).await?))
}

/// Read one event with the values before and after
///
/// Reading it is itself recorded.
#[utoipa::path(get, path = "/api/admin/audit/{id}", tag = "audit", operation_id = "readEvent",
    params(("id" = EventId, Path)), extensions(("x-permission" = json!("audit.read"))),
    responses((status = 200, body = AuditEventDetail), (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn read_event(desk: Authorized<AuditRead>, Path(id): Path<EventId>) -> Result<Json<AuditEventDetail>> {
    Ok(Json(actions::read_event(&desk.app, &desk.db, &desk.by.actor, id).await?))
}

/// Export events as CSV
///
/// Exactly the events of the filter, newest first, without the values before and after, as UTF-8 (RFC 4180), streamed.
/// `X-Total-Count` says how many rows follow the header line; a connection that breaks before that is recorded as unfinished.
/// `X-Export-Event`, the file's name and the last cell of each row name the event that says who took the file, when, and with
/// which filter.
#[utoipa::path(post, path = "/api/admin/audit/export", tag = "audit", operation_id = "exportEvents",
    params(EventFilter), extensions(("x-permission" = json!("audit.export")), ("x-step-up" = json!("always"))),
    responses((status = 200, content_type = "text/csv", body = String, headers(("X-Total-Count" = i64, description = "Rows after the header line"),
            ("X-Export-Event" = String, description = "The event of the audit trail that tells of this file"))),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn export_events(
    desk: Proven<AuditExport>,
    ValidQuery(given): ValidQuery<EventFilter>,
) -> Result<Response> {
    let filter = given.check()?;
    let day = kernel::london_day(desk.app.clock.now());
    drop(desk.db);
    let db = desk.app.db.for_heavy_reads().await?;
    let export = export::start(desk.app, db, desk.by.actor, filter, given).await?;
    Ok(export.into_response(&format!("audit-{day}")))
}

#[cfg(test)]
mod tests {
    use axum::{extract::FromRequestParts, http::Request};
    use platform::Problem;
    use serde_json::json;

    use super::*;

    async fn read(query: &str) -> Result<(EventQuery, Filter), Problem> {
        let request = Request::builder().uri(format!("/api/admin/audit?{query}")).body(()).unwrap();
        let (mut parts, ()) = request.into_parts();
        let ValidQuery(given) = ValidQuery::<EventQuery>::from_request_parts(&mut parts, &()).await?;
        let (filter, ..) = given.check()?;
        Ok((given, filter))
    }

    #[tokio::test]
    async fn every_wrong_value_is_refused_by_its_name() {
        for (query, field) in [
            ("staff=me", "staff"),
            ("staff=", "staff"),
            ("action=updated", "action"),
            ("kind=changes", "kind"),
            ("customer=123", "customer"),
            ("from=yesterday", "from"),
            ("from=2026-01-01", "from"),
            ("to=1969-01-01T00:00:00Z", "to"),
            ("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
            ("ip=10.0.0", "ip"),
            ("after=junk", "after"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=-1", "limit"),
            ("limit=99999999999999999999999", "limit"),
            ("page=2", "page"),
        ] {
            let problem = read(query).await.expect_err(query);
            assert_eq!((problem.status.as_u16(), problem.field.as_deref()), (422, Some(field)), "{query}");
        }
    }

    #[tokio::test]
    async fn the_filter_is_recorded_as_it_was_given() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let query = format!(
            "staff={id}&action=customer.&kind=sign_in&from=2026-01-01T00:00:00%2B01:00&ip=::1&limit=5"
        );
        let (given, filter) = read(&query).await.unwrap();
        assert_eq!(filter.kinds, [AuditKind::SignIn]);
        assert_eq!(
            serde_json::to_value(&given).unwrap(),
            json!({ "staff": id, "action": "customer.", "kind": "sign_in", "from": "2025-12-31T23:00:00Z", "ip": "::1" })
        );
    }
}
