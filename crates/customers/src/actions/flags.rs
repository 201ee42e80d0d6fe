use deadpool_postgres::Client;
use kernel::{CustomerId, FlagId, london_day};
use platform::{
    Actor, App, Event, Result, Tx,
    idempotency::{self, Once},
};
use staff::{By, permissions::FlagWrite};

use crate::{
    Flag,
    input::{FlagInput, FlagRemovalInput},
    rules, store,
};

/// One open flag of a kind; with a key, the same request sent twice makes one and answers alike.
pub async fn add_flag(
    app: &App,
    db: &mut Client,
    by: &By<FlagWrite>,
    customer: CustomerId,
    once: Option<Once>,
    input: FlagInput,
) -> Result<Flag> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let id = FlagId::new(now);
    if let Some(once) = &once
        && let Some(made) = idempotency::find(&tx, by.staff_id, once).await?
    {
        return store::read_flag(&*tx, customer, FlagId(made)).await;
    }
    // Not before the key is known: an answer that was lost at midnight is given again after it.
    let new = input.check(london_day(now))?;
    if let Some(once) = &once {
        idempotency::keep(&tx, by.staff_id, once, id.0, now).await?;
    }
    rules::check_living(&store::lock(&*tx, customer, now).await?)?;
    rules::check_add_flag(&store::flags_of(&*tx, customer).await?, new.kind)?;
    store::insert_flag(&*tx, customer, id, &new, by.staff_id, now).await?;
    let flag = store::read_flag(&*tx, customer, id).await?;
    let event =
        Event::change("flag.added").of_customer(customer).on("flag", id.0).values(None::<&()>, Some(&new));
    tx.commit(&by.actor, event).await?;
    Ok(flag)
}

/// What was removed already is refused, naming who did it.
pub async fn remove_flag(
    app: &App,
    db: &mut Client,
    by: &By<FlagWrite>,
    customer: CustomerId,
    once: Option<Once>,
    input: FlagRemovalInput,
) -> Result<Flag> {
    let (id, reason) = input.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if let Some(once) = &once {
        if let Some(made) = idempotency::find(&tx, by.staff_id, once).await? {
            return store::read_flag(&*tx, customer, FlagId(made)).await;
        }
        idempotency::keep(&tx, by.staff_id, once, id.0, now).await?;
    }
    rules::check_living(&store::lock(&*tx, customer, now).await?)?;
    let before = store::read_flag(&*tx, customer, id).await?;
    rules::check_remove_flag(&before)?;
    store::remove_flag(&*tx, id, Some((by.staff_id, &reason)), now).await?;
    let after = store::read_flag(&*tx, customer, id).await?;
    tx.commit(&by.actor, closed("flag.removed", customer, &before, &after)).await?;
    Ok(after)
}

/// Closes the flags whose last day is over, an archived customer's too.
pub(crate) async fn expire_flags(app: &App, db: &mut Client) -> Result<()> {
    let now = app.clock.now();
    let today = london_day(now);
    for (customer, id) in store::overdue_flags(db, today).await? {
        let tx = Tx::begin(db, app).await?;
        store::lock(&*tx, customer, now).await?;
        let before = store::read_flag(&*tx, customer, id).await?;
        // Somebody may have removed it meanwhile.
        if before.removed_at.is_some() {
            continue;
        }
        store::remove_flag(&*tx, id, None, now).await?;
        let after = store::read_flag(&*tx, customer, id).await?;
        tx.commit(&Actor::system(), closed("flag.expired", customer, &before, &after)).await?;
    }
    Ok(())
}

fn closed(action: &'static str, customer: CustomerId, before: &Flag, after: &Flag) -> Event {
    Event::change(action).of_customer(customer).on("flag", after.id.0).values(Some(before), Some(after))
}
