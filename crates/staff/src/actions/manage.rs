//! Staff members as others manage them.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{Email, StaffId, clean_line};
use platform::{Actor, App, Event, Problem, Result, Tx};
use serde_json::json;

use super::links::{LINK_LIFETIME, insert_link};
use crate::{
    By, Gate, Link, NewStaffMember, Role, StaffMember, letters::want_link, model::LinkKind,
    permissions::StaffManage, store,
};

/// What everybody may know in demo mode.
pub const DEMO_PASSWORD: &str = "demo van moving desk";

/// The sign-in of a role in demo mode.
pub fn demo_email(role: Role) -> String {
    format!("{}@demo.example.com", role.name().replace('_', "-"))
}

/// One sign-in per role, for demo mode; repeatable.
pub async fn seed_demo(app: &App, gate: &Gate, db: &mut Client) -> Result<()> {
    const NAMES: [&str; 6] = [
        "Sam Superadmin",
        "Olivia Operations",
        "Sunil Support",
        "Fiona Finance",
        "Robert Reviewer",
        "Rhiannon Reader",
    ];
    for (role, name) in Role::ALL.into_iter().zip(NAMES) {
        let now = app.clock.now();
        let email = demo_email(role);
        if store::find_member_by_email(db, &email).await?.is_some() {
            continue;
        }
        let hash = gate.hasher.hash(DEMO_PASSWORD.to_owned()).await?;
        let id = StaffId::new(now);
        let tx = Tx::begin(db, app).await?;
        store::insert_member(&*tx, id, name, &email, role, now).await?;
        store::set_password(&*tx, id, None, &hash, now).await?;
        tx.commit(&Actor::system(), Event::change("staff.seeded").on("staff", id.0)).await?;
    }
    Ok(())
}

/// Outside demo mode a database with the demo's sign-ins must not be served: their password is known to everybody.
pub async fn refuse_demo_accounts(db: &tokio_postgres::Client) -> Result<()> {
    let emails: Vec<String> = Role::ALL.into_iter().map(demo_email).collect();
    let open = db
        .query(
            "select email from staff where email = any($1) and disabled_at is null order by email",
            &[&emails],
        )
        .await?;
    if open.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = open.iter().map(|row| row.get(0)).collect();
    Err(Problem::conflict(
        "demo_accounts",
        format!(
            "This database has been used in demo mode and has sign-ins that everybody knows ({}). Disable each with \
             `hub staff disable`, or start with --demo.",
            names.join(", ")
        ),
    ))
}

pub async fn list_staff(db: &Client) -> Result<Vec<StaffMember>> {
    store::list_members(db).await
}

/// Adds somebody without a password. Where mail can be sent, the link with which they choose one is mailed, and seen by nobody else.
pub(crate) async fn invite(
    app: &App,
    db: &mut Client,
    by: &By<StaffManage>,
    new: &NewStaffMember,
) -> Result<(StaffId, Option<Link>)> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let id = insert(&tx, new, now).await?;
    let link = if app.settings.smtp_url.is_some() {
        want_link(app, &tx, Some(id)).await?;
        None
    } else {
        Some(insert_link(app, &tx, LinkKind::Invitation, Some(id), LINK_LIFETIME).await?)
    };
    tx.commit(&by.actor, invited(id, new)).await?;
    Ok((id, link))
}

async fn insert(tx: &Tx<'_>, new: &NewStaffMember, now: Timestamp) -> Result<StaffId> {
    let name = clean_line(&new.name, 200).map_err(|fault| Problem::invalid("name", fault.to_string()))?;
    let email = Email::parse(&new.email).map_err(|fault| Problem::invalid("email", fault.to_string()))?;
    let id = StaffId::new(now);
    store::insert_member(&**tx, id, &name, email.as_str(), new.role, now).await?;
    Ok(id)
}

fn invited(id: StaffId, new: &NewStaffMember) -> Event {
    Event::change("staff.invited").on("staff", id.0).details(json!({ "role": new.role }))
}

/// Adds somebody without a password, and the link with which they choose one. The command line acts as the system.
pub async fn add_staff_member(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    new: &NewStaffMember,
) -> Result<(StaffId, Link)> {
    let tx = Tx::begin(db, app).await?;
    let id = insert(&tx, new, app.clock.now()).await?;
    let link = insert_link(app, &tx, LinkKind::Invitation, Some(id), LINK_LIFETIME).await?;
    tx.commit(actor, invited(id, new)).await?;
    Ok((id, link))
}

/// What may be changed of a staff member.
pub(crate) struct Changes {
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

/// Changes a member as seen at `version`. Disabling ends everything they hold and have asked for (`end_what_leavers_hold`); nobody disables or demotes the last superadmin, or themselves.
pub(crate) async fn update(
    app: &App,
    db: &mut Client,
    by: &By<StaffManage>,
    id: StaffId,
    version: i32,
    changes: Changes,
) -> Result<StaffMember> {
    let name = clean_line(&changes.name, 200).map_err(|fault| Problem::invalid("name", fault.to_string()))?;
    let tx = Tx::begin(db, app).await?;
    // Superadmins are locked before the member, always in the same order.
    let others = store::count_other_superadmins(&*tx, id).await?;
    let before = store::lock_member(&*tx, id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    if before.version != version {
        return Err(Problem::new(
            axum::http::StatusCode::PRECONDITION_FAILED,
            "changed_meanwhile",
            "Somebody else has changed this staff member meanwhile. Look again before you decide.",
        )
        .with("current", json!(before)));
    }
    let loses_power = changes.disabled || changes.role != Role::Superadmin;
    if before.role == Role::Superadmin && loses_power && id == by.staff_id {
        return Err(Problem::conflict(
            "own_account",
            "You cannot disable or demote yourself. Ask another superadmin.",
        ));
    }
    if before.role == Role::Superadmin && loses_power && others == 0 {
        return Err(Problem::conflict(
            "last_superadmin",
            "This is the last superadmin; make another one first.",
        ));
    }
    let now = app.clock.now();
    let disabled_at = if changes.disabled { before.disabled_at.or(Some(now)) } else { None };
    store::update_member(&*tx, id, &name, changes.role, disabled_at, now).await?;
    let after = store::lock_member(&*tx, id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    let details = json!({
        "role": { "before": before.role, "after": after.role },
        "disabled": { "before": before.disabled_at.is_some(), "after": changes.disabled },
    });
    tx.commit(&by.actor, Event::change("staff.updated").on("sessions", id.0).details(details)).await?;
    Ok(after)
}

/// For the command line, when nobody can sign in.
pub async fn set_disabled(app: &App, db: &mut Client, email: &str, disabled: bool) -> Result<StaffMember> {
    let tx = Tx::begin(db, app).await?;
    let found =
        store::find_member_by_email(&*tx, email).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    let before =
        store::lock_member(&*tx, found.id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    let now = app.clock.now();
    let disabled_at = if disabled { before.disabled_at.or(Some(now)) } else { None };
    store::update_member(&*tx, before.id, &before.name, before.role, disabled_at, now).await?;
    let action = if disabled { "staff.disabled" } else { "staff.enabled" };
    tx.commit(&Actor::system(), Event::change(action).on("sessions", before.id.0)).await?;
    Ok(before)
}

pub(crate) async fn end_all_sessions(
    app: &App,
    db: &mut Client,
    by: &By<StaffManage>,
    id: StaffId,
) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    store::lock_member(&*tx, id).await?.ok_or_else(|| Problem::not_found("staff member"))?;
    let ended = store::end_sessions(&*tx, id, None, app.clock.now()).await?;
    let event = Event::change("staff.sessions_ended")
        .on("sessions", id.0)
        .items(i64::try_from(ended).unwrap_or(i64::MAX));
    tx.commit(&by.actor, event).await?;
    Ok(())
}
