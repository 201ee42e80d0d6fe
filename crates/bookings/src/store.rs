//! The SQL of bookings, payments, refunds and disputes. Whole pages are read in four statements, however long they are.

use std::collections::HashMap;

use kernel::{BookingId, CustomerId, PaymentId};
use platform::db::GenericClient;
use platform::{Cursor, Result, sql::word};
use tokio_postgres::Row;

use crate::{Booking, BookingPage, BookingStatus, Dispute, FoundBooking, Payment, Refund, rules, snapshot};

/// The columns of a [`Booking`].
const BOOKING: &str = "select id, customer_id, reference, status, scheduled_at, time_slot, urgency, contact_name, contact_email,
    contact_phone, pickup, dropoff, items, crew_size, distance_miles, estimated_minutes, price_parts, total, driver_name,
    paid_at, completed_at, cancelled_at, cancellation_reason, created_at, updated_at, version from bookings";

/// A page of at most `limit` bookings, newest first, that begins after the cursor `after`.
pub async fn list_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
    after: Option<&str>,
    limit: i64,
) -> Result<BookingPage> {
    let (at, id) = after.map(rules::read_position).transpose()?.unzip();
    let statement = db
        .prepare_cached(&format!(
            "{BOOKING} where customer_id = $1 and (created_at, id) < (coalesce($2::timestamptz, 'infinity'), $3::uuid)
             order by created_at desc, id desc limit $4"
        ))
        .await?;
    // One more than asked for tells whether there is a next page.
    let mut rows = db.query(&statement, &[&customer, &at, &id, &(limit + 1)]).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let bookings = with_money(db, &rows).await?;
    let next = bookings.last().filter(|_| more).map(|last| Cursor::write(&(last.created_at, last.id)));
    Ok(BookingPage { bookings, next })
}

pub async fn read(db: &impl GenericClient, id: BookingId) -> Result<Option<Booking>> {
    let statement = db.prepare_cached(&format!("{BOOKING} where id = $1")).await?;
    let rows = db.query(&statement, &[&id]).await?;
    Ok(with_money(db, &rows).await?.pop())
}

/// The first bookings whose reference begins so, in any case.
pub(crate) async fn find_by_reference(db: &impl GenericClient, start: &str) -> Result<Vec<FoundBooking>> {
    let statement = db
        .prepare_cached(
            "select b.id, b.reference, b.status, b.scheduled_at, b.customer_id, c.name as customer_name
             from bookings b join customers c on c.id = b.customer_id
             where upper(b.reference) like $1 order by upper(b.reference) limit 6",
        )
        .await?;
    let rows = db.query(&statement, &[&platform::sql::prefix(&start.to_uppercase())]).await?;
    rows.iter()
        .map(|row| {
            Ok(FoundBooking {
                id: row.get("id"),
                reference: row.get("reference"),
                status: word(row, "status")?,
                scheduled_at: row.get("scheduled_at"),
                customer_id: row.get("customer_id"),
                customer_name: row.get("customer_name"),
            })
        })
        .collect()
}

/// Id, reference and status of the bookings that are neither completed nor cancelled, the next move first.
pub async fn active_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
) -> Result<Vec<(BookingId, String, BookingStatus)>> {
    let statement = db
        .prepare_cached(
            "select id, reference, status from bookings
             where customer_id = $1 and status in ('DRAFT', 'PENDING_PAYMENT', 'CONFIRMED') order by scheduled_at, id",
        )
        .await?;
    let rows = db.query(&statement, &[&customer]).await?;
    rows.iter().map(|row| Ok((row.get("id"), row.get("reference"), word(row, "status")?))).collect()
}

/// Archived customers exist too.
pub(crate) async fn customer_exists(db: &impl GenericClient, id: CustomerId) -> Result<bool> {
    let statement = db.prepare_cached("select exists (select from customers where id = $1)").await?;
    Ok(db.query_one(&statement, &[&id]).await?.get(0))
}

/// The bookings of these rows, in their order, with their payments and refunds.
async fn with_money(db: &impl GenericClient, rows: &[Row]) -> Result<Vec<Booking>> {
    let ids: Vec<BookingId> = rows.iter().map(|row| row.get("id")).collect();
    let mut payments = if ids.is_empty() { HashMap::new() } else { payments_of(db, &ids).await? };
    rows.iter().zip(&ids).map(|(row, id)| booking(row, payments.remove(id).unwrap_or_default())).collect()
}

async fn payments_of(
    db: &impl GenericClient,
    bookings: &[BookingId],
) -> Result<HashMap<BookingId, Vec<Payment>>> {
    let statement = db
        .prepare_cached(
            "select id, booking_id, provider, intent_id, status, amount, captured, refunded, reserved, disputed, captured_at,
                    created_at
             from payments where booking_id = any ($1) order by created_at, id",
        )
        .await?;
    let rows = db.query(&statement, &[&bookings]).await?;
    let ids: Vec<PaymentId> = rows.iter().map(|row| row.get("id")).collect();
    let mut refunds = if ids.is_empty() { HashMap::new() } else { refunds_of(db, &ids).await? };
    let mut disputes = if ids.is_empty() { HashMap::new() } else { disputes_of(db, &ids).await? };
    let mut payments: HashMap<BookingId, Vec<Payment>> = HashMap::new();
    for (row, id) in rows.iter().zip(ids) {
        let (refunds, disputes) = (refunds.remove(&id), disputes.remove(&id));
        let payment = payment(row, id, refunds.unwrap_or_default(), disputes.unwrap_or_default())?;
        payments.entry(row.get("booking_id")).or_default().push(payment);
    }
    Ok(payments)
}

async fn refunds_of(
    db: &impl GenericClient,
    payments: &[PaymentId],
) -> Result<HashMap<PaymentId, Vec<Refund>>> {
    let statement = db
        .prepare_cached(
            "select id, payment_id, amount, destination, reason, notes, status, status_detail, processed_at, created_at
             from refunds where payment_id = any ($1) order by created_at, id",
        )
        .await?;
    let mut refunds: HashMap<PaymentId, Vec<Refund>> = HashMap::new();
    for row in db.query(&statement, &[&payments]).await? {
        refunds.entry(row.get("payment_id")).or_default().push(refund(&row)?);
    }
    Ok(refunds)
}

async fn disputes_of(
    db: &impl GenericClient,
    payments: &[PaymentId],
) -> Result<HashMap<PaymentId, Vec<Dispute>>> {
    let statement = db
        .prepare_cached(
            "select id, payment_id, amount, held, reason, status, evidence_due_by, opened_at
             from disputes where payment_id = any ($1) order by opened_at, id",
        )
        .await?;
    let mut disputes: HashMap<PaymentId, Vec<Dispute>> = HashMap::new();
    for row in db.query(&statement, &[&payments]).await? {
        disputes.entry(row.get("payment_id")).or_default().push(Dispute {
            id: row.get("id"),
            amount: row.get("amount"),
            held: row.get("held"),
            reason: row.get("reason"),
            status: word(&row, "status")?,
            evidence_due_by: row.get("evidence_due_by"),
            opened_at: row.get("opened_at"),
        });
    }
    Ok(disputes)
}

fn booking(row: &Row, payments: Vec<Payment>) -> Result<Booking> {
    Ok(Booking {
        id: row.get("id"),
        customer_id: row.get("customer_id"),
        reference: row.get("reference"),
        status: word(row, "status")?,
        payment_status: rules::payment_status(&payments),
        scheduled_at: row.get("scheduled_at"),
        time_slot: row.get("time_slot"),
        urgency: row.get("urgency"),
        contact_name: row.get("contact_name"),
        contact_email: row.get("contact_email"),
        contact_phone: row.get("contact_phone"),
        pickup: snapshot::place(&row.get("pickup")),
        dropoff: snapshot::place(&row.get("dropoff")),
        items: snapshot::items(&row.get("items")),
        crew_size: row.get("crew_size"),
        distance_miles: row.get("distance_miles"),
        estimated_minutes: row.get("estimated_minutes"),
        price_parts: snapshot::price_parts(&row.get("price_parts")),
        total: row.get("total"),
        captured: rules::captured(&payments),
        refunded: rules::refunded(&payments),
        driver_name: row.get("driver_name"),
        paid_at: row.get("paid_at"),
        completed_at: row.get("completed_at"),
        cancelled_at: row.get("cancelled_at"),
        cancellation_reason: row.get("cancellation_reason"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
        payments,
    })
}

fn payment(row: &Row, id: PaymentId, refunds: Vec<Refund>, disputes: Vec<Dispute>) -> Result<Payment> {
    Ok(Payment {
        id,
        provider: row.get("provider"),
        intent_id: row.get("intent_id"),
        status: word(row, "status")?,
        amount: row.get("amount"),
        captured: row.get("captured"),
        refunded: row.get("refunded"),
        reserved: row.get("reserved"),
        disputed: row.get("disputed"),
        captured_at: row.get("captured_at"),
        created_at: row.get("created_at"),
        refunds,
        disputes,
    })
}

fn refund(row: &Row) -> Result<Refund> {
    Ok(Refund {
        id: row.get("id"),
        amount: row.get("amount"),
        destination: word(row, "destination")?,
        reason: row.get("reason"),
        notes: row.get("notes"),
        status: word(row, "status")?,
        status_detail: row.get("status_detail"),
        processed_at: row.get("processed_at"),
        created_at: row.get("created_at"),
    })
}
