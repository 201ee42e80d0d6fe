//! Compares us with the providers: their lists page by page, then what they did not show of ours. Nothing is corrected here;
//! what differs is written down. No transaction is open while a provider is asked.

use deadpool_postgres::Client;
use jobs::{Job, Outcome};
use kernel::{ReconciliationId, StaffId};
use platform::{Actor, App, Event, Result, Tx};
use serde_json::json;

use super::disputes;
use crate::{
    model::{ReconciliationRun, ReconciliationStage as Stage},
    provider::{ProviderDispute, ProviderError, ProviderRefund, Span, Stripe},
    rules::{self, Compare, Found, Pair},
    store,
};

/// The kind of the job that carries a run out.
pub const RECONCILE: &str = "reconciliation.run";
const ATTEMPTS: i32 = 8;

/// Begins a run, or finds the one that is under way.
pub(crate) async fn run_reconciliation(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    by: Option<StaffId>,
) -> Result<ReconciliationRun> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let since = rules::since(now, store::oldest_open(&*tx).await?);
    let stage = if app.settings.stripe.is_some() { Stage::Refunds } else { Stage::Transfers };
    let made = store::insert_run(&*tx, ReconciliationId::new(now), by, since, stage, now).await?;
    let run = store::unfinished_run(&*tx).await?.ok_or_else(|| platform::Problem::not_found("run"))?;
    // One whose job has died is taken up again.
    let job = jobs::New::now(RECONCILE, json!({ "runId": run.id }), now).key("reconciliation");
    let enqueued = jobs::enqueue(&*tx, job.attempts(ATTEMPTS), now).await?.is_some();
    let action = if made || enqueued { "reconciliation.started" } else { "reconciliation.asked_again" };
    let event = Event::change(action).on("reconciliation", run.id.0);
    tx.commit(actor, event.details(json!({ "since": run.since }))).await?;
    Ok(run)
}

/// Begins the day's run when its hour has come.
pub(crate) async fn run_daily(app: &App) -> Result<()> {
    let mut db = app.db.client().await?;
    let last = store::last_started(&db).await?;
    if rules::run_is_due(app.clock.now(), last) {
        run_reconciliation(app, &mut db, &Actor::system(), None).await?;
    }
    Ok(())
}

/// One run of the job: until all is compared, or the provider does not answer.
pub async fn reconcile(app: &App, stripe: Option<&Stripe>, compare: Compare, job: &Job) -> Outcome {
    let Some(id) = job.payload["runId"].as_str().and_then(|text| text.parse().ok()) else {
        return Outcome::dead("it names no run");
    };
    match carry_on(app, stripe, compare, id).await {
        Ok(Ok(())) => Outcome::Done,
        Ok(Err(why)) if job.is_last_attempt() => match give_up(app, id, &why).await {
            Ok(()) => Outcome::Done,
            Err(problem) => Outcome::retry(problem.detail),
        },
        Ok(Err(why)) => Outcome::retry(why),
        Err(problem) => Outcome::retry(problem.detail),
    }
}

/// What was learnt in one step, and where the run stands after it.
struct Step {
    found: Vec<Found>,
    seen: Vec<String>,
    compared: usize,
    stage: Stage,
    after: Option<String>,
}

async fn carry_on(
    app: &App,
    stripe: Option<&Stripe>,
    compare: Compare,
    id: ReconciliationId,
) -> Result<std::result::Result<(), String>> {
    loop {
        let mut db = app.db.client().await?;
        let run = store::read_run(&db, id).await?;
        let Some(at) = store::lock_run(&db, id).await? else { return Ok(Ok(())) };
        if at.0 == Stage::Transfers {
            return finish(app, &mut db, &run, stripe.is_some()).await.map(Ok);
        }
        drop(db);
        let Some(stripe) = stripe else {
            return Ok(Err("Stripe is not connected: set `stripe_api_key`".to_owned()));
        };
        let step = match look(app, stripe, compare, &run, &at).await? {
            Ok(step) => step,
            Err(error) => return Ok(Err(format!("Stripe: {error}"))),
        };
        if !write_down(app, &run, &at, &step).await? {
            return Ok(Ok(()));
        }
    }
}

async fn look(
    app: &App,
    stripe: &Stripe,
    compare: Compare,
    run: &ReconciliationRun,
    at: &(Stage, Option<String>),
) -> Result<std::result::Result<Step, ProviderError>> {
    let span = Span { since: run.since, until: run.started_at };
    let after = at.1.as_deref();
    match at.0 {
        Stage::Refunds => {
            let page = match stripe.list_refunds(span, after).await {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            let seen = page.items.iter().map(|one| one.id.clone()).collect();
            let db = app.db.client().await?;
            let pairs = store::pair_refunds(&db, page.items).await?;
            Ok(Ok(step(app, compare, &pairs, seen, page.next, Stage::Refunds, Stage::OurRefunds)))
        }
        Stage::Payments => {
            let page = match stripe.list_payments(span, after).await {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            let seen = page.items.iter().map(|one| one.intent.clone()).collect();
            let db = app.db.client().await?;
            let pairs = store::pair_payments(&db, page.items).await?;
            Ok(Ok(step(app, compare, &pairs, seen, page.next, Stage::Payments, Stage::OurPayments)))
        }
        Stage::OurRefunds => {
            let ours = store::refunds_not_seen(&app.db.client().await?, run).await?;
            let mut pairs = Vec::with_capacity(ours.len());
            let mut seen = Vec::with_capacity(ours.len());
            for one in ours {
                let name = one.name.clone().unwrap_or_default();
                match stripe.look_for_refund(&name).await {
                    Ok(theirs) => pairs.push(Pair::Refund { ours: Some(one), theirs, payment: None }),
                    Err(error) if seen.is_empty() => return Ok(Err(error)),
                    // What was learnt until here is kept.
                    Err(_) => break,
                }
                seen.push(name);
            }
            let more = seen.last().cloned();
            Ok(Ok(step(app, compare, &pairs, seen, more, Stage::OurRefunds, Stage::Payments)))
        }
        Stage::OurPayments => {
            let ours = store::payments_not_seen(&app.db.client().await?, run).await?;
            let mut pairs = Vec::with_capacity(ours.len());
            let mut seen = Vec::with_capacity(ours.len());
            for one in ours {
                let name = one.intent.clone();
                match stripe.look_for_payment(&name).await {
                    Ok(theirs) => pairs.push(Pair::Payment { ours: Some(one), theirs }),
                    Err(error) if seen.is_empty() => return Ok(Err(error)),
                    Err(_) => break,
                }
                seen.push(name);
            }
            let more = seen.last().cloned();
            Ok(Ok(step(app, compare, &pairs, seen, more, Stage::OurPayments, Stage::Disputes)))
        }
        Stage::Disputes => {
            let page = match stripe.list_disputes(span, after).await {
                Ok(page) => page,
                Err(error) => return Ok(Err(error)),
            };
            let seen = page.items.iter().map(|one| one.id.clone()).collect();
            // One that we never heard of is not left to a person: it holds money.
            for one in &page.items {
                disputes::take_in(app, one).await?;
            }
            let db = app.db.client().await?;
            let pairs = store::pair_disputes(&db, page.items).await?;
            Ok(Ok(step(app, compare, &pairs, seen, page.next, Stage::Disputes, Stage::OurDisputes)))
        }
        Stage::OurDisputes => {
            let ours = store::disputes_not_seen(&app.db.client().await?, run).await?;
            let mut pairs = Vec::with_capacity(ours.len());
            let mut seen = Vec::with_capacity(ours.len());
            for one in ours {
                let name = one.name.clone();
                match stripe.look_for_dispute(&name).await {
                    Ok(theirs) => pairs.push(Pair::Dispute { ours: Some(one), theirs, payment: None }),
                    Err(error) if seen.is_empty() => return Ok(Err(error)),
                    Err(_) => break,
                }
                seen.push(name);
            }
            let more = seen.last().cloned();
            Ok(Ok(step(app, compare, &pairs, seen, more, Stage::OurDisputes, Stage::Transfers)))
        }
        Stage::Transfers | Stage::Done => Ok(Ok(step(app, compare, &[], vec![], None, at.0, at.0))),
    }
}

/// Stays in its stage while there is `more` of it.
fn step(
    app: &App,
    compare: Compare,
    pairs: &[Pair],
    seen: Vec<String>,
    more: Option<String>,
    here: Stage,
    next: Stage,
) -> Step {
    let now = app.clock.now();
    Step {
        found: pairs.iter().flat_map(|pair| compare(pair, now)).collect(),
        compared: seen.len(),
        seen,
        stage: if more.is_some() { here } else { next },
        after: more,
    }
}

/// False: another worker has taken the run over meanwhile.
async fn write_down(
    app: &App,
    run: &ReconciliationRun,
    at: &(Stage, Option<String>),
    step: &Step,
) -> Result<bool> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    if store::lock_run(&*tx, run.id).await?.as_ref() != Some(at) {
        return Ok(false);
    }
    let new = store::note_differences(&*tx, "stripe", &step.found, Some(run.id), now).await?;
    store::mark_seen(&*tx, run.id, &step.seen).await?;
    let compared = i32::try_from(step.compared).unwrap_or(i32::MAX);
    store::advance_run(&*tx, run.id, step.stage, step.after.as_deref(), compared, None).await?;
    let event = Event::change("reconciliation.compared").on("reconciliation", run.id.0);
    let event =
        event.items(i64::from(compared)).details(json!({ "differences": step.found.len(), "new": new }));
    tx.commit(&Actor::system(), event).await?;
    Ok(true)
}

/// Looks at the transfers that people make, and closes what was found no longer.
async fn finish(app: &App, db: &mut Client, run: &ReconciliationRun, stripe: bool) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    if store::lock_run(&*tx, run.id).await?.map(|(stage, _)| stage) != Some(Stage::Transfers) {
        return Ok(());
    }
    let found = store::wrong_transfers(&*tx, rules::TRANSFER_DUE, now).await?;
    store::note_differences(&*tx, "manual", &found, Some(run.id), now).await?;
    let providers: &[&str] = if stripe { &["stripe", "manual"] } else { &["manual"] };
    let gone = store::close_gone(&*tx, run.id, providers, run.started_at, now).await?;
    store::forget_seen(&*tx, run.id).await?;
    store::advance_run(&*tx, run.id, Stage::Done, None, 0, Some(now)).await?;
    let open = store::count_open(&*tx).await?;
    let event = Event::change("reconciliation.finished").on("reconciliation", run.id.0);
    tx.commit(&Actor::system(), event.details(json!({ "open": open, "gone": gone }))).await?;
    Ok(())
}

async fn give_up(app: &App, id: ReconciliationId, why: &str) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    store::fail_run(&*tx, id, why, now).await?;
    store::forget_seen(&*tx, id).await?;
    let event = Event::change("reconciliation.failed").on("reconciliation", id.0);
    tx.commit(&Actor::system(), event.details(json!({ "why": why }))).await?;
    Ok(())
}

/// What the provider shows of one refund, when it has told of it.
pub(super) async fn compare_refund(app: &App, theirs: ProviderRefund) -> Result<()> {
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let pairs = store::pair_refunds(&*tx, vec![theirs]).await?;
    note(app, tx, &pairs).await
}

/// As above, of one dispute.
pub(super) async fn compare_dispute(app: &App, theirs: ProviderDispute) -> Result<()> {
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    let pairs = store::pair_disputes(&*tx, vec![theirs]).await?;
    note(app, tx, &pairs).await
}

async fn note(app: &App, tx: Tx<'_>, pairs: &[Pair]) -> Result<()> {
    let now = app.clock.now();
    let found: Vec<Found> = pairs.iter().flat_map(|pair| rules::compare(pair, now)).collect();
    if store::note_differences(&*tx, "stripe", &found, None, now).await? > 0 {
        let event = Event::change("reconciliation.difference_found").items(1);
        tx.commit(&Actor::system(), event).await?;
    }
    Ok(())
}
