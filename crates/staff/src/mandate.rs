//! Work that goes on after the answer, done in the name of who asked for it: with their rights as they are then.

use std::{marker::PhantomData, net::IpAddr};

use jiff::Timestamp;
use kernel::{ApiKeyId, SessionId, StaffId};
use platform::db::GenericClient;
use platform::{Actor, Problem, RequestInfo, Result, Via, Who};

use crate::{By, Permission, authorized::check_scope, rules, store};

/// Who asked, and through what, as it is kept until the work is done.
#[derive(Debug, Clone)]
pub struct Mandate {
    pub staff_id: StaffId,
    pub session_id: Option<SessionId>,
    pub api_key_id: Option<ApiKeyId>,
    pub request_id: String,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

impl Mandate {
    pub fn of<P>(by: &By<P>) -> Self {
        let (session_id, api_key_id) = match by.actor.who {
            Who::Staff { via: Via::Session(session), .. } => (Some(session), None),
            Who::Staff { via: Via::Key(key), .. } => (None, Some(key)),
            Who::System | Who::Nobody => (None, None),
        };
        let request = &by.actor.request;
        Self {
            staff_id: by.staff_id,
            session_id,
            api_key_id,
            request_id: request.id.clone(),
            ip: request.ip,
            user_agent: request.user_agent.clone(),
        }
    }

    /// Refused when the person was disabled, or has the permission no more, or the key is good no longer. That they have signed out
    /// since is no matter.
    pub async fn by<P: Permission>(&self, db: &impl GenericClient, now: Timestamp) -> Result<By<P>> {
        let found = store::find_mandated(db, self.staff_id, self.api_key_id, now).await?;
        let Some(found) = found else {
            return Err(Problem::forbidden(
                "mandate_ended",
                "Who asked for this has been disabled, or their key is good no longer.",
            ));
        };
        let via = match (self.session_id, self.api_key_id) {
            (_, Some(key)) => Via::Key(key),
            (Some(session), None) => Via::Session(session),
            (None, None) => return Err(Problem::internal(&"a mandate without a session or a key")),
        };
        let scopes = found.scopes.map(Into::into);
        check_scope::<P>(scopes.as_deref())?;
        rules::allowed::<P>(found.role)?;
        let request =
            RequestInfo { id: self.request_id.clone(), ip: self.ip, user_agent: self.user_agent.clone() };
        let actor = Actor { who: Who::Staff { id: self.staff_id, role: found.role.name(), via }, request };
        Ok(By {
            actor,
            staff_id: self.staff_id,
            name: found.name,
            email: found.email,
            role: found.role,
            via,
            scopes,
            // Acts that ask for it again are not done on a mandate.
            proved_at: None,
            permission: PhantomData,
        })
    }
}
