use deadpool_postgres::Client;
use jiff::SignedDuration;
use kernel::{SessionId, StaffId};
use platform::{Actor, App, Event, Problem, RequestInfo, Result, Tx, Who, random};
use serde_json::json;

use crate::{By, Gate, Role, authorized::hash_token, permissions::OwnAccount, rules, store};

/// A fresh session's token, for the cookie; known to nobody else.
pub(crate) struct SignedIn {
    pub token: String,
    pub staff_id: StaffId,
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// The same answer, after the same work, whether the person is unknown, disabled or mistaken.
pub(crate) async fn sign_in(
    app: &App,
    gate: &Gate,
    request: &RequestInfo,
    email: &str,
    password: String,
) -> Result<SignedIn> {
    // It goes into memory and into the trail whatever it is: no longer than an address can be, and as the database can hold it.
    let account: String = email.trim().to_lowercase().replace('\0', "\u{FFFD}").chars().take(255).collect();
    let now = app.clock.now();
    gate.throttle.attempt(&account, request.ip, now).map_err(too_many)?;
    // No connection is held while the password is hashed: a storm of sign-ins must not starve everybody else.
    let known = store::find_password(&app.db.client().await?, &account).await?;
    let fits = gate.hasher.verify(password, known.as_ref().map(|(_, hash)| hash.clone())).await?;
    let mut db = app.db.client().await?;
    let Some((staff_id, _)) = known.filter(|_| fits) else {
        let tx = Tx::begin(&mut db, app).await?;
        let event = Event::sign_in("staff.sign_in_refused").filter(&json!({ "email": account }));
        tx.commit(&Actor::nobody(request.clone()), event).await?;
        return Err(Problem::new(
            axum::http::StatusCode::UNAUTHORIZED,
            "invalid_credentials",
            "The e-mail address or the password is wrong.",
        ));
    };
    gate.throttle.succeeded(&account, request.ip);
    open_session(app, &mut db, request, staff_id, "staff.signed_in").await
}

/// Opens a session for somebody who has just shown who they are.
pub(crate) async fn open_session(
    app: &App,
    db: &mut Client,
    request: &RequestInfo,
    staff_id: StaffId,
    action: &'static str,
) -> Result<SignedIn> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let member = store::lock_member(&*tx, staff_id).await?.filter(|member| member.disabled_at.is_none());
    let member = member.ok_or_else(Problem::unauthorized)?;
    let token = random::token();
    let session = SessionId::new(now);
    let lifetime = SignedDuration::try_from(app.settings.session_lifetime).unwrap_or(SignedDuration::MAX);
    store::insert_session(
        &*tx,
        store::NewSession {
            id: session,
            token_hash: hash_token(&token),
            staff_id,
            now,
            expires_at: now.saturating_add(lifetime).unwrap_or(now),
            request,
        },
    )
    .await?;
    let who = Who::Staff { id: staff_id, role: member.role.name(), session };
    let actor = Actor { who, request: request.clone() };
    tx.commit(&actor, Event::sign_in(action).on("session", session.0)).await?;
    Ok(SignedIn { token, staff_id, name: member.name, email: member.email, role: member.role })
}

pub(crate) async fn sign_out(app: &App, db: &mut Client, by: &By<OwnAccount>) -> Result<()> {
    end_own_session(app, db, by, by.session).await
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
    gate.throttle.attempt(&account, address, now).map_err(too_many)?;
    let stored = store::find_password(db, &by.email).await?.map(|(_, hash)| hash);
    if !gate.hasher.verify(current, stored).await? {
        return Err(Problem::invalid("current", "is not your present password"));
    }
    gate.throttle.succeeded(&account, address);
    rules::check_password(&next, &by.email, &by.name).map_err(|problem| problem.on_field("next"))?;
    let hash = gate.hasher.hash(next).await?;
    let tx = Tx::begin(db, app).await?;
    store::set_password(&*tx, by.staff_id, None, &hash, now).await?;
    store::end_sessions(&*tx, by.staff_id, Some(by.session), now).await?;
    let token = random::token();
    store::rotate_session(&*tx, by.session, &hash_token(&token)).await?;
    tx.commit(&by.actor, Event::change("staff.password_changed").on("sessions", by.staff_id.0)).await?;
    Ok(SignedIn {
        token,
        staff_id: by.staff_id,
        name: by.name.clone(),
        email: by.email.clone(),
        role: by.role,
    })
}

fn too_many(seconds: u64) -> Problem {
    let mut problem = Problem::new(
        axum::http::StatusCode::TOO_MANY_REQUESTS,
        "too_many_attempts",
        format!(
            "Too many wrong passwords. Try again in {seconds} {}.",
            if seconds == 1 { "second" } else { "seconds" }
        ),
    );
    problem.retry_after_s = Some(seconds);
    problem
}
