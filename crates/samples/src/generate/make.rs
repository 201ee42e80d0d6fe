//! Customers by number, each with everything that belongs to it.

use std::ops::Range;

use super::calendar::Calendar;
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

/// The customers of a range of numbers, in the order of their ids: that is the order of the indexes they go into, and a walk
/// through an index is faster than jumping about in it.
pub(crate) fn batch(seed: u64, calendar: &Calendar, range: Range<u64>) -> Batch {
    let mut stories: Vec<Story> = range.map(|index| Story::draw(seed, calendar, index)).collect();
    stories.sort_unstable_by_key(|story| story.customer.id);
    let mut batch = Batch::default();
    stories.iter().for_each(|story| story.add_to(&mut batch));
    batch
}

impl Story {
    fn draw(seed: u64, calendar: &Calendar, index: u64) -> Self {
        let dice = &mut Dice::for_customer(seed, index);
        let (town, other) = (towns().draw(dice), towns().draw(dice));
        let count = moves::how_many(dice);
        let customer = person::draw(dice, calendar, index, town, count as i64);
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
