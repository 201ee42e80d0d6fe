//! What a customer's figures are made of: the rows that the kept statistics and the money tab sum (migration 0033), each with
//! what people call it.

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::{CustomerId, london_day};
use ledger::{Explained, FigureSql};
use platform::{Result, db::snapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Figure {
    Orders,
    CompletedOrders,
    CancelledOrders,
    /// The instant of the order that was placed last, in microseconds since 1970; 0 without one.
    LastOrder,
    /// Captured minus refunded, payment by payment.
    Ltv,
    OpenTickets,
    UrgentTickets,
    Addresses,
    Contacts,
    /// What was captured, payment by payment.
    Paid,
    /// Refunds that have gone back.
    Refunded,
    /// What banks took for good, dispute by dispute.
    LostInDisputes,
    /// What remains of each credit that can be spent today.
    StoreCredit,
}

const ORDERS: &str =
    "select o.id, o.at, 1::bigint as amount, 'booking' as kind, b.reference as label, o.status as detail,
    null::bigint as paid, null::bigint as back, b.customer_id, null::text as customer_name, o.id as booking_id
    from rows_of_orders($1) o join bookings b on b.id = o.id";

const LAST_ORDER: &str =
    "select o.id, o.at, (extract(epoch from o.at) * 1000000)::bigint as amount, 'booking' as kind, b.reference as label,
    o.status as detail, null::bigint as paid, null::bigint as back, b.customer_id, null::text as customer_name,
    o.id as booking_id
    from (select * from rows_of_orders($1) order by at desc, id desc limit 1) o join bookings b on b.id = o.id";

const LTV: &str = "select p.id, p.at, p.captured - p.refunded as amount, 'payment' as kind, b.reference as label,
    null::text as detail, p.captured as paid, p.refunded as back, b.customer_id, null::text as customer_name, p.booking_id
    from rows_of_payments($1) p join bookings b on b.id = p.booking_id";

const PAID: &str =
    "select p.id, p.at, p.captured as amount, 'payment' as kind, b.reference as label, m.provider as detail,
    null::bigint as paid, null::bigint as back, b.customer_id, null::text as customer_name, p.booking_id
    from rows_of_payments($1) p join payments m on m.id = p.id join bookings b on b.id = p.booking_id";

const REFUNDED: &str =
    "select r.id, r.at, r.amount, 'refund' as kind, b.reference as label, m.reason as detail,
    null::bigint as paid, null::bigint as back, b.customer_id, null::text as customer_name, r.booking_id
    from rows_of_refunds($1) r join refunds m on m.id = r.id join bookings b on b.id = r.booking_id";

const LOST_IN_DISPUTES: &str =
    "select l.id, l.at, l.amount, 'dispute' as kind, b.reference as label, d.reason as detail,
    null::bigint as paid, null::bigint as back, b.customer_id, null::text as customer_name, l.booking_id
    from rows_of_losses($1) l join disputes d on d.id = l.id join bookings b on b.id = l.booking_id";

const STORE_CREDIT: &str = "select c.id, c.at, c.remaining as amount, 'credit' as kind, 'Store credit' as label,
    k.reason as detail, null::bigint as paid, null::bigint as back, k.customer_id, null::text as customer_name,
    null::uuid as booking_id
    from rows_of_credit($1, $2) c join credits k on k.id = c.id";

const OPEN_TICKETS: &str = "select o.id, o.at, 1::bigint as amount, 'ticket' as kind, 'Ticket ' || t.number as label,
    t.category as detail, null::bigint as paid, null::bigint as back, t.customer_id, null::text as customer_name, t.booking_id
    from rows_of_tickets($1) o join tickets t on t.id = o.id";

const ADDRESSES: &str = "select o.id, o.at, 1::bigint as amount, 'address' as kind, a.label, a.city as detail,
    null::bigint as paid, null::bigint as back, a.customer_id, null::text as customer_name, null::uuid as booking_id
    from rows_of_addresses($1) o join addresses a on a.id = o.id";

const CONTACTS: &str = "select o.id, o.at, 1::bigint as amount, 'contact' as kind, k.name as label, k.label as detail,
    null::bigint as paid, null::bigint as back, k.customer_id, null::text as customer_name, null::uuid as booking_id
    from rows_of_contacts($1) o join contacts k on k.id = o.id";

impl Figure {
    /// Part of the money tab, not of the head of the page.
    pub const fn is_of_money(self) -> bool {
        matches!(self, Self::Paid | Self::Refunded | Self::LostInDisputes | Self::StoreCredit)
    }

    fn rows(self) -> String {
        match self {
            Self::Orders => ORDERS.to_owned(),
            Self::CompletedOrders => format!("{ORDERS} where o.status = 'COMPLETED'"),
            Self::CancelledOrders => format!("{ORDERS} where o.status = 'CANCELLED'"),
            Self::LastOrder => LAST_ORDER.to_owned(),
            Self::Ltv => LTV.to_owned(),
            Self::OpenTickets => OPEN_TICKETS.to_owned(),
            Self::UrgentTickets => format!("{OPEN_TICKETS} where o.priority = 'URGENT'"),
            Self::Addresses => ADDRESSES.to_owned(),
            Self::Contacts => CONTACTS.to_owned(),
            Self::Paid => PAID.to_owned(),
            Self::Refunded => REFUNDED.to_owned(),
            Self::LostInDisputes => LOST_IN_DISPUTES.to_owned(),
            Self::StoreCredit => STORE_CREDIT.to_owned(),
        }
    }

    /// As the page shows it: of the head what is kept, of the money tab what is summed.
    fn value(self) -> String {
        let kept = match self {
            Self::Orders => "orders",
            Self::CompletedOrders => "completed_orders",
            Self::CancelledOrders => "cancelled_orders",
            Self::LastOrder => {
                "coalesce(extract(epoch from nullif(last_order_at, '-infinity')) * 1000000, 0)"
            }
            Self::Ltv => "ltv",
            Self::OpenTickets => "open_tickets",
            Self::UrgentTickets => "urgent_tickets",
            Self::Addresses => "addresses",
            Self::Contacts => "contacts",
            Self::Paid => {
                return "(select coalesce(sum(captured), 0)::bigint from rows_of_payments($1))".to_owned();
            }
            Self::Refunded => {
                return "(select coalesce(sum(amount), 0)::bigint from rows_of_refunds($1))".to_owned();
            }
            Self::LostInDisputes => {
                return "(select coalesce(sum(amount), 0)::bigint from rows_of_losses($1))".to_owned();
            }
            Self::StoreCredit => {
                return "(select coalesce(sum(remaining), 0)::bigint from rows_of_credit($1, $2))".to_owned();
            }
        };
        format!("(select {kept}::bigint from customer_stats where customer_id = $1)")
    }
}

pub(crate) async fn explain(
    db: &mut Client,
    customer: CustomerId,
    figure: Figure,
    now: Timestamp,
    after: Option<&str>,
    limit: i64,
) -> Result<Explained> {
    let tx = snapshot(db).await?;
    let (rows, value) = (figure.rows(), figure.value());
    let sql = FigureSql { rows: &rows, value: &value, of: &customer, day: london_day(now) };
    let explained = ledger::explain(&tx, &sql, now, after, limit).await?;
    tx.commit().await?;
    Ok(explained)
}
