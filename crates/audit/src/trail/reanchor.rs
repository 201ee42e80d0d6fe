//! Going on after a deliberate restore: somebody says why, the trail keeps what they said, and the old anchor stays beside the new.

use std::path::PathBuf;

use deadpool_postgres::Client;
use platform::{Actor, App, Event, Tx, db::GenericClient as _};
use serde_json::json;

use super::{Anchor, TrailError, given, rows};

/// What was found, and where the old anchor lies now.
#[derive(Debug)]
pub struct Reanchored {
    pub anchored: Anchor,
    /// The number of the last seal in the database.
    pub head: i64,
    /// How many lines of the old anchor still hold.
    pub kept: usize,
    pub aside: PathBuf,
}

/// Leaves an event of it first: whatever happens then, it is known that somebody asked.
pub async fn reanchor(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    reason: &str,
) -> Result<Reanchored, TrailError> {
    let file = given::anchor(&app.settings)?.ok_or(TrailError::NoAnchor)?;
    let anchors = file.read()?;
    let anchored = *anchors.last().ok_or(TrailError::NoAnchor)?;
    let numbers: Vec<i64> = anchors.iter().map(|anchor| anchor.number).collect();
    let sql = "select number, chain from checkpoints where number = any ($1) order by number";
    let kept: Vec<Anchor> = db
        .query(sql, &[&numbers])
        .await?
        .iter()
        .map(|row| Anchor { number: row.get(0), chain: rows::hash(row.get(1)) })
        .filter(|found| anchors.contains(found))
        .collect();
    let head: i64 = db.query_one("select coalesce(max(number), 0) from checkpoints", &[]).await?.get(0);

    let failed = |problem: platform::Problem| TrailError::NotThere(problem.detail);
    let tx = Tx::begin(db, app).await.map_err(failed)?;
    let event = Event::change("trail.reanchored")
        .values(None::<&()>, Some(&json!({ "reason": reason })))
        .details(json!({ "anchored": anchored.number, "chain": chain::hex(&anchored.chain), "head": head, "kept": kept.len() }));
    tx.commit(actor, event).await.map_err(failed)?;

    let stamp = app.clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let aside = file.restart(&stamp, &kept)?;
    Ok(Reanchored { anchored, head, kept: kept.len(), aside })
}
