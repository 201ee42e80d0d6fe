//! Two customers with a row of everything, and a canary in every column that tells something about them.

use std::collections::BTreeMap;

use kernel::{EventId, JobId};
use serde::Deserialize;
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use super::Desk;
use crate::support::{Client, id, id_of, read, uuid};

/// Whose row it is, by the customer `$1`.
pub(super) const OWNED: &[(&str, &str)] = &[
    ("customers", "id = $1"),
    ("customer_stats", "customer_id = $1"),
    ("addresses", "customer_id = $1"),
    ("contacts", "customer_id = $1"),
    ("flags", "customer_id = $1"),
    ("notes", "customer_id = $1"),
    ("bookings", "customer_id = $1"),
    ("invoices", "customer_id = $1"),
    ("refunds", "payment_id in (select id from payments where customer_id = $1)"),
    (
        "refund_attempts",
        "refund_id in (select r.id from refunds r join payments p on p.id = r.payment_id where p.customer_id = $1)",
    ),
    ("approvals", "customer_id = $1"),
    ("credits", "customer_id = $1"),
    ("credit_uses", "credit_id in (select id from credits where customer_id = $1)"),
    ("differences", "payment_id in (select id from payments where customer_id = $1)"),
    ("provider_inbox", "object_id in (select intent_id from payments where customer_id = $1)"),
    ("tickets", "customer_id = $1"),
    ("ticket_responses", "ticket_id in (select id from tickets where customer_id = $1)"),
    ("mails", "customer_id = $1"),
    ("mail_attachments", "mail_id in (select id from mails where customer_id = $1)"),
    ("data_requests", "customer_id = $1"),
    ("data_request_pauses", "request_id in (select id from data_requests where customer_id = $1)"),
    (
        "event_values",
        "event_id in (select id from events where customer_id = $1 and action = 'customer.updated')",
    ),
    ("imported_history", "customer_id = $1"),
    ("external_links", "our_id = $1"),
    ("customer_merges", "survivor_id = $1"),
];

/// Columns in which only some words or shapes may stand: the value, and what of it is looked for. Of these the other customer's
/// are not told apart.
const SHAPED: &[(&str, &str, &str, &str)] = &[
    ("addresses", "has_lift", "true", "\"hasLift\":true"),
    ("customer_stats", "flag_kinds", "'{vulnerable_customer}'", "\"flagKinds\":[\"vulnerable_customer\"]"),
    ("flags", "kind", "'vulnerable_customer'", "\"kind\":\"vulnerable_customer\""),
    ("data_requests", "kind", "'portability'", "\"kind\":\"portability\""),
];

#[derive(Deserialize)]
pub(super) struct Column {
    class: String,
    #[expect(dead_code, reason = "the map is one for every reader")]
    erasure: String,
}

pub(super) type Map = BTreeMap<String, BTreeMap<String, Column>>;

/// Where a canary was put, and what is looked for.
#[derive(Debug, Clone)]
pub(super) struct Canary {
    pub place: String,
    pub needle: Vec<u8>,
    /// It stands in a file of its own, or is for programs.
    pub readable: bool,
    pub own: bool,
}

/// Table and column of everything that the copy has to hold by the map.
pub(super) fn wanted() -> Vec<(String, String)> {
    let map: Map = toml::from_str(&read("db/personal-data.toml")).unwrap();
    let left_out = |table: &str, column: &str| privacy::LEFT_OUT.iter().any(|left| left.names(table, column));
    let mut wanted = Vec::new();
    for (table, columns) in &map {
        for (column, entry) in columns {
            if entry.class != "none" && !left_out(table, column) {
                wanted.push((table.clone(), column.clone()));
            }
        }
    }
    wanted
}

/// What is left out and is not there, or is not personal.
pub(super) fn stale() -> Vec<String> {
    let map: Map = toml::from_str(&read("db/personal-data.toml")).unwrap();
    let personal = |table: &str, column: &str| {
        map.get(table).is_some_and(|columns| {
            columns.iter().any(|(name, entry)| (name == column || column == "*") && entry.class != "none")
        })
    };
    let all = privacy::LEFT_OUT.iter().flat_map(|left| left.columns);
    all.filter(|(table, column)| !personal(table, column))
        .map(|(table, column)| format!("{table}.{column}"))
        .collect()
}

impl Desk {
    /// A canary in each of these columns, in every row of theirs that is this customer's.
    pub(super) async fn plant(
        &self,
        customer: Uuid,
        letter: char,
        columns: &[(String, String)],
    ) -> Vec<Canary> {
        let mut canaries = Vec::new();
        for (number, (table, column)) in columns.iter().enumerate() {
            let owned = OWNED.iter().find(|(name, _)| name == table);
            let (_, owned) = owned.unwrap_or_else(|| {
                panic!(
                    "{table}.{column} is personal: say in OWNED whose row it is, \
                 and put it into a section of the export or into LEFT_OUT with the reason"
                )
            });
            let mark = format!("Zq{number:03}{letter}");
            let shaped = SHAPED.iter().find(|(t, c, ..)| t == table && c == column);
            let kind: String = self.app.sql.query_one(
                "select format_type(atttypid, null) from pg_attribute where attrelid = $1::text::regclass and attname = $2",
                &[table, column]).await.unwrap().get(0);
            let years = i32::from(letter == 'B');
            let value = match (shaped, kind.as_str(), column.as_str()) {
                (Some((_, _, value, _)), ..) => (*value).to_owned(),
                (_, _, "phone_e164") => format!("'+44700{number:03}{}'", u32::from(letter)),
                (_, "text", _) => format!("'{mark}'"),
                (_, "jsonb", "items") => format!("'[{{\"name\": \"{mark}\"}}]'"),
                (_, "jsonb", _) => format!("'{{\"seen\": \"{mark}\"}}'"),
                (_, "text[]", _) => format!("'{{{mark}}}'"),
                (_, "bytea", _) => format!("convert_to('{mark}', 'utf8')"),
                (_, "date", _) => format!("date '2001-01-01' + {number} + {years} * 1000"),
                (_, "timestamp with time zone", _) => {
                    format!("timestamptz '2001-01-01' + make_interval(years => {years}, hours => {number})")
                }
                other => panic!("{table}.{column}: no canary for {other:?}"),
            };
            let rows = self
                .app
                .sql
                .execute(&format!("update {table} set {column} = {value} where {owned}"), &[&customer])
                .await
                .unwrap_or_else(|error| panic!("{table}.{column}: {error:?}"));
            assert!(rows > 0, "{table}.{column}: nothing to plant in");
            let needle = match (shaped, kind.as_str(), column.as_str()) {
                (Some((.., needle)), ..) => needle.as_bytes().to_vec(),
                (_, "date" | "timestamp with time zone", _) => self
                    .app
                    .sql
                    .query_one(&format!("select to_json({value})::text"), &[])
                    .await
                    .unwrap()
                    .get::<_, String>(0)
                    .into_bytes(),
                (_, _, "phone_e164") => value.trim_matches('\'').as_bytes().to_vec(),
                _ => mark.into_bytes(),
            };
            canaries.push(Canary {
                place: format!("{table}.{column}"),
                needle,
                readable: shaped.is_none() && matches!(kind.as_str(), "text" | "jsonb" | "text[]"),
                own: shaped.is_none(),
            });
        }
        canaries
    }

    /// From here on rows are changed past the guards, for canaries.
    pub(super) async fn drop_the_guards(&self) {
        let all = "select tablename::text from pg_tables where schemaname = 'public'";
        for row in self.app.sql.query(all, &[]).await.unwrap() {
            let table: String = row.get(0);
            self.app.sql.batch_execute(&format!("alter table {table} disable trigger user")).await.unwrap();
        }
    }

    /// Changes whose values stand in clear, as a release before the keys wrote them.
    pub(super) async fn age_values(&self) {
        let plain = "update event_values set sealed = null, after = '{}'
                     where event_id in (select id from events where action = 'customer.updated')";
        assert!(self.app.sql.execute(plain, &[]).await.unwrap() > 1);
    }

    /// A row of everything.
    pub(super) async fn everything(&self, customer: &Value, number: u32) {
        let (key, admin) = (id_of(customer), self.app.as_role(Role::Superadmin).await);
        let at = |tail: &str| format!("/api/admin/customers/{}{tail}", id(customer));
        self.ops.create_address(customer, "Manchester", "M1 1AE").await;
        let twin = self.ops.create_customer("Twin", &format!("twin{number}@example.com")).await;
        let merge =
            json!({ "otherId": id(&twin), "survivorVersion": 1, "otherVersion": 1, "reason": "Same street" });
        let merge = self.ops.post(&at("/merge"), &merge).await.ok();
        let undo = format!("/api/admin/merges/{}/undo", id(&merge));
        self.ops.post(&undo, &json!({ "reason": "Two sisters" })).await.ok();
        let contact =
            json!({ "label": "Neighbour", "name": "Jo", "phone": "07700 900123", "email": "jo@example.com" });
        self.ops.post(&at("/contacts"), &contact).await.ok();
        self.ops.post(&at("/notes"), &json!({ "body": "Has a dog" })).await.ok();
        let version = self.ops.get(&at("")).await.ok()["version"].as_i64().unwrap();
        let details =
            json!({ "name": customer["name"], "email": customer["email"], "phone": "07700 900124" });
        self.ops.put(&at(""), version, &details).await.ok();
        self.app.flag(key, "other").await;
        let intent = format!("pi_{number}");
        let booking = self
            .app
            .booking(key)
            .reference(&format!("SV-{number}"))
            .paid(50_000)
            .refunded(1_000)
            .intent(&intent)
            .insert()
            .await;
        self.app.ticket(key, "OPEN", "HIGH").await;
        act(&admin, customer, &json!({ "action": "resend_invoice", "bookingId": booking })).await;
        act(
            &admin,
            customer,
            &json!({ "action": "issue_credit", "amount": 500, "reason": "goodwill", "notes": "Sorry" }),
        )
        .await;
        let open = self
            .app
            .booking(key)
            .reference(&format!("SV-{number}-2"))
            .status("CONFIRMED")
            .costs(10_000)
            .insert()
            .await;
        act(&admin, customer, &json!({ "action": "spend_credit", "bookingId": open, "amount": 200 })).await;
        let support = self.app.as_role(Role::Support).await;
        act(
            &support,
            customer,
            &json!({ "action": "issue_credit", "amount": 9_000, "reason": "goodwill", "notes": "Much" }),
        )
        .await;
        self.ask_about_data(customer).await;
        self.come_from_elsewhere(key, &intent).await;
    }

    /// A data request in which somebody was asked back.
    async fn ask_about_data(&self, customer: &Value) {
        let list = "/api/admin/data-requests";
        let body = json!({ "kind": "access", "customerId": id(customer), "channel": "email", "receivedOn": "2026-11-20", "asked": "Everything" });
        let mut case =
            self.ops.post(list, &body).header("idempotency-key", &platform::random::token()).await.ok();
        for step in [
            json!({ "action": "confirm_identity", "on": "2026-11-20", "method": "known_contact" }),
            json!({ "action": "extend", "on": "2026-11-21", "reason": "Much to look through" }),
            json!({ "action": "ask_clarification", "on": "2026-11-21", "question": "Which move?" }),
        ] {
            let version = format!("\"{}\"", case["version"]);
            case = self
                .ops
                .post(&format!("{list}/{}/actions", id(&case)), &step)
                .header("if-match", &version)
                .await
                .ok();
        }
    }

    /// What imports and providers leave.
    async fn come_from_elsewhere(&self, customer: Uuid, intent: &str) {
        let now = self.app.now();
        let new = || JobId::new(now).0;
        let sql = &self.app.sql;
        sql.execute(
            "insert into refund_attempts (refund_id, number, started_at) select r.id, 1, $2 from refunds r
             join payments p on p.id = r.payment_id where p.customer_id = $1",
            &[&customer, &now],
        )
        .await
        .unwrap();
        sql.execute(
            "insert into provider_inbox (id, provider, event_id, kind, object_id, received_at, body)
             values ($1, 'stripe', $2, 'charge.refunded', $2, $3, '{}')",
            &[&new(), &intent, &now],
        )
        .await
        .unwrap();
        sql.execute(
            "insert into differences (id, provider, kind, subject, detail, payment_id, subject_at, first_seen, last_seen,
                 state, closed_at, outcome, word, settled_by, event_id)
             select $1, 'stripe', 'payment_amount', $2, 'x', id, $3, $3, $3,
                 'settled', $3, 'noted', 'x', (select id from staff limit 1), (select id from events limit 1)
             from payments where intent_id = $2",
            &[&new(), &intent, &now]).await.unwrap();
        sql.execute(
            "insert into imported_history (id, system, external_id, at, actor_role, action, target_type, customer_id)
             values ($1, 'platform', $2, $3, 'CUSTOMER', 'signed_up', 'user', $4)", &[&EventId::new(now).0, &intent, &now, &customer]).await.unwrap();
        sql.execute(
            "insert into external_links (system, kind, external_id, our_id, content_hash, first_seen_at, last_changed_at)
             values ('platform', 'customer', $1, $2, sha256('x'), $3, $3)", &[&intent, &customer, &now]).await.unwrap();
    }
}

async fn act(client: &Client, customer: &Value, body: &Value) {
    let path = format!("/api/admin/customers/{}/actions", uuid(id(customer)));
    client.post(&path, body).header("idempotency-key", &platform::random::token()).await.ok();
}
