//! Live refresh over real sockets: who may listen, what is heard, and when a socket ends.
//!
//! People are made before the server listens, because that they were made could otherwise be heard of too.

use std::time::Duration;

use axum::http::{Response, header};
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, Served, Socket, TestApp, id, id_of};

const QUIET: Duration = Duration::from_millis(400);

/// As a page of ours opens it.
async fn open(app: &TestApp, served: &Served, client: &Client) -> Socket {
    served.open(client, Some(&app.app.settings.public_url)).await.unwrap()
}

#[track_caller]
fn refused(answer: Result<Socket, Response<Option<Vec<u8>>>>, status: u16, code: &str) {
    let answer = answer.err().expect("a socket was opened");
    assert_eq!(answer.status().as_u16(), status);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    let problem: Value = serde_json::from_slice(answer.body().as_deref().unwrap_or_default()).unwrap();
    assert_eq!(problem["code"], code);
}

#[tokio::test]
async fn nobody_listens_without_a_session() {
    let app = TestApp::new().await;
    let served = app.serve().await;
    let ours = app.app.settings.public_url.as_str();
    refused(served.open(&app.client(), Some(ours)).await, 401, "signed_out");
    let stranger = app.client().with(header::COOKIE, "hub_session=not-one-of-ours");
    refused(served.open(&stranger, Some(ours)).await, 401, "signed_out");
    let gone = app.as_role(Role::Support).await;
    gone.act("/api/auth/sign-out").await.no_content();
    refused(served.open(&gone, Some(ours)).await, 401, "signed_out");
    app.finish().await;
}

#[tokio::test]
async fn another_sites_page_cannot_listen_with_our_cookie() {
    let app = TestApp::new().await;
    let served = app.serve().await;
    let client = app.as_role(Role::Support).await;
    for foreign in [Some("https://evil.example.com"), Some("null"), Some("https://localhost:8080"), None] {
        refused(served.open(&client, foreign).await, 403, "cross_site");
    }
    open(&app, &served, &client).await;
    app.finish().await;
}

#[tokio::test]
async fn a_change_by_somebody_else_is_heard_by_its_topic_and_id_without_its_content() {
    let app = TestApp::new().await;
    let (watcher, other) = (app.as_role(Role::ReadOnly).await, app.as_role(Role::Support).await);
    let served = app.serve().await;
    let mut socket = open(&app, &served, &watcher).await;
    let customer = other.create_customer("Emma Davis", "emma@example.com").await;
    let hint = |about: &str| json!({ "topic": "customer", "id": id(&customer), "about": about });
    assert_eq!(serde_json::from_str::<Value>(&socket.hears().await).unwrap(), hint("customer"));
    // What belongs to a customer is heard of as the customer.
    other.create_address(&customer, "Leeds", "LS1 4DY").await;
    assert_eq!(serde_json::from_str::<Value>(&socket.hears().await).unwrap(), hint("address"));
    // Reading changes nothing, and what is refused did not happen.
    other.get(&format!("/api/admin/customers/{}", id_of(&customer))).await.ok();
    other.post("/api/admin/customers", &json!({ "name": "" })).await.has_status(422);
    assert_eq!(socket.hears_within(QUIET).await, None);
    app.finish().await;
}

#[tokio::test]
async fn a_session_that_ends_closes_its_socket_and_no_other() {
    let app = TestApp::new().await;
    let admin = app.as_role(Role::Superadmin).await;
    let id = app.add_staff(Role::Support).await;
    let served = app.serve().await;
    let mut bystander = open(&app, &served, &admin).await;
    let (first, second) = (app.signed_in(id).await, app.signed_in(id).await);
    let (mut one, mut two) = (open(&app, &served, &first).await, open(&app, &served, &second).await);

    first.act("/api/auth/sign-out").await.no_content();
    let farewell = json!({ "topic": "session", "id": first.session.unwrap() }).to_string();
    assert_eq!(same_order(&one.hears().await), farewell);
    assert_eq!(one.hears().await, "closed 4401");
    assert_eq!(two.hears_within(QUIET).await, None);

    admin.delete(&format!("/api/admin/staff/{id}/sessions")).await.no_content();
    while two.hears().await != "closed 4401" {}
    while let Some(heard) = bystander.hears_within(QUIET).await {
        assert!(!heard.starts_with("closed"), "{heard}");
    }
    app.finish().await;
}

fn same_order(text: &str) -> String {
    serde_json::from_str::<Value>(text).unwrap().to_string()
}

#[tokio::test]
async fn more_than_can_be_queued_becomes_one_call_to_read_again() {
    const CHANGES: usize = 5_000;
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let served = app.serve().await;
    let mut socket = open(&app, &served, &client).await;
    // As so many commits would: each NOTIFY names another customer.
    let burst =
        "select pg_notify('hub', json_build_object('topic', 'customer', 'id', gen_random_uuid())::text)
                 from generate_series(1, $1::bigint)";
    app.sql.query(burst, &[&i64::try_from(CHANGES).unwrap()]).await.unwrap();
    let mut heard = vec![socket.hears().await];
    while let Some(text) = socket.hears_within(QUIET).await {
        heard.push(text);
    }
    assert!(heard.contains(&json!({ "topic": "resync" }).to_string()), "{} hints, no resync", heard.len());
    assert!(heard.len() < CHANGES / 4, "{} messages for {CHANGES} changes", heard.len());
    // It goes on afterwards.
    let customer = client.create_customer("Emma Davis", "emma@example.com").await;
    assert!(socket.hears().await.contains(id(&customer)));
    app.finish().await;
}

#[tokio::test]
async fn who_listens_late_is_told_what_was_missed_and_no_more() {
    let app = TestApp::new().await;
    let (emma, admin) = (app.as_role(Role::Support).await, app.as_role(Role::Superadmin).await);
    let ours = app.app.settings.public_url.clone();
    let long_ago = emma.create_customer("Long Ago", "long@example.com").await;
    app.advance(jiff::SignedDuration::from_mins(3));
    let lately = emma.create_customer("Lately", "lately@example.com").await;
    emma.get(&format!("/api/admin/customers/{}", id_of(&long_ago))).await.ok();
    let served = app.serve().await;
    let hint = json!({ "topic": "customer", "id": id(&lately), "about": "customer" });
    let mut late = served.open_late(&admin, &ours, 60_000).await;
    assert_eq!(serde_json::from_str::<Value>(&late.hears().await).unwrap(), hint);
    assert_eq!(late.hears_within(QUIET).await, None, "neither what is old nor what was only read");
    let mut later = served.open_late(&admin, &ours, 300_000).await;
    let mut heard = later.hears().await;
    while let Some(more) = later.hears_within(QUIET).await {
        heard += &more;
    }
    assert!(heard.contains(id(&lately)) && heard.contains(id(&long_ago)), "{heard}");
    let mut away = served.open_late(&admin, &ours, 1_000_000).await;
    assert_eq!(away.hears().await, r#"{"topic":"resync"}"#);
    let mut punctual = open(&app, &served, &admin).await;
    assert_eq!(punctual.hears_within(QUIET).await, None);
    admin.get("/api/live?unheardMs=-1").await.invalid("unheardMs");
    app.finish().await;
}
