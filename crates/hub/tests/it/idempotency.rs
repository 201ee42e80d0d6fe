//! A request that carries an Idempotency-Key is done once.

use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, Sending, TestApp};

const CUSTOMERS: &str = "/api/admin/customers";

fn create(client: &Client, key: &str, name: &str) -> Sending {
    let email = format!("{}@example.com", name.to_lowercase());
    client.post(CUSTOMERS, &json!({ "name": name, "email": email })).header("idempotency-key", key)
}

async fn count(app: &TestApp) -> i64 {
    app.sql.query_one("select count(*) from customers", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_same_request_twice_makes_one_customer_and_answers_alike() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let first = create(&client, "k1", "Emma").await;
    let again = create(&client, "k1", "Emma").await;
    assert_eq!((first.status, again.status), (201.try_into().unwrap(), 201.try_into().unwrap()));
    assert_eq!(first.ok(), again.changed_nothing());
    assert_eq!(count(&app).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_key_with_other_content_is_refused() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    create(&client, "k1", "Emma").await.ok();
    create(&client, "k1", "Omar").await.problem(422, "idempotency_key_reused");
    assert_eq!(count(&app).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_key_is_somebodys_own() {
    let app = TestApp::new().await;
    let (one, other) = (app.as_role(Role::Support).await, app.as_role(Role::Support).await);
    let first = create(&one, "k1", "Emma").await.ok();
    let second = create(&other, "k1", "Omar").await.ok();
    assert_ne!(first["id"], second["id"]);
    app.finish().await;
}

#[tokio::test]
async fn a_refused_request_does_not_use_its_key_up() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    client
        .post(CUSTOMERS, &json!({ "name": "", "email": "e@example.com" }))
        .header("idempotency-key", "k1")
        .await
        .invalid("name");
    create(&client, "k1", "Emma").await.ok();
    app.finish().await;
}

#[tokio::test]
async fn of_many_at_once_with_one_key_one_is_done() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    for round in 0..5 {
        let name = format!("Emma{round}");
        let key = format!("k{round}");
        let answers =
            futures_util::future::join_all((0..6).map(|_| create(&client, &key, &name).into_future())).await;
        let mut made: Vec<Value> = Vec::new();
        let mut written = 0;
        for answer in &answers {
            if answer.status == 201 {
                made.push(answer.json()["id"].clone());
                let events = "select count(*) from events where request_id = $1 and kind = 'change'";
                let left: i64 =
                    app.sql.query_one(events, &[&answer.header("x-request-id")]).await.unwrap().get(0);
                written += left;
                if left == 0 {
                    answer.changed_nothing();
                }
            } else {
                answer.problem(409, "still_running");
            }
        }
        made.dedup();
        assert_eq!((made.len(), written), (1, 1), "{made:?}");
        assert_eq!(count(&app).await, round + 1);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_key_has_1_to_200_visible_characters() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    for bad in ["".to_owned(), "x".repeat(201)] {
        create(&client, &bad, "Emma").await.problem(400, "invalid_idempotency_key");
    }
    create(&client, "k", "Emma")
        .raw_header("idempotency-key", b"\xc3\xa9")
        .await
        .problem(400, "invalid_idempotency_key");
    create(&client, &"x".repeat(200), "Emma").await.ok();
    app.finish().await;
}
