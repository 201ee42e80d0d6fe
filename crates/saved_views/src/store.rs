use jiff::Timestamp;
use kernel::{SavedViewId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, problem::violates};
use serde_json::{Value, json};

use crate::{
    input::ViewDetails,
    model::{ListLayout, SavedView, Shows},
};

/// Of the views that a person ($1) sees.
const SEEN: &str = "select v.id, v.name, v.shows, v.shared, v.version, v.owner_id = $1 as mine, m.name as owner, p.view_id is not null as pinned
    from saved_views v join staff m on m.id = v.owner_id left join saved_view_pins p on p.view_id = v.id and p.staff_id = $1
    where (v.owner_id = $1 or v.shared)";

fn from_row(row: &tokio_postgres::Row) -> Result<SavedView> {
    let shows: Value = row.get("shows");
    let shows: Shows = serde_json::from_value(shows).map_err(|error| Problem::internal(&error))?;
    Ok(SavedView {
        id: row.get("id"),
        name: row.get("name"),
        shows,
        shared: row.get("shared"),
        owner: row.get("owner"),
        mine: row.get("mine"),
        pinned: row.get("pinned"),
        version: row.get("version"),
    })
}

pub(crate) async fn list_views(db: &impl GenericClient, staff: StaffId) -> Result<Vec<SavedView>> {
    let statement = db.prepare_cached(&format!("{SEEN} order by lower(v.name), v.id")).await?;
    db.query(&statement, &[&staff]).await?.iter().map(from_row).collect()
}

/// A view that this person sees, locked until the transaction ends.
pub(crate) async fn lock_view(db: &impl GenericClient, staff: StaffId, id: SavedViewId) -> Result<SavedView> {
    let row = db.query_opt(&format!("{SEEN} and v.id = $2 for update of v"), &[&staff, &id]).await?;
    row.as_ref().map(from_row).transpose()?.ok_or_else(|| Problem::not_found("view"))
}

pub(crate) async fn count_views_of(db: &impl GenericClient, staff: StaffId) -> Result<i64> {
    Ok(db.query_one("select count(*) from saved_views where owner_id = $1", &[&staff]).await?.get(0))
}

pub(crate) async fn insert_view(
    db: &impl GenericClient,
    id: SavedViewId,
    owner: StaffId,
    new: &ViewDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into saved_views (id, owner_id, name, shows, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
        &[&id, &owner, &new.name, &json!(new.shows), &now],
    )
    .await
    .map(drop)
    .map_err(name_taken)
}

pub(crate) async fn update_view(
    db: &impl GenericClient,
    id: SavedViewId,
    new: &ViewDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update saved_views set name = $2, shows = $3, updated_at = $4, version = version + 1 where id = $1",
        &[&id, &new.name, &json!(new.shows), &now],
    )
    .await
    .map(drop)
    .map_err(name_taken)
}

/// Where a view is not shared any more, others' pins go.
pub(crate) async fn set_shared(
    db: &impl GenericClient,
    id: SavedViewId,
    shared: bool,
    now: Timestamp,
) -> Result<()> {
    let sql = "update saved_views set shared = $2, updated_at = $3, version = version + 1 where id = $1";
    db.execute(sql, &[&id, &shared, &now]).await?;
    if !shared {
        let others = "delete from saved_view_pins p using saved_views v where v.id = $1 and p.view_id = v.id and p.staff_id <> v.owner_id";
        db.execute(others, &[&id]).await?;
    }
    Ok(())
}

/// Its pins go with it.
pub(crate) async fn delete_view(db: &impl GenericClient, id: SavedViewId) -> Result<()> {
    db.execute("delete from saved_views where id = $1", &[&id]).await?;
    Ok(())
}

pub(crate) async fn pin(db: &impl GenericClient, staff: StaffId, id: SavedViewId) -> Result<()> {
    let sql = "insert into saved_view_pins (view_id, staff_id) values ($1, $2) on conflict do nothing";
    db.execute(sql, &[&id, &staff]).await?;
    Ok(())
}

pub(crate) async fn unpin(db: &impl GenericClient, staff: StaffId, id: SavedViewId) -> Result<()> {
    db.execute("delete from saved_view_pins where view_id = $1 and staff_id = $2", &[&id, &staff]).await?;
    Ok(())
}

fn name_taken(error: tokio_postgres::Error) -> Problem {
    if violates(&error, "saved_views_name_unique") {
        Problem::invalid("name", "is the name of another view of yours")
    } else {
        error.into()
    }
}

/// Of who has never said: rows at their usual distance, and every column.
pub(crate) async fn read_layout(db: &impl GenericClient, staff: StaffId) -> Result<ListLayout> {
    let sql = "select jsonb_build_object('density', density, 'hidden', hidden) from list_layouts where staff_id = $1";
    let Some(row) = db.query_opt(&db.prepare_cached(sql).await?, &[&staff]).await? else {
        return Ok(ListLayout::default());
    };
    serde_json::from_value(row.get(0)).map_err(|error| Problem::internal(&error))
}

pub(crate) async fn write_layout(
    db: &impl GenericClient,
    staff: StaffId,
    layout: &ListLayout,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into list_layouts (staff_id, density, hidden, updated_at)
         select $1, l ->> 'density', array(select jsonb_array_elements_text(l -> 'hidden')), $3 from (select $2::jsonb) given (l)
         on conflict (staff_id) do update set density = excluded.density, hidden = excluded.hidden, updated_at = excluded.updated_at",
        &[&staff, &json!(layout), &now],
    )
    .await?;
    Ok(())
}
