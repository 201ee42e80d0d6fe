//! What happens to money by itself.

use std::time::Duration;

use jiff::SignedDuration;
use jobs::{Handlers, Job, Outcome};
use platform::App;

use crate::{actions, provider::Stripe, rules};

const EXPIRE: &str = "credits.expire";
const RETURN: &str = "credits.return";
const WATCH: &str = "refunds.watch";
const DAILY: &str = "reconciliation.daily";

pub fn jobs() -> Handlers<App> {
    Handlers::new()
        .on(EXPIRE, expire)
        .every(EXPIRE, Duration::from_secs(600), EXPIRE)
        .on(RETURN, give_back)
        .every(RETURN, Duration::from_secs(300), RETURN)
        .on_leaving(actions::SEND_REFUND, send)
        .on(actions::CHECK_REFUND, check)
        .on(actions::CHECK_DISPUTE, check_dispute)
        .on(actions::HANDLE_MESSAGE, handle)
        .on(WATCH, watch)
        .every(WATCH, Duration::from_secs(600), WATCH)
        .on(actions::RECONCILE, reconcile)
        .on(DAILY, daily)
        .every(DAILY, Duration::from_secs(900), DAILY)
}

async fn expire(app: App, _: Job) -> Outcome {
    let outcome = match app.db.client().await {
        Ok(mut db) => actions::expire_credits(&app, &mut db).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) => Outcome::Done,
        Err(problem) => Outcome::Retry { why: problem.detail, after: None },
    }
}

async fn give_back(app: App, _: Job) -> Outcome {
    let outcome = match app.db.client().await {
        Ok(mut db) => actions::return_credits(&app, &mut db).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}

async fn send(app: App, job: Job) -> Outcome {
    match Stripe::of(&app.settings) {
        Some(stripe) => actions::send_refund(&app, &stripe, &job).await,
        None => disconnected(),
    }
}

async fn check(app: App, job: Job) -> Outcome {
    match Stripe::of(&app.settings) {
        Some(stripe) => actions::check_refund(&app, &stripe, &job).await,
        None => Outcome::Done,
    }
}

async fn check_dispute(app: App, job: Job) -> Outcome {
    match Stripe::of(&app.settings) {
        Some(stripe) => actions::check_dispute(&app, &stripe, &job).await,
        None => Outcome::Done,
    }
}

async fn handle(app: App, job: Job) -> Outcome {
    match Stripe::of(&app.settings) {
        Some(stripe) => actions::handle_message(&app, &stripe, &job).await,
        None => disconnected(),
    }
}

async fn watch(app: App, _: Job) -> Outcome {
    let watched = match actions::watch_refunds(&app).await {
        Ok(()) => actions::watch_disputes(&app).await,
        failed => failed,
    };
    match watched {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}

async fn reconcile(app: App, job: Job) -> Outcome {
    actions::reconcile(&app, Stripe::of(&app.settings).as_ref(), rules::compare, &job).await
}

async fn daily(app: App, _: Job) -> Outcome {
    match actions::run_daily(&app).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::retry(problem.detail),
    }
}

/// There were refunds at Stripe, and now its key is gone from the settings.
fn disconnected() -> Outcome {
    Outcome::retry_after("Stripe is not connected: set `stripe_api_key`", SignedDuration::from_hours(1))
}
