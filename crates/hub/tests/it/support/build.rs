//! Builders. Customers and what belongs to them are made through the doors; bookings, payments, refunds, tickets and flags
//! have no door that writes them yet, so these are rows as the import leaves them.

use jiff::Timestamp;
use kernel::{BookingId, CustomerId, Email, FlagId, PaymentId, ResponseId, TicketId};
use mail::NewMail;
use platform::{Actor, Event, Tx};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    app::{TestApp, instant},
    client::Client,
};

/// The id of what an answer shows, for a path.
pub fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_else(|| panic!("no id in {value}"))
}

/// The same, for a statement.
pub fn id_of(value: &Value) -> Uuid {
    uuid(id(value))
}

pub fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

/// A word for `Idempotency-Key` that no other request of the test has.
pub fn fresh_key() -> String {
    platform::random::token()
}

impl Client {
    pub async fn create_customer(&self, name: &str, email: &str) -> Value {
        self.post("/api/admin/customers", &json!({ "name": name, "email": email })).await.ok()
    }

    pub async fn create_address(&self, customer: &Value, city: &str, postcode: &str) -> Value {
        let address =
            json!({ "label": "Home", "line1": "1 High Street", "city": city, "postcode": postcode });
        self.post(&format!("/api/admin/customers/{}/addresses", id(customer)), &address).await.ok()
    }

    /// The list for this query string.
    pub async fn list(&self, query: &str) -> Value {
        self.get(&format!("/api/admin/customers?{query}")).await.ok()
    }

    /// The names on the page for this query string.
    pub async fn names(&self, query: &str) -> Vec<String> {
        names(&self.list(query).await)
    }
}

fn names(list: &Value) -> Vec<String> {
    list["customers"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

pub struct NewBooking<'a> {
    app: &'a TestApp,
    customer: Uuid,
    reference: String,
    status: &'static str,
    created_at: Timestamp,
    captured: i64,
    /// What it costs, when that is not what was paid.
    total: Option<i64>,
    refunded: i64,
    intent: Option<String>,
    pickup: String,
    dropoff: String,
}

impl TestApp {
    /// A completed booking of today that nobody has paid for, unless more is said.
    pub fn booking(&self, customer: Uuid) -> NewBooking<'_> {
        let now = self.now();
        let reference = format!("SV-{}", &BookingId::new(now).0.simple().to_string()[20..].to_uppercase());
        NewBooking {
            app: self,
            customer,
            reference,
            status: "COMPLETED",
            created_at: now,
            captured: 0,
            total: None,
            refunded: 0,
            intent: None,
            pickup: "M1 1AE".to_owned(),
            dropoff: "M2 5BQ".to_owned(),
        }
    }

    pub async fn ticket(&self, customer: Uuid, status: &str, priority: &str) -> Uuid {
        let now = self.now();
        let ticket = TicketId::new(now);
        self.sql
            .execute(
                "insert into tickets (id, customer_id, category, description, status, priority, created_at, updated_at)
                 values ($1, $2, 'delay', 'The van is late', $3, $4, $5, $5)",
                &[&ticket, &customer, &status, &priority, &now],
            )
            .await
            .unwrap();
        self.sql
            .execute(
                "insert into ticket_responses (id, ticket_id, message, from_support, created_at)
                 values ($1, $2, 'We are calling the driver', true, $3)",
                &[&ResponseId::new(now), &ticket, &now],
            )
            .await
            .unwrap();
        ticket.0
    }

    /// A mail to this customer, enqueued as the acts do that send one.
    pub async fn mail(&self, customer: Uuid) -> Uuid {
        let new = NewMail {
            customer: Some(CustomerId(customer)),
            invoice: None,
            to: Email::parse("emma@example.com").unwrap(),
            to_name: None,
            subject: "About your move".to_owned(),
            body: "All is well.".to_owned(),
            attachments: Vec::new(),
        };
        let mut db = self.app.db.client().await.unwrap();
        let tx = Tx::begin(&mut db, &self.app).await.unwrap();
        let id = mail::enqueue(&self.app, &*tx, None, new).await.unwrap();
        let event = Event::change("mail.queued").of_customer(CustomerId(customer)).on("mail", id.0);
        tx.commit(&Actor::system(), event).await.unwrap();
        id.0
    }

    /// A payment that Stripe has and we have not.
    pub async fn difference(&self) -> Uuid {
        let id = kernel::DifferenceId::new(self.now()).0;
        self.sql
            .execute(
                "insert into differences (id, provider, kind, subject, detail, subject_at, first_seen, last_seen, state)
                 values ($1, 'stripe', 'payment_missing_here', 'pi_x', '', $2, $2, $2, 'open')",
                &[&id, &self.now()],
            )
            .await
            .unwrap();
        id
    }

    /// An act on many that was stopped before it began, and has left no job behind.
    pub async fn stopped_run(&self, selection: Uuid, staff: kernel::StaffId) -> Uuid {
        let id = kernel::BulkRunId::new(self.now()).0;
        self.sql
            .execute(
                "insert into bulk_runs (id, action, given, selection_id, total, state, requested_by, request_id, started_at, finished_at)
                 values ($1, 'archive', '{}', $2, 1, 'stopped', $3, '', $4, $4)",
                &[&id, &selection, &staff, &self.now()],
            )
            .await
            .unwrap();
        id
    }

    pub async fn flag(&self, customer: Uuid, kind: &str) -> Uuid {
        let flag = FlagId::new(self.now());
        self.sql
            .execute(
                "insert into flags (id, customer_id, kind, reason, raised_at) values ($1, $2, $3, 'Seen twice', $4)",
                &[&flag, &customer, &kind, &self.now()],
            )
            .await
            .unwrap();
        flag.0
    }

    /// So many customers by one statement: `Bulk 0001`, …, who joined on ten different days, in no order of their names.
    pub async fn many_customers(&self, count: i32) {
        self.sql
            .execute(
                "insert into customers (id, name, email, created_at, updated_at)
                 select gen_random_uuid(), 'Bulk ' || lpad(n::text, 4, '0'), 'bulk' || n || '@example.com', at, at
                 from generate_series(1, $1::integer) n, lateral (select $2::timestamptz - make_interval(days => n * 7 % 10)) joined (at)",
                &[&count, &self.now()],
            )
            .await
            .unwrap();
    }
}

impl NewBooking<'_> {
    pub fn reference(mut self, reference: &str) -> Self {
        self.reference = reference.to_owned();
        self
    }

    pub fn status(mut self, status: &'static str) -> Self {
        self.status = status;
        self
    }

    pub fn at(mut self, instant_text: &str) -> Self {
        self.created_at = instant(instant_text);
        self
    }

    pub fn from(mut self, postcode: &str) -> Self {
        self.pickup = postcode.to_owned();
        self
    }

    pub fn to(mut self, postcode: &str) -> Self {
        self.dropoff = postcode.to_owned();
        self
    }

    pub fn paid(mut self, pence: i64) -> Self {
        self.captured = pence;
        self
    }

    pub fn costs(mut self, pence: i64) -> Self {
        self.total = Some(pence);
        self
    }

    /// The payment's name at the provider.
    pub fn intent(mut self, name: &str) -> Self {
        self.intent = Some(name.to_owned());
        self
    }

    pub fn refunded(mut self, pence: i64) -> Self {
        self.refunded = pence;
        self
    }

    pub async fn insert(self) -> Uuid {
        let (sql, at) = (&self.app.sql, self.created_at);
        let booking = BookingId::new(at);
        let place =
            |postcode: &str| json!({ "line1": "1 High Street", "city": "Manchester", "postcode": postcode });
        sql.execute(
            "insert into bookings (id, customer_id, reference, status, scheduled_at, pickup, dropoff, crew_size, total, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, 2, $8, $5, $5)",
            &[&booking, &self.customer, &self.reference, &self.status, &at, &place(&self.pickup), &place(&self.dropoff), &self.total.unwrap_or(self.captured)],
        )
        .await
        .unwrap();
        if self.captured > 0 {
            let payment = PaymentId::new(at);
            sql.execute(
                "insert into payments (id, booking_id, customer_id, provider, status, amount, captured, captured_at, created_at, updated_at, intent_id)
                 values ($1, $2, $3, 'stripe', 'paid', $4, $4, $5, $5, $5, $6)",
                &[&payment, &booking, &self.customer, &self.captured, &at, &self.intent],
            )
            .await
            .unwrap();
            if self.refunded > 0 {
                sql.execute(
                    "insert into refunds (id, payment_id, amount, reason, status, processed_at, created_at)
                     values ($1, $2, $3, 'damage', 'succeeded', $4, $4)",
                    // Ids of different kinds may differ in one bit.
                    &[&Uuid::from_u128(payment.0.as_u128() ^ 1), &payment, &self.refunded, &at],
                )
                .await
                .unwrap();
            }
        }
        booking.0
    }
}
