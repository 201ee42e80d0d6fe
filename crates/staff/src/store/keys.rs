use jiff::Timestamp;
use kernel::{ApiKeyId, StaffId};
use platform::db::GenericClient;
use platform::{RequestInfo, Result};
use tokio_postgres::Row;

use super::role;
use crate::{ApiKey, Role};

/// A key that is good, and whose.
pub(crate) struct LiveKey {
    pub key: ApiKeyId,
    pub staff_id: StaffId,
    pub role: Role,
    pub name: String,
    pub email: String,
    pub scopes: Vec<String>,
    pub last_used_at: Option<Timestamp>,
    pub must_enrol: bool,
    pub reading_stopped: bool,
}

/// The key with this hash, if it is good: neither revoked nor expired, nor of a disabled person.
pub(crate) async fn find_key(
    db: &impl GenericClient,
    hash: &[u8],
    now: Timestamp,
    needing_factor: &[String],
) -> Result<Option<LiveKey>> {
    let statement = db
        .prepare_cached(
            "select k.id, k.staff_id, k.scopes, k.last_used_at, m.role, m.name, m.email,
                    coalesce(m.reading_stopped_until > $2, false) as reading_stopped,
                    m.role = any($3) and not exists (select from totp_factors t where t.staff_id = m.id)
                    and not exists (select from passkeys p where p.staff_id = m.id) as must_enrol
             from api_keys k join staff m on m.id = k.staff_id
             where k.key_hash = $1 and k.revoked_at is null and k.expires_at > $2 and m.disabled_at is null",
        )
        .await?;
    let Some(row) = db.query_opt(&statement, &[&hash, &now, &needing_factor]).await? else { return Ok(None) };
    Ok(Some(LiveKey {
        key: row.get("id"),
        staff_id: row.get("staff_id"),
        role: role(row.get("role"))?,
        name: row.get("name"),
        email: row.get("email"),
        scopes: row.get("scopes"),
        last_used_at: row.get("last_used_at"),
        must_enrol: row.get("must_enrol"),
        reading_stopped: row.get("reading_stopped"),
    }))
}

/// Whoever asked for work that goes on: their role as it is now, and what their key is good for.
pub(crate) struct Mandated {
    pub role: Role,
    pub name: String,
    pub email: String,
    pub scopes: Option<Vec<String>>,
}

/// None: the person was disabled, or the key is good no longer.
pub(crate) async fn find_mandated(
    db: &impl GenericClient,
    staff: StaffId,
    key: Option<ApiKeyId>,
    now: Timestamp,
) -> Result<Option<Mandated>> {
    let statement = db
        .prepare_cached(
            "select m.role, m.name, m.email, k.scopes from staff m
             left join api_keys k on k.id = $2 and k.staff_id = m.id and k.revoked_at is null and k.expires_at > $3
             where m.id = $1 and m.disabled_at is null and ($2::uuid is null or k.id is not null)",
        )
        .await?;
    let Some(row) = db.query_opt(&statement, &[&staff, &key, &now]).await? else { return Ok(None) };
    Ok(Some(Mandated {
        role: role(row.get("role"))?,
        name: row.get("name"),
        email: row.get("email"),
        scopes: row.get("scopes"),
    }))
}

pub(crate) async fn touch_key(
    db: &impl GenericClient,
    id: ApiKeyId,
    request: &RequestInfo,
    now: Timestamp,
) -> Result<()> {
    let statement =
        db.prepare_cached("update api_keys set last_used_at = $2, last_used_ip = $3 where id = $1").await?;
    db.execute(&statement, &[&id, &now, &request.ip]).await?;
    Ok(())
}

pub(crate) struct NewKey<'a> {
    pub id: ApiKeyId,
    pub staff_id: StaffId,
    pub name: &'a str,
    pub prefix: &'a str,
    pub hash: &'a [u8],
    pub scopes: &'a [String],
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

pub(crate) async fn insert_key(db: &impl GenericClient, new: &NewKey<'_>) -> Result<()> {
    db.execute(
        "insert into api_keys (id, staff_id, name, prefix, key_hash, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&new.id, &new.staff_id, &new.name, &new.prefix, &new.hash, &new.scopes, &new.now, &new.expires_at],
    )
    .await?;
    Ok(())
}

/// Somebody's keys that are not revoked, latest first; those that have expired too.
pub(crate) async fn list_keys(db: &impl GenericClient, owner: StaffId) -> Result<Vec<ApiKey>> {
    let rows = db
        .query(
            "select id, name, prefix, scopes, created_at, expires_at, last_used_at, last_used_ip from api_keys
             where staff_id = $1 and revoked_at is null order by created_at desc, id desc",
            &[&owner],
        )
        .await?;
    Ok(rows.iter().map(key).collect())
}

fn key(row: &Row) -> ApiKey {
    ApiKey {
        id: row.get("id"),
        name: row.get("name"),
        prefix: row.get("prefix"),
        scopes: row.get("scopes"),
        created_at: row.get("created_at"),
        expires_at: row.get("expires_at"),
        last_used_at: row.get("last_used_at"),
        last_used_ip: row.get::<_, Option<std::net::IpAddr>>("last_used_ip").map(|ip| ip.to_string()),
    }
}

/// False when this person has no such key that is good.
pub(crate) async fn revoke_key(
    db: &impl GenericClient,
    owner: StaffId,
    id: ApiKeyId,
    now: Timestamp,
) -> Result<bool> {
    let revoked = db
        .execute(
            "update api_keys set revoked_at = $3 where id = $1 and staff_id = $2 and revoked_at is null",
            &[&id, &owner, &now],
        )
        .await?;
    Ok(revoked == 1)
}
