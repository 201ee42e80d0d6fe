//! What the plan for a page must know of our database: one question per page and table, never one per row.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::types::{Json, ToSql, Type};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::batch::{Item, Ours};
use super::overlay::Overlay;
use super::translate::BookingRecord;
use super::{Error, Kind};

/// What stands in `external_links`. A link only planned by a dry run has no content yet.
pub struct Link {
    pub our_id: Uuid,
    pub content: Option<(Vec<u8>, Timestamp)>,
}

/// The customers of users of the platform.
pub struct Users {
    first: HashMap<String, Uuid>,
    /// Second accounts, by e-mail, of customers who are another user.
    second: HashMap<String, Uuid>,
}

impl Users {
    pub fn customer(&self, user: &str) -> Option<Uuid> {
        self.first.get(user).or_else(|| self.second.get(user)).copied()
    }

    pub fn is_second_account(&self, user: &str) -> bool {
        !self.first.contains_key(user) && self.second.contains_key(user)
    }

    pub fn customers(&self) -> Vec<Uuid> {
        self.first.values().chain(self.second.values()).copied().collect()
    }
}

/// A living customer who has a certain e-mail.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    pub id: Uuid,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Linked with a user of the platform.
    Platform,
    /// Made by the import from a guest's booking, and not edited since.
    Guest,
    /// Made or edited here.
    Here,
}

/// How much came in by a payment, and how much of it is gone or spoken for.
#[derive(Debug, Clone, Copy)]
pub struct PaymentState {
    pub customer_id: Uuid,
    pub captured: i64,
    pub spent: i64,
    /// Of what is spent, what is held for refunds that are under way here.
    pub reserved: i64,
}

/// Which table a customer is looked up in.
#[derive(Debug, Clone, Copy)]
pub enum Owned {
    Bookings,
    Tickets,
}

pub struct Lookups<'a> {
    pub client: &'a Client,
    pub overlay: &'a Overlay,
}

#[derive(Debug, Serialize)]
struct Edited<'a> {
    id: Uuid,
    #[serde(flatten)]
    record: &'a BookingRecord,
}

type Parameters<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

impl Lookups<'_> {
    /// Unnamed, so that every question is planned for the size the tables have by now.
    async fn ask(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Error> {
        self.client.query_typed(sql, parameters).await.map_err(Error::Target)
    }

    async fn about(&self, sql: &str, ids: &[Uuid]) -> Result<Vec<Row>, Error> {
        if ids.is_empty() { Ok(Vec::new()) } else { self.ask(sql, &[(&ids, Type::UUID_ARRAY)]).await }
    }

    pub async fn links(&self, kind: Kind, external_ids: &[&str]) -> Result<HashMap<String, Link>, Error> {
        let sql = include_str!("sql/find_links.sql");
        let rows = self.ask(sql, &[(&kind.as_str(), Type::TEXT), (&external_ids, Type::TEXT_ARRAY)]).await?;
        let link = |row: &Row| Link { our_id: row.get(1), content: Some((row.get(2), row.get(3))) };
        let mut links: HashMap<_, _> = rows.iter().map(|row| (row.get(0), link(row))).collect();
        for id in external_ids {
            if let Some(our_id) = self.overlay.links.get(&(kind, (*id).to_owned())) {
                links.entry((*id).to_owned()).or_insert(Link { our_id: *our_id, content: None });
            }
        }
        Ok(links)
    }

    /// Our ids, by the ids of the source.
    pub async fn our_ids(&self, kind: Kind, external_ids: &[&str]) -> Result<HashMap<String, Uuid>, Error> {
        let links = self.links(kind, external_ids).await?;
        Ok(links.into_iter().map(|(id, link)| (id, link.our_id)).collect())
    }

    /// Customers by the platform's user, second accounts included.
    pub async fn users(&self, users: &[&str]) -> Result<Users, Error> {
        let first = self.people(Kind::Customer, users).await?;
        Ok(Users { first, second: self.people(Kind::CustomerAlias, users).await? })
    }

    /// As [`Self::our_ids`], for links to customers: who was merged is led on to whom they are part of by now.
    pub async fn people(&self, kind: Kind, external_ids: &[&str]) -> Result<HashMap<String, Uuid>, Error> {
        let mut people = self.our_ids(kind, external_ids).await?;
        let ids: Vec<Uuid> = people.values().copied().collect();
        let merged = self.about(include_str!("sql/find_merged.sql"), &ids).await?;
        let merged: HashMap<Uuid, Uuid> = merged.iter().map(|row| (row.get(0), row.get(1))).collect();
        for id in people.values_mut() {
            *id = merged.get(id).copied().unwrap_or(*id);
        }
        Ok(people)
    }

    /// Living customers by e-mail in small letters.
    pub async fn holders(&self, emails: &[&str]) -> Result<HashMap<String, Holder>, Error> {
        let rows = self.ask(include_str!("sql/find_holders.sql"), &[(&emails, Type::TEXT_ARRAY)]).await?;
        let mut holders = HashMap::new();
        for row in rows {
            let origin = match (row.get(2), row.get(3)) {
                (true, _) => Origin::Platform,
                (false, true) => Origin::Guest,
                (false, false) => Origin::Here,
            };
            holders.insert(row.get::<_, &str>(0).to_lowercase(), Holder { id: row.get(1), origin });
        }
        for email in emails {
            let key = email.to_lowercase();
            if let Some(id) = self.overlay.emails.get(&key) {
                holders.entry(key).or_insert(Holder { id: *id, origin: Origin::Platform });
            }
        }
        Ok(holders)
    }

    /// Our rows as they stand, by a `*_state.sql` question, with the `updated_at` of each.
    pub async fn states(&self, sql: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, (Ours, Timestamp)>, Error> {
        let rows = self.about(sql, ids).await?;
        let state = |row: &Row| {
            let ours = Ours { id: row.get(0), customer_id: row.get(1), edited: false, before: row.get(3) };
            (ours.id, (ours, row.get(2)))
        };
        Ok(rows.iter().map(state).collect())
    }

    /// Those of these customers whose default was chosen here, by a `*_defaults_here.sql` question.
    pub async fn defaults_here(&self, sql: &str, customers: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
        Ok(self.about(sql, customers).await?.iter().map(|row| row.get(0)).collect())
    }

    /// Bookings by reference in capitals.
    pub async fn bookings_by_reference(&self, references: &[&str]) -> Result<HashMap<String, Uuid>, Error> {
        let capitals: Vec<String> = references.iter().map(|reference| reference.to_uppercase()).collect();
        let rows =
            self.ask(include_str!("sql/find_references.sql"), &[(&capitals, Type::TEXT_ARRAY)]).await?;
        let mut bookings: HashMap<String, Uuid> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        for reference in capitals {
            if let Some(id) = self.overlay.references.get(&reference) {
                bookings.entry(reference).or_insert(*id);
            }
        }
        Ok(bookings)
    }

    /// Those of the bookings edited here whose status, payment or price the source has otherwise.
    pub async fn diverged_bookings(&self, items: &[Item<BookingRecord>]) -> Result<HashSet<Uuid>, Error> {
        let edited = items.iter().filter_map(|item| {
            let id = item.ours.as_ref().filter(|ours| ours.edited)?.id;
            Some(Edited { id, record: &item.record })
        });
        let edited: Vec<Edited<'_>> = edited.collect();
        if edited.is_empty() {
            return Ok(HashSet::new());
        }
        let sql = include_str!("sql/find_diverged_bookings.sql");
        Ok(self.ask(sql, &[(&Json(edited), Type::JSONB)]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// The customers of bookings or tickets.
    pub async fn customers_of(&self, table: Owned, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>, Error> {
        let sql = match table {
            Owned::Bookings => "select id, customer_id from bookings where id = any ($1)",
            Owned::Tickets => "select id, customer_id from tickets where id = any ($1)",
        };
        let rows = self.about(sql, ids).await?;
        let mut customers: HashMap<Uuid, Uuid> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        customers.extend(ids.iter().filter_map(|id| Some((*id, *self.overlay.customers.get(id)?))));
        Ok(customers)
    }

    pub async fn payments(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, PaymentState>, Error> {
        let rows = self.about(include_str!("sql/payments_state.sql"), ids).await?;
        let state = |row: &Row| PaymentState {
            customer_id: row.get(1),
            captured: row.get(2),
            spent: row.get(3),
            reserved: row.get(4),
        };
        let mut payments: HashMap<Uuid, PaymentState> =
            rows.iter().map(|row| (row.get(0), state(row))).collect();
        payments.extend(ids.iter().filter_map(|id| Some((*id, *self.overlay.payments.get(id)?))));
        Ok(payments)
    }

    /// Which of these payments, made for paid bookings, stand for a payment row of the source by now.
    pub async fn adopted(&self, payments: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
        let rows = self.about(include_str!("sql/find_adopted.sql"), payments).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Staff by e-mail in small letters.
    pub async fn staff_by_email(&self, emails: &[&str]) -> Result<HashMap<String, Uuid>, Error> {
        let sql =
            "select lower(email), id from staff where lower(email) = any (select lower(e) from unnest($1) e)";
        let rows = self.ask(sql, &[(&emails, Type::TEXT_ARRAY)]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}
