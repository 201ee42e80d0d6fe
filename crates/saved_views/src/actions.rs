use deadpool_postgres::Client;
use kernel::SavedViewId;
use platform::{App, Event, Problem, Result, Tx};
use staff::{
    By, Role,
    permissions::{CustomerRead, ViewShare},
};

use crate::{
    input::SavedViewInput,
    model::{ListLayout, SavedView},
    store,
};

/// More than anybody finds their way in.
const VIEWS_MAX: i64 = 100;

pub(crate) async fn create_view(
    app: &App,
    db: &mut Client,
    by: &By<CustomerRead>,
    input: SavedViewInput,
) -> Result<SavedView> {
    let new = input.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if store::count_views_of(&*tx, by.staff_id).await? >= VIEWS_MAX {
        let detail = format!("You have {VIEWS_MAX} views. Remove one that you do not use.");
        return Err(Problem::conflict("too_many_views", detail));
    }
    let id = SavedViewId::new(now);
    store::insert_view(&*tx, id, by.staff_id, &new, now).await?;
    let view = store::lock_view(&*tx, by.staff_id, id).await?;
    let event = Event::change("saved_view.created").on("saved_view", id.0).values(None::<&()>, Some(&new));
    tx.commit(&by.actor, event).await?;
    Ok(view)
}

pub(crate) async fn update_view(
    app: &App,
    db: &mut Client,
    by: &By<CustomerRead>,
    id: SavedViewId,
    version: i32,
    input: SavedViewInput,
) -> Result<SavedView> {
    let new = input.check()?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_view(&*tx, by.staff_id, id).await?;
    if !before.mine {
        return Err(of_somebody_else(&before));
    }
    if before.version != version {
        return Err(Problem::changed_meanwhile(&before));
    }
    store::update_view(&*tx, id, &new, now).await?;
    let after = store::lock_view(&*tx, by.staff_id, id).await?;
    let event =
        Event::change("saved_view.updated").on("saved_view", id.0).values(Some(&before), Some(&after));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

/// Its owner does, and a superadmin where it is shared: a colleague who left cannot.
pub(crate) async fn delete_view(
    app: &App,
    db: &mut Client,
    by: &By<CustomerRead>,
    id: SavedViewId,
) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_view(&*tx, by.staff_id, id).await?;
    if !before.mine && by.role != Role::Superadmin {
        return Err(of_somebody_else(&before));
    }
    store::delete_view(&*tx, id).await?;
    let event = Event::change("saved_view.deleted").on("saved_view", id.0).values(Some(&before), None::<&()>);
    tx.commit(&by.actor, event).await?;
    Ok(())
}

/// Shows a view of one's own to everybody, or to nobody else any more.
pub(crate) async fn share_view(
    app: &App,
    db: &mut Client,
    by: &By<ViewShare>,
    id: SavedViewId,
    shared: bool,
) -> Result<SavedView> {
    let tx = Tx::begin(db, app).await?;
    let before = store::lock_view(&*tx, by.staff_id, id).await?;
    if !before.mine {
        return Err(of_somebody_else(&before));
    }
    store::set_shared(&*tx, id, shared, app.clock.now()).await?;
    let view = store::lock_view(&*tx, by.staff_id, id).await?;
    let action = if shared { "saved_view.shared" } else { "saved_view.unshared" };
    tx.commit(&by.actor, Event::change(action).on("saved_view", id.0)).await?;
    Ok(view)
}

/// Pins a view for the person who asks, or takes the pin off.
pub(crate) async fn pin_view(
    app: &App,
    db: &mut Client,
    by: &By<CustomerRead>,
    id: SavedViewId,
    pinned: bool,
) -> Result<SavedView> {
    let tx = Tx::begin(db, app).await?;
    store::lock_view(&*tx, by.staff_id, id).await?;
    if pinned {
        store::pin(&*tx, by.staff_id, id).await?;
    } else {
        store::unpin(&*tx, by.staff_id, id).await?;
    }
    let view = store::lock_view(&*tx, by.staff_id, id).await?;
    let action = if pinned { "saved_view.pinned" } else { "saved_view.unpinned" };
    tx.commit(&by.actor, Event::change(action).on("saved_view", id.0)).await?;
    Ok(view)
}

/// Lays the list out for the person who asks.
pub(crate) async fn update_layout(
    app: &App,
    db: &mut Client,
    by: &By<CustomerRead>,
    mut layout: ListLayout,
) -> Result<ListLayout> {
    layout.hidden.sort_unstable();
    layout.hidden.dedup();
    let tx = Tx::begin(db, app).await?;
    let before = store::read_layout(&*tx, by.staff_id).await?;
    store::write_layout(&*tx, by.staff_id, &layout, app.clock.now()).await?;
    let event =
        Event::change("list_layout.updated").on("staff", by.staff_id.0).values(Some(&before), Some(&layout));
    tx.commit(&by.actor, event).await?;
    Ok(layout)
}

fn of_somebody_else(view: &SavedView) -> Problem {
    let detail = format!("This view is {}’s. Save one of your own from what it shows.", view.owner);
    Problem::forbidden("not_your_view", detail)
}
