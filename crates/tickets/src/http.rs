//! The doors of tickets. Each read leaves an access event before it is answered.

use axum::Json;
use kernel::{CustomerId, TicketId};
use platform::{
    App, Event, Problem, Result,
    http::{Path, ValidQuery},
    problem::ProblemBody,
};
use serde::Deserialize;
use staff::{Authorized, permissions::TicketRead};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{FoundTickets, Ticket, TicketPage, rules, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_customer_tickets))
        .routes(routes!(find_tickets))
        .routes(routes!(read_ticket))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// Tickets a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// List a customer's tickets
///
/// Newest first, each with its responses.
#[utoipa::path(get, path = "/api/admin/customers/{id}/tickets", tag = "tickets", operation_id = "listCustomerTickets",
    params(("id" = CustomerId, Path), PageQuery), extensions(("x-permission" = json!("ticket.read"))),
    responses((status = 200, body = TicketPage), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_customer_tickets(
    desk: Authorized<TicketRead>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<PageQuery>,
) -> Result<Json<TicketPage>> {
    let limit = rules::check_limit(query.limit)?;
    if !store::customer_exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let page = store::list_of_customer(&desk.db, id, query.after.as_deref(), limit).await?;
    let count = i64::try_from(page.tickets.len()).unwrap_or(i64::MAX);
    let event = Event::access("tickets.listed").of_customer(id).items(count);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindQuery {
    /// As on the ticket.
    number: i64,
}

/// Find a ticket by its number
#[utoipa::path(get, path = "/api/admin/tickets", tag = "tickets", operation_id = "findTickets",
    params(FindQuery), extensions(("x-permission" = json!("ticket.read"))),
    responses((status = 200, body = FoundTickets), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn find_tickets(
    desk: Authorized<TicketRead>,
    ValidQuery(query): ValidQuery<FindQuery>,
) -> Result<Json<FoundTickets>> {
    let tickets = store::find_by_number(&desk.db, query.number).await?;
    drop(desk.db);
    let count = i64::try_from(tickets.len()).unwrap_or(i64::MAX);
    desk.app.access.record(&desk.by.actor, Event::access("tickets.found").items(count)).await?;
    Ok(Json(FoundTickets { tickets }))
}

/// Read a ticket
#[utoipa::path(get, path = "/api/admin/tickets/{id}", tag = "tickets", operation_id = "readTicket",
    params(("id" = TicketId, Path)), extensions(("x-permission" = json!("ticket.read"))),
    responses((status = 200, body = Ticket), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn read_ticket(desk: Authorized<TicketRead>, Path(id): Path<TicketId>) -> Result<Json<Ticket>> {
    let ticket = store::read(&desk.db, id).await?.ok_or_else(|| Problem::not_found("ticket"))?;
    let event = Event::access("ticket.read").of_customer(ticket.customer_id).on("ticket", id.0);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(ticket))
}
