//! Reveals, bounds and alarms: each one transaction, with its event.

use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{CustomerId, Email, RevealId, london_day};
use mail::NewMail;
use platform::{Actor, App, Event, Problem, Result, Tx};
use serde_json::json;
use staff::{
    By, Permission, Role,
    permissions::{CustomerRead, LimitManage, PersonalRead, PersonalReveal},
};

use crate::{
    Sight, SightLimits,
    input::{RevealInput, SightLimitsInput},
    model::Reader,
    store,
};

/// A reason does not last longer than what it was given for.
const SHOWN_FOR: SignedDuration = SignedDuration::from_mins(15);

pub(crate) async fn read_sight(
    app: &App,
    db: &Client,
    by: &By<CustomerRead>,
    customer: CustomerId,
) -> Result<Sight> {
    if !customers::exists(db, customer).await? {
        return Err(Problem::not_found("customer"));
    }
    sight(app, db, by, customer).await
}

async fn sight<P>(app: &App, db: &Client, by: &By<P>, customer: CustomerId) -> Result<Sight> {
    if by.may::<PersonalRead>().is_ok() {
        return Ok(Sight { hidden: false, revealed_until: None, left_today: None });
    }
    let now = app.clock.now();
    let until = store::revealed_until(db, by.staff_id, customer, now).await?;
    let used = store::revealed_on(db, by.staff_id, london_day(now)).await?;
    let left = store::limits_of(db, by.role).await?.reveals.map(|most| (most - used).max(0));
    Ok(Sight { hidden: until.is_none(), revealed_until: until, left_today: left })
}

/// Shows the contact details of a customer to somebody whose role hides them, for a while.
pub(crate) async fn reveal_customer(
    app: &App,
    db: &mut Client,
    by: &By<PersonalReveal>,
    customer: CustomerId,
    input: RevealInput,
) -> Result<Sight> {
    let reason = input.check()?;
    if by.may::<PersonalRead>().is_ok() {
        return Err(Problem::conflict("nothing_hidden", "Your role sees contact details without a reason."));
    }
    if !customers::exists(db, customer).await? {
        return Err(Problem::not_found("customer"));
    }
    let now = app.clock.now();
    let day = london_day(now);
    let tx = Tx::begin(db, app).await?;
    store::lock_person(&*tx, by.staff_id).await?;
    let used = store::revealed_on(&*tx, by.staff_id, day).await?;
    let again = store::revealed_until(&*tx, by.staff_id, customer, now).await?.is_some();
    let most = store::limits_of(&*tx, by.role).await?.reveals;
    if most.is_some_and(|most| used >= most) && !again {
        let detail = format!(
            "You have revealed {used} customers today, the most for your role. Ask a superadmin, or wait until tomorrow."
        );
        return Err(Problem::conflict("reveals_spent", detail));
    }
    let until = now.saturating_add(SHOWN_FOR).unwrap_or(now);
    let new = store::NewReveal { id: RevealId::new(now), staff: by.staff_id, customer, at: now, until, day };
    store::insert_reveal(&*tx, &new).await?;
    let event = Event::change("customer.revealed")
        .of_customer(customer)
        .on("customer", customer.0)
        .details(json!({ "until": until }))
        .values(None::<&()>, Some(&json!({ "reason": reason })));
    tx.commit(&by.actor, event).await?;
    sight(app, db, by, customer).await
}

pub(crate) async fn update_sight_limits(
    app: &App,
    db: &mut Client,
    by: &By<LimitManage>,
    input: SightLimitsInput,
) -> Result<SightLimits> {
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_limits(&*tx, input.role).await?;
    if before.version != input.version {
        return Err(Problem::conflict("stale", "Somebody else has changed these bounds meanwhile.")
            .with("current", json!(before)));
    }
    let after = input.check(before.hidden)?;
    store::update_limits(&*tx, &after, by.staff_id, app.clock.now()).await?;
    let event = Event::change("sight_limits.updated")
        .details(json!({ "role": after.role.name() }))
        .values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// Tells superadmins of everybody who has read more today than their role usually does, once for the alarm and once for the stop.
pub(crate) async fn watch_readers(app: &App, db: &mut Client) -> Result<()> {
    let now = app.clock.now();
    let day = london_day(now);
    for reader in store::eager_readers(&*db, day).await? {
        let tx = Tx::begin(db, app).await?;
        if !store::keep_alarm(&*tx, &reader, day, now).await? {
            continue;
        }
        if reader.stopped {
            staff::stop_reading(&*tx, reader.staff, midnight_after(now)).await?;
        }
        let roles: Vec<&str> = LimitManage::ROLES.iter().map(|role| role.name()).collect();
        for (name, address) in store::keepers(&*tx, &roles, reader.staff).await? {
            mail::enqueue(app, &*tx, None, letter(app, &reader, name, &address)?).await?;
        }
        let action = if reader.stopped { "staff.reading_stopped" } else { "staff.reading_alarmed" };
        let event = Event::change(action).on("staff", reader.staff.0).items(reader.customers);
        tx.commit(&Actor::system(), event).await?;
    }
    Ok(())
}

/// When the day in London ends.
fn midnight_after(now: Timestamp) -> Timestamp {
    let next = london_day(now).tomorrow().and_then(|day| day.in_tz("Europe/London"));
    next.map_or(now, |midnight| midnight.timestamp())
}

fn letter(app: &App, reader: &Reader, name: String, address: &str) -> Result<NewMail> {
    let role = Role::from_name(&reader.role).map_or("of no role", Role::title);
    let then =
        if reader.stopped { "Reading is refused to them until midnight." } else { "They can still read." };
    let body = format!(
        "{} ({role}) has looked at {} customers today.\n\n{then}\n\nWhat they looked at: {}/admin/audit?staff={}\nThe bounds of each role: {}/admin/ceilings\n",
        reader.name, reader.customers, app.settings.public_url, reader.staff, app.settings.public_url,
    );
    Ok(NewMail {
        customer: None,
        invoice: None,
        to: Email::parse(address).map_err(|fault| Problem::internal(&fault))?,
        to_name: Some(name),
        subject: format!("{} has looked at {} customers today", reader.name, reader.customers),
        body,
        attachments: Vec::new(),
    })
}
