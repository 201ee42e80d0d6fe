//! The hub judges itself by its rules, and tells who wants to hear of it.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::AlertId;
use mail::NewMail;
use platform::{
    Actor, App, Event, Result, Tx, db,
    metrics::{Family, Figure, read_figures},
    migrate,
};
use serde_json::json;

use crate::{
    Gauges, RULES,
    jobs::TELL,
    model::Alert,
    rules::{Rule, Step, letter, step},
    scrape,
    store::{self, Minutes},
};

/// Looks at every rule once: what begins, holds, fires and is over.
pub(crate) async fn judge(app: &App, figures: &'static [&'static [Figure]], gauges: Gauges) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let mut families = look(&mut db, figures, now).await?;
    families.extend(scrape::shown(&gauges(app)));
    let minutes = Minutes::read(&db, now).await?;
    let living = store::living(&db).await?;
    for rule in RULES {
        let known = living.get(rule.name).copied();
        let found = rule.when.holds(&families, |what, over| minutes.sum(what, over, now));
        let taken = step(rule, known.map(|(_, living)| living), found, now);
        let id = known.map_or_else(|| AlertId::new(now), |(id, _)| id);
        match taken {
            Step::Nothing => {}
            Step::Begin(value) => {
                store::begin(&db, id, rule, value, now).await?;
                if rule.minutes == 0 {
                    fire(app, &mut db, rule, id, value).await?;
                }
            }
            Step::Hold(value) => store::hold(&db, id, value).await?,
            Step::Forget => store::forget(&db, id).await?,
            Step::Quiet => store::quiet(&db, id, now).await?,
            Step::Fire(value) => fire(app, &mut db, rule, id, value).await?,
            Step::Resolve => resolve(app, &mut db, rule, id).await?,
        }
    }
    Ok(())
}

async fn look(db: &mut Client, figures: &[&'static [Figure]], now: Timestamp) -> Result<Vec<Family>> {
    let tx = db::snapshot(db).await?;
    let is_judged = |figure: &&'static Figure| RULES.iter().any(|rule| rule.goes_by(figure.name));
    let figures: Vec<&'static Figure> = figures.iter().copied().flatten().filter(is_judged).collect();
    let mut families = read_figures(&tx, &figures, now).await?;
    families.push(scrape::migrations_missing(migrate::missing(&tx).await?.len()));
    tx.commit().await?;
    Ok(families)
}

async fn fire(app: &App, db: &mut Client, rule: &Rule, id: AlertId, value: f64) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    if !store::fire(&*tx, id, value, app.clock.now()).await? {
        return Ok(());
    }
    tracing::error!(alert = rule.name, severity = rule.severity.name(), value, "{}", rule.title);
    tell(app, tx, rule, id, "alert.fired").await
}

async fn resolve(app: &App, db: &mut Client, rule: &Rule, id: AlertId) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    if !store::resolve(&*tx, id, app.clock.now()).await? {
        return Ok(());
    }
    tracing::warn!(alert = rule.name, "over: {}", rule.title);
    tell(app, tx, rule, id, "alert.resolved").await
}

/// In the transaction of what happened, so that nobody is told twice, nor of what did not happen.
async fn tell(app: &App, tx: Tx<'_>, rule: &Rule, id: AlertId, action: &'static str) -> Result<()> {
    let Some(alert) = store::alert_of(&*tx, id).await? else { return Ok(()) };
    if app.settings.smtp_url.is_some() && !rule.is_about_mail {
        for address in &app.settings.alerts.emails {
            let (subject, body) = letter(&alert, &app.settings.public_url);
            let to = address.clone();
            let new = NewMail {
                customer: None,
                invoice: None,
                to,
                to_name: None,
                subject,
                body,
                attachments: Vec::new(),
            };
            mail::enqueue(app, &*tx, None, new).await?;
        }
    }
    if app.settings.alerts.webhook.is_some() {
        let now = app.clock.now();
        let payload = json!({ "alertId": id, "action": action });
        let job = ::jobs::New::now(TELL, payload, now).key(format!("{TELL} {id} {action}"));
        ::jobs::enqueue(&*tx, job, now).await?;
    }
    let details = json!({ "rule": rule.name, "severity": rule.severity.name() });
    tx.commit(&Actor::system(), Event::change(action).on("alert", id.0).details(details)).await?;
    Ok(())
}

/// What a request to whoever is told by one holds.
pub(crate) fn message(alert: &Alert, action: &str, public_url: &str, now: Timestamp) -> String {
    json!({ "type": action, "timestamp": now, "data": { "hub": public_url, "alert": alert } }).to_string()
}
