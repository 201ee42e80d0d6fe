mod looks;
mod trail;

pub use looks::{CustomerLooks, LookDay, LookedAt, LookedThrough, Looker, StaffLooks};
pub use trail::{AnchorState, TrailFinding, TrailOutcome, TrailState, TrailVerification};

use jiff::Timestamp;
use kernel::{CustomerId, EventId, SessionId, StaffId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// Something was changed.
    Change,
    /// Personal data was read.
    Access,
    /// Somebody signed in or out, or tried to.
    SignIn,
}

impl AuditKind {
    /// As in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Access => "access",
            Self::SignIn => "sign_in",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Change, Self::Access, Self::SignIn].into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditActorKind {
    Staff,
    /// A job, a command, the server itself.
    System,
    /// Somebody who had not signed in.
    Nobody,
}

impl AuditActorKind {
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "staff" => Some(Self::Staff),
            "system" => Some(Self::System),
            "nobody" => Some(Self::Nobody),
            _ => None,
        }
    }
}

/// One event as the trail shows it. Names are those of today: the event itself holds ids only.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    pub id: EventId,
    pub at: Timestamp,
    /// What happened: `customer.updated`, `staff.signed_in`.
    pub action: String,
    pub kind: AuditKind,
    pub actor_kind: AuditActorKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<StaffId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_name: Option<String>,
    /// The role they acted in at the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// Names the request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// What kind of thing `subjectId` names: `address`, `session`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_id: Option<Uuid>,
    /// How many things were read or touched, where it was a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_count: Option<i64>,
    /// Ids, counts and codes.
    #[schema(value_type = Object)]
    pub details: Value,
    /// The name of the API key that was used, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via_key: Option<String>,
}

/// What became of an event's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditValues {
    /// They can be read, or there are none.
    Kept,
    /// Their key was destroyed: the person was erased, or their time was over.
    Erased,
    /// They were encrypted with another vault key than this server's.
    Unreadable,
}

/// One event with its values, which may be personal.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventDetail {
    #[serde(flatten)]
    pub event: AuditEvent,
    pub values: AuditValues,
    /// The changed fields as they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The changed fields as they became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// What a list was narrowed by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Value>,
}

/// Events, newest first.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct AuditPage {
    pub events: Vec<AuditEvent>,
    /// Give it as `after` to read on; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An action that occurs in the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditAction {
    pub action: String,
    pub kind: AuditKind,
}

/// What of a customer's events is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Changes,
    /// Reads of the customer's data too.
    ChangesAndAccesses,
}
