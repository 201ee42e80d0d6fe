//! A transaction that can only be committed together with the event that says what it did.

use std::ops::Deref;

use deadpool_postgres::{Client, Transaction};
use kernel::{Clock, EventId};

use crate::{
    Actor, App, Event, Problem, Result, Values,
    event::Rows,
    live::Hint,
    problem::violates,
    values::{Content, Whose},
};

/// The constraint by which the database refuses values under a key that was destroyed.
pub(crate) const KEY_IS_GONE: &str = "event_values_key_lives";

/// Dropped without a commit, everything is rolled back.
pub struct Tx<'a> {
    inner: Transaction<'a>,
    clock: Clock,
    values: Values,
    event: EventId,
}

impl<'a> Tx<'a> {
    pub async fn begin(client: &'a mut Client, app: &App) -> Result<Tx<'a>> {
        let inner = client.transaction().await?;
        let event = EventId::new(app.clock.now());
        // What triggers write on behalf of this transaction, the books above all, names the event.
        inner.batch_execute(&format!("set local hub.event = '{event}'")).await?;
        Ok(Self { inner, clock: app.clock.clone(), values: app.values.clone(), event })
    }

    /// Writes the event, its values encrypted, and commits. Those who watch the event's subject are told afterwards.
    pub async fn commit(self, actor: &Actor, mut event: Event) -> Result<EventId> {
        let at = self.clock.now();
        let id = self.event;
        let hint = Hint::of(&event).map(|hint| hint.to_payload());
        let whose = Whose::of(event.kind, event.customer, at);
        let key = match Content::take(&mut event) {
            Some(content) => Some((self.values.key(&*self.inner, whose, at).await?, content)),
            None => None,
        };
        let sealed = key.as_ref().map(|(key, content)| content.sealed(key, id));
        let mut rows = Rows::default();
        rows.push(id, at, actor, event, sealed);
        rows.record(&self.inner, hint).await.map_err(|error| self.refused(error, whose))?;
        self.inner.commit().await?;
        if let Some((key, _)) = key {
            self.values.remember(whose, key);
        }
        Ok(id)
    }

    /// A key that another process has destroyed meanwhile was remembered here; the next attempt looks it up.
    fn refused(&self, error: tokio_postgres::Error, whose: Whose) -> Problem {
        if violates(&error, KEY_IS_GONE) {
            self.values.forget(whose);
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
