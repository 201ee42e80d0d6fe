//! Tickets and what was answered.

use super::calendar::{Calendar, DAY, HOUR, instant};
use crate::dice::Dice;
use crate::ids;
use crate::rows::{Booking, Customer, Response, Ticket};
use crate::words::texts;

/// How many tickets somebody has: a quarter per customer on average, mostly of those who book.
pub(crate) fn how_many(dice: &mut Dice, bookings: u64) -> u64 {
    let mut first = if bookings == 0 { 45 } else { 250 };
    let mut count = 0;
    while count < 8 && dice.chance(first) {
        count += 1;
        first = 300;
    }
    count
}

/// A ticket with its responses; most are about a booking.
pub(crate) fn draw(
    dice: &mut Dice,
    calendar: &Calendar,
    customer: &Customer,
    bookings: &[Booking],
) -> (Ticket, Vec<Response>) {
    let about = (!bookings.is_empty() && dice.chance(850)).then(|| dice.one_of(bookings));
    let from = about.map_or(customer.created_at, |booking| booking.created_at).as_second();
    let to = about.map_or(calendar.end, |booking| booking.scheduled_at.as_second() + 20 * DAY);
    let created = dice.between(from, to.min(calendar.end).max(from));
    let (category, description) = dice.pick(texts::TICKETS);
    let fresh = created > calendar.end - 14 * DAY;
    let status = if fresh {
        dice.weighted(&[("OPEN", 45), ("IN_PROGRESS", 25), ("RESOLVED", 20), ("CLOSED", 10)])
    } else {
        dice.weighted(&[("OPEN", 1), ("IN_PROGRESS", 1), ("RESOLVED", 30), ("CLOSED", 68)])
    };
    let id = ids::drawn(dice, instant(created));
    let responses = responses(dice, calendar, id, created, status);
    let last = responses.last().map_or(instant(created), |response| response.created_at);
    let ticket = Ticket {
        id,
        customer_id: customer.id,
        booking_id: about.map(|booking| booking.id),
        category,
        description,
        status,
        priority: dice.weighted(&[("LOW", 20), ("NORMAL", 58), ("HIGH", 16), ("URGENT", 6)]),
        email: customer.email.clone(),
        phone: customer.phone.clone(),
        created_at: instant(created),
        updated_at: last,
        resolved_at: matches!(status, "RESOLVED" | "CLOSED").then_some(last),
    };
    (ticket, responses)
}

fn responses(
    dice: &mut Dice,
    calendar: &Calendar,
    ticket_id: uuid::Uuid,
    created: i64,
    status: &str,
) -> Vec<Response> {
    let count = match status {
        "OPEN" => i64::from(dice.chance(200)),
        "IN_PROGRESS" => dice.between(1, 3),
        _ => dice.between(1, 4),
    };
    let mut at = created;
    (0..count)
        .map(|number| {
            at = (at + dice.between(300, 18 * HOUR)).min(calendar.end.max(created));
            let from_support = number % 2 == 0;
            Response {
                id: ids::drawn(dice, instant(at)),
                ticket_id,
                message: dice.pick(if from_support {
                    texts::SUPPORT_ANSWERS
                } else {
                    texts::CUSTOMER_ANSWERS
                }),
                from_support,
                created_at: instant(at),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::moves;

    #[test]
    fn there_is_a_ticket_for_every_fourth_customer() {
        let tickets: u64 = (0..40_000)
            .map(|index| {
                let mut dice = Dice::for_customer(4, index);
                let bookings = moves::how_many(&mut dice, 1500);
                how_many(&mut dice, bookings)
            })
            .sum();
        assert!((9_000..11_000).contains(&tickets), "{tickets}");
    }
}
