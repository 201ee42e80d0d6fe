use deadpool_postgres::Client;
use kernel::{CustomerId, NoteId};
use platform::{App, Event, Result, Tx};
use staff::{By, permissions::NoteWrite};

use super::stale;
use crate::{Note, input::NoteInput, store};

pub(crate) async fn create_note(
    app: &App,
    db: &mut Client,
    by: &By<NoteWrite>,
    customer: CustomerId,
    input: NoteInput,
) -> Result<Note> {
    let new = input.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::lock(&*tx, customer, now).await?;
    let id = NoteId::new(now);
    store::insert_note(&*tx, customer, id, &new, by.staff_id, now).await?;
    let note = store::lock_note(&*tx, customer, id).await?;
    let event =
        Event::change("note.created").of_customer(customer).on("note", id.0).values(None::<&()>, Some(&new));
    tx.commit(&by.actor, event).await?;
    Ok(note)
}

pub(crate) async fn update_note(
    app: &App,
    db: &mut Client,
    by: &By<NoteWrite>,
    (customer, id): (CustomerId, NoteId),
    version: i32,
    input: NoteInput,
) -> Result<Note> {
    let new = input.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_note(&*tx, customer, id).await?;
    if before.version != version {
        return Err(stale(&before, vec![]));
    }
    store::update_note(&*tx, id, &new, now).await?;
    let after = store::lock_note(&*tx, customer, id).await?;
    let event = Event::change("note.updated")
        .of_customer(customer)
        .on("note", id.0)
        .values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

pub(crate) async fn delete_note(
    app: &App,
    db: &mut Client,
    by: &By<NoteWrite>,
    (customer, id): (CustomerId, NoteId),
) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_note(&*tx, customer, id).await?;
    store::remove_note(&*tx, id, now).await?;
    let event = Event::change("note.deleted")
        .of_customer(customer)
        .on("note", id.0)
        .values(Some(&before), None::<&()>);
    tx.commit(&by.actor, event).await?;
    Ok(())
}
