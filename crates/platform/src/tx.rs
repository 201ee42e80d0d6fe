//! A transaction that can only be committed together with the event that says what it did.

use std::{ops::Deref, panic::Location};

use deadpool_postgres::{Client, Transaction};
use kernel::{Clock, EventId};
use trace::{Span, SpanKind};

use crate::{
    Actor, App, Event, Problem, Result, Values,
    db::GenericClient as _,
    event::Rows,
    live::Hint,
    metrics::Metrics,
    problem::violates,
    values::{Content, ValueKey, Whose},
};

/// The constraint by which the database refuses values under a key that was destroyed.
pub(crate) const KEY_IS_GONE: &str = "event_values_key_lives";

/// Dropped without a commit, everything is rolled back.
pub struct Tx<'a> {
    inner: Transaction<'a>,
    clock: Clock,
    values: Values,
    metrics: Metrics,
    event: EventId,
    left: Vec<(Actor, Event)>,
    span: Span,
}

impl<'a> Tx<'a> {
    pub async fn begin(client: &'a mut Client, app: &App) -> Result<Tx<'a>> {
        let mut span = Span::here(SpanKind::Client, || "transaction (undone)");
        span.set("db.system.name", "postgresql");
        let inner = client.transaction().await?;
        let event = EventId::new(app.clock.now());
        // What triggers write on behalf of this transaction, the books above all, names the event.
        inner.batch_execute(&format!("set local hub.event = '{event}'")).await?;
        let (clock, values, metrics) = (app.clock.clone(), app.values.clone(), app.metrics.clone());
        Ok(Self { inner, clock, values, metrics, event, left: Vec::new(), span })
    }

    /// Of work that is done for many at once: an event beside that of the commit, written with it.
    pub fn leave(&mut self, actor: &Actor, event: Event) {
        self.left.push((actor.clone(), event));
    }

    /// Writes the event and those that were left, their values encrypted, and commits. Those who watch their subjects are told
    /// afterwards.
    pub async fn commit(mut self, actor: &Actor, event: Event) -> Result<EventId> {
        let at = self.clock.now();
        let id = self.event;
        let mut rows = Rows::default();
        let mut hints = Vec::new();
        let mut keys = Vec::new();
        let mut actions = Vec::with_capacity(self.left.len() + 1);
        let left = std::mem::take(&mut self.left);
        let left = left.into_iter().map(|(actor, event)| (EventId::new(at), actor, event));
        for (id, actor, mut event) in left.chain([(id, actor.clone(), event)]) {
            hints.extend(Hint::of(&event).map(|hint| hint.to_payload()));
            actions.push(event.action);
            let whose = Whose::of(event.kind, event.customer, at);
            let sealed = match Content::take(&mut event) {
                Some(content) => {
                    let key = self.values.key(&*self.inner, whose, at).await?;
                    let sealed = content.sealed(&key, id);
                    keys.push((whose, key));
                    Some(sealed)
                }
                None => None,
            };
            rows.push(id, at, &actor, event, sealed);
        }
        rows.record(&self.inner, &hints).await.map_err(|error| self.refused(error, &keys))?;
        queries::timed(Location::caller(), self.inner.commit()).await.map_err(Problem::of_commit)?;
        let action = actions.last().copied().unwrap_or_default();
        self.span.rename(|| format!("transaction {action}"));
        self.metrics.happened(&actions);
        for (whose, key) in keys {
            self.values.remember(whose, key);
        }
        Ok(id)
    }

    /// A key that another process has destroyed meanwhile was remembered here; the next attempt looks it up.
    fn refused(&self, error: tokio_postgres::Error, keys: &[(Whose, ValueKey)]) -> Problem {
        if violates(&error, KEY_IS_GONE) {
            for (whose, _) in keys {
                self.values.forget(*whose);
            }
            return Problem::conflict("erased", "This customer has just been erased. Look again.");
        }
        error.into()
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Transaction<'a>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}
