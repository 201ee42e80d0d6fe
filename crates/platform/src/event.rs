//! What happened, and who did it.

use std::net::IpAddr;

use chain::{Hash, Values, address};
use jiff::Timestamp;
use kernel::{ApiKeyId, CustomerId, EventId, SessionId, StaffId};
use serde::Serialize;
use serde_json::{Value, json};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::db::GenericClient;

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    pub id: String,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

/// What a staff member acts through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Session(SessionId),
    /// A program of theirs; the event's details name the key.
    Key(ApiKeyId),
}

#[derive(Debug, Clone)]
pub enum Who {
    Staff {
        id: StaffId,
        role: &'static str,
        via: Via,
    },
    /// A job, a command, the server itself.
    System,
    /// Somebody who has not signed in.
    Nobody,
}

/// Who acts, and through which request.
#[derive(Debug, Clone)]
pub struct Actor {
    pub who: Who,
    pub request: RequestInfo,
}

impl Actor {
    pub fn system() -> Self {
        Self { who: Who::System, request: RequestInfo::default() }
    }

    pub fn nobody(request: RequestInfo) -> Self {
        Self { who: Who::Nobody, request }
    }

    pub fn staff_id(&self) -> Option<StaffId> {
        match self.who {
            Who::Staff { id, .. } => Some(id),
            Who::System | Who::Nobody => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Change,
    Access,
    SignIn,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Access => "access",
            Self::SignIn => "sign_in",
        }
    }
}

/// One event: a header of ids and counts, and apart from it the values, which may be personal.
#[derive(Debug, Clone)]
pub struct Event {
    pub action: &'static str,
    pub kind: Kind,
    pub customer: Option<CustomerId>,
    pub subject: Option<(&'static str, Uuid)>,
    pub item_count: Option<i64>,
    /// Ids, counts, codes: never personal values.
    pub details: Value,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// What a list was narrowed by; may hold a name that was searched for.
    pub filter: Option<Value>,
}

impl Event {
    fn new(kind: Kind, action: &'static str) -> Self {
        Self {
            action,
            kind,
            customer: None,
            subject: None,
            item_count: None,
            details: json!({}),
            before: None,
            after: None,
            filter: None,
        }
    }

    /// Something was changed.
    pub fn change(action: &'static str) -> Self {
        Self::new(Kind::Change, action)
    }

    /// Personal data was read.
    pub fn access(action: &'static str) -> Self {
        Self::new(Kind::Access, action)
    }

    /// Somebody signed in or out, or tried to.
    pub fn sign_in(action: &'static str) -> Self {
        Self::new(Kind::SignIn, action)
    }

    #[must_use]
    pub fn of_customer(mut self, id: CustomerId) -> Self {
        self.customer = Some(id);
        self
    }

    #[must_use]
    pub fn on(mut self, kind: &'static str, id: Uuid) -> Self {
        self.subject = Some((kind, id));
        self
    }

    #[must_use]
    pub fn items(mut self, count: i64) -> Self {
        self.item_count = Some(count);
        self
    }

    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Of a filter that asks for nothing, nothing is kept.
    #[must_use]
    pub fn filter(mut self, filter: &impl Serialize) -> Self {
        self.filter = serde_json::to_value(filter).ok().filter(|given| *given != json!({}));
        self
    }

    /// The values before and after; fields that did not change are left out of both.
    #[must_use]
    pub fn values(mut self, before: Option<&impl Serialize>, after: Option<&impl Serialize>) -> Self {
        let as_value = |value: serde_json::Result<Value>| value.ok();
        self.before = before.map(serde_json::to_value).and_then(as_value);
        self.after = after.map(serde_json::to_value).and_then(as_value);
        if let (Some(Value::Object(before)), Some(Value::Object(after))) = (&mut self.before, &mut self.after)
        {
            let same: Vec<String> = before
                .iter()
                .filter(|(key, value)| after.get(*key) == Some(value))
                .map(|(key, _)| key.clone())
                .collect();
            for key in same {
                before.remove(&key);
                after.remove(&key);
            }
        }
        self
    }
}

/// Events on their way into the database, a column each, as `record_events.sql` takes them.
#[derive(Default)]
pub(crate) struct Rows {
    id: Vec<EventId>,
    at: Vec<Timestamp>,
    action: Vec<&'static str>,
    kind: Vec<&'static str>,
    actor_kind: Vec<&'static str>,
    staff_id: Vec<Option<StaffId>>,
    role: Vec<Option<&'static str>>,
    session_id: Vec<Option<SessionId>>,
    request_id: Vec<Option<String>>,
    ip: Vec<Option<IpAddr>>,
    user_agent: Vec<Option<String>>,
    customer_id: Vec<Option<CustomerId>>,
    subject_type: Vec<Option<&'static str>>,
    subject_id: Vec<Option<Uuid>>,
    item_count: Vec<Option<i64>>,
    details: Vec<Value>,
    sealed: Vec<Option<Vec<u8>>>,
    leaf: Vec<Hash>,
}

impl Rows {
    /// `sealed`: the event's values, encrypted.
    pub fn push(
        &mut self,
        id: EventId,
        at: Timestamp,
        actor: &Actor,
        mut event: Event,
        sealed: Option<Vec<u8>>,
    ) {
        let (actor_kind, staff_id, role, session) = match actor.who {
            Who::Staff { id, role, via: Via::Session(session) } => {
                ("staff", Some(id), Some(role), Some(session))
            }
            Who::Staff { id, role, via: Via::Key(key) } => {
                if let Value::Object(details) = &mut event.details {
                    details.insert("apiKeyId".to_owned(), json!(key));
                }
                ("staff", Some(id), Some(role), None)
            }
            Who::System => ("system", None, None, None),
            Who::Nobody => ("nobody", None, None, None),
        };
        let request = &actor.request;
        let request_id = Some(request.id.clone()).filter(|id| !id.is_empty());
        let leaf = chain::Event {
            id: id.0,
            at,
            action: event.action,
            kind: event.kind.name(),
            actor_kind,
            staff_id: staff_id.map(|id| id.0),
            role,
            session_id: session.map(|id| id.0),
            request_id: request_id.as_deref(),
            ip: request.ip.map(address),
            user_agent: request.user_agent.as_deref(),
            customer_id: event.customer.map(|id| id.0),
            subject_type: event.subject.map(|(kind, _)| kind),
            subject_id: event.subject.map(|(_, id)| id),
            item_count: event.item_count,
            details: &event.details,
            values: sealed.as_deref().map(|sealed| Values {
                customer_id: event.customer.map(|id| id.0),
                sealed: Some(sealed),
                ..Values::default()
            }),
        };
        self.leaf.push(leaf.leaf());
        self.id.push(id);
        self.at.push(at);
        self.action.push(event.action);
        self.kind.push(event.kind.name());
        self.actor_kind.push(actor_kind);
        self.staff_id.push(staff_id);
        self.role.push(role);
        self.session_id.push(session);
        self.request_id.push(request_id);
        self.ip.push(request.ip);
        self.user_agent.push(request.user_agent.clone());
        self.customer_id.push(event.customer);
        self.subject_type.push(event.subject.map(|(kind, _)| kind));
        self.subject_id.push(event.subject.map(|(_, id)| id));
        self.item_count.push(event.item_count);
        self.details.push(event.details);
        self.sealed.push(sealed);
    }

    /// Inserts them in one statement, and tells those who listen of `hints`.
    pub async fn record(
        &self,
        db: &impl GenericClient,
        hints: &[String],
    ) -> Result<(), tokio_postgres::Error> {
        let statement = db.prepare_cached(include_str!("record_events.sql")).await?;
        let leaves: Vec<&[u8]> = self.leaf.iter().map(Hash::as_slice).collect();
        let columns: [&(dyn ToSql + Sync); 19] = [
            &self.id,
            &self.at,
            &self.action,
            &self.kind,
            &self.actor_kind,
            &self.staff_id,
            &self.role,
            &self.session_id,
            &self.request_id,
            &self.ip,
            &self.user_agent,
            &self.customer_id,
            &self.subject_type,
            &self.subject_id,
            &self.item_count,
            &self.details,
            &self.sealed,
            &leaves,
            &hints,
        ];
        db.execute(&statement, &columns).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_kept() {
        let event = Event::change("customer.updated").values(
            Some(&json!({"name": "A", "email": "a@b.co"})),
            Some(&json!({"name": "B", "email": "a@b.co"})),
        );
        assert_eq!(event.before, Some(json!({"name": "A"})));
        assert_eq!(event.after, Some(json!({"name": "B"})));
    }
}
