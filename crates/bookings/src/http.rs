//! The doors of bookings. Each read leaves an access event before it is answered.

use axum::Json;
use kernel::{BookingId, CustomerId};
use platform::{
    App, Event, Problem, Result,
    http::{Path, ValidQuery},
    problem::ProblemBody,
};
use serde::Deserialize;
use serde_json::json;
use staff::{Authorized, permissions::BookingRead};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Booking, BookingPage, FoundBookings, rules, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_customer_bookings))
        .routes(routes!(find_bookings))
        .routes(routes!(read_booking))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// Bookings a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// List a customer's bookings
///
/// Newest first, each with its payments and refunds.
#[utoipa::path(get, path = "/api/admin/customers/{id}/bookings", tag = "bookings", operation_id = "listCustomerBookings",
    params(("id" = CustomerId, Path), PageQuery), extensions(("x-permission" = json!("booking.read"))),
    responses((status = 200, body = BookingPage), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list_customer_bookings(
    desk: Authorized<BookingRead>,
    Path(id): Path<CustomerId>,
    ValidQuery(query): ValidQuery<PageQuery>,
) -> Result<Json<BookingPage>> {
    let limit = rules::check_limit(query.limit)?;
    if !store::customer_exists(&desk.db, id).await? {
        return Err(Problem::not_found("customer"));
    }
    let page = store::list_of_customer(&desk.db, id, query.after.as_deref(), limit).await?;
    let count = i64::try_from(page.bookings.len()).unwrap_or(i64::MAX);
    let event = Event::access("bookings.listed").of_customer(id).items(count);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(page))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindQuery {
    /// The beginning of a reference, in any case; 1 to 60 characters.
    reference: String,
}

/// Find bookings by the beginning of their reference
///
/// At most six, in the order of their references.
#[utoipa::path(get, path = "/api/admin/bookings", tag = "bookings", operation_id = "findBookings",
    params(FindQuery), extensions(("x-permission" = json!("booking.read"))),
    responses((status = 200, body = FoundBookings), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn find_bookings(
    desk: Authorized<BookingRead>,
    ValidQuery(query): ValidQuery<FindQuery>,
) -> Result<Json<FoundBookings>> {
    let reference = kernel::clean_line(&query.reference, 60)
        .map_err(|fault| Problem::invalid("reference", fault.to_string()))?;
    let bookings = store::find_by_reference(&desk.db, &reference).await?;
    drop(desk.db);
    let count = i64::try_from(bookings.len()).unwrap_or(i64::MAX);
    let event = Event::access("bookings.found").items(count).filter(&json!({ "reference": reference }));
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(FoundBookings { bookings }))
}

/// Read a booking
#[utoipa::path(get, path = "/api/admin/bookings/{id}", tag = "bookings", operation_id = "readBooking",
    params(("id" = BookingId, Path)), extensions(("x-permission" = json!("booking.read"))),
    responses((status = 200, body = Booking), (status = 400, body = ProblemBody), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn read_booking(desk: Authorized<BookingRead>, Path(id): Path<BookingId>) -> Result<Json<Booking>> {
    let booking = store::read(&desk.db, id).await?.ok_or_else(|| Problem::not_found("booking"))?;
    let event = Event::access("booking.read").of_customer(booking.customer_id).on("booking", id.0);
    desk.app.access.record(&desk.by.actor, event).await?;
    Ok(Json(booking))
}
