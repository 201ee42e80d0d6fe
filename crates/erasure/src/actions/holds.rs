use deadpool_postgres::Client;
use kernel::{CustomerId, LegalHoldId};
use platform::{App, Event, Problem, Result, Tx};
use serde_json::json;
use staff::{By, permissions::HoldPlace};

use super::page;
use crate::{ErasurePage, input::ErasureReason, store};

pub(crate) async fn place_legal_hold(
    app: &App,
    db: &mut Client,
    by: &By<HoldPlace>,
    customer: CustomerId,
    given: &ErasureReason,
) -> Result<ErasurePage> {
    let reason = given.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if store::lock_customer(&*tx, customer).await?.is_some() {
        return Err(Problem::conflict("erased", "This customer has been erased already."));
    }
    let id = LegalHoldId::new(now);
    store::insert_hold(&*tx, id, customer, &reason, by.staff_id, now).await?;
    let event = Event::change("legal_hold.placed")
        .of_customer(customer)
        .on("legal_hold", id.0)
        .values(None::<&()>, Some(&json!({ "reason": reason })));
    tx.commit(&by.actor, event).await?;
    page(db, &by.require()?, customer).await
}

pub(crate) async fn lift_legal_hold(
    app: &App,
    db: &mut Client,
    by: &By<HoldPlace>,
    id: LegalHoldId,
    given: &ErasureReason,
) -> Result<ErasurePage> {
    let reason = given.check()?;
    let tx = Tx::begin(db, app).await?;
    let customer = store::lift_hold(&*tx, id, &reason, by.staff_id, app.clock.now()).await?;
    let event = Event::change("legal_hold.lifted")
        .of_customer(customer)
        .on("legal_hold", id.0)
        .values(None::<&()>, Some(&json!({ "liftReason": reason })));
    tx.commit(&by.actor, event).await?;
    page(db, &by.require()?, customer).await
}
