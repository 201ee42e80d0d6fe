//! What this process measures of itself, in memory: nothing here waits, and what is counted is bounded by the program, not by what
//! is sent to it.
//!
//! Counters and histograms are atomic numbers in places that were laid out at the start; a request adds to its own. The text
//! they are shown in is [`text`]'s; what only the database knows is read when somebody asks ([`figure`]).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jiff::Timestamp;

mod figure;
mod histogram;
mod process;
mod queries;
mod requests;
mod text;

pub use figure::{Figure, Kind, read as read_figures};
pub use histogram::{BOUNDS_US, Histogram, PLACES};
pub use process::of_process;
pub use queries::{Taken, of_queries, taken};
pub use requests::{Failed, Requests, Total, Under};
pub use text::{Family, Sample, render};

/// Cheap to clone; the clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<State>);

struct State {
    started: Timestamp,
    requests: OnceLock<Requests>,
    /// By the words of the program: what is in no source file is in no label.
    events: Mutex<BTreeMap<&'static str, u64>>,
}

impl Metrics {
    pub fn new(started: Timestamp) -> Self {
        Self(Arc::new(State { started, requests: OnceLock::new(), events: Mutex::default() }))
    }

    /// Lays out the places of these routes; what comes before that, or in a process that serves nobody, is not counted.
    pub fn serve(&self, routes: impl FnOnce() -> Requests) {
        self.0.requests.get_or_init(routes);
    }

    pub fn requests(&self) -> Option<&Requests> {
        self.0.requests.get()
    }

    /// Committed events, so many of each action.
    pub(crate) fn happened(&self, actions: &[&'static str]) {
        let mut events = self.0.events.lock().unwrap_or_else(PoisonError::into_inner);
        for action in actions {
            *events.entry(action).or_default() += 1;
        }
    }

    /// Everything but what the pool of connections and the database know.
    pub fn families(&self) -> Vec<Family> {
        let mut families = of_process(self.0.started);
        families.extend(self.0.requests.get().map(Requests::families).into_iter().flatten());
        let events = self.0.events.lock().unwrap_or_else(PoisonError::into_inner);
        families.push(
            Family::counter("hub_events_total", "Events that this process committed, by what happened.")
                .with(events.iter().map(|(action, count)| Sample::of(&[("action", action)], *count as f64))),
        );
        families
    }
}
