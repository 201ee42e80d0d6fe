//! What belongs to a customer: addresses, contacts, notes.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp, id};

fn address(label: &str, postcode: &str, is_default: bool) -> Value {
    json!({ "label": label, "line1": "1 High Street", "city": "Leeds", "postcode": postcode, "isDefault": is_default })
}

fn of(customer: &Value, list: &str) -> String {
    format!("/api/admin/customers/{}/{list}", id(customer))
}

async fn defaults(client: &Client, customer: &Value, list: &str) -> Vec<String> {
    let all = client.get(&of(customer, list)).await.ok();
    let defaults = all.as_array().unwrap().iter().filter(|one| one["isDefault"] == true);
    defaults.map(|one| one["label"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn there_is_always_one_default_address() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let addresses = of(&customer, "addresses");
    let mut made = Vec::new();
    for (label, is_default, expected) in
        [("Home", false, "Home"), ("Work", false, "Home"), ("Mum", true, "Mum")]
    {
        app.advance(SignedDuration::from_secs(1));
        made.push(client.post(&addresses, &address(label, "ls14dy", is_default)).await.ok());
        assert_eq!(defaults(&client, &customer, "addresses").await, [expected]);
    }
    assert_eq!(made[0]["postcode"], "LS1 4DY");
    // Another becomes the default; then nobody says so, and the oldest is.
    let one = |made: &Value| format!("{addresses}/{}", id(made));
    client.put(&one(&made[1]), 1, &address("Work", "LS1 4DY", true)).await.ok();
    assert_eq!(defaults(&client, &customer, "addresses").await, ["Work"]);
    client.put(&one(&made[1]), 2, &address("Work", "LS1 4DY", false)).await.ok();
    assert_eq!(defaults(&client, &customer, "addresses").await, ["Home"]);
    client.delete(&one(&made[0])).await.no_content();
    assert_eq!(defaults(&client, &customer, "addresses").await.len(), 1);
    client.delete(&one(&made[1])).await.no_content();
    client.delete(&one(&made[2])).await.no_content();
    assert_eq!(defaults(&client, &customer, "addresses").await, [""; 0]);
    client.delete(&one(&made[2])).await.problem(404, "not_found");
    app.finish().await;
}

#[tokio::test]
async fn many_defaults_at_once_leave_one() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let path = of(&customer, "addresses");
    let labels = ["A", "B", "C", "D", "E"];
    let answers = futures_util::future::join_all(
        labels.map(|label| client.post(&path, &address(label, "LS1 4DY", true)).into_future()),
    )
    .await;
    assert!(answers.iter().all(|answer| answer.status == 201));
    assert_eq!(defaults(&client, &customer, "addresses").await.len(), 1);
    let page = client.get(&format!("/api/admin/customers/{}", id(&customer))).await.ok();
    assert_eq!(page["stats"]["addressesCount"], 5);
    app.finish().await;
}

#[tokio::test]
async fn an_address_is_kept_in_every_detail() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let given = json!({
        "label": "Home", "line1": "Flat 3, 12 Baker Street", "line2": "Marylebone", "city": "London", "postcode": "nw16xe",
        "floor": "3", "flat": "3B", "hasLift": false, "accessNotes": "Ring twice.\r\nNo parking before 10.", "isDefault": true,
    });
    let made = client.post(&of(&customer, "addresses"), &given).await.ok();
    for (field, value) in given.as_object().unwrap() {
        let expected = match field.as_str() {
            "postcode" => json!("NW1 6XE"),
            "accessNotes" => json!("Ring twice.\nNo parking before 10."),
            _ => value.clone(),
        };
        assert_eq!(made[field], expected, "{field}");
    }
    let page = client.get(&format!("/api/admin/customers/{}", id(&customer))).await.ok();
    assert_eq!(page["addresses"], json!([made]));
    app.finish().await;
}

#[tokio::test]
async fn stale_edits_of_belongings_are_refused_with_what_is_there() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let contact = |name: &str| json!({ "label": "Sister", "name": name, "phone": "07700 900123" });
    let note = |body: &str| json!({ "body": body });
    for (list, first, second) in [
        ("addresses", address("Home", "LS1 4DY", true), address("Flat", "LS1 4DY", true)),
        ("contacts", contact("Ann"), contact("Anna")),
        ("notes", note("Called"), note("Called twice")),
    ] {
        let made = client.post(&of(&customer, list), &first).await.ok();
        let one = format!("{}/{}", of(&customer, list), id(&made));
        let edited = client.put(&one, 1, &second).await;
        assert_eq!(edited.header("etag"), "\"2\"", "{list}");
        let problem = client.put(&one, 1, &first).await.problem(412, "changed_meanwhile");
        assert_eq!(problem["current"], edited.ok(), "{list}");
        client.request(axum::http::Method::PUT, &one).json(&first).await.problem(428, "version_required");
        client.delete(&one).await.no_content();
        client.put(&one, 2, &first).await.problem(404, "not_found");
    }
    app.finish().await;
}

#[tokio::test]
async fn one_contact_at_most_is_the_default() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let contact = |label: &str, is_default: bool| json!({ "label": label, "name": "Ann", "email": "ann@example.com", "isDefault": is_default });
    let path = of(&customer, "contacts");
    client.post(&path, &contact("Sister", false)).await.ok();
    assert_eq!(defaults(&client, &customer, "contacts").await, [""; 0]);
    let first = client.post(&path, &contact("Mother", true)).await.ok();
    client.post(&path, &contact("Father", true)).await.ok();
    assert_eq!(defaults(&client, &customer, "contacts").await, ["Father"]);
    client.put(&format!("{path}/{}", id(&first)), 2, &contact("Mother", true)).await.ok();
    assert_eq!(defaults(&client, &customer, "contacts").await, ["Mother"]);
    client.post(&path, &json!({ "label": "Friend", "name": "Bo" })).await.invalid("phone");
    app.finish().await;
}

#[tokio::test]
async fn a_note_names_its_author_and_stays_in_the_trail_when_removed() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Finance).await;
    let customer = app.as_role(Role::Support).await.create_customer("Emma", "emma@example.com").await;
    let note = client
        .post(&of(&customer, "notes"), &json!({ "body": "Prefers mornings", "pinned": true }))
        .await
        .ok();
    assert_eq!(note["authorName"], "Finance 0");
    client.delete(&format!("{}/{}", of(&customer, "notes"), id(&note))).await.no_content();
    assert_eq!(client.get(&of(&customer, "notes")).await.ok(), json!([]));
    let before = app.last_values("note.deleted").await.before.unwrap();
    assert_eq!(before["body"], "Prefers mornings");
    app.finish().await;
}

#[tokio::test]
async fn one_customers_address_is_not_anothers() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let (emma, omar) = (
        client.create_customer("Emma", "e@example.com").await,
        client.create_customer("Omar", "o@example.com").await,
    );
    let made = client.post(&of(&emma, "addresses"), &address("Home", "LS1 4DY", true)).await.ok();
    let wrong = format!("{}/{}", of(&omar, "addresses"), id(&made));
    client.put(&wrong, 1, &address("Home", "LS1 4DY", true)).await.problem(404, "not_found");
    client.delete(&wrong).await.problem(404, "not_found");
    app.finish().await;
}
