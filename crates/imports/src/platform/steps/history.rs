use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Lookups, Owned, Users};
use crate::platform::rows::AuditRow;
use crate::platform::tidy::{Notes, Reason, word};
use crate::platform::translate::{HistoryRecord, history};
use crate::platform::{Error, Kind};

/// The platform's own audit trail, kept apart from our events and attached to the customer it is about.
pub struct History;

#[derive(Debug, Serialize)]
pub struct HistoryWrite {
    external_id: String,
    #[serde(flatten)]
    record: HistoryRecord,
}

impl Step for History {
    const KIND: Kind = Kind::History;
    const COUNT: &'static str = r#"select count(*) from "AuditLog""#;
    const INSERT: &'static str = include_str!("../sql/insert_history.sql");
    const WRITTEN_ONCE: Option<&'static str> =
        Some("changed at the source after it was taken in; history is written once, ours is as it was");

    type Row = AuditRow;
    type Record = HistoryRecord;
    type Write = HistoryWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_history.sql")
    }

    fn translate(&self, row: &AuditRow, notes: &mut Notes) -> Result<HistoryRecord, Reason> {
        history(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<HistoryRecord>>,
        batch: &mut Batch<HistoryWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let customers = Customers::of(lookups, &items).await?;
        for item in items {
            let id = our_id(Kind::History, &item.id, item.record.at);
            let customer = customers.find(&item.record);
            let write = HistoryWrite { external_id: item.id.clone(), record: item.record.clone() };
            batch.add(Planned::of(Kind::History, &item, id, customer, item.record.at, write));
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Target {
    User,
    Booking,
    Ticket,
}

fn target(record: &HistoryRecord) -> Option<(Target, &str)> {
    let target = match word(&record.target_type).as_str() {
        "USER" | "CUSTOMER" => Target::User,
        "BOOKING" | "ORDER" => Target::Booking,
        "SUPPORTTICKET" | "TICKET" => Target::Ticket,
        _ => return None,
    };
    Some((target, record.target_id.as_deref()?))
}

/// Customers by the platform's ids of what a page is about.
struct Customers {
    users: Users,
    bookings: HashMap<String, Uuid>,
    tickets: HashMap<String, Uuid>,
}

impl Customers {
    async fn of(lookups: &Lookups<'_>, items: &[Item<HistoryRecord>]) -> Result<Self, Error> {
        let ids = |wanted: Target| -> Vec<&str> {
            let targets = items.iter().filter_map(|item| target(&item.record));
            targets.filter(|(target, _)| *target == wanted).map(|(_, id)| id).collect()
        };
        Ok(Self {
            users: lookups.users(&ids(Target::User)).await?,
            bookings: owners(lookups, Kind::Booking, Owned::Bookings, &ids(Target::Booking)).await?,
            tickets: owners(lookups, Kind::Ticket, Owned::Tickets, &ids(Target::Ticket)).await?,
        })
    }

    fn find(&self, record: &HistoryRecord) -> Option<Uuid> {
        let (target, id) = target(record)?;
        match target {
            Target::User => self.users.customer(id),
            Target::Booking => self.bookings.get(id).copied(),
            Target::Ticket => self.tickets.get(id).copied(),
        }
    }
}

async fn owners(
    lookups: &Lookups<'_>,
    kind: Kind,
    table: Owned,
    ids: &[&str],
) -> Result<HashMap<String, Uuid>, Error> {
    let ours = lookups.our_ids(kind, ids).await?;
    let customers = lookups.customers_of(table, &ours.values().copied().collect::<Vec<_>>()).await?;
    Ok(ours.into_iter().filter_map(|(id, our_id)| Some((id, *customers.get(&our_id)?))).collect())
}
