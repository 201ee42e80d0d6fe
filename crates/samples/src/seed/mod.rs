//! Five people worth looking at, with ids that never change: doing it again adds what is missing and touches nothing else.

mod moves;
mod people;
mod plan;
mod rows;

use std::fmt;

use jiff::Timestamp;
use kernel::EventId;
use serde_json::json;
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use crate::batch::Batch;
use crate::{Result, event, ids};
use rows::Seeding;

/// How many were new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seeded {
    pub customers: u64,
    pub bookings: u64,
    pub tickets: u64,
}

impl fmt::Display for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} customers, {} bookings and {} tickets added",
            self.customers, self.bookings, self.tickets
        )
    }
}

/// Adds the five with addresses, contacts, notes and flags, in one transaction. Days count back from `now`.
pub async fn seed_customers(client: &mut Client, now: Timestamp) -> Result<Seeded> {
    let transaction = client.transaction().await?;
    let seeded = add_customers(&transaction, &Seeding::on(now)?).await?;
    transaction.commit().await?;
    Ok(seeded)
}

/// Adds their bookings, payments, refunds and tickets, and the five themselves where missing, in one transaction.
pub async fn seed_bookings(client: &mut Client, now: Timestamp) -> Result<Seeded> {
    let transaction = client.transaction().await?;
    let seeding = Seeding::on(now)?;
    let mut seeded = add_customers(&transaction, &seeding).await?;
    let books = EventId::new(now).0;
    event::name(&transaction, books).await?;
    let mut batch = Batch::default();
    let mut made = Vec::new();
    for plan in moves::MOVES {
        seeding.add_move(plan, &mut batch, &mut made)?;
    }
    add(&transaction, batch, &made, now, &mut seeded).await?;
    if seeded.bookings > 0 {
        let event = event::Event {
            id: books,
            at: now,
            action: "ledger.seeded",
            customer_id: None,
            subject: None,
            item_count: Some(i64::try_from(seeded.bookings).unwrap_or(i64::MAX)),
            details: json!({}),
        };
        event::insert(&transaction, &event).await?;
    }
    transaction.commit().await?;
    Ok(seeded)
}

async fn add_customers(transaction: &Transaction<'_>, seeding: &Seeding) -> Result<Seeded> {
    let mut batch = Batch::default();
    let mut made = Vec::new();
    for person in people::PEOPLE {
        seeding.add_person(person, &mut batch, &mut made)?;
    }
    let mut seeded = Seeded::default();
    add(transaction, batch, &made, seeding.now, &mut seeded).await?;
    Ok(seeded)
}

/// Something that has an event of its own.
struct Made {
    kind: Kind,
    id: Uuid,
    customer_id: Uuid,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Customer,
    Booking,
    Ticket,
}

impl Kind {
    fn table(self) -> &'static str {
        match self {
            Self::Customer => "customers",
            Self::Booking => "bookings",
            Self::Ticket => "tickets",
        }
    }

    fn subject(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Booking => "booking",
            Self::Ticket => "ticket",
        }
    }
}

/// Writes the rows that are not there yet, and an event for each new customer, booking and ticket.
async fn add(
    transaction: &Transaction<'_>,
    batch: Batch,
    made: &[Made],
    now: Timestamp,
    seeded: &mut Seeded,
) -> Result<()> {
    for rows in batch.encode() {
        let new = rows.add_missing(transaction).await?;
        for made in made.iter().filter(|made| made.kind.table() == rows.table && new.contains(&made.id)) {
            match made.kind {
                Kind::Customer => seeded.customers += 1,
                Kind::Booking => seeded.bookings += 1,
                Kind::Ticket => seeded.tickets += 1,
            }
            tell(transaction, made, now).await?;
        }
    }
    Ok(())
}

async fn tell(transaction: &Transaction<'_>, made: &Made, now: Timestamp) -> Result<()> {
    let subject = made.kind.subject();
    let action = format!("{subject}.seeded");
    let event = event::Event {
        id: ids::named(&format!("{action} {}", made.id)),
        at: now,
        action: &action,
        customer_id: Some(made.customer_id),
        subject: Some((subject, made.id)),
        item_count: None,
        details: json!({}),
    };
    Ok(event::insert(transaction, &event).await?)
}

#[cfg(test)]
mod tests {
    use kernel::{Phone, Postcode};

    use super::plan::Money;
    use super::{moves, people};
    use crate::words::texts;

    #[test]
    fn everything_the_plans_name_exists() {
        for person in people::PEOPLE {
            assert!(Phone::parse(person.phone).is_ok(), "{}", person.phone);
            assert!(person.contacts.iter().all(|contact| Phone::parse(contact.phone).is_ok()));
            assert!(person.addresses.iter().all(|home| Postcode::parse(home.postcode).is_ok()));
        }
        for plan in moves::MOVES {
            assert!(
                people::home(plan.from).is_some() && people::home(plan.to).is_some(),
                "{}",
                plan.reference
            );
            assert!(people::PEOPLE.iter().any(|person| person.key == plan.person));
            for (name, _) in plan.items {
                assert!(texts::ITEMS.iter().any(|(item, _, _)| item == name), "{name}");
            }
        }
    }

    #[test]
    fn every_status_occurs_and_nothing_goes_back_that_did_not_come_in() {
        for status in ["DRAFT", "PENDING_PAYMENT", "CONFIRMED", "COMPLETED", "CANCELLED"] {
            assert!(moves::MOVES.iter().any(|plan| plan.status == status), "{status}");
        }
        for status in ["OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED"] {
            assert!(moves::MOVES.iter().flat_map(|plan| plan.tickets).any(|ticket| ticket.status == status));
        }
        for plan in moves::MOVES {
            if let Money::Card(backs) = &plan.money {
                assert!(
                    backs.iter().map(|back| back.amount).sum::<i64>() <= plan.parts.total(),
                    "{}",
                    plan.reference
                );
            }
        }
        for asked in moves::DISPUTES {
            let plan = moves::MOVES.iter().find(|plan| plan.reference == asked.reference).unwrap();
            assert!(matches!(plan.money, Money::Card(_)) && asked.amount <= plan.parts.total());
        }
    }
}
