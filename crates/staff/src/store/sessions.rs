use jiff::Timestamp;
use kernel::{SessionId, StaffId};
use platform::Result;
use platform::db::GenericClient;
use tokio_postgres::Row;

use super::role;
use crate::{
    Role,
    model::{FirstFactor, SecondFactor},
};

pub(crate) struct LiveSession {
    pub session: SessionId,
    pub staff_id: StaffId,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub last_seen_at: Timestamp,
    /// The second factor is still to come.
    pub pending: bool,
    pub proved_at: Option<Timestamp>,
    /// Their role needs a second factor and they have none.
    pub must_enrol: bool,
    /// Whether they have read as many customers today as their role may.
    pub reading_stopped: bool,
}

/// The session of this token, if it lives: neither ended, nor too old, nor idle since before `idle_since`, nor of a disabled person.
pub(crate) async fn find_session(
    db: &impl GenericClient,
    token_hash: &[u8],
    now: Timestamp,
    idle_since: Timestamp,
    needing_factor: &[String],
) -> Result<Option<LiveSession>> {
    let statement = db
        .prepare_cached(
            "select s.id, s.staff_id, s.last_seen_at, s.pending, s.proved_at, m.role, m.name, m.email,
                    coalesce(m.reading_stopped_until > $2, false) as reading_stopped,
                    m.role = any($4) and not exists (select from totp_factors t where t.staff_id = m.id)
                    and not exists (select from passkeys p where p.staff_id = m.id) as must_enrol
             from sessions s join staff m on m.id = s.staff_id
             where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2 and s.last_seen_at > $3
               and m.disabled_at is null",
        )
        .await?;
    let Some(row) = db.query_opt(&statement, &[&token_hash, &now, &idle_since, &needing_factor]).await?
    else {
        return Ok(None);
    };
    Ok(Some(LiveSession {
        session: row.get("id"),
        staff_id: row.get("staff_id"),
        role: role(row.get("role"))?,
        name: row.get("name"),
        email: row.get("email"),
        last_seen_at: row.get("last_seen_at"),
        pending: row.get("pending"),
        proved_at: row.get("proved_at"),
        must_enrol: row.get("must_enrol"),
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
    pub first_factor: FirstFactor,
    /// The second factor is still to come.
    pub pending: bool,
}

pub(crate) async fn insert_session(db: &impl GenericClient, new: NewSession<'_>) -> Result<()> {
    let proved_at = Some(new.now).filter(|_| !new.pending);
    db.execute(
        "insert into sessions (id, token_hash, staff_id, created_at, last_seen_at, expires_at, ip, user_agent, first_factor,
            pending, proved_at)
         values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &new.id,
            &new.token_hash,
            &new.staff_id,
            &new.now,
            &new.expires_at,
            &new.request.ip,
            &new.request.user_agent,
            &new.first_factor.name(),
            &new.pending,
            &proved_at,
        ],
    )
    .await?;
    if !new.pending {
        note_sign_in(db, new.staff_id, new.now).await?;
    }
    Ok(())
}

async fn note_sign_in(db: &impl GenericClient, id: StaffId, now: Timestamp) -> Result<()> {
    db.execute("update staff set last_sign_in_at = $2 where id = $1", &[&id, &now]).await?;
    Ok(())
}

/// A session that waits for its second factor, and whose; locked, so that codes are tried one after the other.
pub(crate) async fn lock_pending_session(
    db: &impl GenericClient,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<(SessionId, StaffId)>> {
    let row = db
        .query_opt(
            "select s.id, s.staff_id from sessions s join staff m on m.id = s.staff_id
             where s.token_hash = $1 and s.pending and s.ended_at is null and s.expires_at > $2 and m.disabled_at is null
             for update of s",
            &[&token_hash, &now],
        )
        .await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// The second factor has come: the session is whole, under another token.
pub(crate) async fn complete_session(
    db: &impl GenericClient,
    id: SessionId,
    token_hash: &[u8],
    second: SecondFactor,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    let row = db
        .query_one(
            "update sessions set pending = false, token_hash = $2, second_factor = $3, proved_at = $4, last_seen_at = $4,
                expires_at = $5
             where id = $1 returning staff_id",
            &[&id, &token_hash, &second.name(), &now, &expires_at],
        )
        .await?;
    note_sign_in(db, row.get(0), now).await
}

/// After a handful, the password has to be given again.
pub(crate) async fn count_wrong_code(db: &impl GenericClient, id: SessionId, now: Timestamp) -> Result<()> {
    db.execute(
        "update sessions set wrong_codes = wrong_codes + 1, ended_at = case when wrong_codes >= 4 then $2 else ended_at end
         where id = $1",
        &[&id, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn prove_session(db: &impl GenericClient, id: SessionId, now: Timestamp) -> Result<()> {
    db.execute("update sessions set proved_at = $2 where id = $1", &[&id, &now]).await?;
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
            "select id, created_at, last_seen_at, expires_at, ip, user_agent, first_factor, second_factor from sessions
             where staff_id = $1 and not pending and ended_at is null and expires_at > $2 and last_seen_at > $3
             order by last_seen_at desc, id desc",
            &[&owner, &now, &idle_since],
        )
        .await?)
}

/// Whether this session came about in a place that the person was not seen in for 90 days: another network, or another kind of browser.
/// The first session of all is nowhere new.
pub(crate) async fn is_elsewhere(db: &impl GenericClient, id: SessionId, staff_id: StaffId) -> Result<bool> {
    // Versions of browsers change by the week.
    let row = db
        .query_one(
            "with places as (
                 select id, created_at, regexp_replace(coalesce(user_agent, ''), '[0-9._]+', '', 'g') as browser,
                     network(set_masklen(ip, case family(ip) when 4 then 24 else 48 end)) as network
                 from sessions where staff_id = $2 and not pending
             ), this as (select * from places where id = $1)
             select count(*) > 0 and not coalesce(bool_or(
                 p.browser = t.browser and p.network is not distinct from t.network
                     and p.created_at > t.created_at - interval '90 days'), false)
             from places p, this t where p.id <> t.id",
            &[&id, &staff_id],
        )
        .await?;
    Ok(row.get(0))
}

/// Address and browser.
pub(crate) async fn place_of(
    db: &impl GenericClient,
    id: SessionId,
) -> Result<(Option<String>, Option<String>)> {
    let row = db.query_opt("select ip, user_agent from sessions where id = $1", &[&id]).await?;
    let ip = row.as_ref().and_then(|row| row.get::<_, Option<std::net::IpAddr>>(0));
    Ok((ip.map(|ip| ip.to_string()), row.and_then(|row| row.get(1))))
}
