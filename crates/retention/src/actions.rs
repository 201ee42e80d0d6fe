//! Periods, the switch, and the runs.

use deadpool_postgres::Client;
use kernel::RetentionRunId;
use platform::{Actor, App, Event, Problem, Result, Tx, retention::Rule};
use serde_json::json;
use staff::{By, permissions::RetentionManage};

use crate::{
    RetentionPage, RetentionRule, RetentionRuleInput, RetentionRun, RetentionSwitchInput, RuleReport, Rules,
    jobs::{NIGHTLY, RUN},
    rules, store,
};

/// Of one rule in one transaction, so that nobody at the desk waits for long.
const BATCH: i64 = 500;

pub(crate) async fn read_retention(db: &Client, known: Rules) -> Result<RetentionPage> {
    let (is_on, changed_at, changed_by_name) = store::read_switch(db).await?;
    Ok(RetentionPage {
        is_on,
        changed_at,
        changed_by_name,
        rules: with_periods(db, known).await?,
        next_run_at: ::jobs::next_run_at(db, NIGHTLY).await?,
        running: store::running(db).await?,
        last: store::last(db, false).await?,
        last_dry: store::last(db, true).await?,
    })
}

fn all(known: Rules) -> Vec<&'static Rule> {
    known.iter().flat_map(|rules| rules.iter()).collect()
}

async fn with_periods(db: &impl platform::db::GenericClient, known: Rules) -> Result<Vec<RetentionRule>> {
    let periods = store::periods(db).await?;
    let shown = |rule: &Rule| {
        let set = periods.iter().find(|period| period.name == rule.name);
        RetentionRule {
            name: rule.name,
            title: rule.title,
            what: rule.what,
            since: rule.since,
            why: rule.why,
            proposes: rule.proposes,
            months: set.map_or(rule.months, |set| set.months),
            default_months: rule.months,
            least_months: rule.least,
            most_months: rule.most,
            version: set.map_or(1, |set| set.version),
            updated_at: set.map(|set| set.updated_at),
            updated_by_name: set.map(|set| set.updated_by_name.clone()),
        }
    };
    Ok(all(known).into_iter().map(shown).collect())
}

pub(crate) async fn update_retention_rule(
    app: &App,
    db: &mut Client,
    by: &By<RetentionManage>,
    known: Rules,
    given: &RetentionRuleInput,
) -> Result<RetentionRule> {
    let name = given.name.as_str();
    let rule = all(known).into_iter().find(|rule| rule.name == name);
    let rule = rule.ok_or_else(|| Problem::invalid("name", "is no rule"))?;
    let months = given.check(rule)?;
    let tx = Tx::begin(db, app).await?;
    let of = async |tx: &Tx<'_>| -> Result<RetentionRule> {
        let all = with_periods(&**tx, known).await?;
        all.into_iter().find(|one| one.name == name).ok_or_else(|| Problem::not_found("rule"))
    };
    let before = of(&tx).await?;
    let now = app.clock.now();
    if before.version != given.version
        || !store::save_period(&*tx, name, months, given.version, by.staff_id, now).await?
    {
        return Err(Problem::conflict("stale", "Somebody else has changed this rule meanwhile.")
            .with("current", json!(of(&tx).await?)));
    }
    let after = of(&tx).await?;
    let event = Event::change("retention.rule_updated")
        .details(json!({ "rule": name, "before": before.months, "after": after.months }));
    tx.commit(&by.actor, event).await?;
    Ok(after)
}

pub(crate) async fn switch_retention(
    app: &App,
    db: &mut Client,
    by: &By<RetentionManage>,
    known: Rules,
    given: &RetentionSwitchInput,
) -> Result<RetentionPage> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let was_on = store::lock_switch(&*tx).await?;
    if was_on != given.is_on {
        if given.is_on {
            rules::check_switch_on(store::last(&*tx, true).await?.as_ref(), now)?;
        }
        store::turn(&*tx, given.is_on, by.staff_id, now).await?;
    }
    let action = if given.is_on { "retention.switched_on" } else { "retention.switched_off" };
    tx.commit(&by.actor, Event::change(action).details(json!({ "before": was_on }))).await?;
    read_retention(db, known).await
}

/// Says what would go, and leaves it alone. While a run is under way, that one is the answer.
pub(crate) async fn start_dry_run(
    app: &App,
    db: &mut Client,
    by: &By<RetentionManage>,
) -> Result<RetentionRun> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let id = RetentionRunId::new(now);
    let made = store::insert_run(&*tx, id, true, Some(by.staff_id), now).await?;
    let run = store::running(&*tx).await?.ok_or_else(|| Problem::not_found("run"))?;
    enqueue(&tx, now).await?;
    let action = if made { "retention.dry_run_started" } else { "retention.asked_again" };
    tx.commit(&by.actor, Event::change(action).on("retention_run", run.id.0)).await?;
    Ok(run)
}

/// Begins the night's run where retention is on, or has one taken up that is under way. One job at a time does the work.
pub(crate) async fn run_nightly(app: &App) -> Result<()> {
    let mut db = app.db.client().await?;
    let now = app.clock.now();
    let tx = Tx::begin(&mut db, app).await?;
    let id = RetentionRunId::new(now);
    let made = store::lock_switch(&*tx).await? && store::insert_run(&*tx, id, false, None, now).await?;
    let Some(run) = store::running(&*tx).await? else { return Ok(()) };
    enqueue(&tx, now).await?;
    let action = if made { "retention.run_started" } else { "retention.run_resumed" };
    tx.commit(&Actor::system(), Event::change(action).on("retention_run", run.id.0)).await?;
    Ok(())
}

async fn enqueue(tx: &Tx<'_>, now: jiff::Timestamp) -> Result<()> {
    jobs::enqueue(&**tx, jobs::New::now(RUN, json!({}), now).key(RUN.to_owned()), now).await?;
    Ok(())
}

/// Brings the run that is under way to its end. What one rule cannot do is in its report, and keeps no other from its work.
pub(crate) async fn run(app: &App, known: Rules) -> Result<()> {
    let mut db = app.db.client().await?;
    let Some(run) = store::running(&db).await? else { return Ok(()) };
    let shown = with_periods(&db, known).await?;
    let mut report = run.report;
    for (rule, period) in all(known).into_iter().zip(shown) {
        let place = match report.iter().position(|one| one.rule == rule.name) {
            Some(place) if report[place].finished => continue,
            Some(place) => place,
            None => {
                let before = rules::past(app.clock.now(), period.months);
                report.push(look(app, &mut db, rule, period.months, before).await?);
                report.len() - 1
            }
        };
        if !run.dry && report[place].failure.is_none() {
            while batch(app, &mut db, run.id, rule, &mut report, place).await? {}
        }
        report[place].finished = true;
        if !store::note(&db, run.id, &report, None).await? {
            return Ok(());
        }
    }
    let tx = Tx::begin(&mut db, app).await?;
    if !store::note(&*tx, run.id, &report, Some(app.clock.now())).await? {
        return Ok(());
    }
    let sum = |of: fn(&RuleReport) -> i64| report.iter().map(of).sum::<i64>();
    let (due, held) = (sum(|one| one.due), sum(|one| one.held));
    let proposing = |one: &RuleReport| all(known).iter().any(|rule| rule.proposes && rule.name == one.rule);
    let proposed = report.iter().filter(|one| proposing(one)).map(|one| one.gone).sum::<i64>();
    let gone = sum(|one| one.gone) - proposed;
    let failed = report.iter().filter(|one| one.failure.is_some()).count();
    let event = Event::change("retention.run_finished")
        .on("retention_run", run.id.0)
        .items(gone)
        .details(json!({ "dry": run.dry, "due": due, "held": held, "proposed": proposed, "failed": failed }));
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

async fn look(
    app: &App,
    db: &mut Client,
    rule: &Rule,
    months: i32,
    before: jiff::Timestamp,
) -> Result<RuleReport> {
    let tx = Tx::begin(db, app).await?;
    // A table is read from end to end, once a night.
    tx.batch_execute("set local statement_timeout = '30min'").await?;
    let found = store::look(&tx, rule, before).await;
    let failure = found.as_ref().err().map(|problem| {
        tracing::error!(rule = rule.name, detail = problem.detail, "what is past its period was not counted");
        problem.detail.clone()
    });
    let (due, held, examples) = found.unwrap_or_default();
    let rule = rule.name.to_owned();
    Ok(RuleReport { rule, months, before, due, held, gone: 0, examples, finished: false, failure })
}

/// A few hundred rows with their event. False: nothing is left.
async fn batch(
    app: &App,
    db: &mut Client,
    run: RetentionRunId,
    rule: &Rule,
    report: &mut [RuleReport],
    place: usize,
) -> Result<bool> {
    let before = report[place].before;
    let mut tx = Tx::begin(db, app).await?;
    tx.batch_execute("set local statement_timeout = '30min'").await?;
    let (ids, customers) = store::next(&tx, rule, before, BATCH).await?;
    if ids.is_empty() {
        return Ok(false);
    }
    store::lock_customers(&*tx, &customers).await?;
    let (gone, of) = match store::forget(&tx, rule, before, &ids, app.clock.now()).await {
        Ok(gone) => gone,
        Err(problem) => {
            tracing::error!(rule = rule.name, detail = problem.detail, "what is past its period did not go");
            report[place].failure = Some(problem.detail);
            return Ok(false);
        }
    };
    report[place].gone += gone;
    if !store::note(&*tx, run, report, None).await? {
        return Ok(false);
    }
    if rule.proposes {
        for customer in of {
            tx.leave(&Actor::system(), Event::change("erasure.proposed").of_customer(customer));
        }
    }
    let action = if rule.proposes { "retention.proposed" } else { "retention.forgotten" };
    let event = Event::change(action)
        .on("retention_run", run.0)
        .items(gone)
        .details(json!({ "rule": rule.name, "before": before }));
    tx.commit(&Actor::system(), event).await?;
    Ok(true)
}
