//! What came in for a booking and what went back.

use super::calendar::{Calendar, DAY, HOUR, instant};
use crate::dice::Dice;
use crate::ids;
use crate::rows::{Booking, Payment, Refund};
use crate::words::texts;

/// None for a draft: nobody was asked for money yet.
pub(crate) fn payment(dice: &mut Dice, booking: &Booking) -> Option<Payment> {
    if booking.status == "DRAFT" {
        return None;
    }
    let status = match booking.paid_at {
        Some(_) => "paid",
        None if booking.status == "CANCELLED" => "cancelled",
        None if dice.chance(200) => "requires_action",
        None => "unpaid",
    };
    Some(Payment {
        id: ids::drawn(dice, booking.created_at),
        booking_id: booking.id,
        customer_id: booking.customer_id,
        provider: if booking.payment_intent_id.is_some() { "stripe" } else { "manual" },
        intent_id: booking.payment_intent_id.clone(),
        status,
        amount: booking.price_parts.total(),
        captured_at: booking.paid_at,
        created_at: booking.created_at,
    })
}

/// Of all payments about three in a hundred go back whole and four in part; rarely the bank refuses.
pub(crate) fn refund(
    dice: &mut Dice,
    calendar: &Calendar,
    booking: &Booking,
    payment: &Payment,
) -> Option<Refund> {
    payment.captured_at?;
    let (whole, part) = match booking.status {
        "CANCELLED" => (420, 120),
        "COMPLETED" => (5, 37),
        _ => (0, 0),
    };
    let (amount, reasons) = match dice.below(1000) {
        draw if draw < whole => (payment.amount, texts::FULL_REFUNDS),
        draw if draw < whole + part => (payment.amount * dice.between(5, 60) / 100, texts::PARTIAL_REFUNDS),
        _ => return None,
    };
    let from = booking.updated_at.as_second();
    let created = dice.between(from, (from + 10 * DAY).min(calendar.end).max(from));
    let failed = dice.chance(20);
    Some(Refund {
        id: ids::drawn(dice, instant(created)),
        payment_id: payment.id,
        amount,
        reason: dice.pick(reasons),
        notes: failed.then_some("The bank refused: account closed."),
        status: if failed { "failed" } else { "succeeded" },
        processed_at: Some(instant((created + dice.between(1, HOUR)).min(calendar.end.max(created)))),
        created_at: instant(created),
    })
}
