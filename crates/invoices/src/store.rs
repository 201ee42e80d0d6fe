//! The SQL of invoices. Reads bookings and credit beside them; writes only its own tables.

use jiff::Timestamp;
use kernel::{BookingId, CustomerId, InvoiceId, Pence, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio_postgres::Row;

use crate::{Invoice, model::Facts, rules};

/// The columns of an [`Invoice`], with what its booking's payments and credit amount to now.
const INVOICE: &str = "select i.id, i.number, i.booking_id, b.reference, i.customer_id, i.issued_at, i.seller, i.customer, i.move,
    i.lines, i.vat_percent, i.net, i.vat, i.total, b.status = 'CANCELLED' as cancelled,
    (select coalesce(sum(captured), 0)::bigint from payments p where p.booking_id = b.id) as paid,
    (select coalesce(sum(refunded), 0)::bigint from payments p where p.booking_id = b.id) as refunded,
    (select coalesce(sum(case u.kind when 'spent' then u.amount else -u.amount end), 0)::bigint from credit_uses u
        where u.booking_id = b.id) as credit
    from invoices i join bookings b on b.id = i.booking_id where ";

pub(crate) async fn of_customer(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Invoice>> {
    let statement =
        db.prepare_cached(&format!("{INVOICE} i.customer_id = any ((select same_person($1))::uuid[]) order by i.number desc limit 500")).await?;
    db.query(&statement, &[&customer]).await?.iter().map(invoice).collect()
}

pub(crate) async fn read(db: &impl GenericClient, id: InvoiceId) -> Result<Option<Invoice>> {
    let statement = db.prepare_cached(&format!("{INVOICE} i.id = $1")).await?;
    db.query_opt(&statement, &[&id]).await?.as_ref().map(invoice).transpose()
}

pub(crate) async fn of_booking(db: &impl GenericClient, booking: BookingId) -> Result<Option<Invoice>> {
    let statement = db.prepare_cached(&format!("{INVOICE} i.booking_id = $1")).await?;
    db.query_opt(&statement, &[&booking]).await?.as_ref().map(invoice).transpose()
}

/// Of two that issue for the same booking, the second waits here and finds the invoice of the first.
pub(crate) async fn lock_booking(db: &impl GenericClient, booking: BookingId) -> Result<()> {
    db.query_opt("select from bookings where id = $1 for no key update", &[&booking]).await?;
    Ok(())
}

/// The next number; whoever else wants one waits until this transaction has ended.
pub(crate) async fn next_number(db: &impl GenericClient) -> Result<i64> {
    let sql = "update invoice_counter set last_number = last_number + 1 returning last_number";
    Ok(db.query_one(sql, &[]).await?.get(0))
}

pub(crate) struct New<'a> {
    pub id: InvoiceId,
    pub number: i64,
    pub booking: BookingId,
    pub customer: CustomerId,
    pub by: StaffId,
    pub now: Timestamp,
    pub facts: &'a Facts,
}

pub(crate) async fn insert(db: &impl GenericClient, new: &New<'_>) -> Result<()> {
    let facts = new.facts;
    db.execute(
        "insert into invoices (id, number, booking_id, customer_id, issued_at, issued_by, seller, customer, move, lines,
             vat_percent, net, vat, total)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            &new.id,
            &new.number,
            &new.booking,
            &new.customer,
            &new.now,
            &new.by,
            &json(&facts.seller)?,
            &json(&facts.customer)?,
            &json(&facts.moved)?,
            &json(&facts.lines)?,
            &facts.vat_percent,
            &facts.net,
            &facts.vat,
            &facts.total,
        ],
    )
    .await?;
    Ok(())
}

/// The mail that an invoice went out with before, for a request that is repeated.
pub(crate) async fn invoice_of_mail(
    db: &impl GenericClient,
    mail: kernel::MailId,
) -> Result<Option<InvoiceId>> {
    let row = db.query_opt("select invoice_id from mails where id = $1", &[&mail]).await?;
    Ok(row.and_then(|row| row.get(0)))
}

fn invoice(row: &Row) -> Result<Invoice> {
    let total: Pence = row.get("total");
    Ok(Invoice {
        id: row.get("id"),
        number: row.get("number"),
        booking_id: row.get("booking_id"),
        booking_reference: row.get("reference"),
        customer_id: row.get("customer_id"),
        issued_at: row.get("issued_at"),
        lines: part(row, "lines")?,
        vat_percent: row.get("vat_percent"),
        net: row.get("net"),
        vat: row.get("vat"),
        total,
        money: rules::money(
            total,
            row.get("paid"),
            row.get("refunded"),
            row.get("credit"),
            row.get("cancelled"),
        ),
        seller: part(row, "seller")?,
        customer: part(row, "customer")?,
        moved: part(row, "move")?,
    })
}

fn part<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    serde_json::from_value(row.get::<_, Value>(column)).map_err(|error| Problem::internal(&error))
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(|error| Problem::internal(&error))
}
