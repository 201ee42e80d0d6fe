//! Seeing less: contact details hidden by role, shown for a reason, and how much one reads in a day.

use axum::http::Method;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::json;
use staff::{
    Permission, Role,
    permissions::{PersonalRead, TABLE},
};

use crate::{
    api_keys::with_scopes,
    input::World,
    support::{Client, TestApp, id, id_of, operations},
};

/// In every column that holds contact details, of every row there is. The words are nobody's.
const CANARIES: &str = "
    alter table customers disable trigger customers_merged_update;
    update customers set email = 'canary' || id || '@kanarie.example', phone = '0191 498 7001', phone_e164 = '+441914987001';
    alter table customers enable always trigger customers_merged_update;
    alter table customer_merges disable trigger customer_merges_guarded;
    update customer_merges set before = before || '{\"email\": \"before@kanarie.example\", \"phone\": \"0191 498 7001\"}',
        after = after || '{\"email\": \"after@kanarie.example\", \"phone\": \"0191 498 7001\"}';
    alter table customer_merges enable always trigger customer_merges_guarded;
    update addresses set line1 = '1 Kanarie Street', line2 = 'Kanarie House', flat = 'Kanarie 2', access_notes = 'Ask at Kanarie', postcode = 'LS1 9ZZ';
    update contacts set phone = '0191 498 7002', phone_e164 = '+441914987002', email = 'sister@kanarie.example', notes = 'Or 0191 498 7003';
    update notes set body = 'Wrote from van@kanarie.example, call +44 (0)191-498-7004';
    update bookings set contact_email = 'booker@kanarie.example', contact_phone = '01914987005',
        pickup = '{\"label\": \"3 Kanarie Road, Leeds\", \"line1\": \"3 Kanarie Road\", \"postcode\": \"LS1 9ZZ\"}', dropoff = '{\"label\": \"4 Kanarie Road\", \"postcode\": \"LS19ZZ\"}';
    update tickets set email = 'ticket@kanarie.example', phone = '0191-498-7006', description = 'Mail me at ticket@kanarie.example';
    update ticket_responses set message = 'We rang 0191 498 7007';
    update mails set to_address = 'mail@kanarie.example', body_text = 'To mail@kanarie.example or 0191 498 7008';";
// Long enough that no id holds one by chance.
const SIGNS: [&str; 5] = ["kanarie", "498 7", "1914987", "191-498-7", "9ZZ"];

/// Which canaries an answer tells, in cursors too.
fn told(text: &str) -> Vec<&'static str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    let decoded = words.filter_map(|word| String::from_utf8(URL_SAFE_NO_PAD.decode(word).ok()?).ok());
    let all: String =
        std::iter::once(text.to_owned()).chain(decoded).collect::<Vec<_>>().join(" ").to_lowercase();
    SIGNS.into_iter().filter(|sign| all.contains(&sign.to_lowercase())).collect()
}

/// What this person is told by any operation that reads, by its name.
async fn leaks(world: &World, event: &str, client: &Client) -> Vec<(String, Vec<&'static str>)> {
    let mut found = Vec::new();
    for operation in
        operations().iter().filter(|operation| operation.method == Method::GET && operation.id != "openLive")
    {
        let path = world.path(operation);
        let paths = match operation.id.as_str() {
            "listCustomers" => {
                vec![path.clone(), format!("{path}?sortBy=email&limit=1"), format!("{path}?search=canary")]
            }
            "readEvent" => vec![event.to_owned()],
            _ => vec![path],
        };
        for path in paths {
            let answer = client.get(&path).may_fail().await;
            let signs = told(&String::from_utf8_lossy(&answer.body));
            if !signs.is_empty() {
                found.push((operation.id.clone(), signs));
            }
        }
    }
    found
}

#[tokio::test]
async fn who_does_their_work_without_contact_details_is_told_none() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    world.client.create_customer("Ann", "ann@example.com").await;
    app.sql.batch_execute(CANARIES).await.unwrap();
    // The trail holds what an edit changed.
    let customers =
        app.sql.query("select id, version from customers where merged_into is null", &[]).await.unwrap();
    let (customer, version): (uuid::Uuid, i32) = (customers[0].get(0), customers[0].get(1));
    let edited = json!({ "name": "Emma", "email": "edited@kanarie.example", "phone": "0191 498 7009" });
    world.client.put(&format!("/api/admin/customers/{customer}"), version.into(), &edited).await.ok();
    let events = world.client.get("/api/admin/audit?action=customer.updated").await.ok();
    let event = format!("/api/admin/audit/{}", id(&events["events"][0]));

    for role in [Role::ReadOnly, Role::Reviewer] {
        let found = leaks(&world, &event, &app.as_role(role).await).await;
        assert!(found.is_empty(), "{} is told: {found:#?}", role.name());
    }
    // A key sees what its scopes say, whoever owns it.
    let owner = app.as_role(Role::Superadmin).await;
    let all: Vec<&str> = TABLE.iter().map(|row| row.name).filter(|name| *name != "account.own").collect();
    let others: Vec<&str> = all.iter().copied().filter(|name| *name != PersonalRead::NAME).collect();
    let found = leaks(&world, &event, &with_scopes(&app, &owner, &json!(others)).await).await;
    assert!(found.is_empty(), "a key without the scope is told: {found:#?}");
    let found = leaks(&world, &event, &with_scopes(&app, &owner, &json!(all)).await).await;
    assert!(found.iter().any(|(operation, _)| operation == "readCustomer"), "a key with it is told nothing");
    // The same look finds them where they may be seen.
    let found = leaks(&world, &event, &app.as_role(Role::Superadmin).await).await;
    let told: Vec<&str> = found.iter().map(|(operation, _)| operation.as_str()).collect();
    for operation in [
        "listCustomers",
        "readCustomer",
        "readBooking",
        "readTicket",
        "readMail",
        "listCustomerNotes",
        "readEvent",
    ] {
        assert!(told.contains(&operation), "{operation} tells a superadmin nothing: {told:?}");
    }
    app.run_jobs().await;
    app.finish().await;
}

#[test]
fn nobody_writes_what_is_hidden_from_them() {
    for row in TABLE {
        let writes = ["customer.create", "customer.update", "note.write", "invoice.send", "customer.export"]
            .contains(&row.name);
        let blind = row.roles.iter().find(|role| !PersonalRead::ROLES.contains(role));
        assert!(!writes || blind.is_none(), "{blind:?} has {} without seeing contact details", row.name);
    }
}

#[tokio::test]
async fn a_reason_shows_one_customer_for_a_quarter_of_an_hour() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Superadmin).await;
    let emma = desk.create_customer("Emma", "emma@example.com").await;
    let ann = desk.create_customer("Ann", "ann@example.com").await;
    let booking = app.booking(id_of(&emma)).paid(100).insert().await;
    app.sql.execute("update bookings set contact_phone = '07700 900123'", &[]).await.unwrap();
    let reader = app.as_role(Role::ReadOnly).await;
    let page = |customer: &serde_json::Value| format!("/api/admin/customers/{}", id(customer));
    assert_eq!(reader.get(&page(&emma)).await.ok()["email"], "e•••@•••");
    assert_eq!(
        reader.get(&format!("{}/sight", page(&emma))).await.ok(),
        json!({ "hidden": true, "leftToday": 5 })
    );

    let reveal = async |customer, reason: &str| {
        reader.post(&format!("{}/sight", page(customer)), &json!({ "reason": reason })).await
    };
    reveal(&emma, "").await.invalid("reason");
    reveal(&emma, "x").await.invalid("reason");
    let sight = reveal(&emma, "The caller says the number on file is wrong").await.ok();
    assert_eq!(sight["hidden"], false);
    assert_eq!(sight["leftToday"], 4);
    assert_eq!(reader.get(&page(&emma)).await.ok()["email"], "emma@example.com");
    assert_eq!(
        reader.get(&format!("/api/admin/bookings/{booking}")).await.ok()["contactPhone"],
        "07700 900123"
    );
    assert_eq!(reader.get(&page(&ann)).await.ok()["email"], "a•••@•••");
    assert_eq!(
        app.as_role(Role::ReadOnly).await.get(&page(&emma)).await.ok()["email"],
        "e•••@•••",
        "somebody else"
    );
    let kept = desk.get("/api/admin/audit?action=customer.revealed").await.ok();
    let event = desk.get(&format!("/api/admin/audit/{}", id(&kept["events"][0]))).await.ok();
    assert_eq!(event["after"]["reason"], "The caller says the number on file is wrong");

    app.advance(SignedDuration::from_mins(16));
    assert_eq!(reader.get(&page(&emma)).await.ok()["email"], "e•••@•••");
    // Who sees all needs no reason.
    desk.post(&format!("{}/sight", page(&emma)), &json!({ "reason": "Curious" }))
        .await
        .problem(409, "nothing_hidden");
    app.finish().await;
}

#[tokio::test]
async fn reveals_are_counted_by_customer_and_day() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Superadmin).await;
    let mut customers = Vec::new();
    for number in 0..7 {
        customers.push(desk.create_customer("Ng", &format!("ng{number}@example.com")).await);
    }
    let reader = app.as_role(Role::ReadOnly).await;
    let reveal = async |number: usize| {
        let path = format!("/api/admin/customers/{}/sight", id(&customers[number]));
        reader.post(&path, &json!({ "reason": "To check" })).await
    };
    for number in 0..5 {
        reveal(number).await.ok();
    }
    reveal(4).await.ok();
    let problem = reveal(5).await.problem(409, "reveals_spent");
    assert!(problem["detail"].as_str().unwrap().contains("5 customers today"), "{problem}");
    app.advance(SignedDuration::from_hours(24));
    // Ten at once for what is left of the day.
    app.sql.batch_execute("update sight_limits set reveals = 1 where role = 'read_only'").await.unwrap();
    let reader = &reader;
    let again = app.signed_in(reader.staff.unwrap()).await;
    let tries = (0..7).map(|number| {
        let path = format!("/api/admin/customers/{}/sight", id(&customers[number]));
        let again = again.clone();
        async move { again.post(&path, &json!({ "reason": "At once" })).may_fail().await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(tries).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_document_with_contact_details_stays_closed_until_they_are_revealed() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Superadmin).await;
    let emma = desk.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&emma)).paid(100).insert().await;
    let act = json!({ "action": "resend_invoice", "bookingId": booking });
    let sent = desk.post(&format!("/api/admin/customers/{}/actions", id(&emma)), &act).await.ok();
    let invoice = format!("/api/admin/invoices/{}/pdf", id(&sent["sent"]["invoice"]));
    desk.get(&invoice).await.has_status(200);
    let reviewer = app.as_role(Role::Reviewer).await;
    reviewer.get(&invoice).await.problem(403, "details_hidden");
    app.run_jobs().await;
    app.finish().await;
}

#[tokio::test]
async fn who_reads_more_than_usual_raises_an_alarm_once() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Superadmin).await;
    let limits = desk.get("/api/admin/sight-limits").await.ok();
    let of = |name: &str| limits.as_array().unwrap().iter().find(|row| row["role"] == name).unwrap().clone();
    assert_eq!(of("support"), json!({ "role": "support", "hidden": false, "alarm": 300, "version": 1 }));
    let change = |body: serde_json::Value| desk.request(Method::PUT, "/api/admin/sight-limits").json(&body);
    change(json!({ "role": "support", "alarm": 3, "stop": 2, "version": 1 })).await.invalid("stop");
    change(json!({ "role": "support", "alarm": 0, "version": 1 })).await.invalid("alarm");
    change(json!({ "role": "support", "alarm": 2, "stop": 3, "version": 1 })).await.ok();
    change(json!({ "role": "support", "alarm": 9, "version": 1 })).await.problem(409, "stale");

    let mut customers = Vec::new();
    for number in 0..4 {
        customers.push(desk.create_customer("Ng", &format!("ng{number}@example.com")).await);
    }
    let support = app.as_role(Role::Support).await;
    let read = async |number: usize| {
        support.get(&format!("/api/admin/customers/{}", id(&customers[number]))).may_fail().await
    };
    let letters = async || -> i64 {
        let text = "select count(*) from mails where subject like '%has looked at%'";
        app.sql.query_one(text, &[]).await.unwrap().get(0)
    };
    // The same customer again and again is one.
    for _ in 0..5 {
        read(0).await.ok();
    }
    app.run_jobs().await;
    assert_eq!(letters().await, 0);
    read(1).await.ok();
    app.advance(SignedDuration::from_secs(61));
    app.run_jobs().await;
    let superadmins = letters().await;
    assert!(superadmins >= 1);
    app.advance(SignedDuration::from_secs(61));
    app.run_jobs().await;
    assert_eq!(letters().await, superadmins, "told once");
    read(2).await.ok();
    app.advance(SignedDuration::from_secs(61));
    app.run_jobs().await;
    assert_eq!(letters().await, 2 * superadmins);
    let problem = read(3).await.problem(403, "reading_stopped");
    assert!(problem["detail"].as_str().unwrap().contains("midnight"), "{problem}");
    app.advance(SignedDuration::from_hours(24));
    let again = app.signed_in(support.staff.unwrap()).await;
    again.get(&format!("/api/admin/customers/{}", id(&customers[3]))).await.ok();
    app.run_jobs().await;
    app.finish().await;
}
