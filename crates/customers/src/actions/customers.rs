use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{
    App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{
    By,
    permissions::{CustomerArchive, CustomerCreate, CustomerUpdate},
};

use super::{changed_fields, stale};
use crate::{ArchiveInput, Customer, input::CustomerInput, rules, store};

/// With a key, the same request sent twice makes one customer and answers alike.
pub(crate) async fn create_customer(
    app: &App,
    db: &mut Client,
    by: &By<CustomerCreate>,
    once: Option<Once>,
    input: CustomerInput,
) -> Result<Customer> {
    let details = input.check(None)?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if let Some(once) = &once
        && let Some(id) = idempotency::find(&tx, by.staff_id, once).await?
    {
        return store::read(&*tx, CustomerId(id), now).await?.ok_or_else(|| Problem::not_found("customer"));
    }
    let id = CustomerId::new(now);
    // Before anything else: of two that run at once, the second is stopped here and not by what the first has made.
    if let Some(once) = &once {
        idempotency::keep(&tx, by.staff_id, once, id.0, now).await?;
    }
    if let Some(email) = &details.email
        && let Some((other, name)) = store::email_owner(&*tx, email, None).await?
    {
        return Err(taken(other, &name));
    }
    store::insert(&*tx, id, &details, now).await?;
    let customer = store::read(&*tx, id, now).await?.ok_or_else(|| Problem::not_found("customer"))?;
    let event = Event::change("customer.created")
        .of_customer(id)
        .on("customer", id.0)
        .details(json!({ "version": customer.version }))
        .values(None::<&()>, Some(&details));
    tx.commit(&by.actor, event).await?;
    Ok(customer)
}

pub(crate) async fn update_customer(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    id: CustomerId,
    version: i32,
    input: CustomerInput,
) -> Result<Customer> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let current = store::lock(&*tx, id, now).await?;
    let before = store::details_of(&current);
    let after = input.check(Some(&before))?;
    if current.version != version {
        let changes = store::changes_since(&*tx, id, version).await?;
        return Err(stale(&current, changes));
    }
    rules::check_living(&current)?;
    let fields = changed_fields(&before, &after);
    if fields.is_empty() {
        return Ok(current);
    }
    if let Some(email) = &after.email
        && let Some((other, name)) = store::email_owner(&*tx, email, Some(id)).await?
    {
        return Err(taken(other, &name));
    }
    store::update(&*tx, id, &after, now).await?;
    let customer = store::read(&*tx, id, now).await?.ok_or_else(|| Problem::not_found("customer"))?;
    let event = Event::change("customer.updated")
        .of_customer(id)
        .on("customer", id.0)
        .details(json!({ "version": customer.version, "fields": fields }))
        .values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(customer)
}

/// Archiving what is archived already changes nothing and is no error.
pub(crate) async fn archive_customer(
    app: &App,
    db: &mut Client,
    by: &By<CustomerArchive>,
    id: CustomerId,
    given: ArchiveInput,
) -> Result<Customer> {
    let ArchiveInput { reason } = given.checked()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let event = archive_within(&tx, by, id, reason.as_deref(), now).await?;
    as_it_is_now(tx, by, id, event, now).await
}

/// Brings a customer back. Their e-mail may belong to somebody else by now: then the other one is named.
pub(crate) async fn restore_customer(
    app: &App,
    db: &mut Client,
    by: &By<CustomerArchive>,
    id: CustomerId,
) -> Result<Customer> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let event = restore_within(&tx, by, id, now).await?;
    as_it_is_now(tx, by, id, event, now).await
}

async fn as_it_is_now(
    tx: Tx<'_>,
    by: &By<CustomerArchive>,
    id: CustomerId,
    event: Option<Event>,
    now: Timestamp,
) -> Result<Customer> {
    let customer = store::read(&*tx, id, now).await?.ok_or_else(|| Problem::not_found("customer"))?;
    if let Some(event) = event {
        tx.commit(&by.actor, event).await?;
    }
    Ok(customer)
}

/// Archives in somebody's transaction, who leaves the event with it. None: they are archived already.
pub async fn archive_within(
    tx: &Tx<'_>,
    _: &By<CustomerArchive>,
    id: CustomerId,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Option<Event>> {
    let current = store::lock(&**tx, id, now).await?;
    rules::check_not_merged(&current)?;
    if current.archived_at.is_some() {
        return Ok(None);
    }
    rules::check_not_erased(&current)?;
    rules::check_archive(&bookings::active_of_customer(&**tx, id).await?)?;
    store::set_archived(&**tx, id, true, reason, now).await?;
    let why = reason.map(|reason| json!({ "archiveReason": reason }));
    Ok(Some(moved("customer.archived", &current).values(None::<&()>, why.as_ref())))
}

/// As [`archive_within`], back again. None: they are not archived.
pub async fn restore_within(
    tx: &Tx<'_>,
    _: &By<CustomerArchive>,
    id: CustomerId,
    now: Timestamp,
) -> Result<Option<Event>> {
    let current = store::lock(&**tx, id, now).await?;
    rules::check_not_merged(&current)?;
    if current.archived_at.is_none() {
        return Ok(None);
    }
    rules::check_not_erased(&current)?;
    if let Some(email) = &current.email
        && let Some((other, name)) = store::email_owner(&**tx, email, Some(id)).await?
    {
        return Err(taken(other, &name));
    }
    store::set_archived(&**tx, id, false, None, now).await?;
    Ok(Some(moved("customer.restored", &current)))
}

fn moved(action: &'static str, before: &Customer) -> Event {
    Event::change(action)
        .of_customer(before.id)
        .on("customer", before.id.0)
        .details(json!({ "version": before.version + 1, "fields": ["archivedAt"] }))
}

fn taken(other: CustomerId, name: &str) -> Problem {
    Problem::conflict("email_taken", format!("{name} has this e-mail address now."))
        .on_field("email")
        .with("customerId", json!(other))
}
