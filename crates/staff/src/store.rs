//! The SQL of staff, sessions and one-time links.

use deadpool_postgres::GenericClient;
use jiff::Timestamp;
use kernel::{SessionId, StaffId};
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::{Role, StaffMember, model::LinkKind};

pub(crate) struct LiveSession {
    pub session: SessionId,
    pub staff_id: StaffId,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub last_seen_at: Timestamp,
    /// Whether they have read as many customers today as their role may.
    pub reading_stopped: bool,
}

fn role(name: &str) -> Result<Role> {
    Role::from_name(name).ok_or_else(|| Problem::internal(&format!("unknown role {name}")))
}

/// The session of this token, if it lives: neither ended, nor too old, nor idle since before `idle_since`, nor of a disabled person.
pub(crate) async fn find_session(
    db: &impl GenericClient,
    token_hash: &[u8],
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<LiveSession>> {
    let statement = db
        .prepare_cached(
            "select s.id, s.staff_id, s.last_seen_at, m.role, m.name, m.email,
                    coalesce(m.reading_stopped_until > $2, false) as reading_stopped
             from sessions s join staff m on m.id = s.staff_id
             where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2 and s.last_seen_at > $3
               and m.disabled_at is null",
        )
        .await?;
    let Some(row) = db.query_opt(&statement, &[&token_hash, &now, &idle_since]).await? else {
        return Ok(None);
    };
    Ok(Some(LiveSession {
        session: row.get("id"),
        staff_id: row.get("staff_id"),
        role: role(row.get("role"))?,
        name: row.get("name"),
        email: row.get("email"),
        last_seen_at: row.get("last_seen_at"),
        reading_stopped: row.get("reading_stopped"),
    }))
}

/// Until then this person is refused whatever shows customers. Part of a transaction that leaves an event.
pub async fn stop_reading(db: &impl GenericClient, id: StaffId, until: Timestamp) -> Result<()> {
    db.execute("update staff set reading_stopped_until = $2 where id = $1", &[&id, &until]).await?;
    Ok(())
}

pub(crate) async fn touch_session(db: &impl GenericClient, id: SessionId, now: Timestamp) -> Result<()> {
    let statement = db.prepare_cached("update sessions set last_seen_at = $2 where id = $1").await?;
    db.execute(&statement, &[&id, &now]).await?;
    Ok(())
}

pub(crate) struct NewSession<'a> {
    pub id: SessionId,
    pub token_hash: Vec<u8>,
    pub staff_id: StaffId,
    pub now: Timestamp,
    pub expires_at: Timestamp,
    pub request: &'a platform::RequestInfo,
}

pub(crate) async fn insert_session(db: &impl GenericClient, new: NewSession<'_>) -> Result<()> {
    db.execute(
        "insert into sessions (id, token_hash, staff_id, created_at, last_seen_at, expires_at, ip, user_agent)
         values ($1, $2, $3, $4, $4, $5, $6, $7)",
        &[&new.id, &new.token_hash, &new.staff_id, &new.now, &new.expires_at, &new.request.ip, &new.request.user_agent],
    )
    .await?;
    db.execute("update staff set last_sign_in_at = $2 where id = $1", &[&new.staff_id, &new.now]).await?;
    Ok(())
}

/// From now on the session is known by another token only.
pub(crate) async fn rotate_session(db: &impl GenericClient, id: SessionId, token_hash: &[u8]) -> Result<()> {
    db.execute("update sessions set token_hash = $2 where id = $1", &[&id, &token_hash]).await?;
    Ok(())
}

/// Ends one session of this person; false when there is none that lives.
pub(crate) async fn end_session(
    db: &impl GenericClient,
    owner: StaffId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool> {
    let ended = db
        .execute(
            "update sessions set ended_at = $3 where id = $1 and staff_id = $2 and ended_at is null",
            &[&id, &owner, &now],
        )
        .await?;
    Ok(ended == 1)
}

/// Ends all sessions of a person but `keep`; returns how many.
pub(crate) async fn end_sessions(
    db: &impl GenericClient,
    owner: StaffId,
    keep: Option<SessionId>,
    now: Timestamp,
) -> Result<u64> {
    Ok(db
        .execute(
            "update sessions set ended_at = $3 where staff_id = $1 and ended_at is null and id is distinct from $2",
            &[&owner, &keep, &now],
        )
        .await?)
}

/// Sessions that live, latest seen first.
pub(crate) async fn list_sessions(
    db: &impl GenericClient,
    owner: StaffId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Vec<Row>> {
    Ok(db
        .query(
            "select id, created_at, last_seen_at, expires_at, ip, user_agent from sessions
             where staff_id = $1 and ended_at is null and expires_at > $2 and last_seen_at > $3
             order by last_seen_at desc, id desc",
            &[&owner, &now, &idle_since],
        )
        .await?)
}

/// The columns of a [`StaffMember`].
const MEMBER: &str = "select id, name, email, role, created_at, last_sign_in_at, disabled_at, password_hash is null as invited, version from staff";

fn member(row: &Row) -> Result<StaffMember> {
    Ok(StaffMember {
        id: row.get("id"),
        name: row.get("name"),
        email: row.get("email"),
        role: role(row.get("role"))?,
        created_at: row.get("created_at"),
        last_sign_in_at: row.get("last_sign_in_at"),
        disabled_at: row.get("disabled_at"),
        invited: row.get("invited"),
        version: row.get("version"),
    })
}

pub(crate) async fn list_members(db: &impl GenericClient) -> Result<Vec<StaffMember>> {
    let rows = db.query(&format!("{MEMBER} order by disabled_at is not null, lower(name), id"), &[]).await?;
    rows.iter().map(member).collect()
}

/// Locks the row, so that what is decided from it stays true until the transaction ends.
pub(crate) async fn lock_member(db: &impl GenericClient, id: StaffId) -> Result<Option<StaffMember>> {
    let row = db.query_opt(&format!("{MEMBER} where id = $1 for update"), &[&id]).await?;
    row.as_ref().map(member).transpose()
}

pub(crate) async fn find_member_by_email(
    db: &impl GenericClient,
    email: &str,
) -> Result<Option<StaffMember>> {
    let row = db.query_opt(&format!("{MEMBER} where lower(email) = lower($1)"), &[&email]).await?;
    row.as_ref().map(member).transpose()
}

/// The stored hash of an enabled person who has a password.
pub(crate) async fn find_password(db: &impl GenericClient, email: &str) -> Result<Option<(StaffId, String)>> {
    let row = db
        .query_opt(
            "select id, password_hash from staff
             where lower(email) = lower($1) and disabled_at is null and password_hash is not null",
            &[&email],
        )
        .await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

pub(crate) async fn insert_member(
    db: &impl GenericClient,
    id: StaffId,
    name: &str,
    email: &str,
    role: Role,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into staff (id, email, name, role, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
        &[&id, &email, &name, &role.name(), &now],
    )
    .await
    .map_err(|error| {
        if platform::problem::violates(&error, "staff_email_unique") {
            Problem::conflict("email_taken", "Another staff member has this e-mail address.")
                .on_field("email")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

pub(crate) async fn set_password(
    db: &impl GenericClient,
    id: StaffId,
    name: Option<&str>,
    hash: &str,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update staff set password_hash = $2, name = coalesce($3, name), updated_at = $4, version = version + 1 where id = $1",
        &[&id, &hash, &name, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn member_exists(db: &impl GenericClient, id: StaffId) -> Result<bool> {
    Ok(db.query_one("select exists (select from staff where id = $1)", &[&id]).await?.get(0))
}

pub(crate) async fn count_members(db: &impl GenericClient) -> Result<i64> {
    Ok(db.query_one("select count(*) from staff", &[]).await?.get(0))
}

pub(crate) struct StoredLink {
    pub kind: LinkKind,
    pub staff_id: Option<StaffId>,
}

pub(crate) async fn insert_link(
    db: &impl GenericClient,
    token_hash: &[u8],
    kind: LinkKind,
    staff_id: Option<StaffId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    // A newer link of the same kind for the same person replaces the older one.
    db.execute(
        "update sign_in_links set used_at = $3 where kind = $1 and staff_id is not distinct from $2 and used_at is null",
        &[&kind.name(), &staff_id, &now],
    )
    .await?;
    db.execute(
        "insert into sign_in_links (token_hash, kind, staff_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        &[&token_hash, &kind.name(), &staff_id, &now, &expires_at],
    )
    .await?;
    Ok(())
}

/// A link that may still be used; locked, so that two who use it at once are one after the other.
pub(crate) async fn lock_link(
    db: &impl GenericClient,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<StoredLink>> {
    let row = db
        .query_opt(
            "select kind, staff_id from sign_in_links
             where token_hash = $1 and used_at is null and expires_at > $2 for update",
            &[&token_hash, &now],
        )
        .await?;
    row.map(|row| {
        let kind: &str = row.get(0);
        let kind =
            LinkKind::from_name(kind).ok_or_else(|| Problem::internal(&format!("unknown link {kind}")))?;
        Ok(StoredLink { kind, staff_id: row.get(1) })
    })
    .transpose()
}

pub(crate) async fn use_link(db: &impl GenericClient, token_hash: &[u8], now: Timestamp) -> Result<()> {
    db.execute("update sign_in_links set used_at = $2 where token_hash = $1", &[&token_hash, &now]).await?;
    Ok(())
}

pub(crate) async fn update_member(
    db: &impl GenericClient,
    id: StaffId,
    name: &str,
    role: Role,
    disabled_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update staff set name = $2, role = $3, disabled_at = $4, updated_at = $5, version = version + 1 where id = $1",
        &[&id, &name, &role.name(), &disabled_at, &now],
    )
    .await?;
    Ok(())
}

/// Enabled superadmins other than `id` who can sign in.
pub(crate) async fn count_other_superadmins(db: &impl GenericClient, id: StaffId) -> Result<i64> {
    // Locked in order: two superadmins who demote each other at once must not both succeed.
    let rows = db
        .query(
            "select id from staff where role = 'superadmin' and disabled_at is null and password_hash is not null
             order by id for update",
            &[],
        )
        .await?;
    Ok(i64::try_from(rows.iter().filter(|row| row.get::<_, StaffId>(0) != id).count()).unwrap_or(i64::MAX))
}

/// Name, title and description of every role, highest first.
pub(crate) async fn list_roles(db: &impl GenericClient) -> Result<Vec<(Role, String, String)>> {
    let rows = db.query("select name, title, description from roles order by position", &[]).await?;
    rows.iter().map(|row| Ok((role(row.get(0))?, row.get(1), row.get(2)))).collect()
}
