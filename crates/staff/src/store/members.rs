use jiff::Timestamp;
use kernel::StaffId;
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use super::role;
use crate::{Role, StaffMember};

/// The columns of a [`StaffMember`].
const MEMBER: &str = "select id, name, email, role, created_at, last_sign_in_at, disabled_at, password_hash is null as invited, version,
    exists (select from totp_factors t where t.staff_id = staff.id)
    or exists (select from passkeys p where p.staff_id = staff.id) as second_factor from staff";

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
        second_factor: row.get("second_factor"),
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

pub(crate) async fn find_member(db: &impl GenericClient, id: StaffId) -> Result<Option<StaffMember>> {
    let row = db.query_opt(&format!("{MEMBER} where id = $1"), &[&id]).await?;
    row.as_ref().map(member).transpose()
}

pub(crate) async fn find_member_by_email(
    db: &impl GenericClient,
    email: &str,
) -> Result<Option<StaffMember>> {
    let row = db.query_opt(&format!("{MEMBER} where lower(email) = lower($1)"), &[&email]).await?;
    row.as_ref().map(member).transpose()
}

/// Who has this address, and the hash of their password if they may sign in with one.
pub(crate) async fn find_password(
    db: &impl GenericClient,
    email: &str,
) -> Result<Option<(StaffId, Option<String>)>> {
    let row = db
        .query_opt(
            "select id, case when disabled_at is null then password_hash end from staff where lower(email) = lower($1)",
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
