use deadpool_postgres::Client;
use kernel::{ContactId, CustomerId};
use platform::{App, Event, Result, Tx};
use staff::{By, permissions::CustomerUpdate};

use super::stale;
use crate::{Contact, input::ContactInput, store};

pub(crate) async fn create_contact(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    customer: CustomerId,
    input: ContactInput,
) -> Result<Contact> {
    let new = input.check(None)?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock(&*tx, customer, now).await?;
    if new.is_default {
        store::clear_default_contact(&*tx, customer, now).await?;
    }
    let id = ContactId::new(now);
    store::insert_contact(&*tx, customer, id, &new, now).await?;
    let contact = store::lock_contact(&*tx, customer, id).await?;
    let event = Event::change("contact.created")
        .of_customer(customer)
        .on("contact", id.0)
        .values(None::<&()>, Some(&new));
    tx.commit(&by.actor, event).await?;
    Ok(contact)
}

pub(crate) async fn update_contact(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    (customer, id): (CustomerId, ContactId),
    version: i32,
    input: ContactInput,
) -> Result<Contact> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock(&*tx, customer, now).await?;
    let before = store::lock_contact(&*tx, customer, id).await?;
    let new = input.check(Some(&before))?;
    if before.version != version {
        return Err(stale(&before, vec![]));
    }
    if new.is_default && !before.is_default {
        store::clear_default_contact(&*tx, customer, now).await?;
    }
    store::update_contact(&*tx, id, &new, now).await?;
    let after = store::lock_contact(&*tx, customer, id).await?;
    let event = Event::change("contact.updated")
        .of_customer(customer)
        .on("contact", id.0)
        .values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

pub(crate) async fn delete_contact(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    (customer, id): (CustomerId, ContactId),
) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock(&*tx, customer, now).await?;
    let before = store::lock_contact(&*tx, customer, id).await?;
    store::remove_contact(&*tx, id, now).await?;
    let event = Event::change("contact.deleted")
        .of_customer(customer)
        .on("contact", id.0)
        .values(Some(&before), None::<&()>);
    tx.commit(&by.actor, event).await?;
    Ok(())
}
