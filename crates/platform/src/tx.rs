//! A transaction that can only be committed together with the event that says what it did.

use std::ops::Deref;

use deadpool_postgres::{Client, Transaction};
use kernel::{Clock, EventId};

use crate::{Actor, App, Event, Result, event::Rows, live::Hint};

/// Dropped without a commit, everything is rolled back.
pub struct Tx<'a> {
    inner: Transaction<'a>,
    clock: Clock,
    event: EventId,
}

impl<'a> Tx<'a> {
    pub async fn begin(client: &'a mut Client, app: &App) -> Result<Tx<'a>> {
        let inner = client.transaction().await?;
        let event = EventId::new(app.clock.now());
        // What triggers write on behalf of this transaction, the books above all, names the event.
        inner.batch_execute(&format!("set local hub.event = '{event}'")).await?;
        Ok(Self { inner, clock: app.clock.clone(), event })
    }

    /// Writes the event and commits. Those who watch the event's subject are told afterwards.
    pub async fn commit(self, actor: &Actor, event: Event) -> Result<EventId> {
        let at = self.clock.now();
        let id = self.event;
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
