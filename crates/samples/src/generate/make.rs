//! Customers by number, each with everything that belongs to it.

use std::ops::Range;

use super::calendar::{Calendar, DAY};
use super::ranges::Piece;
use super::{home, money, moves, person, support};
use crate::batch::Batch;
use crate::dice::Dice;
use crate::rows::{Address, Booking, Contact, Customer, Flag, Note, Payment, Refund, Response, Ticket};
use crate::words::towns;

/// A customer and everything that belongs to it.
struct Story {
    customer: Customer,
    addresses: Vec<Address>,
    contacts: Vec<Contact>,
    flag: Option<Flag>,
    note: Option<Note>,
    bookings: Vec<Booking>,
    payments: Vec<(Payment, Option<Refund>)>,
    tickets: Vec<(Ticket, Vec<Response>)>,
}

/// The customers of one piece.
pub(crate) fn batch(seed: u64, calendar: &Calendar, piece: &Piece) -> Batch {
    let mut batch = Batch::default();
    for index in piece.range.clone() {
        Story::draw(seed, calendar, &piece.set, index).add_to(&mut batch);
    }
    batch
}

impl Story {
    fn draw(seed: u64, calendar: &Calendar, set: &Range<u64>, index: u64) -> Self {
        let dice = &mut Dice::for_customer(seed, index);
        let (town, other) = (towns().draw(dice), towns().draw(dice));
        // Numbers are in the order of joining, so ids rise as they do in real life. In any other order each insert dirties
        // other pages of every index, and the write-ahead log is full of their images.
        let position = ((index - set.start) as f64 + dice.fraction()) / (set.end - set.start) as f64;
        let joined = calendar.joined(position);
        let customer = person::draw(dice, calendar, index, town, joined);
        let count = moves::how_many(dice, (calendar.end - joined) / DAY);
        let addresses = home::addresses(dice, &customer, town, other);
        let bookings: Vec<_> = (0..count)
            .map(|number| moves::draw(dice, calendar, index, number, &customer, &addresses, town))
            .collect();
        let payments = bookings
            .iter()
            .filter_map(|booking| {
                let payment = money::payment(dice, booking)?;
                let refund = money::refund(dice, calendar, booking, &payment);
                Some((payment, refund))
            })
            .collect();
        let tickets = (0..support::how_many(dice, count))
            .map(|_| support::draw(dice, calendar, &customer, &bookings))
            .collect();
        Self {
            contacts: home::contacts(dice, &customer, town),
            flag: home::flag(dice, calendar, &customer),
            note: home::note(dice, calendar, &customer),
            customer,
            addresses,
            bookings,
            payments,
            tickets,
        }
    }

    fn add_to(&self, batch: &mut Batch) {
        batch.customers.push(&self.customer);
        self.addresses.iter().for_each(|address| batch.addresses.push(address));
        self.contacts.iter().for_each(|contact| batch.contacts.push(contact));
        self.flag.iter().for_each(|flag| batch.flags.push(flag));
        self.note.iter().for_each(|note| batch.notes.push(note));
        self.bookings.iter().for_each(|booking| batch.bookings.push(booking));
        for (payment, refund) in &self.payments {
            batch.payments.push(payment);
            refund.iter().for_each(|refund| batch.refunds.push(refund));
        }
        for (ticket, responses) in &self.tickets {
            batch.tickets.push(ticket);
            responses.iter().for_each(|response| batch.responses.push(response));
        }
    }
}
