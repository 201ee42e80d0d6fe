use kernel::CustomerId;
use platform::db::GenericClient;
use platform::{Cursor, Result};
use serde::{Deserialize, Serialize};

use crate::model::{Refundable, Transfer, TransferPage};

/// Behind which entry the next page begins.
#[derive(Serialize, Deserialize)]
struct Position {
    number: i64,
}

/// A customer's entries in the books, latest first.
pub(crate) async fn transfers_of(
    db: &impl GenericClient,
    customer: CustomerId,
    after: Option<&str>,
    limit: i64,
) -> Result<TransferPage> {
    let before = after.map(Cursor::read::<Position>).transpose()?.map(|position| position.number);
    let statement = db
        .prepare_cached(
            "select number, at, kind, debit, credit, amount, payment_id, refund_id, credit_id, event_id from transfers
             where customer_id = any ((select same_person($1))::uuid[]) and number < coalesce($2, 9223372036854775807) order by number desc limit $3",
        )
        .await?;
    let rows = db.query(&statement, &[&customer, &before, &(limit + 1)]).await?;
    let mut transfers: Vec<Transfer> = rows
        .iter()
        .map(|row| Transfer {
            number: row.get("number"),
            at: row.get("at"),
            kind: row.get("kind"),
            debit: row.get("debit"),
            credit: row.get("credit"),
            amount: row.get("amount"),
            payment_id: row.get("payment_id"),
            refund_id: row.get("refund_id"),
            credit_id: row.get("credit_id"),
            event_id: row.get("event_id"),
        })
        .collect();
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = transfers.len() > wanted;
    transfers.truncate(wanted);
    let next = transfers.last().filter(|_| more).map(|last| Cursor::write(&Position { number: last.number }));
    Ok(TransferPage { transfers, next })
}

/// The payments of a customer that captured something, newest first.
pub(crate) async fn payments_of(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Refundable>> {
    let statement = db
        .prepare_cached(
            "select p.booking_id, b.reference, p.id, p.provider, p.captured, p.refunded, p.reserved, p.disputed, p.captured_at,
                    p.captured - p.refunded - p.reserved - p.disputed as refundable
             from payments p join bookings b on b.id = p.booking_id
             where p.customer_id = $1 and p.captured > 0 order by p.created_at desc, p.id desc",
        )
        .await?;
    let rows = db.query(&statement, &[&customer]).await?;
    Ok(rows
        .iter()
        .map(|row| Refundable {
            booking_id: row.get("booking_id"),
            booking_reference: row.get("reference"),
            payment_id: row.get("id"),
            provider: row.get("provider"),
            captured: row.get("captured"),
            refunded: row.get("refunded"),
            reserved: row.get("reserved"),
            disputed: row.get("disputed"),
            refundable: row.get("refundable"),
            captured_at: row.get("captured_at"),
        })
        .collect())
}
