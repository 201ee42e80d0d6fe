use jiff::Timestamp;
use kernel::{ContactId, CustomerId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::{Contact, input::ContactDetails};

const COLUMNS: &str = "select id, label, name, phone, phone_e164, email, notes, is_default, created_at, updated_at, version \
    from contacts where customer_id = $1 and removed_at is null";

fn from_row(row: &Row) -> Contact {
    Contact {
        id: row.get("id"),
        label: row.get("label"),
        name: row.get("name"),
        phone: row.get("phone"),
        phone_e164: row.get("phone_e164"),
        email: row.get("email"),
        notes: row.get("notes"),
        is_default: row.get("is_default"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

/// The default one first, then as they were added.
pub async fn contacts_of(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Contact>> {
    let statement = db.prepare_cached(&format!("{COLUMNS} order by is_default desc, created_at, id")).await?;
    Ok(db.query(&statement, &[&customer]).await?.iter().map(from_row).collect())
}

pub(crate) async fn lock_contact(
    db: &impl GenericClient,
    customer: CustomerId,
    id: ContactId,
) -> Result<Contact> {
    let row = db.query_opt(&format!("{COLUMNS} and id = $2 for update"), &[&customer, &id]).await?;
    row.map(|row| from_row(&row)).ok_or_else(|| Problem::not_found("contact"))
}

/// Before another contact becomes the default.
pub(crate) async fn clear_default_contact(
    db: &impl GenericClient,
    customer: CustomerId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update contacts set is_default = false, updated_at = $2, version = version + 1
         where customer_id = $1 and is_default and removed_at is null",
        &[&customer, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn insert_contact(
    db: &impl GenericClient,
    customer: CustomerId,
    id: ContactId,
    new: &ContactDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into contacts (id, customer_id, label, name, phone, phone_e164, email, notes, is_default, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        &[
            &id, &customer, &new.label, &new.name, &new.phone, &new.phone_e164, &new.email, &new.notes,
            &new.is_default, &now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update_contact(
    db: &impl GenericClient,
    id: ContactId,
    new: &ContactDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update contacts set label = $2, name = $3, phone = $4, phone_e164 = $5, email = $6, notes = $7, is_default = $8,
            updated_at = $9, version = version + 1
         where id = $1",
        &[
            &id, &new.label, &new.name, &new.phone, &new.phone_e164, &new.email, &new.notes, &new.is_default, &now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn remove_contact(db: &impl GenericClient, id: ContactId, now: Timestamp) -> Result<()> {
    db.execute(
        "update contacts set removed_at = $2, is_default = false, updated_at = $2, version = version + 1 where id = $1",
        &[&id, &now],
    )
    .await?;
    Ok(())
}
