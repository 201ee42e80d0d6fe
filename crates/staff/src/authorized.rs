//! The extractors that let a handler run: a live session, of an enabled person, whose role has the permission.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{Pence, SessionId, StaffId};
use platform::{Actor, App, Problem, Result, Via, Who, http, rate};
use sha2::{Digest, Sha256};

use crate::{Permission, Role, Seen, actions::KEY_START, permissions::OwnAccount, rules, store};

pub const SESSION_COOKIE: &str = "hub_session";

/// Proof that the permission `P` was checked, and who acts.
pub struct By<P> {
    pub actor: Actor,
    pub staff_id: StaffId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub(crate) via: Via,
    /// Of an API key.
    pub(crate) scopes: Option<Arc<[String]>>,
    pub(crate) proved_at: Option<Timestamp>,
    pub(crate) permission: PhantomData<P>,
}

/// How far somebody comes, whatever the permission: by their role and, of an API key, by its scopes.
#[derive(Debug, Clone)]
pub struct Reach {
    role: Role,
    scopes: Option<Arc<[String]>>,
}

impl Reach {
    /// Of somebody who is signed in.
    pub fn of(role: Role) -> Self {
        Self { role, scopes: None }
    }

    pub fn may<P: Permission>(&self) -> Result<()> {
        check_scope::<P>(self.scopes.as_deref())?;
        rules::allowed::<P>(self.role)
    }
}

impl<P> By<P> {
    pub fn reach(&self) -> Reach {
        Reach { role: self.role, scopes: self.scopes.clone() }
    }

    /// Whether who acts has another permission too.
    pub fn may<Q: Permission>(&self) -> Result<()> {
        self.reach().may::<Q>()
    }

    /// The same person with another permission, for doors behind which acts differ; refused if they have it not.
    pub fn require<Q: Permission>(&self) -> Result<By<Q>> {
        self.may::<Q>()?;
        Ok(By {
            actor: self.actor.clone(),
            staff_id: self.staff_id,
            name: self.name.clone(),
            email: self.email.clone(),
            role: self.role,
            via: self.via,
            scopes: self.scopes.clone(),
            proved_at: self.proved_at,
            permission: PhantomData,
        })
    }

    /// Refused to API keys, which have none.
    pub fn session(&self) -> Result<SessionId> {
        match self.via {
            Via::Session(session) => Ok(session),
            Via::Key(_) => Err(not_for_keys()),
        }
    }

    /// Refused unless the person has shown a short while ago who they are.
    pub fn require_proof(&self, app: &App) -> Result<()> {
        self.session()?;
        rules::check_proof(self.proved_at, app.clock.now(), app.settings.access.proof)
    }

    /// The same for money: small sums are not asked about.
    pub fn require_proof_of(&self, app: &App, amount: Pence) -> Result<()> {
        if amount < app.settings.access.proof_from { Ok(()) } else { self.require_proof(app) }
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
        let (db, caller) = enter(parts, app).await?;
        if let Some(seen) = parts.extensions.get::<Seen>() {
            seen.note(caller.staff_id, caller.role, caller.scopes.clone());
        }
        if caller.must_enrol {
            return Err(Problem::forbidden(
                "second_factor_missing",
                "Your role needs a second factor beside the password. Add one first.",
            ));
        }
        check_scope::<P>(caller.scopes.as_deref())?;
        rules::allowed::<P>(caller.role)?;
        rules::check_reading::<P>(caller.reading_stopped)?;
        Ok(Self { by: by(parts, caller), app: app.clone(), db })
    }
}

/// As [`Authorized`], for acts that do harm in the wrong hands: who acts must have shown a short while ago who they are. The
/// document says so with `x-step-up`, at the refusal.
pub struct Proven<P> {
    pub by: By<P>,
    pub app: App,
    pub db: Client,
}

impl<P: Permission> FromRequestParts<App> for Proven<P> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Authorized { by, app, db } = Authorized::<P>::from_request_parts(parts, app).await?;
        by.require_proof(&app)?;
        Ok(Self { by, app, db })
    }
}

/// For what somebody may do whose role needs a second factor that they do not have yet: add one, or leave.
pub(crate) struct Entering {
    pub by: By<OwnAccount>,
    pub app: App,
    pub db: Client,
    pub must_enrol: bool,
}

impl FromRequestParts<App> for Entering {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let (db, caller) = enter(parts, app).await?;
        check_scope::<OwnAccount>(caller.scopes.as_deref())?;
        let must_enrol = caller.must_enrol;
        Ok(Self { by: by(parts, caller), app: app.clone(), db, must_enrol })
    }
}

/// Who asks, by the session of a cookie or by an API key.
struct Caller {
    staff_id: StaffId,
    role: Role,
    name: String,
    email: String,
    via: Via,
    scopes: Option<Arc<[String]>>,
    proved_at: Option<Timestamp>,
    must_enrol: bool,
    reading_stopped: bool,
}

/// Being seen is written at most once a minute: it must not make every read a write.
const SEEN: SignedDuration = SignedDuration::from_mins(1);

async fn enter(parts: &Parts, app: &App) -> Result<(Client, Caller)> {
    match parts.headers.get(header::AUTHORIZATION) {
        Some(given) => enter_with_key(parts, given.to_str().unwrap_or_default(), app).await,
        None => enter_with_session(parts, app).await,
    }
}

async fn enter_with_session(parts: &Parts, app: &App) -> Result<(Client, Caller)> {
    let token = session_token(&parts.headers, app).ok_or_else(Problem::unauthorized)?;
    let db = app.db.client().await?;
    let now = app.clock.now();
    let idle = SignedDuration::try_from(app.settings.session_idle).unwrap_or(SignedDuration::MAX);
    let idle_since = now.saturating_sub(idle).unwrap_or(now);
    let session = store::find_session(&db, &hash_token(token), now, idle_since, rules::needing_factor(app))
        .await?
        .ok_or_else(Problem::unauthorized)?;
    if session.pending {
        return Err(Problem::new(
            axum::http::StatusCode::UNAUTHORIZED,
            "second_factor_needed",
            "Complete the sign-in with your second factor first.",
        ));
    }
    if now.duration_since(session.last_seen_at) > SEEN {
        store::touch_session(&db, session.session, now).await?;
    }
    let caller = Caller {
        staff_id: session.staff_id,
        role: session.role,
        name: session.name,
        email: session.email,
        via: Via::Session(session.session),
        scopes: None,
        proved_at: session.proved_at,
        must_enrol: session.must_enrol,
        reading_stopped: session.reading_stopped,
    };
    Ok((db, caller))
}

async fn enter_with_key(parts: &Parts, given: &str, app: &App) -> Result<(Client, Caller)> {
    let wrong = || {
        Problem::new(
            axum::http::StatusCode::UNAUTHORIZED,
            "invalid_key",
            "Send a key that is neither revoked nor expired, as Authorization: Bearer hub_….",
        )
    };
    let (scheme, key) = given.split_once(' ').ok_or_else(wrong)?;
    if !scheme.eq_ignore_ascii_case("bearer") || !key.starts_with(KEY_START) {
        return Err(wrong());
    }
    let db = app.db.client().await?;
    let now = app.clock.now();
    let found = store::find_key(&db, &hash_token(key), now, rules::needing_factor(app)).await?;
    let found = found.ok_or_else(wrong)?;
    rate::take_for_key(&db, found.key.0, app.settings.access.key_requests_per_minute, now).await?;
    if found.last_used_at.is_none_or(|at| now.duration_since(at) > SEEN) {
        store::touch_key(&db, found.key, &http::client(&parts.extensions), now).await?;
    }
    let caller = Caller {
        staff_id: found.staff_id,
        role: found.role,
        name: found.name,
        email: found.email,
        via: Via::Key(found.key),
        scopes: Some(found.scopes.into()),
        proved_at: None,
        must_enrol: found.must_enrol,
        reading_stopped: found.reading_stopped,
    };
    Ok((db, caller))
}

/// A key is good for its scopes only; whoever is signed in has none that bind them.
pub(crate) fn check_scope<P: Permission>(scopes: Option<&[String]>) -> Result<()> {
    match scopes {
        Some(_) if P::NAME == OwnAccount::NAME => Err(not_for_keys()),
        Some(scopes) if !scopes.iter().any(|scope| scope == P::NAME) => {
            Err(Problem::forbidden("not_in_scope", format!("This key is not good for {}.", P::NAME))
                .with("permission", P::NAME.into()))
        }
        _ => Ok(()),
    }
}

fn not_for_keys() -> Problem {
    Problem::forbidden("not_for_keys", "A key may not do this. Sign in as a person.")
}

fn by<P>(parts: &Parts, caller: Caller) -> By<P> {
    let actor = Actor {
        who: Who::Staff { id: caller.staff_id, role: caller.role.name(), via: caller.via },
        request: http::client(&parts.extensions),
    };
    By {
        actor,
        staff_id: caller.staff_id,
        name: caller.name,
        email: caller.email,
        role: caller.role,
        via: caller.via,
        scopes: caller.scopes,
        proved_at: caller.proved_at,
        permission: PhantomData,
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
    read_cookie(headers, &cookie_name(app))
}

pub(crate) fn read_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
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
