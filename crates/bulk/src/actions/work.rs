//! A hundred customers in one transaction, which also counts them: killed at any moment, the run goes on where it stopped.

use customers::WhichFlag;
use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{BulkRunId, CustomerId, FlagId};
use platform::{Actor, App, Event, Problem, Result, Tx, db::GenericClient as _};
use serde_json::{Value, json};
use staff::{
    By,
    permissions::{CustomerArchive, FlagWrite},
};

use super::runs::enqueue;
use crate::{
    input::BulkAct,
    model::{BulkOutcome, BulkState, Fate, Work},
    rules, store,
};

/// Customers in one transaction, as `selection_parts` has them.
const PART: i32 = 100;
/// Parts that one job does before it leaves the rest to the next: some minutes, well within what a job may take.
const PARTS_A_JOB: i32 = 200;

/// Who does it, with the right that the act needs.
enum Hand {
    Flags(By<FlagWrite>),
    Archive(By<CustomerArchive>),
}

impl Hand {
    fn actor(&self) -> &Actor {
        match self {
            Self::Flags(by) => &by.actor,
            Self::Archive(by) => &by.actor,
        }
    }
}

pub(crate) async fn work(app: &App, id: BulkRunId) -> Result<()> {
    let mut db = app.db.client().await?;
    for part in 1..=PARTS_A_JOB {
        let last = part == PARTS_A_JOB;
        let going_on = match do_part(app, &mut db, id, last, false).await {
            Ok(going_on) => going_on,
            Err(problem) => {
                tracing::warn!(run = %id, code = problem.code, "a part of a bulk run failed; once more, each by itself");
                do_part(app, &mut db, id, last, true).await?
            }
        };
        if !going_on {
            break;
        }
    }
    Ok(())
}

/// Does the next part. `apart`: a customer at whom the database balks does not take the others along. False: the run is over.
async fn do_part(app: &App, db: &mut Client, id: BulkRunId, last: bool, apart: bool) -> Result<bool> {
    let now = app.clock.now();
    let mut tx = Tx::begin(db, app).await?;
    let work = store::lock_work(&*tx, id).await?;
    if work.state != BulkState::Running {
        return Ok(false);
    }
    let hand = match hand(&tx, &work, now).await {
        Ok(hand) => hand,
        Err(problem) if problem.status.as_u16() == 403 => {
            store::set_stopped(&*tx, id, None, now).await?;
            let event = Event::change("bulk_run.stopped")
                .on("bulk_run", id.0)
                .details(json!({ "code": problem.code }));
            tx.commit(&Actor::system(), event).await?;
            return Ok(false);
        }
        Err(problem) => return Err(problem),
    };
    let customers = store::part(&*tx, work.selection, work.parts_done).await?;
    let before = match work.undoes {
        Some(undone) => store::fates_of(&*tx, undone, &customers).await?,
        None => std::collections::HashMap::new(),
    };
    let mut places: Vec<(CustomerId, i32)> =
        customers.into_iter().zip(work.parts_done * PART + 1..).collect();
    // Everybody locks in one order, so that two runs over the same customers wait for each other and not in a ring.
    places.sort_unstable_by_key(|(customer, _)| *customer);
    let mut fates = Vec::with_capacity(places.len());
    for (customer, position) in places {
        if apart {
            tx.batch_execute("savepoint one").await?;
        }
        let done = act(&tx, &hand, &work, customer, before.get(&customer), now).await;
        let (outcome, code, flag) = match done {
            Ok((mut event, flag)) => {
                if let Value::Object(details) = &mut event.details {
                    details.insert("bulkRunId".to_owned(), json!(id));
                }
                tx.leave(hand.actor(), event);
                (BulkOutcome::Changed, None, flag)
            }
            Err(problem) => {
                let Some((outcome, code)) = rules::fate(&problem) else { return Err(problem) };
                if apart {
                    tx.batch_execute("rollback to savepoint one").await?;
                }
                (outcome, Some(code), None)
            }
        };
        fates.push(Fate { customer, position, outcome, code, flag });
    }
    store::insert_outcomes(&*tx, id, &fates, now).await?;
    let count =
        |outcome| i32::try_from(fates.iter().filter(|fate| fate.outcome == outcome).count()).unwrap_or(0);
    let counts = [BulkOutcome::Changed, BulkOutcome::Skipped, BulkOutcome::Refused].map(count);
    let over = (work.parts_done + 1) * PART >= work.total;
    store::count_done(&*tx, id, counts, over.then_some(now)).await?;
    if last && !over {
        enqueue(&tx, id, work.parts_done + 1, now).await?;
    }
    let run = store::read_run(&*tx, id).await?;
    let action = if over { "bulk_run.finished" } else { "bulk_run.advanced" };
    let details = json!({ "skipped": run.skipped, "refused": run.refused, "total": run.total });
    let event = Event::change(action).on("bulk_run", id.0).items(i64::from(run.changed)).details(details);
    tx.commit(hand.actor(), event).await?;
    Ok(!over)
}

/// Whoever asked, if they still may.
async fn hand(tx: &Tx<'_>, work: &Work, now: Timestamp) -> Result<Hand> {
    match work.act {
        BulkAct::AddFlag(_) | BulkAct::RemoveFlag(_) => Ok(Hand::Flags(work.mandate.by(&**tx, now).await?)),
        BulkAct::Archive(_) | BulkAct::Restore => Ok(Hand::Archive(work.mandate.by(&**tx, now).await?)),
    }
}

/// The single act. `before`: what the run that is taken back did to this customer.
async fn act(
    tx: &Tx<'_>,
    hand: &Hand,
    work: &Work,
    customer: CustomerId,
    before: Option<&(Option<FlagId>, bool)>,
    now: Timestamp,
) -> Result<(Event, Option<FlagId>)> {
    let so_already = |code| Problem::conflict(code, rules::words(code));
    match (&work.act, hand) {
        (BulkAct::AddFlag(input), Hand::Flags(by)) => {
            let (event, flag) = customers::add_flag_within(tx, by, customer, input, now).await?;
            Ok((event, Some(flag)))
        }
        (BulkAct::RemoveFlag(input), Hand::Flags(by)) => {
            let which = match before {
                Some((flag, _)) => WhichFlag::Id(flag.ok_or_else(|| so_already("flag_removed"))?),
                None => WhichFlag::Kind(input.kind),
            };
            let (event, flag) =
                customers::remove_flag_within(tx, by, customer, which, &input.reason, now).await?;
            Ok((event, Some(flag)))
        }
        (BulkAct::Archive(input), Hand::Archive(by)) => {
            let event = customers::archive_within(tx, by, customer, input.reason.as_deref(), now).await?;
            Ok((event.ok_or_else(|| so_already("archived_already"))?, None))
        }
        (BulkAct::Restore, Hand::Archive(by)) => {
            if before.is_some_and(|(_, anew)| *anew) {
                return Err(so_already("changed_since"));
            }
            let event = customers::restore_within(tx, by, customer, now).await?;
            Ok((event.ok_or_else(|| so_already("not_archived"))?, None))
        }
        (_, Hand::Flags(_) | Hand::Archive(_)) => Err(Problem::internal(&"an act in the wrong hand")),
    }
}
