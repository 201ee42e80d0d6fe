//! The hub looks at itself every minute, and tells who is to be told.

use std::time::Duration;

use ::jobs::{Handlers, Job, Outcome};
use kernel::AlertId;
use platform::{App, metrics::Figure};
use serde::Deserialize;

use crate::{Gauges, actions, store, webhook};

const JUDGE: &str = "watch.judge";
pub(crate) const TELL: &str = "watch.tell";

/// `figures` and `gauges`: what the rules go by.
pub fn jobs(figures: &'static [&'static [Figure]], gauges: Gauges) -> Handlers<App> {
    Handlers::new()
        .on(JUDGE, move |app: App, _| async move {
            match actions::judge(&app, figures, gauges).await {
                Ok(()) => Outcome::Done,
                // The next minute brings another look.
                Err(problem) => Outcome::retry(problem.detail),
            }
        })
        .on_leaving(TELL, |app: App, job| async move {
            match tell(&app, &job).await {
                Ok(()) => Outcome::Done,
                Err(why) => Outcome::retry(why),
            }
        })
        .every(JUDGE, Duration::from_secs(60), JUDGE)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    alert_id: AlertId,
    action: String,
}

async fn tell(app: &App, job: &Job) -> Result<(), String> {
    let Some(webhook) = &app.settings.alerts.webhook else { return Ok(()) };
    let Payload { alert_id, action } =
        serde_json::from_value(job.payload.clone()).map_err(|error| error.to_string())?;
    let db = app.db.client().await.map_err(|problem| problem.detail)?;
    let Some(mut alert) = store::alert_of(&db, alert_id).await.map_err(|problem| problem.detail)? else {
        return Ok(());
    };
    drop(db);
    if action == "alert.fired" {
        // It may be over already; that is told by itself.
        alert.state = crate::model::AlertState::Firing;
        alert.resolved_at = None;
    }
    let now = app.clock.now();
    let body = actions::message(&alert, &action, &app.settings.public_url, now);
    webhook::send(webhook, &format!("{alert_id}.{action}"), now, body).await
}
