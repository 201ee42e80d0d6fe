use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Lookups, PaymentState};
use crate::platform::overlay::Overlay;
use crate::platform::rows::RefundRow;
use crate::platform::tidy::{Notes, Reason, instant};
use crate::platform::translate::{RefundRecord, refund};
use crate::platform::{Error, Kind};

const INSERT: &str = include_str!("../sql/insert_refunds.sql");

/// The source's refund rows, as long as the payment covers them.
pub struct Refunds;

/// The source calls a payment refunded when all of it went back. What its refund rows do not explain is made one refund.
pub struct RefundRests;

#[derive(Debug, Serialize)]
pub struct RefundWrite {
    our_payment_id: Uuid,
    #[serde(flatten)]
    record: RefundRecord,
    /// What a dry run knows of the payment afterwards.
    #[serde(skip)]
    state: PaymentState,
}

impl Step for Refunds {
    const KIND: Kind = Kind::Refund;
    const COUNT: &'static str = r#"select count(*) from "Refund""#;
    const INSERT: &'static str = INSERT;
    const WRITTEN_ONCE: Option<&'static str> =
        Some("changed at the source after it was taken in; refunds are written once, ours is as it was");

    type Row = RefundRow;
    type Record = RefundRecord;
    type Write = RefundWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_refunds.sql")
    }

    fn translate(&self, row: &RefundRow, notes: &mut Notes) -> Result<RefundRecord, Reason> {
        refund(row, notes)
    }

    /// Reworded notes are no other refund.
    fn content(record: &RefundRecord) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&(&record.payment_id, record.amount, record.status))
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<RefundRecord>>,
        batch: &mut Batch<RefundWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let wanted: Vec<&str> = items.iter().map(|item| item.record.payment_id.as_str()).collect();
        let payments = lookups.our_ids(Kind::Payment, &wanted).await?;
        let mut states = lookups.payments(&payments.values().copied().collect::<Vec<_>>()).await?;
        for item in items {
            let record = &item.record;
            let payment = payments.get(&record.payment_id).copied();
            let Some((payment, state)) = payment.and_then(|id| Some((id, states.get_mut(&id)?))) else {
                batch.problem(&item.id, "paymentId: no such payment was taken in");
                continue;
            };
            if record.status == "succeeded" {
                if record.amount > state.captured - state.spent {
                    batch.problem(&item.id, "is more than what was captured and has not gone back yet");
                    continue;
                }
                state.spent += record.amount;
            }
            let write = RefundWrite { our_payment_id: payment, record: record.clone(), state: *state };
            let id = our_id(Kind::Refund, &item.id, record.created_at);
            batch.add(Planned::of(
                Kind::Refund,
                &item,
                id,
                Some(state.customer_id),
                record.created_at,
                write,
            ));
        }
        Ok(())
    }

    fn remember(planned: &Planned<RefundWrite>, overlay: &mut Overlay) {
        remember(planned, overlay);
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RefundedPayment {
    updated_at: Option<String>,
}

impl Step for RefundRests {
    const KIND: Kind = Kind::RefundRest;
    const COUNT: &'static str = r#"select count(*) from "Payment" where status::text = 'refunded'"#;
    const INSERT: &'static str = INSERT;

    type Row = RefundedPayment;
    /// When it went back, as far as the source knows. None for a payment that is a problem itself.
    type Record = Option<Timestamp>;
    type Write = RefundWrite;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_refunded_payments.sql")
    }

    fn translate(&self, row: &RefundedPayment, _notes: &mut Notes) -> Result<Option<Timestamp>, Reason> {
        Ok(instant("updatedAt", row.updated_at.as_deref()).ok())
    }

    /// A rest is made once, whatever becomes of the payment row.
    fn content(_record: &Option<Timestamp>) -> Result<Vec<u8>, serde_json::Error> {
        Ok(Vec::new())
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<Option<Timestamp>>>,
        batch: &mut Batch<RefundWrite>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let wanted: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let payments = lookups.our_ids(Kind::Payment, &wanted).await?;
        let states = lookups.payments(&payments.values().copied().collect::<Vec<_>>()).await?;
        for item in items {
            let payment = payments.get(&item.id).copied();
            let found = payment.and_then(|id| Some((id, *states.get(&id)?, item.record?)));
            // Whether the platform's refund is ours or another one only a person can tell; paid twice is lost.
            if found.is_some_and(|(_, state, _)| state.reserved > 0) {
                batch.problem(
                    &item.id,
                    "is refunded on the platform while a refund is under way here; settle that one first",
                );
                continue;
            }
            let Some((payment, mut state, at)) = found.filter(|(_, state, _)| state.captured > state.spent)
            else {
                continue;
            };
            let record = RefundRecord {
                payment_id: item.id.clone(),
                amount: state.captured - state.spent,
                reason: "Refunded on the booking platform".to_owned(),
                notes: Some("The platform has no refund row for this part of a refunded payment.".to_owned()),
                status: "succeeded",
                processed_at: Some(at),
                created_at: at,
            };
            state.spent = state.captured;
            batch.warn(&item.id, "is refunded, but its refunds are less; the rest was made one refund");
            let id = our_id(Kind::RefundRest, &item.id, at);
            let write = RefundWrite { our_payment_id: payment, record, state };
            batch.add(Planned::of(Kind::RefundRest, &item, id, Some(state.customer_id), at, write));
        }
        Ok(())
    }

    fn remember(planned: &Planned<RefundWrite>, overlay: &mut Overlay) {
        remember(planned, overlay);
    }
}

fn remember(planned: &Planned<RefundWrite>, overlay: &mut Overlay) {
    overlay.payments.extend(planned.row.as_ref().map(|write| (write.our_payment_id, write.state)));
}
