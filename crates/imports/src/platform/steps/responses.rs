use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Lookups, Owned};
use crate::platform::rows::ResponseRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{ResponseRecord, response};
use crate::platform::{Error, Kind};

pub struct Responses;

#[derive(Debug, Serialize)]
pub struct ResponseWrite {
    our_ticket_id: Uuid,
    #[serde(flatten)]
    record: ResponseRecord,
}

impl Step for Responses {
    const KIND: Kind = Kind::TicketResponse;
    const COUNT: &'static str = r#"select count(*) from "SupportTicketResponse""#;
    const INSERT: &'static str = include_str!("../sql/insert_responses.sql");
    const UPDATE: Option<&'static str> = Some(include_str!("../sql/update_responses.sql"));

    type Row = ResponseRow;
    type Record = ResponseRecord;
    type Write = ResponseWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_responses.sql")
    }

    fn translate(&self, row: &ResponseRow, notes: &mut Notes) -> Result<ResponseRecord, Reason> {
        response(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<ResponseRecord>>,
        batch: &mut Batch<ResponseWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let wanted: Vec<&str> = items.iter().map(|item| item.record.ticket_id.as_str()).collect();
        let tickets = lookups.our_ids(Kind::Ticket, &wanted).await?;
        let ours: Vec<Uuid> = tickets.values().copied().collect();
        let customers = lookups.customers_of(Owned::Tickets, &ours).await?;
        for item in items {
            let Some(ticket) = tickets.get(&item.record.ticket_id).copied() else {
                batch.problem(&item.id, "ticketId: no such ticket was taken in");
                continue;
            };
            let new_id = || our_id(Kind::TicketResponse, &item.id, item.record.created_at);
            let id = item.ours.as_ref().map_or_else(new_id, |ours| ours.id);
            let write = ResponseWrite { our_ticket_id: ticket, record: item.record.clone() };
            let customer = customers.get(&ticket).copied();
            batch.add(Planned::of(Kind::TicketResponse, &item, id, customer, item.record.created_at, write));
        }
        Ok(())
    }
}
