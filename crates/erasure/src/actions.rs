mod again;
mod holds;
mod plan;
mod run;

use deadpool_postgres::Client;
use kernel::{CustomerId, ErasureId};
use platform::{App, Event, Problem, Result};
use staff::{
    By,
    permissions::{ErasureApprove, ErasurePlan as MayPlan, ErasureRead, HoldPlace},
};

pub use again::{Again, apply};
pub(crate) use holds::{lift_legal_hold, place_legal_hold};
pub(crate) use plan::{approve_erasure, plan_erasure, scan_again, withdraw_erasure};
pub(crate) use run::{RUN, run};

use crate::{
    CustomerErasure, ErasureActs, ErasurePage, ErasureState, ProposalPage, certificate,
    rules::{self, act},
    store,
};

/// The latest erasure of a customer: the one that is under way, if one is.
pub async fn latest_of(db: &Client, customer: CustomerId) -> Result<Option<CustomerErasure>> {
    Ok(store::latest(db, customer).await?.map(|one| one.shown))
}

/// The certificate of an erasure as PDF, and the name of its file.
pub(crate) async fn read_certificate(
    app: &App,
    db: &Client,
    by: &By<ErasureRead>,
    id: ErasureId,
) -> Result<(String, Vec<u8>)> {
    let erasure = store::read(db, id).await?.shown;
    let Some(proof) = &erasure.certificate else {
        return Err(Problem::conflict("not_now", "There is a certificate once the erasure is done."));
    };
    let sheet = certificate::sheet(&erasure, proof, &app.settings.invoice.seller_name, app.clock.now());
    // Made where it holds up no other request.
    let pdf = tokio::task::spawn_blocking(move || pdf::render(&sheet))
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))?;
    let event =
        Event::access("erasure.certificate_read").of_customer(erasure.customer_id).on("erasure", id.0);
    app.access.record(&by.actor, event).await?;
    Ok((certificate::file_name(&erasure), pdf))
}

/// What keeps, and what erases, a customer, recorded as read.
pub(crate) async fn read_erasure(
    app: &App,
    db: &Client,
    by: &By<ErasureRead>,
    customer: CustomerId,
) -> Result<ErasurePage> {
    let page = page(db, by, customer).await?;
    app.access.record(&by.actor, Event::access("erasure.read").of_customer(customer)).await?;
    Ok(page)
}

/// Whose time is over, and of whom two people are to decide.
pub(crate) async fn list_proposals(
    app: &App,
    db: &Client,
    by: &By<ErasureRead>,
    after: Option<&str>,
    limit: i64,
) -> Result<ProposalPage> {
    let page = store::list_proposals(db, after, limit).await?;
    let count = i64::try_from(page.proposals.len()).unwrap_or(i64::MAX);
    app.access.record(&by.actor, Event::access("erasure.proposals_listed").items(count)).await?;
    Ok(page)
}

async fn page(db: &Client, by: &By<ErasureRead>, customer: CustomerId) -> Result<ErasurePage> {
    let erased_at = store::erased_at(db, customer).await?;
    let holds = store::holds(db, customer).await?;
    let latest = store::latest(db, customer).await?;
    let proposal = store::proposal_of(db, customer).await?;
    let blocks = rules::blocks(&store::standing(db, customer).await?);
    let open = latest.as_ref().filter(|one| {
        !matches!(one.shown.state, ErasureState::Withdrawn | ErasureState::Stopped | ErasureState::Done)
    });
    let state = |wanted: ErasureState| match &latest {
        Some(one) => rules::check_state(one.shown.state, &[wanted]),
        None => Err(Problem::conflict("not_planned", "No erasure of this customer is planned.")),
    };
    let held = holds.iter().any(|hold| hold.lifted_at.is_none());
    let conflict = |code, detail: &str| Err(Problem::conflict(code, detail));
    let reach = by.reach();
    let actions = ErasureActs {
        plan_erasure: act::<MayPlan>(&reach, || match open {
            Some(_) => conflict("erasure_open", "An erasure of this customer is planned already."),
            None => rules::check_blocks(&blocks),
        }),
        approve_erasure: act::<ErasureApprove>(&reach, || {
            state(ErasureState::Planned)?;
            rules::check_not_own(latest.as_ref().and_then(|one| one.planned_by), by.staff_id)?;
            rules::check_blocks(&blocks)
        }),
        withdraw_erasure: act::<MayPlan>(&reach, || state(ErasureState::Planned)),
        scan_again: act::<MayPlan>(&reach, || state(ErasureState::Found)),
        place_hold: act::<HoldPlace>(&reach, || match (held, erased_at) {
            (true, _) => conflict("hold_exists", "A legal hold is in force already."),
            (_, Some(_)) => conflict("erased", "This customer has been erased already."),
            _ => Ok(()),
        }),
        lift_hold: act::<HoldPlace>(&reach, || match held {
            true => Ok(()),
            false => conflict("no_hold", "No legal hold is in force."),
        }),
    };
    Ok(ErasurePage { erased_at, holds, erasure: latest.map(|one| one.shown), proposal, blocks, actions })
}
