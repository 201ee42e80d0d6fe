//! One-time links: the first superadmin's set-up, an invitation, a password reset.

use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{Email, StaffId, clean_line};
use platform::{Actor, App, Event, Problem, RequestInfo, Result, Tx, random};
use serde_json::json;

use super::sign_in::{Entered, open_session, too_many};
use crate::{
    Gate, Link, Role, StaffMember,
    authorized::hash_token,
    letters::{Notice, want_link, want_notice},
    model::{FirstFactor, LinkKind},
    rules,
    store::{self, StoredLink},
    throttle::{self, Guess},
};

/// Of links that are handed over.
pub(super) const LINK_LIFETIME: SignedDuration = SignedDuration::from_hours(48);

/// What a link is for, for the page that asks for the rest.
pub(crate) struct ReadLink {
    pub kind: LinkKind,
    pub member: Option<StaffMember>,
}

/// What the person who holds a link fills in; name and e-mail only where they are not known yet.
pub(crate) struct Redemption {
    pub token: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub password: String,
}

/// A link to create the first superadmin, as long as there is nobody; replaces the one printed before.
pub async fn set_up_link(app: &App, db: &mut Client) -> Result<Option<Link>> {
    let tx = Tx::begin(db, app).await?;
    if store::count_members(&*tx).await? > 0 {
        return Ok(None);
    }
    let link = insert_link(app, &tx, LinkKind::Setup, None, LINK_LIFETIME).await?;
    tx.commit(&Actor::system(), Event::change("staff.set_up_offered")).await?;
    Ok(Some(link))
}

/// A link with which this person chooses a new password. The present one works until then.
pub async fn reset_link(app: &App, db: &mut Client, actor: &Actor, id: StaffId) -> Result<Link> {
    let tx = Tx::begin(db, app).await?;
    let member = store::lock_member(&*tx, id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    if member.disabled_at.is_some() {
        return Err(Problem::conflict(
            "staff_disabled",
            format!("{} is disabled; enable them first.", member.name),
        ));
    }
    let kind = if member.invited { LinkKind::Invitation } else { LinkKind::PasswordReset };
    let link = insert_link(app, &tx, kind, Some(id), LINK_LIFETIME).await?;
    tx.commit(actor, Event::change("staff.reset_offered").on("staff", id.0)).await?;
    Ok(link)
}

/// Somebody has forgotten their password, or says so. What is done and answered is the same whether there is such an account or not:
/// whoever is to get a mail gets it later.
pub(crate) async fn ask_password_reset(app: &App, request: &RequestInfo, email: &str) -> Result<()> {
    let account = Email::parse(email)
        .map_err(|fault| Problem::invalid("email", fault.to_string()))?
        .into_string()
        .to_lowercase();
    if app.settings.smtp_url.is_none() {
        return Err(Problem::conflict(
            "no_mail_server",
            "No mail server is configured. Ask a superadmin for a link with which you choose a new password.",
        ));
    }
    // Never forgiven by success, because nobody can tell here what success is.
    let mut db = app.db.client().await?;
    let counted = throttle::attempt(&db, Guess::Reset(&account), request.ip, app.clock.now()).await?;
    counted.map_err(too_many)?;
    let tx = Tx::begin(&mut db, app).await?;
    let known = store::find_member_by_email(&*tx, &account).await?;
    let id = known.filter(|member| member.disabled_at.is_none()).map(|member| member.id);
    want_link(app, &tx, id).await?;
    let mut event = Event::sign_in("staff.reset_asked").filter(&json!({ "email": account }));
    event.subject = id.map(|id| ("sign_in", id.0));
    tx.commit(&Actor::nobody(request.clone()), event).await?;
    Ok(())
}

pub(crate) async fn insert_link(
    app: &App,
    tx: &Tx<'_>,
    kind: LinkKind,
    staff_id: Option<StaffId>,
    lifetime: SignedDuration,
) -> Result<Link> {
    let token = random::token();
    let now = app.clock.now();
    let expires_at: Timestamp = now.saturating_add(lifetime).unwrap_or(now);
    store::insert_link(&**tx, &hash_token(&token), kind, staff_id, now, expires_at).await?;
    // The token stands behind #, so it reaches neither server logs nor the Referer header.
    Ok(Link { url: format!("{}/welcome#token={token}", app.settings.public_url), expires_at })
}

pub(crate) async fn read_link(app: &App, db: &mut Client, token: &str) -> Result<ReadLink> {
    let tx = Tx::begin(db, app).await?;
    let (link, member) = lock(app, &tx, token).await?;
    Ok(ReadLink { kind: link.kind, member })
}

/// Sets the password, uses the link up, ends older sessions, and signs the person in; a second factor is asked for all the same.
pub(crate) async fn redeem_link(
    app: &App,
    gate: &Gate,
    db: &mut Client,
    request: &RequestInfo,
    given: Redemption,
) -> Result<Entered> {
    let preview = read_link(app, db, &given.token).await?;
    let name = match (&given.name, &preview.member) {
        (Some(name), _) => {
            Some(clean_line(name, 200).map_err(|fault| Problem::invalid("name", fault.to_string()))?)
        }
        (None, Some(_)) => None,
        (None, None) => return Err(Problem::invalid("name", "is needed")),
    };
    let email = match &preview.member {
        Some(member) => member.email.clone(),
        None => Email::parse(given.email.as_deref().unwrap_or_default())
            .map_err(|fault| Problem::invalid("email", fault.to_string()))?
            .into_string(),
    };
    let known_name = name.as_deref().or(preview.member.as_ref().map(|member| member.name.as_str()));
    rules::check_password(&given.password, &email, known_name.unwrap_or_default())?;
    let hash = gate.hasher.hash(given.password).await?;

    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let (link, _) = lock(app, &tx, &given.token).await?;
    let id = match link.staff_id {
        Some(id) => id,
        None => {
            if store::count_members(&*tx).await? > 0 {
                return Err(used());
            }
            let id = StaffId::new(now);
            store::insert_member(
                &*tx,
                id,
                name.as_deref().unwrap_or_default(),
                &email,
                Role::Superadmin,
                now,
            )
            .await?;
            id
        }
    };
    store::set_password(&*tx, id, name.as_deref(), &hash, now).await?;
    store::end_sessions(&*tx, id, None, now).await?;
    store::use_link(&*tx, &hash_token(&given.token), now).await?;
    if link.kind == LinkKind::PasswordReset {
        want_notice(app, &tx, id, Notice::PasswordChanged, None).await?;
    }
    let action = match link.kind {
        LinkKind::Setup => "staff.set_up",
        LinkKind::Invitation => "staff.invitation_accepted",
        LinkKind::PasswordReset => "staff.password_reset",
    };
    tx.commit(&Actor::nobody(request.clone()), Event::change(action).on("staff", id.0)).await?;
    open_session(app, db, request, id, FirstFactor::Link).await
}

async fn lock(app: &App, tx: &Tx<'_>, token: &str) -> Result<(StoredLink, Option<StaffMember>)> {
    let link = store::lock_link(&**tx, &hash_token(token), app.clock.now()).await?.ok_or_else(used)?;
    let member = match link.staff_id {
        Some(id) => store::lock_member(&**tx, id).await?,
        None => None,
    };
    match &member {
        Some(member) if member.disabled_at.is_some() => Err(used()),
        _ => Ok((link, member)),
    }
}

fn used() -> Problem {
    Problem::new(
        axum::http::StatusCode::GONE,
        "link_used",
        "This link has been used, replaced or has expired. Ask a superadmin for a new one.",
    )
}
