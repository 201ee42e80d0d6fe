//! Wrong bodies and wrong fields, for every operation of the OpenAPI document: see `input.rs`.

use serde_json::{Value, json};

use crate::{
    input::{World, refused},
    support::{Operation, TestApp, acts, document, kind, resolve},
};

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let deep = "[".repeat(100_000);
    let deep_object = "{\"filter\":".repeat(20_000);
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(1_000_000));
    for operation in acts().iter().filter(|operation| operation.body.is_some()) {
        let path = world.path(operation);
        let send = |kind: &str, body: Vec<u8>| world.request(operation, &path).body(kind, body);
        let example = operation.example_body().unwrap().to_string();
        for (body, statuses) in [
            ("", vec![400]),
            ("{", vec![400]),
            ("{\"name\": }", vec![400, 422]),
            ("{'name': 'x'}", vec![400]),
            ("nul", vec![400]),
            (&format!("{example}}}"), vec![400, 422]),
            (&format!("{example}{example}"), vec![400, 422]),
            (&deep, vec![400, 422]),
            (&deep_object, vec![400, 422]),
            ("{\"name\": \"\\ud800\"}", vec![400, 422]),
            ("{\"name\": 1e999}", vec![400, 422]),
            ("null", vec![422]),
            ("[]", vec![422]),
            ("7", vec![422]),
            ("\"name\"", vec![422]),
            (&huge, vec![413]),
        ] {
            let what = format!("{} with {body:.40}", operation.id);
            refused(&send("application/json", body.into()).await, &what, &statuses, None);
        }
        let answer = send("application/json", b"{\"name\": \"\xff\xfe\"}".to_vec()).await;
        refused(&answer, &format!("{} with invalid UTF-8", operation.id), &[400, 422], None);
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/jsonx",
            "application/xml",
        ] {
            let answer = send(kind, example.clone().into()).await;
            answer.problem(415, "not_json");
        }
        if operation.needs_body {
            world.request(operation, &path).await.problem(415, "not_json");
        }
    }
    app.finish().await;
}

/// The body with one field, perhaps of an object within, set to something.
fn with_field(operation: &Operation, place: &[&str], value: &Value) -> Value {
    let mut body = operation.example_body().unwrap();
    let mut spot = &mut body;
    for name in place {
        spot = &mut spot[*name];
    }
    *spot = value.clone();
    body
}

/// Every field of the body, with those of the objects in it.
fn fields(schema: &Value) -> Vec<(Vec<String>, Value)> {
    let mut found = Vec::new();
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let inner = resolve(document(), inner);
        if kind(&inner) == "object" {
            found.extend(fields(&inner).into_iter().map(|(mut place, inner)| {
                place.insert(0, name.clone());
                (place, inner)
            }));
        }
        found.push((vec![name.clone()], inner));
    }
    found
}

fn wrong_values(schema: &Value) -> Vec<Value> {
    let mut values = match (kind(schema), schema["format"].as_str()) {
        _ if schema["enum"].is_array() => {
            vec![json!("; drop table customers"), json!(7), json!("NEW"), json!("")]
        }
        ("object", _) => vec![json!("x"), json!(7), json!(true)],
        ("integer", _) => vec![json!("1"), json!(1.5), json!(true), json!(1e30), json!(u64::MAX)],
        ("boolean", _) => vec![json!("true"), json!(1), json!(0)],
        (_, Some("date")) => vec![json!("2026-02-30"), json!(20_260_101), json!("+999999-01-01")],
        _ => vec![json!(7), json!(true)],
    };
    values.push(json!([1, 2]));
    if kind(schema) != "object" {
        values.push(json!({ "a": 1 }));
    }
    values
}

#[tokio::test]
async fn a_field_of_the_wrong_type_and_an_unknown_field_are_named() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    for operation in acts().iter().filter(|operation| operation.body.is_some()) {
        let path = world.path(operation);
        let send = |body: &Value| world.request(operation, &path).json(body);
        refused(
            &send(&with_field(operation, &["nonsense"], &json!(1))).await,
            &operation.id,
            &[422],
            Some("nonsense"),
        );
        for (place, schema) in fields(operation.body.as_ref().unwrap()) {
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            for value in wrong_values(&schema) {
                let what = format!("{} with {place:?} = {value}", operation.id);
                refused(
                    &send(&with_field(operation, &place, &value)).await,
                    &what,
                    &[422],
                    place.last().copied(),
                );
            }
        }
        for required in operation.body.as_ref().unwrap()["required"].as_array().into_iter().flatten() {
            let mut body = operation.example_body().unwrap();
            body.as_object_mut().unwrap().remove(required.as_str().unwrap());
            refused(&send(&body).await, &format!("{} without {required}", operation.id), &[422], None);
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn text_that_hides_something_or_never_ends_is_refused() {
    /// Compared and never shown: any text may be tried.
    const TRIED: [&str; 9] = [
        "signIn",
        "signInWithPasskey",
        "addPasskey",
        "completeSignIn",
        "proveIdentity",
        "confirmTotp",
        "changeOwnPassword",
        "readLink",
        "redeemLink",
    ];
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let long = "x".repeat(20_000);
    for operation in acts().iter().filter(|operation| operation.body.is_some()) {
        let path = world.path(operation);
        for (place, schema) in fields(operation.body.as_ref().unwrap()) {
            if kind(&schema) != "string" || schema["enum"].is_array() || schema["format"].is_string() {
                continue;
            }
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            let name = place.last().copied().unwrap();
            let tried = TRIED.contains(&operation.id.as_str());
            let texts = ["a\u{0}b", &long, "a\u{202e}b", "a\u{2066}b", "\u{feff}a", "a\u{7}b", "\u{1b}[31m"];
            // Comparing a password takes its time.
            for text in texts.iter().take(if tried { 2 } else { texts.len() }) {
                let what = format!("{} with {place:?} = {:.12?}", operation.id, text);
                let answer =
                    world.request(operation, &path).json(&with_field(operation, &place, &json!(text))).await;
                let statuses: &[u16] = if tried { &[401, 410, 422, 429] } else { &[422] };
                refused(&answer, &what, statuses, (!tried).then_some(name));
            }
        }
    }
    app.finish().await;
}
