use jiff::Timestamp;
use kernel::StaffId;
use platform::Result;
use platform::db::GenericClient;

/// What somebody can show beside a password, or instead of it.
pub(crate) struct Factors {
    pub has_password: bool,
    pub totp_added_at: Option<Timestamp>,
    pub passkeys: i64,
    pub recovery_codes_left: i64,
}

impl Factors {
    /// Recovery codes stand in for a factor; they are none.
    pub fn any_second(&self) -> bool {
        self.totp_added_at.is_some() || self.passkeys > 0
    }
}

pub(crate) async fn read_factors(db: &impl GenericClient, id: StaffId) -> Result<Factors> {
    let statement = db
        .prepare_cached(
            "select m.password_hash is not null, t.added_at,
                    (select count(*) from recovery_codes r where r.staff_id = m.id and r.used_at is null),
                    (select count(*) from passkeys p where p.staff_id = m.id)
             from staff m left join totp_factors t on t.staff_id = m.id where m.id = $1",
        )
        .await?;
    let row = db.query_one(&statement, &[&id]).await?;
    Ok(Factors {
        has_password: row.get(0),
        totp_added_at: row.get(1),
        recovery_codes_left: row.get(2),
        passkeys: row.get(3),
    })
}

/// The sealed secret and the latest step that was used.
pub(crate) async fn lock_totp(db: &impl GenericClient, id: StaffId) -> Result<Option<(Vec<u8>, i64)>> {
    let row = db
        .query_opt("select secret, last_step from totp_factors where staff_id = $1 for update", &[&id])
        .await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

pub(crate) async fn use_totp_step(db: &impl GenericClient, id: StaffId, step: i64) -> Result<()> {
    db.execute("update totp_factors set last_step = $2 where staff_id = $1", &[&id, &step]).await?;
    Ok(())
}

/// In the place of the one before, if there was one.
pub(crate) async fn put_totp(
    db: &impl GenericClient,
    id: StaffId,
    secret: &[u8],
    step: i64,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into totp_factors (staff_id, secret, added_at, last_step) values ($1, $2, $3, $4)
         on conflict (staff_id) do update set secret = $2, added_at = $3, last_step = $4",
        &[&id, &secret, &now, &step],
    )
    .await?;
    Ok(())
}

/// False when there was none.
pub(crate) async fn delete_totp(db: &impl GenericClient, id: StaffId) -> Result<bool> {
    Ok(db.execute("delete from totp_factors where staff_id = $1", &[&id]).await? == 1)
}

/// Uses the code up; false when it is none of theirs, or was used before.
pub(crate) async fn use_recovery_code(
    db: &impl GenericClient,
    id: StaffId,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let used = db
        .execute(
            "update recovery_codes set used_at = $3 where staff_id = $1 and code_hash = $2 and used_at is null",
            &[&id, &hash, &now],
        )
        .await?;
    Ok(used == 1)
}

/// In the place of all before.
pub(crate) async fn put_recovery_codes(
    db: &impl GenericClient,
    id: StaffId,
    hashes: &[Vec<u8>],
    now: Timestamp,
) -> Result<()> {
    delete_recovery_codes(db, id).await?;
    db.execute(
        "insert into recovery_codes (staff_id, code_hash, made_at) select $1, hash, $3 from unnest($2::bytea[]) as hash",
        &[&id, &hashes, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn delete_recovery_codes(db: &impl GenericClient, id: StaffId) -> Result<()> {
    db.execute("delete from recovery_codes where staff_id = $1", &[&id]).await?;
    Ok(())
}
