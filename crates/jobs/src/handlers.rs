use std::{collections::BTreeMap, pin::Pin, sync::Arc, time::Duration};

use crate::{Job, Outcome};

pub(crate) type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;
pub(crate) type Handler<S> = Arc<dyn Fn(S, Job) -> Running + Send + Sync>;

#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub name: &'static str,
    pub every_seconds: i32,
    pub kind: &'static str,
}

/// What runs which kind of job, and which jobs come by themselves. A worker leaves kinds it has no handler for alone.
pub struct Handlers<S> {
    by_kind: BTreeMap<&'static str, Handler<S>>,
    schedules: Vec<Schedule>,
    leaving: Vec<&'static str>,
}

impl<S> Default for Handlers<S> {
    fn default() -> Self {
        Self { by_kind: BTreeMap::new(), schedules: Vec::new(), leaving: Vec::new() }
    }
}

impl<S: 'static> Handlers<S> {
    pub fn new() -> Self {
        Self::default()
    }

    /// # Panics
    /// When the kind has a handler already: that is a mistake in the program, seen at its start.
    #[must_use]
    pub fn on<F>(mut self, kind: &'static str, handler: impl Fn(S, Job) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let handler: Handler<S> = Arc::new(move |state, job| Box::pin(handler(state, job)));
        assert!(self.by_kind.insert(kind, handler).is_none(), "two handlers for jobs of kind {kind}");
        self
    }

    /// As [`Handlers::on`], for what leaves the house: it waits while the database is one that was restored and nobody has accepted yet.
    ///
    /// # Panics
    /// As [`Handlers::on`].
    #[must_use]
    pub fn on_leaving<F>(
        mut self,
        kind: &'static str,
        handler: impl Fn(S, Job) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.leaving.push(kind);
        self.on(kind, handler)
    }

    /// Every so often, to the second, a job of this kind with an empty payload; never two of one schedule at once.
    #[must_use]
    pub fn every(mut self, name: &'static str, interval: Duration, kind: &'static str) -> Self {
        let every_seconds = i32::try_from(interval.as_secs().max(1)).unwrap_or(i32::MAX);
        self.schedules.push(Schedule { name, every_seconds, kind });
        self
    }

    /// # Panics
    /// As [`Handlers::on`].
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (kind, handler) in other.by_kind {
            assert!(self.by_kind.insert(kind, handler).is_none(), "two handlers for jobs of kind {kind}");
        }
        self.schedules.extend(other.schedules);
        self.leaving.extend(other.leaving);
        self
    }

    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.by_kind.keys().copied().collect()
    }

    pub(crate) fn leaving(&self) -> &[&'static str] {
        &self.leaving
    }

    pub(crate) fn of(&self, kind: &str) -> Option<&Handler<S>> {
        self.by_kind.get(kind)
    }

    pub(crate) fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_handlers_know_the_kinds_of_both() {
        let one = Handlers::<()>::new().on("a", |(), _| async { Outcome::Done });
        let other = Handlers::new().on("b", |(), _| async { Outcome::Done }).every(
            "b daily",
            Duration::from_secs(86_400),
            "b",
        );
        let both = one.merge(other);
        assert_eq!(both.kinds(), ["a", "b"]);
        assert_eq!(both.schedules().len(), 1);
    }

    #[test]
    #[should_panic(expected = "two handlers for jobs of kind a")]
    fn two_handlers_of_one_kind_are_noticed() {
        let one = || Handlers::<()>::new().on("a", |(), _| async { Outcome::Done });
        let _ = one().merge(one());
    }
}
