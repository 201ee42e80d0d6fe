//! What happened, and who did it.

use std::net::IpAddr;

use jiff::Timestamp;
use kernel::{CustomerId, EventId, SessionId, StaffId};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Where a request came from.
#[derive(Debug, Clone, Default)]
pub struct RequestInfo {
    pub id: String,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Who {
    Staff {
        id: StaffId,
        role: &'static str,
        session: SessionId,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Change,
    Access,
    SignIn,
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

    /// The row as `record_events` takes it.
    pub(crate) fn to_row(&self, id: EventId, at: Timestamp, actor: &Actor) -> Value {
        let (actor_kind, staff_id, role, session) = match &actor.who {
            Who::Staff { id, role, session } => ("staff", Some(*id), Some(*role), Some(*session)),
            Who::System => ("system", None, None, None),
            Who::Nobody => ("nobody", None, None, None),
        };
        let mut row = json!({
            "id": id, "at": at, "action": self.action, "kind": self.kind, "actor_kind": actor_kind,
            "details": self.details,
        });
        let Value::Object(fields) = &mut row else { return row };
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        put("staff_id", staff_id.map(|id| json!(id)));
        put("role", role.map(|role| json!(role)));
        put("session_id", session.map(|id| json!(id)));
        put("request_id", (!actor.request.id.is_empty()).then(|| json!(actor.request.id)));
        put("ip", actor.request.ip.map(|ip| json!(ip)));
        put("user_agent", actor.request.user_agent.as_ref().map(|agent| json!(agent)));
        put("customer_id", self.customer.map(|id| json!(id)));
        put("subject_type", self.subject.map(|(kind, _)| json!(kind)));
        put("subject_id", self.subject.map(|(_, id)| json!(id)));
        put("item_count", self.item_count.map(|count| json!(count)));
        put("before", self.before.clone());
        put("after", self.after.clone());
        put("filter", self.filter.clone());
        row
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
