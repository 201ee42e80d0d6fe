//! From plans to rows.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use kernel::{Phone, london_day};
use uuid::Uuid;

use super::plan::{Home, Money, Move, Person, Question};
use super::{Kind, Made, moves, people};
use crate::batch::Batch;
use crate::rows::{
    Address, Booking, Contact, Customer, Dispute, Flag, Item, Note, Payment, Place, Refund, Response, Ticket,
};
use crate::words::texts;
use crate::{Error, Result, ids};

/// The moment of seeding, from which all days count.
pub(super) struct Seeding {
    pub now: Timestamp,
    day: Date,
    london: TimeZone,
}

fn id(kind: &str, name: impl std::fmt::Display) -> Uuid {
    ids::named(&format!("{kind} {name}"))
}

fn phone(typed: &str) -> Result<Phone> {
    Phone::parse(typed).map_err(|_| Error::Plan(typed.to_owned()))
}

fn home(key: &str) -> Result<&'static Home> {
    people::home(key).ok_or_else(|| Error::Plan(key.to_owned()))
}

fn place(home: &Home) -> Place {
    Place {
        line1: home.line1.to_owned(),
        line2: home.flat.map(|flat| format!("Flat {flat}")),
        city: home.city.to_owned(),
        postcode: home.postcode.to_owned(),
        lat: home.lat,
        lng: home.lng,
        property_type: home.property_type,
        floor: home.floor.map(str::to_owned),
        flat: home.flat.map(str::to_owned),
        has_lift: home.has_lift,
        access_notes: home.access_notes.map(str::to_owned),
    }
}

impl Seeding {
    pub(super) fn on(now: Timestamp) -> Result<Self> {
        Ok(Self { now, day: london_day(now), london: TimeZone::get("Europe/London")? })
    }

    /// `hour` o'clock in London, `days` from now.
    fn at(&self, days: i64, hour: i8) -> Result<Timestamp> {
        let day = self.day.checked_add(Span::new().try_days(days)?)?;
        Ok(day.at(hour, 0, 0, 0).to_zoned(self.london.clone())?.timestamp())
    }

    /// Late in the morning, `days` ago, and never later than now.
    fn days_ago(&self, days: i64) -> Result<Timestamp> {
        Ok(self.at(-days, 11)?.min(self.now))
    }

    fn hours_ago(&self, hours: i64) -> Result<Timestamp> {
        Ok(self.now.checked_sub(Span::new().try_hours(hours)?)?)
    }

    pub(super) fn add_person(&self, person: &Person, batch: &mut Batch, made: &mut Vec<Made>) -> Result<()> {
        let customer_id = id("customer", person.key);
        let joined = self.days_ago(person.joined_days_ago)?;
        made.push(Made { kind: Kind::Customer, id: customer_id, customer_id });
        batch.customers.push(&Customer {
            id: customer_id,
            name: person.name.to_owned(),
            email: person.email.map(str::to_owned),
            email_verified_at: person.verified.then_some(joined),
            phone: Some(phone(person.phone)?),
            created_at: joined,
            updated_at: joined,
            archived_at: None,
            archive_reason: None,
        });
        for (number, home) in person.addresses.iter().enumerate() {
            batch.addresses.push(&Address {
                id: id("address", home.key),
                customer_id,
                label: home.label,
                place: place(home),
                is_default: number == 0,
                created_at: joined,
            });
        }
        for (number, other) in person.contacts.iter().enumerate() {
            batch.contacts.push(&Contact {
                id: id("contact", format_args!("{}/{number}", person.key)),
                customer_id,
                label: other.label,
                name: other.name.to_owned(),
                phone: Some(phone(other.phone)?),
                email: None,
                notes: other.notes,
                is_default: number == 0,
                created_at: joined,
            });
        }
        for (number, (body, pinned, days)) in person.notes.iter().enumerate() {
            batch.notes.push(&Note {
                id: id("note", format_args!("{}/{number}", person.key)),
                customer_id,
                body,
                pinned: *pinned,
                created_at: self.days_ago(*days)?,
            });
        }
        for (kind, reason, days) in person.flags {
            batch.flags.push(&Flag {
                id: id("flag", format_args!("{}/{kind}", person.key)),
                customer_id,
                kind,
                reason,
                raised_at: self.days_ago(*days)?,
                expires_on: None,
                removed_at: None,
                removal_reason: None,
            });
        }
        Ok(())
    }

    pub(super) fn add_move(&self, plan: &Move, batch: &mut Batch, made: &mut Vec<Made>) -> Result<()> {
        let person = people::PEOPLE.iter().find(|person| person.key == plan.person);
        let person = person.ok_or_else(|| Error::Plan(plan.person.to_owned()))?;
        let customer_id = id("customer", person.key);
        let booking_id = id("booking", plan.reference);
        let created_at = self.days_ago(plan.created_days_ago)?;
        let scheduled_at = self.at(plan.in_days, plan.hour)?;
        let completed_at = (plan.status == "COMPLETED")
            .then(|| scheduled_at.checked_add(Span::new().minutes(plan.minutes)))
            .transpose()?;
        let cancelled_at = plan.cancelled.map(|(_, days)| self.days_ago(days)).transpose()?;
        let paid_at = matches!(plan.money, Money::Card(_) | Money::Transfer).then_some(created_at);
        let asked_by_card = matches!(plan.money, Money::Awaited | Money::Dropped | Money::Card(_));
        let intent = asked_by_card.then(|| format!("pi_{}", plan.reference.to_lowercase().replace('-', "_")));
        made.push(Made { kind: Kind::Booking, id: booking_id, customer_id });
        batch.bookings.push(&Booking {
            id: booking_id,
            customer_id,
            reference: plan.reference.to_owned(),
            status: plan.status,
            scheduled_at,
            time_slot: if plan.hour < 12 { "morning" } else { "afternoon" },
            urgency: "scheduled",
            contact_name: person.name.to_owned(),
            contact_email: person.email.map(str::to_owned),
            contact_phone: Some(phone(person.phone)?),
            pickup: place(home(plan.from)?),
            dropoff: place(home(plan.to)?),
            items: plan.items.iter().map(|(name, quantity)| item(name, *quantity)).collect::<Result<_>>()?,
            crew_size: plan.crew_size,
            distance_miles: plan.miles,
            estimated_minutes: plan.minutes,
            price_parts: plan.parts,
            driver_name: plan.driver.map(str::to_owned),
            payment_intent_id: intent.clone(),
            paid_at,
            completed_at,
            cancelled_at,
            cancellation_reason: plan.cancelled.map(|(reason, _)| reason),
            created_at,
            updated_at: completed_at.or(cancelled_at).unwrap_or(created_at),
        });
        self.add_money(
            plan,
            &Payment {
                id: id("payment", plan.reference),
                booking_id,
                customer_id,
                provider: if asked_by_card { "stripe" } else { "manual" },
                intent_id: intent,
                status: match plan.money {
                    Money::None | Money::Awaited => "unpaid",
                    Money::Dropped => "cancelled",
                    Money::Card(_) | Money::Transfer => "paid",
                },
                amount: plan.parts.total(),
                captured_at: paid_at,
                created_at,
            },
            batch,
        )?;
        for (number, question) in plan.tickets.iter().enumerate() {
            let ticket_id = id("ticket", format_args!("{}/{number}", plan.reference));
            made.push(Made { kind: Kind::Ticket, id: ticket_id, customer_id });
            self.add_ticket(question, ticket_id, booking_id, person, batch)?;
        }
        Ok(())
    }

    fn add_money(&self, plan: &Move, payment: &Payment, batch: &mut Batch) -> Result<()> {
        if matches!(plan.money, Money::None) {
            return Ok(());
        }
        batch.payments.push(payment);
        let Money::Card(backs) = &plan.money else { return Ok(()) };
        for (number, back) in backs.iter().enumerate() {
            let at = self.days_ago(back.days_ago)?;
            batch.refunds.push(&Refund {
                id: id("refund", format_args!("{}/{number}", plan.reference)),
                payment_id: payment.id,
                amount: back.amount,
                reason: back.reason,
                notes: back.notes,
                status: "succeeded",
                processed_at: Some(at),
                created_at: at,
            });
        }
        for asked in moves::DISPUTES.iter().filter(|asked| asked.reference == plan.reference) {
            batch.disputes.push(&Dispute {
                id: id("dispute", plan.reference),
                payment_id: payment.id,
                name: format!("dp_{}", plan.reference),
                amount: asked.amount,
                reason: asked.reason,
                status: asked.status,
                evidence_due_by: asked.due_in_days.map(|days| self.at(days, 23)).transpose()?,
                opened_at: self.days_ago(asked.days_ago)?,
            });
        }
        Ok(())
    }

    fn add_ticket(
        &self,
        question: &Question,
        ticket_id: Uuid,
        booking_id: Uuid,
        person: &Person,
        batch: &mut Batch,
    ) -> Result<()> {
        let last = question.responses.last().map_or(question.hours_ago, |(_, _, hours)| *hours);
        let updated_at = self.hours_ago(last)?;
        batch.tickets.push(&Ticket {
            id: ticket_id,
            customer_id: id("customer", person.key),
            booking_id: Some(booking_id),
            category: question.category,
            description: question.description,
            status: question.status,
            priority: question.priority,
            email: person.email.map(str::to_owned),
            phone: Some(phone(person.phone)?),
            created_at: self.hours_ago(question.hours_ago)?,
            updated_at,
            resolved_at: matches!(question.status, "RESOLVED" | "CLOSED").then_some(updated_at),
        });
        for (number, (from_support, message, hours)) in question.responses.iter().enumerate() {
            batch.responses.push(&Response {
                id: id("response", format_args!("{ticket_id}/{number}")),
                ticket_id,
                message,
                from_support: *from_support,
                created_at: self.hours_ago(*hours)?,
            });
        }
        Ok(())
    }
}

fn item(name: &'static str, quantity: u8) -> Result<Item> {
    let known = texts::ITEMS.iter().find(|(item, _, _)| *item == name);
    let (name, volume_m3, _) = known.ok_or_else(|| Error::Plan(name.to_owned()))?;
    Ok(Item { name, quantity, volume_m3: *volume_m3 })
}
