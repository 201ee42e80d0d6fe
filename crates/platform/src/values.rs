//! The values of events, encrypted (AES-256-GCM) under a key for each customer, or for each month where they belong to no
//! single customer. The keys stand in the database wrapped by the vault key, which stays outside: a dump alone reads nothing,
//! and a destroyed key takes all that was written under it along, backups of the events included.
//!
//! Invariants: what is sealed can only be opened for the very event and key it was sealed with; nothing is sealed under a key
//! that was destroyed (the database refuses it, whatever is remembered here).

mod destroy;
mod key;
mod memory;

use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, EventId, london_day};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};
use tokio_postgres::types::Type;
use uuid::Uuid;

use self::memory::Memory;
pub(crate) use destroy::DESTROY_KEYS;
pub use destroy::{destroy_all, destroy_of};
use key::SEALED_HEAD;
pub use key::ValueKey;

use crate::{
    Problem,
    db::GenericClient,
    event::{Event, Kind},
    vault::Vault,
};

#[derive(Debug, thiserror::Error)]
pub enum ValuesError {
    #[error("there is no vault key, or it cannot be read")]
    NoVault,
    #[error("key {0} was wrapped by another vault key")]
    Misfit(Uuid),
    #[error(transparent)]
    Database(#[from] tokio_postgres::Error),
}

impl From<ValuesError> for Problem {
    fn from(error: ValuesError) -> Self {
        match error {
            ValuesError::Database(error) => error.into(),
            other => Self::internal(&other),
        }
    }
}

/// Under whose key a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    Customer(CustomerId),
    /// The first of the month, in London.
    Month(&'static str, Date),
}

impl Whose {
    pub fn of(kind: Kind, customer: Option<CustomerId>, at: Timestamp) -> Self {
        let month = || london_day(at).first_of_month();
        match (kind, customer) {
            (Kind::Change, Some(customer)) => Self::Customer(customer),
            (Kind::Change, None) => Self::Month("change", month()),
            (Kind::Access | Kind::SignIn, _) => Self::Month("access", month()),
        }
    }
}

/// What of an event may be personal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Value>,
}

impl Content {
    /// None: the event has no values.
    pub fn take(event: &mut Event) -> Option<Self> {
        let content =
            Self { before: event.before.take(), after: event.after.take(), filter: event.filter.take() };
        (content != Self::default()).then_some(content)
    }

    pub fn sealed(&self, key: &ValueKey, event: EventId) -> Vec<u8> {
        key.seal(event.0, &serde_json::to_vec(self).unwrap_or_default())
    }
}

/// What became of sealed values.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    Content(Content),
    /// Their key was destroyed.
    Erased,
    /// Another vault key wrapped theirs, or they are not what was sealed.
    Unreadable,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Values(Arc<State>);

struct State {
    vault: Option<Arc<Vault>>,
    memory: Memory,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Values")
    }
}

impl Values {
    pub fn new(vault: Option<Arc<Vault>>) -> Self {
        Self(Arc::new(State { vault, memory: Memory::default() }))
    }

    fn vault(&self) -> Result<&Vault, ValuesError> {
        self.0.vault.as_deref().ok_or(ValuesError::NoVault)
    }

    /// The key of each, made where there is none yet. Nothing is remembered before [`Self::remember`] says it was committed.
    pub async fn keys(
        &self,
        db: &impl GenericClient,
        whose: &[Whose],
        now: Timestamp,
    ) -> Result<HashMap<Whose, ValueKey>, ValuesError> {
        let mut found = HashMap::new();
        let mut missing: Vec<Whose> = Vec::new();
        for one in whose {
            match self.0.memory.find(one) {
                Some(key) => drop(found.insert(*one, key)),
                None if !missing.contains(one) => missing.push(*one),
                None => {}
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        self.find(db, &missing, &mut found).await?;
        missing.retain(|one| !found.contains_key(one));
        if !missing.is_empty() {
            self.make(db, &missing, now).await?;
            // Another may have made one meanwhile: what stands in the table counts.
            self.find(db, &missing, &mut found).await?;
        }
        Ok(found)
    }

    pub async fn key(
        &self,
        db: &impl GenericClient,
        whose: Whose,
        now: Timestamp,
    ) -> Result<ValueKey, ValuesError> {
        let mut keys = self.keys(db, &[whose], now).await?;
        keys.remove(&whose).ok_or(ValuesError::Misfit(Uuid::nil()))
    }

    /// For what is written later; called once the transaction that read or made the key has committed.
    pub fn remember(&self, whose: Whose, key: ValueKey) {
        self.0.memory.keep(whose, key);
    }

    /// After a key was destroyed here or, as a refusal told us, elsewhere.
    pub fn forget(&self, whose: Whose) {
        self.0.memory.forget(&whose);
    }

    /// What was sealed for this event, with its key as it stands in the database (`None`: destroyed).
    pub fn open(&self, event: EventId, sealed: &[u8], wrapped: Option<&[u8]>) -> Opened {
        let Some(wrapped) = wrapped else { return Opened::Erased };
        let Some(id) = key_id(sealed) else { return Opened::Unreadable };
        let key = self.vault().ok().and_then(|vault| ValueKey::unwrap(vault, id, wrapped));
        let content = key.and_then(|key| key.open(event.0, sealed));
        match content.and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
            Some(content) => Opened::Content(content),
            None => Opened::Unreadable,
        }
    }

    async fn find(
        &self,
        db: &impl GenericClient,
        whose: &[Whose],
        found: &mut HashMap<Whose, ValueKey>,
    ) -> Result<(), ValuesError> {
        let vault = self.vault()?;
        let (customers, kinds, months) = columns(whose);
        let rows = db
            .query_typed(
                "select id, customer_id, kind, month, wrapped from value_keys
                 where customer_id = any ($1) and destroyed_at is null
                 union all
                 select k.id, k.customer_id, k.kind, k.month, k.wrapped
                 from unnest($2::text[], $3::date[]) as g (kind, month)
                 join value_keys k on k.kind = g.kind and k.month = g.month and k.destroyed_at is null",
                &[(&customers, Type::UUID_ARRAY), (&kinds, Type::TEXT_ARRAY), (&months, Type::DATE_ARRAY)],
            )
            .await?;
        for row in rows {
            let id: Uuid = row.get("id");
            let key = ValueKey::unwrap(vault, id, row.get("wrapped")).ok_or(ValuesError::Misfit(id))?;
            let owner = match row.get::<_, Option<CustomerId>>("customer_id") {
                Some(customer) => Whose::Customer(customer),
                None if row.get::<_, &str>("kind") == "access" => Whose::Month("access", row.get("month")),
                None => Whose::Month("change", row.get("month")),
            };
            found.insert(owner, key);
        }
        Ok(())
    }

    async fn make(
        &self,
        db: &impl GenericClient,
        whose: &[Whose],
        now: Timestamp,
    ) -> Result<(), ValuesError> {
        let vault = self.vault()?;
        let ids: Vec<Uuid> = whose.iter().map(|_| EventId::new(now).0).collect();
        let wrapped: Vec<Vec<u8>> = ids.iter().map(|id| ValueKey::make(vault, *id)).collect();
        let customers: Vec<Option<CustomerId>> = whose
            .iter()
            .map(|one| match one {
                Whose::Customer(id) => Some(*id),
                Whose::Month(..) => None,
            })
            .collect();
        let (kinds, months): (Vec<Option<&str>>, Vec<Option<Date>>) = whose
            .iter()
            .map(|one| match one {
                Whose::Customer(_) => (None, None),
                Whose::Month(kind, month) => (Some(*kind), Some(*month)),
            })
            .unzip();
        // In one order, so that two that make many keys at once wait for each other and do not deadlock.
        db.query_typed(
            "insert into value_keys (id, customer_id, kind, month, wrapped, created_at)
             select g.id, g.customer_id, g.kind, g.month, g.wrapped, $6
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::bytea[]) as g (id, customer_id, kind, month, wrapped)
             order by g.customer_id, g.kind, g.month
             on conflict do nothing",
            &[
                (&ids, Type::UUID_ARRAY),
                (&customers, Type::UUID_ARRAY),
                (&kinds, Type::TEXT_ARRAY),
                (&months, Type::DATE_ARRAY),
                (&wrapped, Type::BYTEA_ARRAY),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
        Ok(())
    }
}

fn columns(whose: &[Whose]) -> (Vec<CustomerId>, Vec<&'static str>, Vec<Date>) {
    let (mut customers, mut kinds, mut months) = (Vec::new(), Vec::new(), Vec::new());
    for one in whose {
        match one {
            Whose::Customer(id) => customers.push(*id),
            Whose::Month(kind, month) => {
                kinds.push(*kind);
                months.push(*month);
            }
        }
    }
    (customers, kinds, months)
}

fn key_id(sealed: &[u8]) -> Option<Uuid> {
    let head = sealed.get(1..SEALED_HEAD)?;
    Uuid::from_slice(head).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn event() -> EventId {
        EventId::new("2026-11-22T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn values_are_opened_for_their_own_event_only() {
        let vault = Arc::new(Vault::read(KEY).unwrap());
        let values = Values::new(Some(vault.clone()));
        let (id, of) = (event().0, event());
        let wrapped = ValueKey::make(&vault, id);
        let key = ValueKey::unwrap(&vault, id, &wrapped).unwrap();
        let content = Content { after: Some(json!({ "name": "Emma" })), ..Content::default() };
        let sealed = content.sealed(&key, of);
        assert_eq!(values.open(of, &sealed, Some(&wrapped)), Opened::Content(content));
        assert_eq!(values.open(of, &sealed, None), Opened::Erased);
        assert_eq!(values.open(event(), &sealed, Some(&wrapped)), Opened::Unreadable, "another event's");
        let other = Values::new(Vault::read(&KEY.replace("00", "ff")).map(Arc::new));
        assert_eq!(other.open(of, &sealed, Some(&wrapped)), Opened::Unreadable, "another vault key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(values.open(of, &changed, Some(&wrapped)), Opened::Unreadable, "byte {at}");
            assert_eq!(values.open(of, &sealed[..at], Some(&wrapped)), Opened::Unreadable, "cut at {at}");
        }
    }
}
