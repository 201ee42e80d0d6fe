use axum::Json;
use bookings::RefundStatus;
use kernel::{CustomerId, london_day};
use platform::{
    App, Event, Problem, Result,
    http::{Path, ValidQuery},
    page::check_limit,
    problem::ProblemBody,
};
use serde::Deserialize;
use serde_json::json;
use staff::{
    Authorized,
    permissions::{ApprovalRead, BookingRead, CreditIssue, CreditSpend, FinanceRead, RefundIssue},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::approvals::seen_by;
use crate::{
    model::{CustomerMoney, FinanceDay, MoneyActs, RefundPage, TransferPage},
    rules, store,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_customer_money))
        .routes(routes!(list_customer_transfers))
        .routes(routes!(list_refunds))
        .routes(routes!(read_finance_day))
}

/// Read a customer's money: payments, refunds, store credit, and what waits for approval
#[utoipa::path(get, path = "/api/admin/customers/{id}/money", tag = "money", operation_id = "readCustomerMoney",
    params(("id" = CustomerId, Path)), extensions(("x-permission" = json!("booking.read"))),
    responses((status = 200, body = CustomerMoney), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn read_customer_money(
    desk: Authorized<BookingRead>,
    Path(id): Path<CustomerId>,
) -> Result<Json<CustomerMoney>> {
    let db = &desk.db;
    let presence = store::presence_of(db, id).await?;
    let (captured, refunded, lost_in_disputes) = store::sums_of_customer(db, id).await?;
    let payments = store::payments_of(db, id).await?;
    let credit = store::credit_of(db, id, london_day(desk.app.clock.now())).await?;
    let living = || rules::check_living(presence);
    let some_left = if payments.iter().any(|payment| payment.refundable.0 > 0) {
        Ok(())
    } else {
        Err(Problem::conflict("nothing_left_to_refund", "Nothing that came in is left to refund."))
    };
    let some_credit = if credit.balance.0 > 0 {
        Ok(())
    } else {
        Err(Problem::conflict("no_credit", "This customer has no store credit."))
    };
    let disputes = store::disputes_of_customer(db, id).await?;
    let by = &desk.by;
    let approvals = match by.may::<ApprovalRead>() {
        Ok(()) => store::pending_of_customer(db, id).await?,
        Err(_) => Vec::new(),
    };
    let money = CustomerMoney {
        ltv: kernel::Pence(captured.0 - refunded.0),
        captured,
        refunded,
        lost_in_disputes,
        disputes,
        refunds: store::refunds_of_customer(db, id).await?,
        approvals: approvals.into_iter().map(|one| seen_by(one, &desk.by)).collect(),
        actions: MoneyActs {
            issue_refund: rules::permitted([by.may::<RefundIssue>(), living(), some_left]),
            issue_credit: rules::permitted([by.may::<CreditIssue>(), living()]),
            spend_credit: rules::permitted([by.may::<CreditSpend>(), living(), some_credit]),
        },
        payments,
        credit,
    };
    drop(desk.db);
    let event = Event::access("customer.money_read").of_customer(id).on("customer", id.0);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(money))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TransfersQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List a customer's entries in the books, latest first
///
/// What the figures are made of: LTV is the sum of what was captured (`payment_captured`, minus `payment_corrected`) minus
/// what went back (`refund_succeeded`, minus `refund_reversed`).
#[utoipa::path(get, path = "/api/admin/customers/{id}/transfers", tag = "money", operation_id = "listCustomerTransfers",
    params(("id" = CustomerId, Path), TransfersQuery), extensions(("x-permission" = json!("booking.read"))),
    responses((status = 200, body = TransferPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_customer_transfers(
    desk: Authorized<BookingRead>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<TransfersQuery>,
) -> Result<Json<TransferPage>> {
    let limit = check_limit(query.limit)?;
    store::presence_of(&desk.db, id).await?;
    let page = store::transfers_of(&desk.db, id, query.after.as_deref(), limit).await?;
    drop(desk.db);
    let event = Event::access("customer.transfers_read")
        .of_customer(id)
        .on("customer", id.0)
        .items(i64::try_from(page.transfers.len()).unwrap_or(i64::MAX));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

/// Which refunds finance wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum RefundFilter {
    /// Approved and not finished.
    UnderWay,
    RequiresAction,
    InDoubt,
    PendingApproval,
    Succeeded,
    /// Failed, cancelled or rejected.
    CameToNothing,
}

impl RefundFilter {
    fn statuses(self) -> &'static [RefundStatus] {
        use RefundStatus::{
            Approved, Cancelled, Failed, InDoubt, ManualReview, PendingApproval, Rejected, Requested,
            RequiresAction, Sending, Submitted, Succeeded,
        };
        match self {
            Self::UnderWay => &[Approved, Sending, Submitted, InDoubt, RequiresAction, ManualReview],
            Self::RequiresAction => &[RequiresAction, ManualReview],
            Self::InDoubt => &[InDoubt],
            Self::PendingApproval => &[Requested, PendingApproval],
            Self::Succeeded => &[Succeeded],
            Self::CameToNothing => &[Failed, Cancelled, Rejected],
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RefundsQuery {
    /// All without it.
    #[param(inline)]
    state: Option<RefundFilter>,
    /// `next` of the page before.
    after: Option<String>,
    /// 1 to 200; 50 without it.
    limit: Option<i64>,
}

/// List refunds of all customers, latest first
#[utoipa::path(get, path = "/api/admin/refunds", tag = "money", operation_id = "listRefunds",
    params(RefundsQuery), extensions(("x-permission" = json!("finance.read"))),
    responses((status = 200, body = RefundPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn list_refunds(
    desk: Authorized<FinanceRead>,
    ValidQuery(query): ValidQuery<RefundsQuery>,
) -> Result<Json<RefundPage>> {
    let limit = check_limit(query.limit)?;
    let statuses = query
        .state
        .map_or(&[][..], RefundFilter::statuses)
        .iter()
        .map(store::as_word)
        .collect::<Result<Vec<_>>>()?;
    let page = store::list_refunds(&desk.db, &statuses, query.after.as_deref(), limit).await?;
    drop(desk.db);
    let event = Event::access("refunds.listed")
        .items(i64::try_from(page.refunds.len()).unwrap_or(i64::MAX))
        .details(json!({ "state": query.state }));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

/// Read finance's day: what went back and was credited today, and what is under way
#[utoipa::path(get, path = "/api/admin/finance", tag = "money", operation_id = "readFinanceDay",
    extensions(("x-permission" = json!("finance.read"))),
    responses((status = 200, body = FinanceDay), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn read_finance_day(desk: Authorized<FinanceRead>) -> Result<Json<FinanceDay>> {
    let now = desk.app.clock.now();
    let day = store::finance_day(&desk.db, london_day(now), now).await?;
    drop(desk.db);
    desk.app.access.record(&desk.by.actor, Event::access("finance.read")).await?;
    Ok(Json(day))
}
