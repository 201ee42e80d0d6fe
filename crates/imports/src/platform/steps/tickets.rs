use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Lookups, Owned};
use crate::platform::overlay::Overlay;
use crate::platform::rows::TicketRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{TicketRecord, ticket};
use crate::platform::{Error, Kind};

pub struct Tickets;

#[derive(Debug, Serialize)]
pub struct TicketWrite {
    our_booking_id: Option<Uuid>,
    #[serde(flatten)]
    record: TicketRecord,
}

impl Step for Tickets {
    const KIND: Kind = Kind::Ticket;
    const COUNT: &'static str = r#"select count(*) from "SupportTicket""#;
    const INSERT: &'static str = include_str!("../sql/insert_tickets.sql");
    const UPDATE: Option<&'static str> = Some(include_str!("../sql/update_tickets.sql"));
    const STATE: Option<&'static str> = Some(include_str!("../sql/tickets_state.sql"));

    type Row = TicketRow;
    type Record = TicketRecord;
    type Write = TicketWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_tickets.sql")
    }

    fn translate(&self, row: &TicketRow, notes: &mut Notes) -> Result<TicketRecord, Reason> {
        ticket(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<TicketRecord>>,
        batch: &mut Batch<TicketWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let users: Vec<&str> = items.iter().filter_map(|item| item.record.user_id.as_deref()).collect();
        let users = lookups.users(&users).await?;
        let emails: Vec<&str> = items.iter().filter_map(|item| item.record.email.as_deref()).collect();
        let holders = lookups.holders(&emails).await?;
        let references: Vec<&str> =
            items.iter().filter_map(|item| item.record.order_ref.as_deref()).collect();
        let bookings = lookups.bookings_by_reference(&references).await?;
        let ours: Vec<Uuid> = bookings.values().copied().collect();
        let customers_of_bookings = lookups.customers_of(Owned::Bookings, &ours).await?;
        for item in items {
            let record = &item.record;
            let owner = item.ours.as_ref().and_then(|ours| ours.customer_id);
            let owner = owner.or_else(|| users.customer(record.user_id.as_deref()?));
            let by_email = || holders.get(&record.email.as_deref()?.to_lowercase()).map(|holder| holder.id);
            let Some(customer) = owner.or_else(by_email) else {
                batch.problem(&item.id, "customerId: no such customer was taken in, and none has its email");
                continue;
            };
            if owner.is_none() {
                batch.warn(&item.id, "customerId: no such customer was taken in; attached by email");
            }
            let booking =
                record.order_ref.as_ref().and_then(|reference| bookings.get(&reference.to_uppercase()));
            let booking = booking.filter(|id| customers_of_bookings.get(*id) == Some(&customer)).copied();
            if record.order_ref.is_some() && booking.is_none() {
                batch.warn(&item.id, "orderRef is no booking of this customer; left out");
            }
            let new_id = || our_id(Kind::Ticket, &item.id, record.created_at);
            let id = item.ours.as_ref().map_or_else(new_id, |ours| ours.id);
            let write = TicketWrite { our_booking_id: booking, record: record.clone() };
            batch.add(Planned::of(Kind::Ticket, &item, id, Some(customer), record.updated_at, write));
        }
        Ok(())
    }

    fn remember(planned: &Planned<TicketWrite>, overlay: &mut Overlay) {
        overlay.customers.extend(planned.customer_id.map(|customer| (planned.our_id, customer)));
    }
}
