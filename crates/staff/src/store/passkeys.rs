use jiff::Timestamp;
use kernel::{PasskeyId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, problem::violates};

use crate::Passkey;

/// A passkey of somebody who is not disabled.
pub(crate) struct StoredPasskey {
    pub id: PasskeyId,
    pub staff_id: StaffId,
    pub public_key: Vec<u8>,
    pub sign_count: u32,
}

/// Locked, so that its counter is compared with the latest.
pub(crate) async fn lock_passkey(
    db: &impl GenericClient,
    credential_id: &[u8],
) -> Result<Option<StoredPasskey>> {
    let row = db
        .query_opt(
            "select p.id, p.staff_id, p.public_key, p.sign_count from passkeys p join staff m on m.id = p.staff_id
             where p.credential_id = $1 and m.disabled_at is null for update of p",
            &[&credential_id],
        )
        .await?;
    Ok(row.map(|row| StoredPasskey {
        id: row.get(0),
        staff_id: row.get(1),
        public_key: row.get(2),
        sign_count: u32::try_from(row.get::<_, i64>(3)).unwrap_or(u32::MAX),
    }))
}

pub(crate) async fn use_passkey(
    db: &impl GenericClient,
    id: PasskeyId,
    counter: u32,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update passkeys set sign_count = $2, last_used_at = $3 where id = $1",
        &[&id, &i64::from(counter), &now],
    )
    .await?;
    Ok(())
}

pub(crate) struct NewPasskeyRow<'a> {
    pub id: PasskeyId,
    pub staff_id: StaffId,
    pub credential_id: &'a [u8],
    pub public_key: &'a [u8],
    pub name: &'a str,
    pub counter: u32,
    pub now: Timestamp,
}

pub(crate) async fn insert_passkey(db: &impl GenericClient, new: &NewPasskeyRow<'_>) -> Result<()> {
    db.execute(
        "insert into passkeys (id, staff_id, credential_id, public_key, name, sign_count, added_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &new.id,
            &new.staff_id,
            &new.credential_id,
            &new.public_key,
            &new.name,
            &i64::from(new.counter),
            &new.now,
        ],
    )
    .await
    .map_err(|error| {
        if violates(&error, "passkeys_credential_id_key") {
            Problem::conflict("passkey_known", "This passkey is known already.")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// Somebody's passkeys, latest first.
pub(crate) async fn list_passkeys(db: &impl GenericClient, owner: StaffId) -> Result<Vec<Passkey>> {
    let rows = db
        .query(
            "select id, name, added_at, last_used_at from passkeys where staff_id = $1 order by added_at desc, id desc",
            &[&owner],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Passkey {
            id: row.get(0),
            name: row.get(1),
            added_at: row.get(2),
            last_used_at: row.get(3),
        })
        .collect())
}

pub(crate) async fn credential_ids(db: &impl GenericClient, owner: StaffId) -> Result<Vec<Vec<u8>>> {
    let rows = db.query("select credential_id from passkeys where staff_id = $1", &[&owner]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// False when this person has no such passkey.
pub(crate) async fn rename_passkey(
    db: &impl GenericClient,
    owner: StaffId,
    id: PasskeyId,
    name: &str,
) -> Result<bool> {
    let sql = "update passkeys set name = $3 where id = $1 and staff_id = $2";
    Ok(db.execute(sql, &[&id, &owner, &name]).await? == 1)
}

/// False when this person has no such passkey.
pub(crate) async fn delete_passkey(db: &impl GenericClient, owner: StaffId, id: PasskeyId) -> Result<bool> {
    Ok(db.execute("delete from passkeys where id = $1 and staff_id = $2", &[&id, &owner]).await? == 1)
}

pub(crate) async fn delete_passkeys(db: &impl GenericClient, owner: StaffId) -> Result<()> {
    db.execute("delete from passkeys where staff_id = $1", &[&owner]).await?;
    Ok(())
}

/// False when it was answered before. Those that have expired by themselves are forgotten.
pub(crate) async fn use_challenge(
    db: &impl GenericClient,
    hash: &[u8],
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    db.execute("delete from used_challenges where expires_at < $1", &[&now]).await?;
    let used = db
        .execute(
            "insert into used_challenges (challenge_hash, expires_at) values ($1, $2) on conflict do nothing",
            &[&hash, &expires_at],
        )
        .await?;
    Ok(used == 1)
}
