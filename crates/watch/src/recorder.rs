//! What a process counted, written down each minute, so that several show as one.

use std::{collections::HashMap, time::Duration};

use platform::{App, Result, metrics::Total};
use tokio::sync::Mutex;

use crate::{Counted, store};

const EVERY: Duration = Duration::from_secs(60);

/// Of one process. What was written down is not written twice, and what could not be is written the next time.
pub struct Recorder {
    app: App,
    before: Mutex<Before>,
}

#[derive(Default)]
struct Before {
    operations: HashMap<(String, &'static str), Total>,
    counted: [f64; Counted::ALL.len()],
}

impl Recorder {
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), before: Mutex::default() }
    }

    /// For as long as the process lives.
    pub async fn run(&self) {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(problem) = self.flush().await {
                tracing::warn!(detail = problem.detail, "what was measured is written down later");
            }
        }
    }

    /// Each statement by itself, and noted at once: a part that fails is not repeated with the others.
    pub async fn flush(&self) -> Result<()> {
        let mut before = self.before.lock().await;
        let (app, now) = (&self.app, self.app.clock.now());
        let mut families = app.metrics.families();
        families.extend(app.db.families());
        let db = app.db.client().await?;

        let totals: Vec<Total> =
            app.metrics.requests().map(|requests| requests.totals().collect()).unwrap_or_default();
        let new: Vec<Total> =
            totals.iter().filter_map(|total| total.since(before.operations.get(&total.key()))).collect();
        store::add_response_times(&db, now, &new).await?;
        before.operations = totals.into_iter().map(|total| (total.key(), total)).collect();

        let counts = Counted::ALL.map(|what| what.count(&families));
        let new = std::array::from_fn(|at| (counts[at] - before.counted[at]).max(0.0) as i64);
        store::add_minute(&db, now, &new).await?;
        before.counted = counts;

        if let Some(requests) = app.metrics.requests() {
            let failed = requests.take_failed();
            if let Err(problem) = store::add_failed(&db, &failed).await {
                requests.give_back(failed);
                return Err(problem);
            }
        }
        Ok(())
    }
}
