use jiff::Timestamp;
use kernel::{AddressId, CustomerId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::{Address, input::AddressDetails};

const COLUMNS: &str = "select id, label, line1, line2, city, postcode, floor, flat, has_lift, access_notes, is_default, \
    created_at, updated_at, version from addresses where customer_id = $1 and removed_at is null";

fn from_row(row: &Row) -> Address {
    Address {
        id: row.get("id"),
        label: row.get("label"),
        line1: row.get("line1"),
        line2: row.get("line2"),
        city: row.get("city"),
        postcode: row.get("postcode"),
        floor: row.get("floor"),
        flat: row.get("flat"),
        has_lift: row.get("has_lift"),
        access_notes: row.get("access_notes"),
        is_default: row.get("is_default"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

/// The default one first, then as they were added.
pub async fn addresses_of(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Address>> {
    let statement = db.prepare_cached(&format!("{COLUMNS} order by is_default desc, created_at, id")).await?;
    Ok(db.query(&statement, &[&customer]).await?.iter().map(from_row).collect())
}

pub(crate) async fn lock_address(
    db: &impl GenericClient,
    customer: CustomerId,
    id: AddressId,
) -> Result<Address> {
    let row = db.query_opt(&format!("{COLUMNS} and id = $2 for update"), &[&customer, &id]).await?;
    row.map(|row| from_row(&row)).ok_or_else(|| Problem::not_found("address"))
}

/// Before another address becomes the default.
pub(crate) async fn clear_default_address(
    db: &impl GenericClient,
    customer: CustomerId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update addresses set is_default = false, updated_at = $2, version = version + 1
         where customer_id = $1 and is_default and removed_at is null",
        &[&customer, &now],
    )
    .await?;
    Ok(())
}

/// Makes the oldest address the default when there is none.
pub(crate) async fn promote_address(
    db: &impl GenericClient,
    customer: CustomerId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update addresses set is_default = true, updated_at = $2, version = version + 1
         where id = (select id from addresses where customer_id = $1 and removed_at is null order by created_at, id limit 1)
           and not exists (select from addresses where customer_id = $1 and is_default and removed_at is null)",
        &[&customer, &now],
    )
    .await?;
    Ok(())
}

pub(crate) async fn insert_address(
    db: &impl GenericClient,
    customer: CustomerId,
    id: AddressId,
    new: &AddressDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into addresses (id, customer_id, label, line1, line2, city, postcode, floor, flat, has_lift,
            access_notes, is_default, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        &[
            &id,
            &customer,
            &new.label,
            &new.line1,
            &new.line2,
            &new.city,
            &new.postcode,
            &new.floor,
            &new.flat,
            &new.has_lift,
            &new.access_notes,
            &new.is_default,
            &now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn update_address(
    db: &impl GenericClient,
    id: AddressId,
    new: &AddressDetails,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update addresses set label = $2, line1 = $3, line2 = $4, city = $5, postcode = $6, floor = $7, flat = $8,
            has_lift = $9, access_notes = $10, is_default = $11, updated_at = $12, version = version + 1
         where id = $1",
        &[
            &id, &new.label, &new.line1, &new.line2, &new.city, &new.postcode, &new.floor, &new.flat, &new.has_lift,
            &new.access_notes, &new.is_default, &now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn remove_address(db: &impl GenericClient, id: AddressId, now: Timestamp) -> Result<()> {
    db.execute(
        "update addresses set removed_at = $2, is_default = false, updated_at = $2, version = version + 1 where id = $1",
        &[&id, &now],
    )
    .await?;
    Ok(())
}
