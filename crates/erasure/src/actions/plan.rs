use deadpool_postgres::Client;
use kernel::{CustomerId, ErasureId};
use platform::{App, Event, Problem, Result, Tx};
use serde_json::json;
use staff::{
    By,
    permissions::{ErasureApprove, ErasurePlan as MayPlan},
};

use super::{page, run::enqueue};
use crate::{
    ErasurePage, ErasureState,
    input::{ErasureApproval, ErasureReason},
    rules, store,
    store::NewErasure,
};

/// Shows what would go and what would stay. Nothing is done before somebody else approves it.
pub(crate) async fn plan_erasure(
    app: &App,
    db: &mut Client,
    by: &By<MayPlan>,
    customer: CustomerId,
    given: &ErasureReason,
) -> Result<ErasurePage> {
    let reason = given.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock_customer(&*tx, customer).await?;
    rules::check_blocks(&rules::blocks(&store::standing(&*tx, customer).await?))?;
    let plan = store::plan(&*tx, customer, app.settings.financial_year_end).await?;
    let (id, hash) = (ErasureId::new(now), rules::plan_hash(&plan));
    let event = Event::change("erasure.planned")
        .of_customer(customer)
        .on("erasure", id.0)
        .details(json!({ "planHash": chain::hex(&hash) }));
    let plan = serde_json::to_value(plan).map_err(|error| Problem::internal(&error))?;
    let by_whom = Some((by.staff_id, reason.as_str()));
    store::insert(&*tx, &NewErasure { id, customer, by: by_whom, plan, hash, now }).await?;
    tx.commit(&by.actor, event).await?;
    page(db, &by.require()?, customer).await
}

/// The plan as it was seen, and as it still is; from here on it is carried out.
pub(crate) async fn approve_erasure(
    app: &App,
    db: &mut Client,
    by: &By<ErasureApprove>,
    id: ErasureId,
    given: &ErasureApproval,
) -> Result<ErasurePage> {
    let seen = given.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let erasure = store::lock(&*tx, id).await?;
    let customer = erasure.shown.customer_id;
    rules::check_state(erasure.shown.state, &[ErasureState::Planned])?;
    rules::check_not_own(erasure.planned_by, by.staff_id)?;
    rules::check_blocks(&rules::blocks(&store::standing(&*tx, customer).await?))?;
    let plan = store::plan(&*tx, customer, app.settings.financial_year_end).await?;
    rules::check_approval(&erasure.plan_hash, &seen, &erasure.shown.plan, &plan)?;
    store::approve(&*tx, id, by.staff_id, now).await?;
    enqueue(app, &tx, id).await?;
    let event = Event::change("erasure.approved").of_customer(customer).on("erasure", id.0);
    tx.commit(&by.actor, event).await?;
    page(db, &by.require()?, customer).await
}

pub(crate) async fn withdraw_erasure(
    app: &App,
    db: &mut Client,
    by: &By<MayPlan>,
    id: ErasureId,
) -> Result<ErasurePage> {
    let tx = Tx::begin(db, app).await?;
    let erasure = store::lock(&*tx, id).await?;
    rules::check_state(erasure.shown.state, &[ErasureState::Planned])?;
    let customer = erasure.shown.customer_id;
    store::set_state(&*tx, id, "withdrawn", "collect").await?;
    let event = Event::change("erasure.withdrawn").of_customer(customer).on("erasure", id.0);
    tx.commit(&by.actor, event).await?;
    page(db, &by.require()?, customer).await
}

/// After somebody has dealt with what the scan found.
pub(crate) async fn scan_again(
    app: &App,
    db: &mut Client,
    by: &By<MayPlan>,
    id: ErasureId,
) -> Result<ErasurePage> {
    let tx = Tx::begin(db, app).await?;
    let erasure = store::lock(&*tx, id).await?;
    rules::check_state(erasure.shown.state, &[ErasureState::Found])?;
    let customer = erasure.shown.customer_id;
    // Once more from the overwriting: what was found may be new text in a row of theirs.
    store::set_state(&*tx, id, "running", "overwrite").await?;
    enqueue(app, &tx, id).await?;
    let event = Event::change("erasure.resumed").of_customer(customer).on("erasure", id.0);
    tx.commit(&by.actor, event).await?;
    page(db, &by.require()?, customer).await
}
