use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{SessionId, StaffId};
use platform::{Actor, App, Event, Problem, RequestInfo, Result, Tx, Via, Who, random};
use serde_json::json;

use super::prove::use_code;
use crate::{
    By, Gate, Role,
    authorized::hash_token,
    letters::{Notice, want_notice},
    model::{FirstFactor, SecondFactor},
    permissions::OwnAccount,
    rules::{self, codes},
    store,
    throttle::{self, Guess},
};

/// How long the second factor may take.
const PENDING: SignedDuration = SignedDuration::from_mins(10);

/// A fresh session's token, for the cookie; known to nobody else.
pub(crate) struct SignedIn {
    pub token: String,
    pub staff_id: StaffId,
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Their role needs a second factor and they have none.
    pub must_enrol: bool,
}

/// The token of a session that is good for nothing but the second factor.
pub(crate) struct PendingSignIn {
    pub token: String,
    pub methods: Vec<SecondFactor>,
    pub expires_at: Timestamp,
}

impl SignedIn {
    /// The same person, whose session goes on under another token.
    pub(super) fn of(by: &By<OwnAccount>, token: String) -> Self {
        let (name, email) = (by.name.clone(), by.email.clone());
        Self { token, staff_id: by.staff_id, name, email, role: by.role, must_enrol: false }
    }
}

pub(crate) enum Entered {
    In(SignedIn),
    Pending(PendingSignIn),
}

/// The same answer, after the same work, whether the person is unknown, disabled or mistaken.
pub(crate) async fn sign_in(
    app: &App,
    gate: &Gate,
    request: &RequestInfo,
    email: &str,
    password: String,
) -> Result<Entered> {
    // It goes into memory and into the trail whatever it is: no longer than an address can be, and as the database can hold it.
    let account: String = email.trim().to_lowercase().replace('\0', "\u{FFFD}").chars().take(255).collect();
    let now = app.clock.now();
    // No connection is held while the password is hashed: a storm of sign-ins must not starve everybody else.
    let known = {
        let db = app.db.client().await?;
        throttle::attempt(&db, Guess::Password(&account), request.ip, now).await?.map_err(too_many)?;
        store::find_password(&db, &account).await?
    };
    let fits = gate.hasher.verify(password, known.as_ref().and_then(|(_, hash)| hash.clone())).await?;
    let mut db = app.db.client().await?;
    let Some((staff_id, _)) = known.as_ref().filter(|_| fits) else {
        let tx = Tx::begin(&mut db, app).await?;
        let mut event = Event::sign_in("staff.sign_in_refused").filter(&json!({ "email": account }));
        event.subject = known.map(|(id, _)| ("sign_in", id.0));
        tx.commit(&Actor::nobody(request.clone()), event).await?;
        return Err(wrong("The e-mail address or the password is wrong."));
    };
    throttle::succeeded(&db, Guess::Password(&account), request.ip).await?;
    open_session(app, &mut db, request, *staff_id, FirstFactor::Password).await
}

pub(super) fn wrong(detail: &str) -> Problem {
    Problem::new(axum::http::StatusCode::UNAUTHORIZED, "invalid_credentials", detail)
}

/// Opens a session for somebody who has just shown who they are; one that waits for the second factor, if they have one.
pub(super) async fn open_session(
    app: &App,
    db: &mut Client,
    request: &RequestInfo,
    staff_id: StaffId,
    first_factor: FirstFactor,
) -> Result<Entered> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let member = store::lock_member(&*tx, staff_id).await?.filter(|member| member.disabled_at.is_none());
    let member = member.ok_or_else(Problem::unauthorized)?;
    let factors = store::read_factors(&*tx, staff_id).await?;
    let pending = factors.any_second() && first_factor != FirstFactor::Passkey;
    let token = random::token();
    let session = SessionId::new(now);
    let expires_at =
        if pending { now.saturating_add(PENDING).unwrap_or(now) } else { end_of_session(app, now) };
    store::insert_session(
        &*tx,
        store::NewSession {
            id: session,
            token_hash: hash_token(&token),
            staff_id,
            now,
            expires_at,
            request,
            first_factor,
            pending,
        },
    )
    .await?;
    if pending {
        let event = Event::sign_in("staff.password_accepted").on("sign_in", staff_id.0);
        tx.commit(&Actor::nobody(request.clone()), event).await?;
        let mut methods = vec![SecondFactor::RecoveryCode];
        if factors.passkeys > 0 {
            methods.insert(0, SecondFactor::Passkey);
        }
        if factors.totp_added_at.is_some() {
            methods.insert(0, SecondFactor::Totp);
        }
        return Ok(Entered::Pending(PendingSignIn { token, methods, expires_at }));
    }
    let who = Who::Staff { id: staff_id, role: member.role.name(), via: Via::Session(session) };
    if store::is_elsewhere(&*tx, session, staff_id).await? {
        want_notice(app, &tx, staff_id, Notice::SignedInElsewhere, Some(session)).await?;
    }
    let event =
        Event::sign_in("staff.signed_in").on("session", session.0).details(json!({ "first": first_factor }));
    tx.commit(&Actor { who, request: request.clone() }, event).await?;
    let must_enrol =
        !factors.any_second() && rules::needing_factor(app).iter().any(|name| name == member.role.name());
    let (name, email, role) = (member.name, member.email, member.role);
    Ok(Entered::In(SignedIn { token, staff_id, name, email, role, must_enrol }))
}

fn end_of_session(app: &App, now: Timestamp) -> Timestamp {
    let lifetime = SignedDuration::try_from(app.settings.session_lifetime).unwrap_or(SignedDuration::MAX);
    now.saturating_add(lifetime).unwrap_or(now)
}

/// The second step: with the right code the session is whole, under a new token. Whatever is wrong, the answer is the same.
pub(crate) async fn complete_sign_in(
    app: &App,
    request: &RequestInfo,
    token: &str,
    code: &str,
) -> Result<SignedIn> {
    let mut db = app.db.client().await?;
    let now = app.clock.now();
    let expired = || {
        Problem::new(
            axum::http::StatusCode::UNAUTHORIZED,
            "sign_in_expired",
            "This sign-in has ended. Begin again with your password.",
        )
    };
    let typed = codes::typed(code);
    // Counted before the transaction, which may come to nothing; locked again within it.
    let begun = store::lock_pending_session(&db, &hash_token(token), now).await?;
    let guess = guess(&typed, begun.ok_or_else(expired)?.1);
    throttle::attempt(&db, guess, request.ip, now).await?.map_err(too_many)?;
    let tx = Tx::begin(&mut db, app).await?;
    let begun = store::lock_pending_session(&*tx, &hash_token(token), now).await?;
    let (session, staff_id) = begun.ok_or_else(expired)?;
    store::lock_member(&*tx, staff_id).await?;
    let Some(second) = use_code(app, &tx, staff_id, &typed).await? else {
        store::count_wrong_code(&*tx, session, now).await?;
        let event = Event::sign_in("staff.code_refused").on("sign_in", staff_id.0);
        tx.commit(&Actor::nobody(request.clone()), event).await?;
        return Err(wrong("The code is wrong, or was used before."));
    };
    throttle::succeeded(&*tx, guess, request.ip).await?;
    complete(app, tx, request, session, staff_id, second).await
}

/// The session is whole, under a new token.
pub(super) async fn complete(
    app: &App,
    tx: Tx<'_>,
    request: &RequestInfo,
    session: SessionId,
    staff_id: StaffId,
    second: SecondFactor,
) -> Result<SignedIn> {
    let now = app.clock.now();
    let member = store::lock_member(&*tx, staff_id).await?.ok_or_else(Problem::unauthorized)?;
    let token = random::token();
    let expires_at = end_of_session(app, now);
    store::complete_session(&*tx, session, &hash_token(&token), second, now, expires_at).await?;
    let who = Who::Staff { id: staff_id, role: member.role.name(), via: Via::Session(session) };
    if store::is_elsewhere(&*tx, session, staff_id).await? {
        want_notice(app, &tx, staff_id, Notice::SignedInElsewhere, Some(session)).await?;
    }
    let event =
        Event::sign_in("staff.signed_in").on("session", session.0).details(json!({ "second": second }));
    tx.commit(&Actor { who, request: request.clone() }, event).await?;
    let (name, email, role) = (member.name, member.email, member.role);
    Ok(SignedIn { token, staff_id, name, email, role, must_enrol: false })
}

pub(super) fn guess(typed: &codes::Typed, id: StaffId) -> Guess<'static> {
    match typed {
        codes::Typed::Recovery(_) => Guess::RecoveryCode(id),
        codes::Typed::Totp(_) | codes::Typed::Nonsense => Guess::Code(id),
    }
}

pub(crate) async fn sign_out(app: &App, db: &mut Client, by: &By<OwnAccount>) -> Result<()> {
    end_own_session(app, db, by, by.session()?).await
}

pub(crate) async fn end_own_session(
    app: &App,
    db: &mut Client,
    by: &By<OwnAccount>,
    id: SessionId,
) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    if !store::end_session(&*tx, by.staff_id, id, app.clock.now()).await? {
        return Err(Problem::not_found("session"));
    }
    tx.commit(&by.actor, Event::sign_in("staff.signed_out").on("session", id.0)).await?;
    Ok(())
}

/// The session that asks goes on.
pub(crate) async fn end_other_sessions(app: &App, db: &mut Client, by: &By<OwnAccount>) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    let ended = store::end_sessions(&*tx, by.staff_id, Some(by.session()?), app.clock.now()).await?;
    let event = Event::sign_in("staff.others_signed_out")
        .on("sessions", by.staff_id.0)
        .items(i64::try_from(ended).unwrap_or(i64::MAX));
    tx.commit(&by.actor, event).await?;
    Ok(())
}

pub(crate) async fn sign_out_everywhere(app: &App, db: &mut Client, by: &By<OwnAccount>) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    let ended = store::end_sessions(&*tx, by.staff_id, None, app.clock.now()).await?;
    let event = Event::sign_in("staff.signed_out_everywhere")
        .on("sessions", by.staff_id.0)
        .items(i64::try_from(ended).unwrap_or(i64::MAX));
    tx.commit(&by.actor, event).await?;
    Ok(())
}

/// Every other session ends; the present one goes on under a new token.
pub(crate) async fn change_password(
    app: &App,
    gate: &Gate,
    db: &mut Client,
    by: &By<OwnAccount>,
    current: String,
    next: String,
) -> Result<SignedIn> {
    let now = app.clock.now();
    let address = by.actor.request.ip;
    let account = by.email.to_lowercase();
    throttle::attempt(&*db, Guess::Password(&account), address, now).await?.map_err(too_many)?;
    let stored = store::find_password(db, &by.email).await?.and_then(|(_, hash)| hash);
    if !gate.hasher.verify(current, stored).await? {
        return Err(Problem::invalid("current", "is not your present password"));
    }
    throttle::succeeded(&*db, Guess::Password(&account), address).await?;
    rules::check_password(&next, &by.email, &by.name).map_err(|problem| problem.on_field("next"))?;
    let hash = gate.hasher.hash(next).await?;
    let tx = Tx::begin(db, app).await?;
    store::set_password(&*tx, by.staff_id, None, &hash, now).await?;
    store::end_sessions(&*tx, by.staff_id, Some(by.session()?), now).await?;
    let token = random::token();
    store::rotate_session(&*tx, by.session()?, &hash_token(&token)).await?;
    want_notice(app, &tx, by.staff_id, Notice::PasswordChanged, Some(by.session()?)).await?;
    tx.commit(&by.actor, Event::change("staff.password_changed").on("sessions", by.staff_id.0)).await?;
    Ok(SignedIn::of(by, token))
}

pub(super) fn too_many(seconds: u64) -> Problem {
    let mut problem = Problem::new(
        axum::http::StatusCode::TOO_MANY_REQUESTS,
        "too_many_attempts",
        format!(
            "Too many wrong attempts. Try again in {seconds} {}.",
            if seconds == 1 { "second" } else { "seconds" }
        ),
    );
    problem.retry_after_s = Some(seconds);
    problem
}
