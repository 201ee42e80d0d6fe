use deadpool_postgres::Client;
use kernel::{AddressId, CustomerId};
use platform::{App, Event, Result, Tx};
use staff::{By, permissions::CustomerUpdate};

use super::stale;
use crate::{Address, input::AddressInput, store};

/// The first address of a customer becomes the default one.
pub(crate) async fn create_address(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    customer: CustomerId,
    input: AddressInput,
) -> Result<Address> {
    let mut new = input.check(None)?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let owner = store::lock(&*tx, customer, now).await?;
    if new.is_default {
        store::clear_default_address(&*tx, customer, now).await?;
    }
    new.is_default |= owner.stats.addresses_count == 0;
    let id = AddressId::new(now);
    store::insert_address(&*tx, customer, id, &new, now).await?;
    let address = store::lock_address(&*tx, customer, id).await?;
    let event = Event::change("address.created")
        .of_customer(customer)
        .on("address", id.0)
        .values(None::<&()>, Some(&new));
    tx.commit(&by.actor, event).await?;
    Ok(address)
}

pub(crate) async fn update_address(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    (customer, id): (CustomerId, AddressId),
    version: i32,
    input: AddressInput,
) -> Result<Address> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock(&*tx, customer, now).await?;
    let before = store::lock_address(&*tx, customer, id).await?;
    let new = input.check(Some(&before))?;
    if before.version != version {
        return Err(stale(&before, vec![]));
    }
    if new.is_default && !before.is_default {
        store::clear_default_address(&*tx, customer, now).await?;
    }
    store::update_address(&*tx, id, &new, now).await?;
    store::promote_address(&*tx, customer, now).await?;
    let after = store::lock_address(&*tx, customer, id).await?;
    let event = Event::change("address.updated")
        .of_customer(customer)
        .on("address", id.0)
        .values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// When the default address goes, the oldest of the others takes its place.
pub(crate) async fn delete_address(
    app: &App,
    db: &mut Client,
    by: &By<CustomerUpdate>,
    (customer, id): (CustomerId, AddressId),
) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock(&*tx, customer, now).await?;
    let before = store::lock_address(&*tx, customer, id).await?;
    store::remove_address(&*tx, id, now).await?;
    store::promote_address(&*tx, customer, now).await?;
    let event = Event::change("address.deleted")
        .of_customer(customer)
        .on("address", id.0)
        .values(Some(&before), None::<&()>);
    tx.commit(&by.actor, event).await?;
    Ok(())
}
