use jiff::Timestamp;
use kernel::{CustomerId, Pence};
use platform::db::GenericClient;
use platform::{Problem, Result, problem::violates};
use serde_json::Value;
use tokio_postgres::Row;

use crate::{Customer, CustomerStats, FlagKind, input::Details, rules};

/// What [`from_row`] reads, in its order, from `customers c` and `customer_stats s`.
pub(crate) const COLUMNS: &str = "c.id, c.name, c.email, c.email_verified_at is not null as email_verified, \
    c.phone, c.phone_e164, c.created_at, c.updated_at, c.archived_at, c.version, s.orders, s.completed_orders, \
    s.cancelled_orders, s.ltv, s.open_tickets, s.urgent_tickets, s.addresses, s.contacts, s.flag_kinds, \
    nullif(s.last_order_at, '-infinity') as last_order_at, c.erased_at, c.merged_into, c.archive_reason";

/// By position, because finding 20 names in 200 rows costs more than reading them.
pub(crate) fn from_row(row: &Row, now: Timestamp) -> Customer {
    let archived_at: Option<Timestamp> = row.get(8);
    let last_order_at: Option<Timestamp> = row.get(19);
    Customer {
        id: row.get(0),
        name: row.get(1),
        email: row.get(2),
        email_verified: row.get(3),
        phone: row.get(4),
        phone_e164: row.get(5),
        created_at: row.get(6),
        updated_at: row.get(7),
        archived_at,
        archive_reason: row.get(22),
        erased_at: row.get(20),
        merged_into: row.get(21),
        version: row.get(9),
        status: rules::status(archived_at.is_some(), last_order_at, now),
        flags: row.get::<_, Vec<&str>>(18).into_iter().map(FlagKind::from_name).collect(),
        stats: CustomerStats {
            total_orders: row.get(10),
            completed_orders: row.get(11),
            cancelled_orders: row.get(12),
            total_ltv: Pence(row.get(13)),
            open_tickets: row.get(14),
            urgent_tickets: row.get(15),
            addresses_count: row.get(16),
            contacts_count: row.get(17),
            last_order_at,
        },
    }
}

/// The values a person can edit, as they stand.
pub(crate) fn details_of(customer: &Customer) -> Details {
    Details {
        name: customer.name.clone(),
        email: customer.email.clone(),
        phone: customer.phone.clone(),
        phone_e164: customer.phone_e164.clone(),
        email_verified: customer.email_verified,
    }
}

pub async fn read(db: &impl GenericClient, id: CustomerId, now: Timestamp) -> Result<Option<Customer>> {
    let text = format!(
        "select {COLUMNS} from customers c join customer_stats s on s.customer_id = c.id where c.id = $1"
    );
    let statement = db.prepare_cached(&text).await?;
    Ok(db.query_opt(&statement, &[&id]).await?.map(|row| from_row(&row, now)))
}

/// When they were merged: who they are by now, and by what name.
pub async fn merged_into(db: &impl GenericClient, id: CustomerId) -> Result<Option<(CustomerId, String)>> {
    let sql = "select s.id, s.name from customers c join customers s on s.id = person_of(c.id)
        where c.id = $1 and c.merged_into is not null";
    let row = db.query_opt(&db.prepare_cached(sql).await?, &[&id]).await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// Whether the person is gone from this record.
pub async fn is_erased(db: &impl GenericClient, id: CustomerId) -> Result<bool> {
    let sql = "select exists (select from customers where id = $1 and erased_at is not null)";
    Ok(db.query_one(&db.prepare_cached(sql).await?, &[&id]).await?.get(0))
}

/// Whether their erasure has begun and is not over.
pub async fn is_being_erased(db: &impl GenericClient, id: CustomerId) -> Result<bool> {
    let statement = db.prepare_cached("select is_being_erased($1)").await?;
    Ok(db.query_one(&statement, &[&id]).await?.get(0))
}

pub async fn exists(db: &impl GenericClient, id: CustomerId) -> Result<bool> {
    let statement = db.prepare_cached("select exists (select from customers where id = $1)").await?;
    Ok(db.query_one(&statement, &[&id]).await?.get(0))
}

/// Locks the customer until the transaction ends and reads them as they are then.
pub(crate) async fn lock(db: &impl GenericClient, id: CustomerId, now: Timestamp) -> Result<Customer> {
    db.execute("select 1 from customers where id = $1 for update", &[&id]).await?;
    read(db, id, now).await?.ok_or_else(|| Problem::not_found("customer"))
}

pub(crate) async fn insert(
    db: &impl GenericClient,
    id: CustomerId,
    details: &Details,
    now: Timestamp,
) -> Result<()> {
    let verified_at = details.email_verified.then_some(now);
    db.execute(
        "insert into customers (id, name, email, email_verified_at, phone, phone_e164, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        &[&id, &details.name, &details.email, &verified_at, &details.phone, &details.phone_e164, &now],
    )
    .await
    .map_err(email_taken)?;
    Ok(())
}

pub(crate) async fn update(
    db: &impl GenericClient,
    id: CustomerId,
    details: &Details,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update customers set name = $2, email = $3, phone = $4, phone_e164 = $5,
            email_verified_at = case when $6 then coalesce(email_verified_at, $7) end,
            updated_at = $7, version = version + 1
         where id = $1",
        &[
            &id,
            &details.name,
            &details.email,
            &details.phone,
            &details.phone_e164,
            &details.email_verified,
            &now,
        ],
    )
    .await
    .map_err(email_taken)?;
    Ok(())
}

pub(crate) async fn set_archived(
    db: &impl GenericClient,
    id: CustomerId,
    archived: bool,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update customers set archived_at = case when $2 then $3::timestamptz end, archive_reason = $4, updated_at = $3,
            version = version + 1
         where id = $1",
        &[&id, &archived, &now, &reason],
    )
    .await
    .map_err(email_taken)?;
    Ok(())
}

fn email_taken(error: tokio_postgres::Error) -> Problem {
    if violates(&error, "customers_email_unique") {
        Problem::conflict("email_taken", "Another customer has this e-mail address.").on_field("email")
    } else {
        error.into()
    }
}

/// The living customer other than `except` who has this e-mail address.
pub(crate) async fn email_owner(
    db: &impl GenericClient,
    email: &str,
    except: Option<CustomerId>,
) -> Result<Option<(CustomerId, String)>> {
    let row = db
        .query_opt(
            "select id, name from customers
             where lower(email) = lower($1) and archived_at is null and id is distinct from $2",
            &[&email, &except],
        )
        .await?;
    Ok(row.map(|row| (row.get(0), row.get(1))))
}

/// Who has changed which fields since `version`, oldest first.
pub(crate) async fn changes_since(
    db: &impl GenericClient,
    id: CustomerId,
    version: i32,
) -> Result<Vec<Value>> {
    let rows = db
        .query(
            "select jsonb_build_object('fields', coalesce(e.details -> 'fields', '[]'), 'action', e.action,
                'by', coalesce(m.name, 'the system'), 'at', e.at) as change
             from events e left join staff m on m.id = e.staff_id
             where e.customer_id = $1 and e.kind = 'change' and e.subject_type = 'customer'
               and (e.details ->> 'version')::integer > $2
             order by e.at, e.id limit 20",
            &[&id, &version],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Sums the collected differences of the totals into their base once there are many; returns how many were summed.
pub async fn fold_totals(db: &impl GenericClient) -> Result<i64> {
    let waiting: i64 = db.query_one("select count(*) from customer_totals_changes", &[]).await?.get(0);
    if waiting < 500 {
        return Ok(0);
    }
    Ok(db.query_one("select fold_customer_totals()", &[]).await?.get(0))
}
