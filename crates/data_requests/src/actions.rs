//! What is done with data requests: each step one transaction, with its event.

mod deliver;
mod remind;

use deadpool_postgres::Client;
use kernel::{CustomerId, DataRequestId, StaffId, london_day};
use platform::{
    App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{
    By, Permission, Role,
    permissions::{DataRequestHandle, DataRequestRead, DataRequestReview, ExportMake},
};

pub(crate) use deliver::{abandon_delivery, deliver_export};
pub(crate) use remind::remind;

use crate::{
    DataRequest, DataRequestAct, DataRequestCase, DataRequestInput, DataRequestKind, DataRequestState,
    RequestedErasure,
    certificate::{self, Around},
    input::NEEDED,
    model::{DataRequestActState, DataRequestScope},
    rules::{self, Moment},
    store,
};

pub(crate) async fn create_data_request(
    app: &App,
    db: &mut Client,
    by: &By<DataRequestHandle>,
    once: Option<Once>,
    given: DataRequestInput,
) -> Result<DataRequestCase> {
    let now = app.clock.now();
    let today = london_day(now);
    let given = given.check(today)?;
    let tx = Tx::begin(db, app).await?;
    if let Some(once) = &once
        && let Some(id) = idempotency::find(&tx, by.staff_id, once).await?
    {
        drop(tx);
        return read_data_request(app, db, &by.require()?, DataRequestId(id)).await;
    }
    let id = DataRequestId::new(now);
    if let Some(once) = &once {
        idempotency::keep(&tx, by.staff_id, once, id.0, now).await?;
    }
    if let Some(customer) = given.customer_id {
        check_customer(&tx, customer).await?;
    }
    store::insert(&*tx, id, &given, rules::first_due(&given), by.staff_id, now).await?;
    let case = store::read(&*tx, id, today).await?;
    let event = told("data_request.received", &case.request).values(None::<&()>, Some(&given));
    tx.commit(&by.actor, event).await?;
    read_data_request(app, db, &by.require()?, id).await
}

/// Takes one step with a case that is still as it was seen.
pub(crate) async fn act_on_data_request(
    app: &App,
    db: &mut Client,
    by: &By<DataRequestRead>,
    id: DataRequestId,
    version: i32,
    act: DataRequestAct,
) -> Result<DataRequestCase> {
    let needed = NEEDED.iter().find(|(name, _)| *name == act.name()).map_or("", |(_, needed)| needed);
    permitted(needed, by)?;
    if matches!(act, DataRequestAct::Deliver(_)) {
        by.require_proof(app)?;
    }
    let act = act.check()?;
    let now = app.clock.now();
    let today = london_day(now);
    let tx = Tx::begin(db, app).await?;
    let mut case = store::lock(&*tx, id, today).await?;
    if case.request.version != version {
        drop(tx);
        let current = read_data_request(app, db, by, id).await?;
        return Err(Problem::changed_meanwhile(&current));
    }
    let event = rules::apply(&mut case, &act, Moment { staff: by.staff_id, today, now })?;
    match &act {
        DataRequestAct::Identify(given) => check_customer(&tx, given.customer_id).await?,
        DataRequestAct::Assign(given) => check_handler(&tx, given.handler_id).await?,
        _ => {}
    }
    let link = match &act {
        DataRequestAct::Deliver(given) => deliver::begin(app, &tx, by.staff_id, &case, given.to).await?,
        _ => None,
    };
    store::save(&*tx, &case, now).await?;
    let case = store::read(&*tx, id, today).await?;
    let event = told(event, &case.request).values(None::<&()>, Some(&act));
    tx.commit(&by.actor, event).await?;
    Ok(DataRequestCase { link, ..read_data_request(app, db, by, id).await? })
}

/// Whether somebody has what an act needs ([`NEEDED`]).
fn permitted(needed: &str, by: &By<DataRequestRead>) -> Result<()> {
    match needed {
        DataRequestReview::NAME => by.may::<DataRequestReview>(),
        ExportMake::NAME => by.may::<ExportMake>(),
        _ => by.may::<DataRequestHandle>(),
    }
}

/// The header names nobody: the number, the kind, where it stands.
fn told(action: &'static str, request: &DataRequest) -> Event {
    let mut event = Event::change(action).on("data_request", request.id.0).details(json!({
        "number": request.number,
        "request": request.kind.name(),
        "dueOn": request.due_on,
    }));
    event.customer = request.customer_id;
    event
}

async fn check_customer(tx: &Tx<'_>, id: CustomerId) -> Result<()> {
    if customers::merged_into(&**tx, id).await?.is_some() {
        return Err(Problem::merged().on_field("customerId"));
    }
    if customers::exists(&**tx, id).await? {
        Ok(())
    } else {
        Err(Problem::invalid("customerId", "is not a customer"))
    }
}

async fn check_handler(tx: &Tx<'_>, id: StaffId) -> Result<()> {
    let known = store::handlers(&**tx, &handling_roles()).await?;
    if known.iter().any(|handler| handler.id == id) {
        Ok(())
    } else {
        Err(Problem::invalid("handlerId", "must be somebody who may handle data requests"))
    }
}

fn handling_roles() -> Vec<&'static str> {
    DataRequestHandle::ROLES.iter().copied().map(Role::name).collect()
}

/// The case with everything around it, and what the one who looks may do with it.
pub(crate) async fn read_data_request(
    app: &App,
    db: &Client,
    by: &By<DataRequestRead>,
    id: DataRequestId,
) -> Result<DataRequestCase> {
    let today = london_day(app.clock.now());
    let case = store::read(db, id, today).await?;
    let deadline = case.deadline();
    let exports = privacy::of_request(db, id).await?;
    let erasure = match (case.request.kind, case.request.customer_id) {
        (DataRequestKind::Erasure, Some(customer)) => erasure::latest_of(db, customer).await?,
        _ => None,
    };
    let acts = NEEDED.iter().map(|(action, needed)| {
        let outcome = permitted(needed, by)
            .and_then(|()| rules::check_act(action, &case, by.staff_id, today))
            .and_then(|()| if *action == "deliver" { privacy::check_ask(&exports) } else { Ok(()) });
        DataRequestActState {
            action,
            allowed: outcome.is_ok(),
            reason: outcome.err().map(|problem| problem.detail),
        }
    });
    Ok(DataRequestCase {
        acts: acts.collect(),
        exports,
        erasure: erasure.map(|one| RequestedErasure {
            id: one.id,
            state: one.state,
            planned_at: one.planned_at,
            approved_at: one.approved_at,
            finished_at: one.finished_at,
            plan_hash: one.plan_hash,
        }),
        link: None,
        prepared_by_name: store::staff_name(db, case.details.prepared_by).await?,
        reviewed_by_name: store::staff_name(db, case.details.reviewed_by).await?,
        clock: deadline.steps,
        extend_by: deadline.extend_by,
        steps: store::steps(db, id).await?,
        grounds: rules::grounds(case.request.kind),
        handlers: store::handlers(db, &handling_roles()).await?,
        request: case.request,
        details: case.details,
    })
}

/// What a copy of everything would hold now; needs to know whose data it is.
pub(crate) async fn read_data_request_scope(
    app: &App,
    db: &Client,
    id: DataRequestId,
) -> Result<(CustomerId, DataRequestScope)> {
    let case = store::read(db, id, london_day(app.clock.now())).await?;
    let customer = case.request.customer_id.ok_or_else(|| {
        Problem::conflict("customer_unknown", "First find the customer: it is not known whose data to count.")
    })?;
    let sections = privacy::scope(db, customer).await?;
    Ok((customer, DataRequestScope { rows: sections.iter().map(|section| section.rows).sum(), sections }))
}

/// The certificate of a closed case as PDF, and the name of its file.
pub(crate) async fn read_certificate(
    app: &App,
    db: &Client,
    by: &By<DataRequestRead>,
    id: DataRequestId,
) -> Result<(DataRequestCase, Vec<u8>)> {
    let case = read_data_request(app, db, by, id).await?;
    if case.request.state != DataRequestState::Closed {
        return Err(Problem::conflict("not_now", "There is a certificate once the request is closed."));
    }
    let around = Around {
        company: app.settings.invoice.seller_name.clone(),
        now: app.clock.now(),
        head: store::audit_head(db).await?,
    };
    let sheet = certificate::sheet(&case, &around);
    // Made where it holds up no other request.
    let pdf = tokio::task::spawn_blocking(move || pdf::render(&sheet))
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))?;
    Ok((case, pdf))
}
