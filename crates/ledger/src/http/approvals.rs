use axum::Json;
use kernel::ApprovalId;
use platform::{
    App, Event, Problem, Result,
    http::{Path, ValidJson, ValidQuery},
    idempotency::{IdempotencyKey, Once, key_required},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{
    Authorized, By,
    permissions::{ApprovalDecide, ApprovalRead, CustomerAct},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    actions::{self, Verdict},
    input::DecisionInput,
    model::{Approval, ApprovalPage, ApprovalState},
    rules, store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_approvals))
        .routes(routes!(read_approval))
        .routes(routes!(approve_request))
        .routes(routes!(reject_request))
        .routes(routes!(withdraw_request))
}

/// The approval with what the one who looks may do with it.
pub(super) fn seen_by<P>(mut approval: Approval, by: &By<P>) -> Approval {
    let pending = || match approval.state {
        ApprovalState::Pending => Ok(()),
        _ => Err(Problem::conflict("already_decided", "This request is decided.")),
    };
    let own = approval.requested_by == by.staff_id;
    let somebody_elses = if own {
        Err(Problem::forbidden("own_request", "Somebody else has to decide: this request is your own."))
    } else {
        Ok(())
    };
    let ones_own = if own {
        Ok(())
    } else {
        Err(Problem::forbidden("not_own_request", "Only who made a request can withdraw it."))
    };
    let decide = rules::permitted([by.may::<ApprovalDecide>(), pending(), somebody_elses]);
    let withdraw = rules::permitted([pending(), ones_own]);
    approval.decide = decide;
    approval.withdraw = withdraw;
    approval
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ApprovalsQuery {
    /// Those that wait, or those that are decided; all without it.
    pending: Option<bool>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List requests for approval, latest first, with how many wait
#[utoipa::path(get, path = "/api/admin/approvals", tag = "money", operation_id = "listApprovals",
    params(ApprovalsQuery), extensions(("x-permission" = json!("approval.read"))),
    responses((status = 200, body = ApprovalPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_approvals(
    desk: Authorized<ApprovalRead>,
    ValidQuery(query): ValidQuery<ApprovalsQuery>,
) -> Result<Json<ApprovalPage>> {
    let limit = check_limit(query.limit)?;
    let mut page = store::list_approvals(&desk.db, query.pending, query.after.as_deref(), limit).await?;
    drop(desk.db);
    page.approvals = page.approvals.into_iter().map(|one| seen_by(one, &desk.by)).collect();
    let event =
        Event::access("approvals.listed").items(i64::try_from(page.approvals.len()).unwrap_or(i64::MAX));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

/// Read a request for approval with all its context
#[utoipa::path(get, path = "/api/admin/approvals/{id}", tag = "money", operation_id = "readApproval",
    params(("id" = ApprovalId, Path)), extensions(("x-permission" = json!("approval.read"))),
    responses((status = 200, body = Approval), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_approval(desk: Authorized<ApprovalRead>, Path(id): Path<ApprovalId>) -> Result<Json<Approval>> {
    let approval = seen_by(store::read_approval(&desk.db, id).await?, &desk.by);
    drop(desk.db);
    let event = Event::access("approval.read").of_customer(approval.customer_id).on("approval", id.0);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(approval))
}

/// Approve somebody else's request: the act is done as it was asked for
#[utoipa::path(post, path = "/api/admin/approvals/{id}/approve", tag = "money", operation_id = "approveRequest",
    params(("id" = ApprovalId, Path),
        ("idempotency-key" = String, Header, description = "1 to 200 characters, made anew for each act")),
    request_body = DecisionInput,
    extensions(("x-permission" = json!("approval.decide")), ("x-step-up" = json!("step_up_pence"))),
    responses((status = 200, body = Approval), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn approve_request(
    desk: Authorized<ApprovalDecide>,
    Path(id): Path<ApprovalId>,
    key: Option<IdempotencyKey>,
    ValidJson(input): ValidJson<DecisionInput>,
) -> Result<Json<Approval>> {
    let once = Once::new(key.ok_or_else(key_required)?, "approve_request", &(id, &input));
    decide(desk, id, Verdict::Approve, once, input).await
}

/// Reject somebody else's request: what it held is free again
#[utoipa::path(post, path = "/api/admin/approvals/{id}/reject", tag = "money", operation_id = "rejectRequest",
    params(("id" = ApprovalId, Path),
        ("idempotency-key" = String, Header, description = "1 to 200 characters, made anew for each act")),
    request_body = DecisionInput, extensions(("x-permission" = json!("approval.decide"))),
    responses((status = 200, body = Approval), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn reject_request(
    desk: Authorized<ApprovalDecide>,
    Path(id): Path<ApprovalId>,
    key: Option<IdempotencyKey>,
    ValidJson(input): ValidJson<DecisionInput>,
) -> Result<Json<Approval>> {
    let once = Once::new(key.ok_or_else(key_required)?, "reject_request", &(id, &input));
    decide(desk, id, Verdict::Reject, once, input).await
}

async fn decide(
    mut desk: Authorized<ApprovalDecide>,
    id: ApprovalId,
    verdict: Verdict,
    once: Once,
    input: DecisionInput,
) -> Result<Json<Approval>> {
    let decided = actions::decide(&desk.app, &mut desk.db, &desk.by, id, verdict, once, input).await?;
    Ok(Json(seen_by(decided, &desk.by)))
}

/// Withdraw one's own request
#[utoipa::path(post, path = "/api/admin/approvals/{id}/withdraw", tag = "money", operation_id = "withdrawRequest",
    params(("id" = ApprovalId, Path)), extensions(("x-permission" = json!("customer.act"))),
    responses((status = 200, body = Approval), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn withdraw_request(
    mut desk: Authorized<CustomerAct>,
    Path(id): Path<ApprovalId>,
) -> Result<Json<Approval>> {
    let withdrawn = actions::withdraw(&desk.app, &mut desk.db, &desk.by, id).await?;
    Ok(Json(seen_by(withdrawn, &desk.by)))
}
