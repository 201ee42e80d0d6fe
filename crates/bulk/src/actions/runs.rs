use customers::{ArchiveInput, FlagKind};
use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{BulkRunId, SelectionId, london_day};
use platform::db::GenericClient;
use platform::{
    App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{By, Mandate, permissions::CustomerAct};

use super::check_right;
use crate::{
    input::{BulkAct, BulkUnflagInput},
    jobs::RUN,
    model::{BulkAction, BulkRun},
    rules::{self, Past},
    store,
};

/// Why flags go that a run had added.
const UNDONE: &str = "Added to many at once, and taken back.";

/// The run with what this person may do to it.
pub(crate) fn seen_by<P>(by: &By<P>, run: BulkRun) -> BulkRun {
    let past = Past {
        action: run.action,
        state: run.state,
        changed: run.changed,
        is_undo: run.undoes.is_some(),
        is_undone: run.undone_by.is_some(),
    };
    let stop = check_right(by, run.action).and_then(|()| rules::check_stop(run.state));
    let undo = check_right(by, run.action).and_then(|()| rules::check_undo(&past));
    BulkRun { stop: rules::may(stop), undo: rules::may(undo), ..run }
}

pub(crate) async fn read_run<P>(db: &impl GenericClient, by: &By<P>, id: BulkRunId) -> Result<BulkRun> {
    Ok(seen_by(by, store::read_run(db, id).await?))
}

/// Has a job do the act to all of a selection.
pub(crate) async fn start_bulk_run(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    selection: SelectionId,
    once: Once,
    act: BulkAct,
) -> Result<BulkRun> {
    check_right(by, act.action())?;
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if let Some(made) = idempotency::find(&tx, by.staff_id, &once).await? {
        return Ok(seen_by(by, store::find_mine(&*tx, BulkRunId(made), by.staff_id).await?));
    }
    let act = act.check(london_day(now))?;
    let total = store::read_selection(&*tx, selection, by.staff_id, now).await?;
    begin(tx, by, once, act, (selection, total), None, now).await
}

/// Has a job take back what a run did, and which still is as the run left it.
pub(crate) async fn undo_bulk_run(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    id: BulkRunId,
    once: Once,
) -> Result<BulkRun> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if let Some(made) = idempotency::find(&tx, by.staff_id, &once).await? {
        return Ok(seen_by(by, store::find_mine(&*tx, BulkRunId(made), by.staff_id).await?));
    }
    let past = store::lock_past(&*tx, id).await?;
    check_right(by, past.action)?;
    let act = match rules::check_undo(&past)? {
        BulkAction::RemoveFlag => {
            let kind = store::read_run(&*tx, id).await?.kind.unwrap_or(FlagKind::Other);
            BulkAct::RemoveFlag(BulkUnflagInput { kind, reason: UNDONE.to_owned() })
        }
        BulkAction::Archive => BulkAct::Archive(ArchiveInput::default()),
        BulkAction::Restore => BulkAct::Restore,
        BulkAction::AddFlag => return Err(Problem::internal(&"no act is undone by adding flags")),
    };
    let selection = SelectionId::new(now);
    let total = store::freeze_changed(&tx, selection, by.staff_id, id, (now, now)).await?;
    begin(tx, by, once, act, (selection, total), Some(id), now).await
}

async fn begin(
    tx: Tx<'_>,
    by: &By<CustomerAct>,
    once: Once,
    act: BulkAct,
    (selection, total): (SelectionId, i32),
    undoes: Option<BulkRunId>,
    now: Timestamp,
) -> Result<BulkRun> {
    let id = BulkRunId::new(now);
    idempotency::keep(&tx, by.staff_id, &once, id.0, now).await?;
    store::insert_run(&*tx, id, &act, (selection, total), undoes, &Mandate::of(by), now).await?;
    enqueue(&tx, id, 0, now).await?;
    let run = store::read_run(&*tx, id).await?;
    let details = json!({ "action": act.action(), "selectionId": selection, "undoes": undoes });
    let event = Event::change("bulk_run.started")
        .on("bulk_run", id.0)
        .items(i64::from(total))
        .details(details)
        .values(None::<&()>, Some(&act));
    tx.commit(&by.actor, event).await?;
    Ok(seen_by(by, run))
}

/// One job goes so far, and leaves the next one behind: named by where it begins, so that there are never two.
pub(super) async fn enqueue(tx: &Tx<'_>, id: BulkRunId, from: i32, now: Timestamp) -> Result<()> {
    let job = jobs::New::now(RUN, json!({ "runId": id }), now).key(format!("bulk {id} from {from}"));
    jobs::enqueue(&**tx, job, now).await?;
    Ok(())
}

/// What is done stays done; the rest is left alone.
pub(crate) async fn stop_bulk_run(
    app: &App,
    db: &mut Client,
    by: &By<CustomerAct>,
    id: BulkRunId,
) -> Result<BulkRun> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let past = store::lock_past(&*tx, id).await?;
    check_right(by, past.action)?;
    rules::check_stop(past.state)?;
    store::set_stopped(&*tx, id, Some(by.staff_id), now).await?;
    let run = store::read_run(&*tx, id).await?;
    let event = Event::change("bulk_run.stopped").on("bulk_run", id.0).items(i64::from(run.changed));
    tx.commit(&by.actor, event).await?;
    Ok(seen_by(by, run))
}
