//! What was erased before the database was brought back to an earlier state is erased again.

use kernel::{CustomerId, ErasureId};
use platform::{Actor, App, Event, Problem, Result, Tx, db::GenericClient as _};
use serde_json::json;

use super::run::run;
use crate::{Entry, ErasureState, rules, store, store::NewErasure};

/// What became of an entry of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// They are erased; nothing was to be done.
    StillErased,
    ErasedAgain,
    /// The scan has found something: somebody has to look.
    Found,
    /// This state of the database does not know them yet, or never did.
    Unknown,
}

/// One entry; safe to repeat.
pub async fn apply(app: &App, entry: &Entry) -> Result<Again> {
    let mut db = app.db.client().await?;
    // Of who was merged, the whole person goes.
    let person = customers::merged_into(&db, entry.customer).await?.map_or(entry.customer, |(id, _)| id);
    let known = "select erased_at is not null and not exists (
                     select from value_keys k where k.customer_id = any (same_person(c.id)) and k.destroyed_at is null
                         and k.created_at < c.erased_at)
                 from customers c where id = $1";
    let done = match db.query_opt(known, &[&person]).await? {
        None => return Ok(Again::Unknown),
        Some(row) => row.get::<_, bool>(0),
    };
    let latest = store::latest(&db, person).await?.map(|one| one.shown);
    let finished = latest.as_ref().is_none_or(|one| one.state == ErasureState::Done);
    if done && finished {
        return Ok(Again::StillErased);
    }
    let id = begin(app, &mut db, person, entry).await?;
    drop(db);
    match run(app, id).await? {
        ErasureState::Done => Ok(Again::ErasedAgain),
        ErasureState::Found => Ok(Again::Found),
        other => Err(Problem::internal(&format!("erasure {id} ended as {other:?}"))),
    }
}

/// The erasure that is on its way already, or a new one; from its first step where it had not begun.
async fn begin(
    app: &App,
    db: &mut deadpool_postgres::Client,
    customer: CustomerId,
    entry: &Entry,
) -> Result<ErasureId> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock_customer(&*tx, customer).await?;
    let open = store::latest(&*tx, customer).await?.map(|one| one.shown).filter(|one| {
        !matches!(one.state, ErasureState::Withdrawn | ErasureState::Stopped | ErasureState::Done)
    });
    let id = match open {
        Some(one) if one.state == ErasureState::Running => return Ok(one.id),
        Some(one) => {
            let step = if one.state == ErasureState::Found { "overwrite" } else { "collect" };
            store::set_state(&*tx, one.id, "running", step).await?;
            one.id
        }
        None => {
            let plan = store::plan(&*tx, customer, app.settings.financial_year_end).await?;
            let (id, hash) = (ErasureId::new(now), rules::plan_hash(&plan));
            let plan = serde_json::to_value(plan).map_err(|error| Problem::internal(&error))?;
            store::insert(&*tx, &NewErasure { id, customer, by: None, plan, hash, now }).await?;
            id
        }
    };
    let event = Event::change("erasure.repeated")
        .of_customer(customer)
        .on("erasure", id.0)
        .details(json!({ "entry": entry.erasure, "erasedAt": entry.at }));
    tx.commit(&Actor::system(), event).await?;
    Ok(id)
}
