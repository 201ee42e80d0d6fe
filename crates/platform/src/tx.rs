//! A transaction that can only be committed together with the event that says what it did.

use std::ops::Deref;

use deadpool_postgres::{Client, Transaction};
use kernel::{Clock, EventId};

use crate::{Actor, App, Event, Result, event::Rows, live::Hint};

/// Dropped without a commit, everything is rolled back.
pub struct Tx<'a> {
    inner: Transaction<'a>,
    clock: Clock,
}

impl<'a> Tx<'a> {
    pub async fn begin(client: &'a mut Client, app: &App) -> Result<Tx<'a>> {
        Ok(Self { inner: client.transaction().await?, clock: app.clock.clone() })
    }

    /// Writes the event and commits. Those who watch the event's subject are told afterwards.
    pub async fn commit(self, actor: &Actor, event: Event) -> Result<EventId> {
        let at = self.clock.now();
        let id = EventId::new(at);
        let hint = Hint::of(&event).map(|hint| hint.to_payload());
        let mut rows = Rows::default();
        rows.push(id, at, actor, event);
        rows.record(&self.inner, hint).await?;
        self.inner.commit().await?;
        Ok(id)
    }
}

impl<'a> Deref for Tx<'a> {
    type Target = Transaction<'a>;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}
