//! The extractor that lets a handler run: a live session, of an enabled person, whose role has the permission.

use std::{
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use deadpool_postgres::Client;
use jiff::SignedDuration;
use kernel::{SessionId, StaffId};
use platform::{Actor, App, Problem, Result, Who, http};
use sha2::{Digest, Sha256};

use crate::{Permission, Role, rules, store};

pub const SESSION_COOKIE: &str = "hub_session";

/// Proof that the permission `P` was checked, and who acts.
pub struct By<P> {
    pub actor: Actor,
    pub staff_id: StaffId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub session: SessionId,
    permission: PhantomData<P>,
}

impl<P> By<P> {
    /// The same person with another permission, for doors behind which acts differ; refused if their role has it not.
    pub fn require<Q: Permission>(&self) -> Result<By<Q>> {
        rules::allowed::<Q>(self.role)?;
        Ok(By {
            actor: self.actor.clone(),
            staff_id: self.staff_id,
            name: self.name.clone(),
            email: self.email.clone(),
            role: self.role,
            session: self.session,
            permission: PhantomData,
        })
    }
}

/// Tells a layer around the handlers who was let in; empty until then.
#[derive(Clone, Default)]
pub struct Seen(Arc<OnceLock<(StaffId, Role)>>);

impl Seen {
    pub fn get(&self) -> Option<(StaffId, Role)> {
        self.0.get().copied()
    }
}

/// What a handler gets: who acts with which permission, the app, and the request's one database connection.
pub struct Authorized<P> {
    pub by: By<P>,
    pub app: App,
    pub db: Client,
}

impl<P: Permission> FromRequestParts<App> for Authorized<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = session_token(&parts.headers, app).ok_or_else(Problem::unauthorized)?;
        let db = app.db.client().await?;
        let now = app.clock.now();
        let idle = SignedDuration::try_from(app.settings.session_idle).unwrap_or(SignedDuration::MAX);
        let signed_in =
            store::find_session(&db, &hash_token(token), now, now.saturating_sub(idle).unwrap_or(now))
                .await?
                .ok_or_else(Problem::unauthorized)?;
        // Written at most once a minute: being seen must not make every read a write.
        if now.duration_since(signed_in.last_seen_at) > SignedDuration::from_mins(1) {
            store::touch_session(&db, signed_in.session, now).await?;
        }
        if let Some(seen) = parts.extensions.get::<Seen>() {
            let _ = seen.0.set((signed_in.staff_id, signed_in.role));
        }
        rules::allowed::<P>(signed_in.role)?;
        rules::check_reading::<P>(signed_in.reading_stopped)?;
        let actor = Actor {
            who: Who::Staff {
                id: signed_in.staff_id,
                role: signed_in.role.name(),
                session: signed_in.session,
            },
            request: http::client(&parts.extensions),
        };
        let by = By {
            actor,
            staff_id: signed_in.staff_id,
            name: signed_in.name,
            email: signed_in.email,
            role: signed_in.role,
            session: signed_in.session,
            permission: PhantomData,
        };
        Ok(Self { by, app: app.clone(), db })
    }
}

/// Over https the name begins with `__Host-`, which browsers tie to this very origin.
pub(crate) fn cookie_name(app: &App) -> String {
    let prefix = if is_https(app) { "__Host-" } else { "" };
    format!("{prefix}{SESSION_COOKIE}")
}

pub(crate) fn is_https(app: &App) -> bool {
    app.settings.public_url.starts_with("https://")
}

pub(crate) fn session_token<'a>(headers: &'a HeaderMap, app: &App) -> Option<&'a str> {
    let name = cookie_name(app);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, token)| token)
}

pub(crate) fn hash_token(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
