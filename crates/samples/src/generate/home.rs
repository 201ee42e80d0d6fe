//! Where somebody lives, who else may be called, and what was noted about them.

use std::fmt::Write as _;

use jiff::Span;

use super::calendar::{Calendar, DAY, instant};
use super::person::{Name, phone};
use crate::dice::Dice;
use crate::ids;
use crate::rows::{Address, Contact, Customer, Flag, Note, Place};
use crate::words::{Town, streets, texts};

/// Letters of the second half of a postcode; six are never used there.
const INWARD: &[char] =
    &['A', 'B', 'D', 'E', 'F', 'G', 'H', 'J', 'L', 'N', 'P', 'Q', 'R', 'S', 'T', 'U', 'W', 'X', 'Y', 'Z'];

const LABELS: &[&str] = &["Home", "Previous home", "Work", "Parents", "Storage"];

/// One to three addresses, the first the default.
pub(crate) fn addresses(dice: &mut Dice, customer: &Customer, town: &Town, other: &Town) -> Vec<Address> {
    let count = dice.weighted(&[(1, 55), (2, 33), (3, 12)]);
    (0..count)
        .map(|number| {
            let created_at = customer.created_at;
            let place = place(dice, if number == 2 { other } else { town });
            Address {
                id: ids::drawn(dice, created_at),
                customer_id: customer.id,
                label: if number == 0 { LABELS[0] } else { dice.pick_early(&LABELS[1..]) },
                place,
                is_default: number == 0,
                created_at,
            }
        })
        .collect()
}

/// Any place in a town.
pub(crate) fn place(dice: &mut Dice, town: &Town) -> Place {
    let streets = streets();
    let number = 1 + dice.below(90).min(dice.below(160));
    let street = dice.pick_early(&streets.names);
    let kind = dice.pick_early(&streets.kinds);
    let property_type =
        dice.weighted(&[("house", 46), ("flat", 40), ("studio", 6), ("office", 5), ("storage", 3)]);
    let stacked = matches!(property_type, "flat" | "studio" | "office");
    let floor =
        stacked.then(|| dice.weighted(&[(0, 18), (1, 30), (2, 24), (3, 14), (4, 7), (7, 4), (12, 3)]));
    let flat =
        (property_type == "flat" || property_type == "studio").then(|| dice.between(1, 48).to_string());
    let jitter = |dice: &mut Dice| (dice.fraction() - 0.5) * 0.08;
    Place {
        line1: format!("{number} {street} {kind}"),
        line2: flat.as_ref().map(|flat| format!("Flat {flat}")),
        city: town.name.to_owned(),
        postcode: postcode(dice, town),
        lat: rounded(town.latitude + jitter(dice)),
        lng: rounded(town.longitude + jitter(dice)),
        property_type,
        floor: floor.map(|floor| floor.to_string()),
        flat,
        has_lift: floor.map(|floor| dice.chance(if floor > 3 { 900 } else { 350 })),
        access_notes: dice.chance(180).then(|| dice.pick(texts::ACCESS_NOTES).to_owned()),
    }
}

/// Five decimals of a degree are a metre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 100_000.0).round() / 100_000.0
}

fn postcode(dice: &mut Dice, town: &Town) -> String {
    let mut text = dice.pick(&town.outwards);
    // Writing into a String cannot fail.
    let _ = write!(text, " {}{}{}", dice.below(10), dice.pick(INWARD), dice.pick(INWARD));
    text
}

/// Up to two people to call instead.
pub(crate) fn contacts(dice: &mut Dice, customer: &Customer, town: &Town) -> Vec<Contact> {
    let count = dice.weighted(&[(0, 62), (1, 29), (2, 9)]);
    (0..count)
        .map(|number| Contact {
            id: ids::drawn(dice, customer.created_at),
            customer_id: customer.id,
            label: dice.pick_early(texts::CONTACT_LABELS),
            name: Name::draw(dice).full,
            phone: Some(phone(dice, town)),
            email: None,
            notes: dice.chance(250).then(|| dice.pick(texts::CONTACT_NOTES)),
            is_default: number == 0,
            created_at: customer.created_at,
        })
        .collect()
}

pub(crate) fn flag(dice: &mut Dice, calendar: &Calendar, customer: &Customer) -> Option<Flag> {
    if !dice.chance(15) {
        return None;
    }
    let (kind, reason) = dice.weighted(texts::FLAGS);
    let raised = dice.between(customer.created_at.as_second(), calendar.end);
    let removed = dice.chance(150).then(|| instant(dice.between(raised, calendar.end)));
    let expires = dice.chance(200).then(|| Span::new().days(dice.between(10, 360)));
    Some(Flag {
        id: ids::drawn(dice, instant(raised)),
        customer_id: customer.id,
        kind,
        reason,
        raised_at: instant(raised),
        expires_on: expires.and_then(|span| calendar.day.checked_add(span).ok()),
        removed_at: removed,
        removal_reason: removed.map(|_| "Settled with the customer."),
    })
}

pub(crate) fn note(dice: &mut Dice, calendar: &Calendar, customer: &Customer) -> Option<Note> {
    if !dice.chance(40) {
        return None;
    }
    let from = customer.created_at.as_second();
    let created_at = instant(dice.between(from, (from + 200 * DAY).min(calendar.end)));
    Some(Note {
        id: ids::drawn(dice, created_at),
        customer_id: customer.id,
        body: dice.pick(texts::NOTES),
        pinned: dice.chance(200),
        created_at,
    })
}

#[cfg(test)]
mod tests {
    use kernel::Postcode;

    use super::*;
    use crate::words::towns;

    #[test]
    fn postcodes_have_the_british_form() {
        for index in 0..5000 {
            let mut dice = Dice::for_customer(2, index);
            let place = {
                let town = towns().draw(&mut dice);
                place(&mut dice, town)
            };
            assert_eq!(Postcode::parse(&place.postcode).unwrap().as_str(), place.postcode);
        }
    }
}
