//! Bad input never reaches the database and never gives a 500: every operation of the OpenAPI document is given everything
//! that can be wrong with an id, a query, a body and a field, and has to answer with a problem that names the culprit.

use axum::http::Method;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{
    Answer, Client, Kind, Operation, Place, Sending, SoftKey, TestApp, id, id_of, kind, operations, percent,
};

/// One of everything, so that a request gets past "not found".
pub struct World {
    pub client: Client,
    ids: Vec<(&'static str, &'static str, String)>,
}

impl World {
    pub async fn new(app: &TestApp) -> Self {
        let client = app.as_role(Role::Superadmin).await;
        let customer = client.create_customer("Emma", "emma@example.com").await;
        let path = format!("/api/admin/customers/{}", id(&customer));
        let address = client.create_address(&customer, "Leeds", "LS1 4DY").await;
        let contact = json!({ "label": "Sister", "name": "Ann", "phone": "07700 900123" });
        let contact = client.post(&format!("{path}/contacts"), &contact).await.ok();
        let note = client.post(&format!("{path}/notes"), &json!({ "body": "Called" })).await.ok();
        let booking = app.booking(id_of(&customer)).paid(90_000).insert().await.to_string();
        let refund =
            json!({ "action": "issue_refund", "bookingId": booking, "amount": 100, "reason": "late" });
        let refund =
            client.post(&format!("{path}/actions"), &refund).header("idempotency-key", "1").await.ok();
        let credit = json!({ "action": "issue_credit", "amount": 80_000, "reason": "goodwill" });
        let support = app.as_role(Role::Support).await;
        let asked =
            support.post(&format!("{path}/actions"), &credit).header("idempotency-key", "1").await.ok();
        let ticket = app.ticket(id_of(&customer), "OPEN", "LOW").await.to_string();
        let event: uuid::Uuid = app.sql.query_one("select id from events limit 1", &[]).await.unwrap().get(0);
        let staff = app.add_staff(Role::Support).await.to_string();
        let view = client.post("/api/admin/saved-views", &json!({ "name": "Of Leeds" })).await.ok();
        let chosen = json!({ "customers": [id(&customer)] });
        let selection = client.post("/api/admin/selections", &chosen).await.ok();
        let run = app.stopped_run(id_of(&selection), client.staff.unwrap()).await.to_string();
        let mail = app.mail(id_of(&customer)).await.to_string();
        let send = json!({ "action": "resend_invoice", "bookingId": booking });
        let sent = client.post(&format!("{path}/actions"), &send).await.ok();
        let asked_for = json!({ "kind": "access", "customerId": id(&customer), "channel": "email", "receivedOn": "2026-11-20",
            "asked": "Everything you hold" });
        let request = client
            .post("/api/admin/data-requests", &asked_for)
            .header("idempotency-key", "request")
            .await
            .ok();
        let difference = app.difference().await.to_string();
        let quiet = client.create_customer("Quiet", "quiet@example.com").await;
        let (of_quiet, reason) =
            (format!("/api/admin/customers/{}", id(&quiet)), json!({ "reason": "Asked for" }));
        let planned = client.post(&format!("{of_quiet}/erasure"), &reason).await.ok();
        let held = client.post(&format!("{of_quiet}/holds"), &reason).await.ok();
        let (one, other) = (
            client.create_customer("One", "one@example.com").await,
            client.create_customer("Other", "other@example.com").await,
        );
        let merge =
            json!({ "otherId": id(&other), "survivorVersion": 1, "otherVersion": 1, "reason": "The same" });
        let merge = client.post(&format!("/api/admin/customers/{}/merge", id(&one)), &merge).await.ok();
        for (name, email) in [("Al", "al@example.com"), ("Bea", "bea@example.com")] {
            let body = json!({ "name": name, "email": email, "phone": "07700 900456" });
            client.post("/api/admin/customers", &body).await.ok();
        }
        let found = client.get("/api/admin/duplicates?reason=phone").await.ok()["pairs"][0].clone();
        let no = json!({ "oneId": id(&found["one"]), "otherId": id(&found["other"]), "reason": "Two" });
        let dismissal = client.post("/api/admin/duplicates/dismissals", &no).await.ok();
        let key = json!({ "name": "Key", "scopes": ["customer.read"], "days": 1 });
        let key = client.post("/api/auth/api-keys", &key).await.ok();
        let soft = SoftKey::new(Kind::P256, &app.app.settings.public_url);
        let begun = client.act("/api/auth/passkeys/begin").await.ok();
        let made = soft.registration(begun["challenge"].as_str().unwrap(), "Laptop");
        let answer = client.post("/api/auth/passkeys", &made).await;
        let passkey = answer.ok()["passkey"].clone();
        let client = client.after(&answer);
        let ids = vec![
            ("erasures/", "id", id(&planned["erasure"]).to_owned()),
            ("holds/", "id", id(&held["holds"][0]).to_owned()),
            ("dismissals/", "id", id(&dismissal).to_owned()),
            ("merges/", "id", id(&merge).to_owned()),
            ("passkeys/", "id", id(&passkey).to_owned()),
            ("api-keys/", "id", id(&key["apiKey"]).to_owned()),
            ("data-requests/", "id", id(&request).to_owned()),
            ("differences/", "id", difference),
            ("invoices/", "id", id(&sent["sent"]["invoice"]).to_owned()),
            ("mails/", "id", mail),
            ("customers/", "addressId", id(&address).to_owned()),
            ("customers/", "contactId", id(&contact).to_owned()),
            ("customers/", "noteId", id(&note).to_owned()),
            ("customers/", "id", id(&customer).to_owned()),
            ("presences/", "id", id(&customer).to_owned()),
            ("bookings/", "id", booking),
            ("refunds/", "id", id(&refund["refund"]).to_owned()),
            // None is dead, and none may be left behind so.
            ("dead-jobs/", "id", uuid::Uuid::from_u128(7).to_string()),
            ("approvals/", "id", asked["approvalId"].as_str().unwrap().to_owned()),
            ("tickets/", "id", ticket),
            ("saved-views/", "id", id(&view).to_owned()),
            ("selections/", "id", id(&selection).to_owned()),
            ("bulk-runs/", "id", run),
            ("staff/", "id", staff),
            ("audit/", "id", event.to_string()),
            ("sessions/", "id", client.session.unwrap().to_string()),
        ];
        Self { client, ids }
    }

    pub fn path(&self, operation: &Operation) -> String {
        operation.path_with(|name| {
            let found = self
                .ids
                .iter()
                .find(|(place, parameter, _)| operation.path.contains(place) && *parameter == name);
            found.unwrap_or_else(|| panic!("{} needs a {name}: add it to World", operation.path)).2.clone()
        })
    }

    /// The operation at this path, with a version where it needs one.
    pub fn request(&self, operation: &Operation, path: &str) -> Sending {
        let request = self.client.request(operation.method.clone(), path);
        let takes = |name: &str| operation.parameters_in(Place::Header).any(|header| header.name == name);
        let request = if takes("if-match") { request.header("if-match", "\"1\"") } else { request };
        // Another one each time: what is tried here is the rest of the request.
        let key = platform::random::token();
        if takes("idempotency-key") { request.header("idempotency-key", &key) } else { request }
    }
}

/// A refusal of the request's form; the client is named at most by the field at fault.
#[track_caller]
pub fn refused(answer: &Answer, what: &str, statuses: &[u16], field: Option<&str>) {
    let shown: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
    assert!(statuses.contains(&answer.status.as_u16()), "{what}: {} {shown}", answer.status);
    if let (422, Some(field)) = (answer.status.as_u16(), field) {
        let named = answer.json()["field"].as_str().unwrap_or_default().to_owned();
        // `filter.status`, or `filter[0]` where a list stood for an object.
        let plain = named.split('[').next().unwrap_or_default();
        let last = plain.rsplit('.').next().unwrap_or_default();
        assert!(last == field, "{what}: names {named:?} and not {field:?}: {shown}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_refused() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let long = "9".repeat(3_000);
    let wrong = [
        "7",
        "me",
        "%00",
        "%FF",
        "%F0%9F%98%80",
        "..%2F..%2Fetc",
        "'%3B--",
        "01890a5d-ac96-774b-bcce-b302099a805",
        "%20",
        &long,
    ];
    for operation in operations() {
        for parameter in operation.parameters_in(Place::Path) {
            for given in wrong {
                let path = operation.path.replace(&format!("{{{}}}", parameter.name), given);
                let rest = Operation { path, ..operation.clone() };
                let path = World::path(&world, &rest);
                let request = world.request(&operation, &path);
                let request = match operation.example_body() {
                    Some(body) => request.json(&body),
                    None => request,
                };
                let what = format!("{} with {} {given:.40}", operation.id, parameter.name);
                let answer = request.await;
                refused(&answer, &what, &[400], None);
                assert_eq!(answer.json()["code"], "invalid_id", "{what}");
            }
        }
    }
    app.finish().await;
}

/// What is wrong for a value of this schema, in a query; nothing for free text.
fn wrong_words(schema: &Value) -> Vec<&'static str> {
    let mut words = match (kind(schema), schema["format"].as_str()) {
        _ if schema["enum"].is_array() => vec!["", "; drop table customers", "NEW", "new,active", "%"],
        ("integer", _) => {
            vec!["", "x", "1.5", "1e3", "0x10", "99999999999999999999", "-9223372036854775809", "１"]
        }
        ("boolean", _) => vec!["", "yes", "1", "TRUE"],
        (_, Some("date")) => vec![
            "",
            "2026-02-30",
            "0000-00-00",
            "+999999-01-01",
            "-000001-01-01",
            "9999-12-31",
            "tomorrow",
            "1",
        ],
        (_, Some("date-time")) => {
            vec!["", "2026-02-30T00:00:00Z", "yesterday", "+999999-01-01T00:00:00Z", "1"]
        }
        (_, Some("uuid")) => vec!["", "7", "x"],
        _ => vec![],
    };
    if !words.is_empty() {
        words.extend(["\u{0}", "\u{202e}", "😀"]);
    }
    words
}

#[tokio::test]
async fn a_wrong_query_is_refused_by_the_name_of_its_parameter() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let mut asked = 0;
    for operation in operations().iter().filter(|operation| operation.method == Method::GET) {
        let path = world.path(operation);
        let known: Vec<_> = operation.parameters_in(Place::Query).collect();
        for parameter in &known {
            let path = format!("{path}{}", operation.query_beside(&parameter.name));
            for word in wrong_words(&parameter.schema) {
                let what = format!("{}?{}={word:.30}", operation.id, parameter.name);
                let answer =
                    world.request(operation, &format!("{path}{}={}", parameter.name, percent(word))).await;
                refused(&answer, &what, &[422], Some(&parameter.name));
                asked += 1;
            }
            if kind(&parameter.schema) == "string" {
                for text in ["\u{0}", "a\u{202e}b", "\n", &"x".repeat(20_000), "' or '1'='1", "{}", "-1"] {
                    let what = format!("{}?{}={text:.20?}", operation.id, parameter.name);
                    let answer = world
                        .request(operation, &format!("{path}{}={}", parameter.name, percent(text)))
                        .await;
                    refused(&answer, &what, &[200, 422], Some(&parameter.name));
                }
                let answer = world.request(operation, &format!("{path}{}=%FF%FE", parameter.name)).await;
                refused(&answer, &operation.id, &[200, 422], Some(&parameter.name));
            }
            let twice = format!("{path}{0}=1&{0}=2", parameter.name);
            refused(&world.request(operation, &twice).await, &twice, &[422], None);
        }
        if !known.is_empty() {
            let answer = world.request(operation, &format!("{path}?nonsense=1")).await;
            refused(&answer, &operation.id, &[422], Some("nonsense"));
        }
    }
    assert!(asked > 100, "only {asked} wrong queries were asked");
    app.finish().await;
}

#[tokio::test]
async fn a_forged_cursor_is_refused_wherever_there_is_one() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let ancient = "-009999-01-02T01:59:59Z";
    let forged = [
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!([ancient, id]),
        json!(["9999-12-30T00:00:00Z", 5]),
        json!([1, 2]),
        json!({ "at": ancient, "id": id }),
        json!({ "at": "2026-01-01T00:00:00Z", "id": "a\u{0}b" }),
        json!({ "at": 1, "id": id }),
    ];
    for operation in operations() {
        if operation.parameters_in(Place::Query).any(|parameter| parameter.name == "after") {
            let path = format!("{}{}", world.path(&operation), operation.query_beside("after"));
            for position in &forged {
                let cursor = platform::Cursor::write(position);
                let answer = world.request(&operation, &format!("{path}after={cursor}")).await;
                refused(&answer, &format!("{} after {position}", operation.id), &[422], Some("after"));
            }
            let answer = world.request(&operation, &format!("{path}after=junk")).await;
            refused(&answer, &operation.id, &[422], Some("after"));
        }
    }
    app.finish().await;
}
