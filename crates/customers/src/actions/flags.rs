use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{CustomerId, FlagId, london_day};
use platform::{
    Actor, App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
};
use staff::{By, permissions::FlagWrite};

use crate::{
    Flag, FlagKind,
    input::{FlagDetails, FlagInput, FlagRemovalInput},
    rules, store,
};

/// Which flag of a customer goes.
#[derive(Debug, Clone, Copy)]
pub enum WhichFlag {
    Kind(FlagKind),
    Id(FlagId),
}

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
    let event = put_up(&tx, by, customer, id, &new, now).await?;
    let flag = store::read_flag(&*tx, customer, id).await?;
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
    let (event, after) = take_down(&tx, by, customer, id, &reason, now).await?;
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// Adds a flag in somebody's transaction, who leaves the event with it.
pub async fn add_flag_within(
    tx: &Tx<'_>,
    by: &By<FlagWrite>,
    customer: CustomerId,
    input: &FlagInput,
    now: Timestamp,
) -> Result<(Event, FlagId)> {
    let id = FlagId::new(now);
    let new = input.clone().check(london_day(now))?;
    Ok((put_up(tx, by, customer, id, &new, now).await?, id))
}

/// As [`add_flag_within`]: takes down the one of this kind, or this very one. Refused with `no_such_flag` where none of the kind is
/// open.
pub async fn remove_flag_within(
    tx: &Tx<'_>,
    by: &By<FlagWrite>,
    customer: CustomerId,
    which: WhichFlag,
    reason: &str,
    now: Timestamp,
) -> Result<(Event, FlagId)> {
    rules::check_living(&store::lock(&**tx, customer, now).await?)?;
    let id = match which {
        WhichFlag::Id(id) => id,
        WhichFlag::Kind(kind) => {
            let open = store::flags_of(&**tx, customer).await?;
            let found = open.iter().find(|flag| flag.kind == kind).map(|flag| flag.id);
            found.ok_or_else(|| Problem::conflict("no_such_flag", "This customer has no such flag."))?
        }
    };
    Ok((take_down(tx, by, customer, id, reason, now).await?.0, id))
}

async fn put_up(
    tx: &Tx<'_>,
    by: &By<FlagWrite>,
    customer: CustomerId,
    id: FlagId,
    new: &FlagDetails,
    now: Timestamp,
) -> Result<Event> {
    rules::check_living(&store::lock(&**tx, customer, now).await?)?;
    rules::check_add_flag(&store::flags_of(&**tx, customer).await?, new.kind)?;
    store::insert_flag(&**tx, customer, id, new, by.staff_id, now).await?;
    Ok(Event::change("flag.added").of_customer(customer).on("flag", id.0).values(None::<&()>, Some(new)))
}

async fn take_down(
    tx: &Tx<'_>,
    by: &By<FlagWrite>,
    customer: CustomerId,
    id: FlagId,
    reason: &str,
    now: Timestamp,
) -> Result<(Event, Flag)> {
    let before = store::read_flag(&**tx, customer, id).await?;
    rules::check_remove_flag(&before)?;
    store::remove_flag(&**tx, id, Some((by.staff_id, reason)), now).await?;
    let after = store::read_flag(&**tx, customer, id).await?;
    Ok((closed("flag.removed", customer, &before, &after), after))
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
