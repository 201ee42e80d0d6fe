//! Text from outside, made up by the thousands (`PROPTEST_CASES`), against the whole application. What needs no database is
//! tried beside the code it tries, in tests of the same name.

use std::collections::HashMap;

use kernel::{harmless_cell, postcode_key};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};
use serde_json::json;
use staff::Role;

use crate::{
    input::World,
    support::{Place, TestApp, id, operations, percent},
};

/// As many texts of this form as every other property is tried with, divided by `less`.
fn texts(form: &str, less: u32) -> Vec<String> {
    let mut runner = TestRunner::new(Config::default());
    let cases = runner.config().cases.div_ceil(less);
    (0..cases).map(|_| form.new_tree(&mut runner).unwrap().current()).collect()
}

#[tokio::test]
async fn fuzz_searches_of_the_list() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    client.create_customer("Emma", "emma@example.com").await;
    for text in texts(r#"(\PC{0,8}|[a-z]{1,5}|[0-9+()-]{1,8}|['"&|!:*<>%_\\(){}@-]{1,4}| ){0,6}"#, 2) {
        let answer = client.get(&format!("/api/admin/customers?search={}", percent(&text))).await;
        assert!([200, 422].contains(&answer.status.as_u16()), "{text:?}: {}", answer.text());
    }
    app.finish().await;
}

#[tokio::test]
async fn fuzz_names_are_found_as_they_are_written() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    for (number, name) in
        texts(r"[[\p{Latin}\p{Greek}\p{Cyrillic}\p{Han}]&&\p{L}]{3,12}(( |-|’|')\p{Latin}{1,12}){0,3}", 4)
            .iter()
            .enumerate()
    {
        let made = client.create_customer(name, &format!("{number}@example.com")).await;
        let path = format!(
            "/api/admin/customers?limit=100&sortBy=createdAt&sortOrder=desc&search={}",
            percent(name)
        );
        let found = client.get(&path).await.ok();
        let found = found["customers"].as_array().unwrap();
        assert!(found.iter().any(|customer| id(customer) == id(&made)), "{name:?} is not found");
    }
    app.finish().await;
}

#[tokio::test]
async fn fuzz_files_are_read_back_as_they_were_written() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let mut written = HashMap::new();
    for name in texts(r#"[=+@-]?(\PC{1,8}|["',;| =]{1,6}|[a-z]{1,8}){1,4}"#, 4) {
        let body = json!({ "name": name, "email": format!("{}@example.com", platform::random::token()) });
        let answer = client.post("/api/admin/customers", &body).await;
        if answer.status == 422 {
            answer.invalid("name");
            continue;
        }
        let customer = answer.ok();
        let stored = customer["name"].as_str().unwrap();
        written.insert(id(&customer).to_owned(), harmless_cell(stored));
    }
    let file = client.post("/api/admin/customers/export", &json!({})).await;
    let mut reader = csv::Reader::from_reader(file.body.as_ref());
    let read = reader.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[1].to_owned()));
    let read: HashMap<String, String> = read.collect();
    assert!(!written.is_empty() && read == written, "{read:?} is not {written:?}");
    app.finish().await;
}

#[tokio::test]
async fn fuzz_postcodes_are_compared_alike_by_the_database_and_by_us() {
    let app = TestApp::new().await;
    let texts = texts(r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2}|[ -~À-ž]{0,24}", 1);
    let sql =
        "select array_agg(postcode_key(t) order by n) from unnest($1::text[]) with ordinality as x (t, n)";
    let theirs: Vec<String> = app.sql.query_one(sql, &[&texts]).await.unwrap().get(0);
    for (text, theirs) in texts.iter().zip(theirs) {
        assert_eq!(postcode_key(text), theirs, "{text:?}");
    }
    app.finish().await;
}

#[tokio::test]
async fn fuzz_cursors_of_every_list() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let lists: Vec<_> = operations()
        .into_iter()
        .filter(|operation| operation.parameters_in(Place::Query).any(|parameter| parameter.name == "after"))
        .collect();
    assert!(lists.len() > 5, "lists have cursors");
    // The form that cursors have, so that some of them are read: base64 of JSON.
    let json = r#"\[("[0-9]{4}-[01][0-9]-[0-3][0-9]T00:00:00Z"|-?[0-9]{1,20}|null|"[a-z]{0,8}"),("01890a5d-ac96-774b-bcce-b30209[0-9a-f]{6}"|-?[0-9]{1,20}|null)\]|\{"[a-z]{2,6}":[0-9]{1,20}\}"#;
    let mut cursors = texts(r"[A-Za-z0-9_-]{0,60}|\PC{0,20}", 8);
    cursors.extend(texts(json, 8).iter().map(|json| {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        URL_SAFE_NO_PAD.encode(json)
    }));
    for list in &lists {
        for cursor in &cursors {
            let path = format!("{}?after={}", world.path(list), percent(cursor));
            let answer = world.request(list, &path).await;
            assert!([200, 422].contains(&answer.status.as_u16()), "{path}: {}", answer.text());
        }
    }
    app.finish().await;
}
