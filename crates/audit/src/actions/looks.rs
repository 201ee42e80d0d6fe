//! Reports for whoever asks who looked at whom. Reading one is itself recorded.

use deadpool_postgres::Client;
use kernel::{CustomerId, StaffId};
use platform::{Actor, App, Event, Problem, Result};

use crate::{
    CustomerLooks, StaffLooks,
    store::looks::{self as store, Period},
};

const CUSTOMERS_MOST: i64 = 200;

/// Who looked at this customer.
pub(crate) async fn list_lookers(
    app: &App,
    db: &Client,
    actor: &Actor,
    id: CustomerId,
    period: Period,
) -> Result<CustomerLooks> {
    let customer_name =
        store::find_customer_name(db, id).await?.ok_or_else(|| Problem::not_found("customer"))?;
    let (people, days) =
        (store::list_lookers(db, id, period).await?, store::days_of_customer(db, id, period).await?);
    let looks = people.iter().map(|looker| looker.looks).sum();
    app.access.record(actor, Event::access("audit.lookers_listed").of_customer(id).items(looks)).await?;
    Ok(CustomerLooks { customer_id: id, customer_name, from: period.0, to: period.1, looks, people, days })
}

/// Whom this person looked at.
pub(crate) async fn list_looks(
    app: &App,
    db: &Client,
    actor: &Actor,
    id: StaffId,
    period: Period,
) -> Result<StaffLooks> {
    let staff_name =
        store::find_staff_name(db, id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    let (customers, customer_count) = store::list_looked_at(db, id, period, CUSTOMERS_MOST).await?;
    let lists = store::list_looked_through(db, id, period).await?;
    let days = store::days_of_staff(db, id, period).await?;
    let looks = days.iter().map(|day| day.looks).sum();
    app.access.record(actor, Event::access("audit.looks_listed").on("staff", id.0).items(looks)).await?;
    Ok(StaffLooks {
        staff_id: id,
        staff_name,
        from: period.0,
        to: period.1,
        looks,
        customers,
        customer_count,
        lists,
        days,
    })
}
