use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::platform::batch::{Batch, Item, Ours, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Lookups, Owned, PaymentState};
use crate::platform::overlay::Overlay;
use crate::platform::rows::PaymentRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{PaymentRecord, payment};
use crate::platform::{Error, Kind};

const INSERT: &str = include_str!("../sql/insert_payments.sql");
const UPDATE: &str = include_str!("../sql/update_payments.sql");

/// The source's payment rows.
pub struct Payments;

/// Paid bookings without a payment row: one payment of their total, which a payment row that appears later takes over.
pub struct PaidBookings;

#[derive(Debug, Serialize)]
pub struct PaymentWrite {
    our_booking_id: Uuid,
    #[serde(flatten)]
    record: PaymentRecord,
    /// What a dry run knows of the payment afterwards.
    #[serde(skip)]
    state: PaymentState,
}

impl Step for Payments {
    const KIND: Kind = Kind::Payment;
    const COUNT: &'static str = r#"select count(*) from "Payment""#;
    const INSERT: &'static str = INSERT;
    const UPDATE: Option<&'static str> = Some(UPDATE);

    type Row = PaymentRow;
    type Record = PaymentRecord;
    type Write = PaymentWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_payments.sql")
    }

    fn translate(&self, row: &PaymentRow, notes: &mut Notes) -> Result<PaymentRecord, Reason> {
        payment(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        mut items: Vec<Item<PaymentRecord>>,
        batch: &mut Batch<PaymentWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        take_over(lookups, &mut items).await?;
        plan(lookups, Self::KIND, items, batch, |batch, item| {
            batch.problem(&item.id, "bookingId: no such booking was taken in");
        })
        .await
    }

    fn remember(planned: &Planned<PaymentWrite>, overlay: &mut Overlay) {
        remember(planned, overlay);
    }
}

impl Step for PaidBookings {
    const KIND: Kind = Kind::BookingPayment;
    const COUNT: &'static str = include_str!("../sql/count_paid_bookings.sql");
    const INSERT: &'static str = INSERT;
    const UPDATE: Option<&'static str> = Some(UPDATE);

    type Row = PaymentRow;
    /// None for a booking that is a problem itself.
    type Record = Option<PaymentRecord>;
    type Write = PaymentWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_paid_bookings.sql")
    }

    fn translate(&self, row: &PaymentRow, _notes: &mut Notes) -> Result<Option<PaymentRecord>, Reason> {
        // What is wrong with it was noted with the booking.
        Ok(payment(row, &mut Notes::default()).ok().filter(|record| record.captured > 0))
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<Option<PaymentRecord>>>,
        batch: &mut Batch<PaymentWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let payable = |item: Item<Option<PaymentRecord>>| {
            Some(Item { id: item.id, record: item.record?, hash: item.hash, ours: item.ours })
        };
        let items = items.into_iter().filter_map(payable).collect();
        plan(lookups, Self::KIND, items, batch, |_, _| {}).await
    }

    fn remember(planned: &Planned<PaymentWrite>, overlay: &mut Overlay) {
        remember(planned, overlay);
    }
}

/// A payment row may have appeared for a booking whose payment was made up before: it is that payment.
async fn take_over(lookups: &Lookups<'_>, items: &mut [Item<PaymentRecord>]) -> Result<(), Error> {
    let bookings: Vec<&str> =
        items.iter().filter(|item| item.ours.is_none()).map(|item| item.record.booking_id.as_str()).collect();
    let mut made_up = lookups.our_ids(Kind::BookingPayment, &bookings).await?;
    let adopted = lookups.adopted(&made_up.values().copied().collect::<Vec<_>>()).await?;
    made_up.retain(|_, payment| !adopted.contains(payment));
    for item in items.iter_mut().filter(|item| item.ours.is_none()) {
        if let Some(id) = made_up.remove(&item.record.booking_id) {
            item.ours = Some(Ours { id, customer_id: None, edited: false, before: None });
        }
    }
    Ok(())
}

async fn plan(
    lookups: &Lookups<'_>,
    kind: Kind,
    items: Vec<Item<PaymentRecord>>,
    batch: &mut Batch<PaymentWrite>,
    without_booking: impl Fn(&mut Batch<PaymentWrite>, &Item<PaymentRecord>),
) -> Result<(), Error> {
    let wanted: Vec<&str> = items.iter().map(|item| item.record.booking_id.as_str()).collect();
    let bookings = lookups.our_ids(Kind::Booking, &wanted).await?;
    let customers =
        lookups.customers_of(Owned::Bookings, &bookings.values().copied().collect::<Vec<_>>()).await?;
    let known: Vec<Uuid> = items.iter().filter_map(|item| Some(item.ours.as_ref()?.id)).collect();
    let states = lookups.payments(&known).await?;
    for item in items {
        let booking = bookings.get(&item.record.booking_id).copied();
        let Some((booking, customer)) = booking.and_then(|id| Some((id, *customers.get(&id)?))) else {
            without_booking(batch, &item);
            continue;
        };
        let new_id = || our_id(kind, &item.id, item.record.created_at);
        let id = item.ours.as_ref().map_or_else(new_id, |ours| ours.id);
        let before = states.get(&id);
        let spent = before.map_or(0, |state| state.spent);
        if spent > item.record.captured {
            batch.problem(&item.id, "less was captured now than went back already; kept ours");
            continue;
        }
        let customer = before.map_or(customer, |state| state.customer_id);
        let state = PaymentState {
            customer_id: customer,
            captured: item.record.captured,
            spent,
            reserved: before.map_or(0, |state| state.reserved),
        };
        let write = PaymentWrite { our_booking_id: booking, record: item.record.clone(), state };
        batch.add(Planned::of(kind, &item, id, Some(customer), item.record.updated_at, write));
    }
    Ok(())
}

fn remember(planned: &Planned<PaymentWrite>, overlay: &mut Overlay) {
    overlay.payments.extend(planned.row.as_ref().map(|write| (planned.our_id, write.state)));
}
