//! The SQL of tickets and their responses. Whole pages are read in two statements, however long they are.

use std::collections::HashMap;

use kernel::{CustomerId, TicketId};
use platform::db::GenericClient;
use platform::{Cursor, Result, sql::word};
use tokio_postgres::Row;

use crate::{FoundTicket, Ticket, TicketPage, TicketResponse, rules};

/// The columns of a [`Ticket`].
const TICKET: &str = "select t.id, t.number, t.customer_id, t.booking_id, b.reference as booking_reference, t.category,
    t.description, t.status, t.priority, t.email, t.phone, t.attachments, t.created_at, t.updated_at, t.resolved_at
    from tickets t left join bookings b on b.id = t.booking_id";

/// A page of at most `limit` tickets, newest first, that begins after the cursor `after`.
pub async fn list_of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
    after: Option<&str>,
    limit: i64,
) -> Result<TicketPage> {
    let (at, id) = after.map(rules::read_position).transpose()?.unzip();
    let statement = db
        .prepare_cached(&format!(
            "{TICKET} where t.customer_id = $1 and (t.created_at, t.id) < (coalesce($2::timestamptz, 'infinity'), $3::uuid)
             order by t.created_at desc, t.id desc limit $4"
        ))
        .await?;
    // One more than asked for tells whether there is a next page.
    let mut rows = db.query(&statement, &[&customer, &at, &id, &(limit + 1)]).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let tickets = with_responses(db, &rows).await?;
    let next = tickets.last().filter(|_| more).map(|last| Cursor::write(&(last.created_at, last.id)));
    Ok(TicketPage { tickets, next })
}

pub async fn read(db: &impl GenericClient, id: TicketId) -> Result<Option<Ticket>> {
    let statement = db.prepare_cached(&format!("{TICKET} where t.id = $1")).await?;
    let rows = db.query(&statement, &[&id]).await?;
    Ok(with_responses(db, &rows).await?.pop())
}

pub(crate) async fn find_by_number(db: &impl GenericClient, number: i64) -> Result<Vec<FoundTicket>> {
    let statement = db
        .prepare_cached(
            "select t.id, t.number, t.category, t.status, t.customer_id, c.name as customer_name
             from tickets t join customers c on c.id = t.customer_id where t.number = $1",
        )
        .await?;
    db.query(&statement, &[&number]).await?.iter().map(found).collect()
}

/// Archived customers exist too.
pub(crate) async fn customer_exists(db: &impl GenericClient, id: CustomerId) -> Result<bool> {
    let statement = db.prepare_cached("select exists (select from customers where id = $1)").await?;
    Ok(db.query_one(&statement, &[&id]).await?.get(0))
}

/// The tickets of these rows, in their order, with their responses.
async fn with_responses(db: &impl GenericClient, rows: &[Row]) -> Result<Vec<Ticket>> {
    let ids: Vec<TicketId> = rows.iter().map(|row| row.get("id")).collect();
    let mut responses = if ids.is_empty() { HashMap::new() } else { responses_of(db, &ids).await? };
    rows.iter().zip(&ids).map(|(row, id)| ticket(row, responses.remove(id).unwrap_or_default())).collect()
}

async fn responses_of(
    db: &impl GenericClient,
    tickets: &[TicketId],
) -> Result<HashMap<TicketId, Vec<TicketResponse>>> {
    let statement = db
        .prepare_cached(
            "select r.id, r.ticket_id, r.message, r.from_support, r.staff_id, s.name as staff_name, r.attachments, r.created_at
             from ticket_responses r left join staff s on s.id = r.staff_id
             where r.ticket_id = any ($1) order by r.created_at, r.id",
        )
        .await?;
    let mut responses: HashMap<TicketId, Vec<TicketResponse>> = HashMap::new();
    for row in db.query(&statement, &[&tickets]).await? {
        responses.entry(row.get("ticket_id")).or_default().push(response(&row));
    }
    Ok(responses)
}

fn ticket(row: &Row, responses: Vec<TicketResponse>) -> Result<Ticket> {
    Ok(Ticket {
        id: row.get("id"),
        number: row.get("number"),
        customer_id: row.get("customer_id"),
        booking_id: row.get("booking_id"),
        booking_reference: row.get("booking_reference"),
        category: row.get("category"),
        description: row.get("description"),
        status: word(row, "status")?,
        priority: word(row, "priority")?,
        email: row.get("email"),
        phone: row.get("phone"),
        attachments: row.get("attachments"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        resolved_at: row.get("resolved_at"),
        responses,
    })
}

fn response(row: &Row) -> TicketResponse {
    TicketResponse {
        id: row.get("id"),
        message: row.get("message"),
        from_support: row.get("from_support"),
        staff_id: row.get("staff_id"),
        staff_name: row.get("staff_name"),
        attachments: row.get("attachments"),
        created_at: row.get("created_at"),
    }
}

fn found(row: &Row) -> Result<FoundTicket> {
    Ok(FoundTicket {
        id: row.get("id"),
        number: row.get("number"),
        category: row.get("category"),
        status: word(row, "status")?,
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
    })
}
