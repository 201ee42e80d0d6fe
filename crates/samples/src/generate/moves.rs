//! Bookings: how many, when, from where to where, at what price, and how they ended.

use jiff::Timestamp;

use super::calendar::{Calendar, DAY, HOUR, instant};
use super::home::place;
use crate::dice::Dice;
use crate::ids;
use crate::rows::{Address, Booking, Customer, Item, Place, PriceParts};
use crate::words::{Town, texts, towns};

/// The most bookings of one customer; references set aside room for this many each.
pub(crate) const MOST: u64 = 60;
const REFERENCES_EACH: u64 = 64;

/// How many bookings somebody has after `days`: a third none, half of all at most one, few up to sixty.
pub(crate) fn how_many(dice: &mut Dice, days: i64) -> u64 {
    // Nobody moves every week.
    let most = (2 + days.unsigned_abs() / 9).min(MOST);
    let count = match dice.below(1000) {
        0..350 => 0,
        350..620 => 1,
        620..745 => 2,
        745..825 => 3,
        825..875 => 4,
        _ => {
            // An inverse square law from 5 to 60.
            let fraction = dice.fraction();
            let (nearest, farthest) = (1.0 / 4.5, 1.0 / (MOST as f64 + 0.5));
            (1.0 / (nearest - fraction * (nearest - farthest))).round().clamp(5.0, MOST as f64) as u64
        }
    };
    count.min(most)
}

/// Booking number `number` of customer `index`.
pub(crate) fn draw(
    dice: &mut Dice,
    calendar: &Calendar,
    index: u64,
    number: u64,
    customer: &Customer,
    addresses: &[Address],
    town: &Town,
) -> Booking {
    let joined = customer.created_at.as_second();
    // Who joins does so to book; later bookings fall anywhere after that.
    let created = if number == 0 {
        (joined + dice.between(30, HOUR)).min(calendar.end)
    } else {
        calendar.busy_moment(dice, joined, calendar.end)
    };
    let lead = dice.weighted(&[(1, 22), (4, 24), (10, 24), (21, 18), (45, 9), (75, 3)]);
    let ahead = dice.between(DAY, (lead + 1) * DAY);
    let scheduled_at = calendar.slot_on_day(dice, created + ahead);
    let pickup = if dice.chance(600) { dice.one_of(addresses).place.clone() } else { place(dice, town) };
    let to = if dice.chance(740) { town } else { towns().draw(dice) };
    let dropoff = place(dice, to);
    let items = items(dice);
    let distance_miles = distance(&pickup, &dropoff);
    let crew_size = dice.weighted(&[(1, 24), (2, 58), (3, 14), (4, 4)]);
    let urgency = if lead == 1 { "next_day" } else { "scheduled" };
    let price_parts = price(dice, distance_miles, &pickup, &dropoff, &items, crew_size, lead);
    let course = Course::draw(dice, calendar, created, scheduled_at.as_second());
    let volume: f64 = items.iter().map(|item| item.volume_m3 * f64::from(item.quantity)).sum();
    let intent = course.by_card.then(|| format!("pi_sample_{:016x}", dice.bits()));
    Booking {
        id: ids::drawn(dice, instant(created)),
        customer_id: customer.id,
        reference: ids::reference(index * REFERENCES_EACH + number),
        status: course.status,
        scheduled_at,
        time_slot: slot_name(dice, scheduled_at, calendar),
        urgency,
        contact_name: customer.name.clone(),
        contact_email: customer.email.clone(),
        contact_phone: customer.phone.clone(),
        pickup,
        dropoff,
        items,
        crew_size,
        distance_miles,
        estimated_minutes: 30 + (distance_miles * 2.2 + volume * 11.0 / f64::from(crew_size)) as i32,
        price_parts,
        driver_name: course.has_driver.then(|| dice.pick(texts::DRIVERS).to_owned()),
        payment_intent_id: intent,
        paid_at: course.paid.map(instant),
        completed_at: course.completed.map(instant),
        cancelled_at: course.cancelled.map(instant),
        cancellation_reason: course.cancelled.map(|_| dice.pick_early(texts::CANCELLATION_REASONS)),
        created_at: instant(created),
        updated_at: instant(course.last(created)),
    }
}

fn slot_name(dice: &mut Dice, scheduled_at: Timestamp, calendar: &Calendar) -> &'static str {
    if dice.chance(150) {
        return "any";
    }
    match calendar.hour(scheduled_at) {
        ..12 => "morning",
        12..16 => "afternoon",
        _ => "evening",
    }
}

/// What became of a booking by the end of the calendar.
struct Course {
    status: &'static str,
    by_card: bool,
    has_driver: bool,
    paid: Option<i64>,
    completed: Option<i64>,
    cancelled: Option<i64>,
}

impl Course {
    fn draw(dice: &mut Dice, calendar: &Calendar, created: i64, scheduled: i64) -> Self {
        let now = calendar.end;
        let future = scheduled >= now;
        let fresh = created > now - 2 * DAY;
        let status = match dice.below(1000) {
            0..25 => "DRAFT",
            25..125 => "CANCELLED",
            125..325 if future && fresh => "PENDING_PAYMENT",
            125..185 if future => "PENDING_PAYMENT",
            _ if future => "CONFIRMED",
            _ => "COMPLETED",
        };
        let paid = match status {
            "CONFIRMED" | "COMPLETED" => true,
            "CANCELLED" => dice.chance(600),
            _ => false,
        };
        let paid = paid.then(|| dice.between(created, created + HOUR).min(now));
        let cancel_from = paid.unwrap_or(created);
        let cancelled =
            (status == "CANCELLED").then(|| dice.between(cancel_from, scheduled.min(now).max(cancel_from)));
        let completed = (status == "COMPLETED")
            .then(|| (scheduled + dice.between(HOUR, 7 * HOUR)).min(now).max(scheduled));
        Self {
            status,
            by_card: status != "DRAFT" && !dice.chance(30),
            has_driver: status == "COMPLETED" || (status == "CONFIRMED" && dice.chance(400)),
            paid,
            completed,
            cancelled,
        }
    }

    fn last(&self, created: i64) -> i64 {
        self.completed.or(self.cancelled).or(self.paid).unwrap_or(created)
    }
}

fn items(dice: &mut Dice) -> Vec<Item> {
    let count = dice.weighted(&[(1, 12), (2, 18), (3, 22), (4, 18), (5, 14), (6, 9), (8, 7)]);
    // Every item at most once: a walk through the list from a random start.
    let mut place = dice.below(texts::ITEMS.len() as u64) as usize;
    (0..count)
        .map(|_| {
            place = (place + 1 + dice.below(3) as usize) % texts::ITEMS.len();
            let (name, volume_m3, _) = texts::ITEMS[place];
            let quantity =
                if volume_m3 < 0.3 { dice.between(1, 12) } else { dice.weighted(&[(1, 8), (2, 2)]) };
            Item { name, quantity: quantity as u8, volume_m3 }
        })
        .collect()
}

/// Miles by road, to a tenth: the great circle and a quarter more.
fn distance(from: &Place, to: &Place) -> f64 {
    const EARTH_MILES: f64 = 3958.8;
    let (from_lat, to_lat) = (from.lat.to_radians(), to.lat.to_radians());
    let (lat, lng) = (to_lat - from_lat, (to.lng - from.lng).to_radians());
    let chord = (lat / 2.0).sin().powi(2) + from_lat.cos() * to_lat.cos() * (lng / 2.0).sin().powi(2);
    let miles = 2.0 * EARTH_MILES * chord.sqrt().asin() * 1.25;
    (miles.max(0.4) * 10.0).round() / 10.0
}

/// Whole pounds, so that the percentages come to whole pence.
fn price(
    dice: &mut Dice,
    miles: f64,
    pickup: &Place,
    dropoff: &Place,
    items: &[Item],
    crew_size: i16,
    lead: i64,
) -> PriceParts {
    let stairs = |place: &Place| match (&place.floor, place.has_lift) {
        (Some(floor), Some(false)) => floor.parse::<i64>().unwrap_or(0) * 8,
        _ => 0,
    };
    let pounds: i64 = items.iter().map(|item| i64::from(item.quantity) * pounds_for(item.name)).sum();
    PriceParts {
        distance: (35 + (miles * 1.4) as i64) * 100,
        access: (stairs(pickup) + stairs(dropoff)) * 100,
        items: pounds * 100,
        weather: if dice.chance(60) { 1500 } else { 0 },
        crew_percent: i64::from(crew_size - 1) * 30,
        availability_percent: match lead {
            1 => 25,
            4 => 10,
            _ => dice.weighted(&[(0, 6), (5, 3), (-5, 1)]),
        },
    }
}

fn pounds_for(name: &str) -> i64 {
    texts::ITEMS.iter().find(|(item, _, _)| *item == name).map_or(0, |(_, _, pounds)| *pounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_have_few_and_few_have_many() {
        let mut counts: Vec<u64> =
            (0..50_000).map(|index| how_many(&mut Dice::for_customer(9, index), 1500)).collect();
        counts.sort_unstable();
        let none = counts.iter().filter(|count| **count == 0).count();
        let mean = counts.iter().sum::<u64>() as f64 / counts.len() as f64;
        assert!((0.34..0.36).contains(&(none as f64 / 50_000.0)), "{none} have none");
        assert_eq!(counts[25_000], 1, "median");
        assert!((2.3..2.8).contains(&mean), "mean {mean}");
        assert_eq!(counts.last(), Some(&MOST));
    }

    #[test]
    fn percentages_come_to_whole_pence() {
        let parts = PriceParts {
            distance: 4200,
            access: 800,
            items: 6100,
            weather: 1500,
            crew_percent: 30,
            availability_percent: -5,
        };
        assert_eq!(parts.total(), 12_600 + 3_780 - 630);
    }
}
