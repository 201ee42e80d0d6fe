use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::customers::values;
use crate::platform::batch::{Batch, Change, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Holder, Lookups, Origin, Users};
use crate::platform::overlay::Overlay;
use crate::platform::rows::{BookingRow, CancellationRow};
use crate::platform::source::Source;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{BookingRecord, CustomerRecord, booking, name_or_stand_in};
use crate::platform::write::put;
use crate::platform::{Error, Kind};

/// Bookings, and the customers of those that have none: found by e-mail, or made.
pub struct Bookings {
    pub have_cancellations: bool,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum BookingWrite {
    Guest(Box<CustomerRecord>),
    Whole(Box<BookingRecord>),
    /// Status, payment and price only, of a booking whose details were edited here.
    Course(Box<BookingRecord>),
}

impl Step for Bookings {
    const KIND: Kind = Kind::Booking;
    const COUNT: &'static str = r#"select count(*) from "Booking""#;
    const INSERT: &'static str = include_str!("../sql/insert_bookings.sql");
    const STATE: Option<&'static str> = Some(include_str!("../sql/bookings_state.sql"));
    const SETTLES_CONFLICTS: bool = true;

    type Row = BookingRow;
    type Record = BookingRecord;
    type Write = BookingWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_bookings.sql")
    }

    async fn complete(&self, source: &Source<'_>, page: &mut [(String, BookingRow)]) -> Result<(), Error> {
        if self.have_cancellations {
            let ids: Vec<&str> = page.iter().map(|(id, _)| id.as_str()).collect();
            let found = source.rows_of(include_str!("../sql/read_cancellations.sql"), &ids).await?;
            let mut cancellations: HashMap<String, CancellationRow> = found.into_iter().collect();
            page.iter_mut().for_each(|(id, row)| row.cancellation = cancellations.remove(id));
        }
        Ok(())
    }

    fn translate(&self, row: &BookingRow, notes: &mut Notes) -> Result<BookingRecord, Reason> {
        booking(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<BookingRecord>>,
        batch: &mut Batch<BookingWrite>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let references: Vec<&str> =
            items.iter().filter_map(|item| item.record.reference.as_deref()).collect();
        let mut references = lookups.bookings_by_reference(&references).await?;
        let mut owners = Owners::of(lookups, &items, now).await?;
        let diverged = lookups.diverged_bookings(&items).await?;
        for mut item in items {
            let reference = item.record.reference.get_or_insert_with(|| {
                batch.warn(&item.id, "reference is empty; made from the id");
                format!("IMPORT-{}", item.id.chars().take(50).collect::<String>())
            });
            let new_id = || our_id(Kind::Booking, &item.id, item.record.created_at);
            let id = item.ours.as_ref().map_or_else(new_id, |ours| ours.id);
            if references.insert(reference.to_uppercase(), id).is_some_and(|other| other != id) {
                batch.problem(&item.id, "reference is another booking's, but for case");
                continue;
            }
            let Some(customer) = owners.find(&item, batch) else { continue };
            let stamp = item.record.updated_at;
            let record = Box::new(item.record.clone());
            if item.ours.as_ref().is_some_and(|ours| ours.edited) {
                batch.problem(
                    &item.id,
                    "edited on both sides, kept our details; status, payment and price are the source's",
                );
                if diverged.contains(&id) {
                    let write = BookingWrite::Course(record);
                    let planned = Planned::of(Kind::Booking, &item, id, Some(customer), stamp, write);
                    batch.add(Planned { links: false, ..planned });
                }
            } else {
                let write = BookingWrite::Whole(record);
                batch.add(Planned::of(Kind::Booking, &item, id, Some(customer), stamp, write));
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        tx: &Transaction<'_>,
        planned: &[&Planned<BookingWrite>],
    ) -> Result<(), tokio_postgres::Error> {
        let guests = planned.iter().filter_map(|one| match &one.row {
            Some(BookingWrite::Guest(record)) => Some((*one, record.as_ref())),
            _ => None,
        });
        put(tx, include_str!("../sql/insert_customers.sql"), guests).await?;
        let whole = |change: Change| {
            planned.iter().filter_map(move |one| match &one.row {
                Some(BookingWrite::Whole(record)) if one.change == change => Some((*one, record.as_ref())),
                _ => None,
            })
        };
        put(tx, include_str!("../sql/update_bookings.sql"), whole(Change::Update)).await?;
        put(tx, Self::INSERT, whole(Change::Create)).await?;
        let course = planned.iter().filter_map(|one| match &one.row {
            Some(BookingWrite::Course(record)) => Some((*one, record.as_ref())),
            _ => None,
        });
        put(tx, include_str!("../sql/update_bookings_course.sql"), course).await
    }

    fn remember(planned: &Planned<BookingWrite>, overlay: &mut Overlay) {
        match &planned.row {
            Some(BookingWrite::Guest(record)) => {
                overlay
                    .emails
                    .extend(record.email.as_ref().map(|email| (email.to_lowercase(), planned.our_id)));
            }
            Some(BookingWrite::Whole(record) | BookingWrite::Course(record)) => {
                overlay.customers.extend(planned.customer_id.map(|customer| (planned.our_id, customer)));
                let reference = record.reference.as_ref().map(|reference| reference.to_uppercase());
                overlay.references.extend(reference.map(|reference| (reference, planned.our_id)));
            }
            None => {}
        }
    }
}

/// Whose the bookings of a page are.
struct Owners {
    users: Users,
    holders: HashMap<String, Holder>,
    /// Guests made from these bookings by an earlier run that could not take in the booking itself.
    guests: HashMap<String, Uuid>,
    now: Timestamp,
}

impl Owners {
    async fn of(lookups: &Lookups<'_>, items: &[Item<BookingRecord>], now: Timestamp) -> Result<Self, Error> {
        let new = || items.iter().filter(|item| item.ours.is_none());
        let users: Vec<&str> = new().filter_map(|item| item.record.user_id.as_deref()).collect();
        let emails: Vec<&str> = new().filter_map(|item| item.record.contact_email.as_deref()).collect();
        let ids: Vec<&str> = new().map(|item| item.id.as_str()).collect();
        Ok(Self {
            users: lookups.users(&users).await?,
            holders: lookups.holders(&emails).await?,
            guests: lookups.people(Kind::Guest, &ids).await?,
            now,
        })
    }

    /// The booking's customer: whose it is here already, the platform's, the one with its e-mail, else a new one.
    fn find(&mut self, item: &Item<BookingRecord>, batch: &mut Batch<BookingWrite>) -> Option<Uuid> {
        if let Some(customer) = item.ours.as_ref().and_then(|ours| ours.customer_id) {
            return Some(customer);
        }
        let record = &item.record;
        if let Some(user) = &record.user_id {
            if let Some(customer) = self.users.customer(user) {
                return Some(customer);
            }
            batch.warn(&item.id, "customerId: no such customer was taken in; treated as a guest's booking");
        }
        let key = record.contact_email.as_deref().map(str::to_lowercase);
        let holder = key.as_ref().and_then(|key| self.holders.get(key)).map(|holder| holder.id);
        if let Some(customer) = holder.or_else(|| self.guests.get(&item.id).copied()) {
            return Some(customer);
        }
        if record.contact_email.is_none() && record.contact_phone.is_none() {
            batch.problem(&item.id, "has no customer, and neither an email nor a phone to make one from");
            return None;
        }
        let guest = self.guest(item, batch);
        let customer = guest.our_id;
        self.holders.extend(key.map(|key| (key, Holder { id: customer, origin: Origin::Guest })));
        batch.add(guest);
        Some(customer)
    }

    fn guest(&self, item: &Item<BookingRecord>, batch: &mut Batch<BookingWrite>) -> Planned<BookingWrite> {
        let record = &item.record;
        let mut notes = Notes::default();
        let guest = CustomerRecord {
            name: name_or_stand_in(
                &mut notes,
                record.contact_name.as_deref(),
                record.contact_email.as_deref(),
            ),
            email: record.contact_email.clone(),
            email_verified_at: None,
            phone: record.contact_phone.clone(),
            phone_e164: record.contact_phone_e164.clone(),
            created_at: record.created_at,
            archived: false,
        };
        notes.0.into_iter().for_each(|note| batch.warn(&item.id, format!("customer {note}")));
        let id = our_id(Kind::Guest, &item.id, record.created_at);
        let values = Some((None, values(&guest)));
        let planned =
            Planned::of(Kind::Guest, item, id, Some(id), self.now, BookingWrite::Guest(Box::new(guest)));
        Planned { values, ..planned }
    }
}
