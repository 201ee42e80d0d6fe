//! The examples of docs/api.md, run as they stand there against a hub.

use std::process::Command;

use serde_json::{Value, json};
use staff::Role;

use crate::support::{TestApp, id, id_of, read};

/// A command, and what is said to come of it.
struct Example {
    command: String,
    answer: Value,
}

fn examples() -> Vec<Example> {
    let text = read("docs/api.md");
    let mut blocks = text.split("```").skip(1).step_by(2);
    let mut examples = Vec::new();
    while let Some(block) = blocks.next() {
        let command = block
            .strip_prefix("sh\n")
            .unwrap_or_else(|| panic!("a command was expected: {block}"))
            .to_owned();
        let answer = blocks
            .next()
            .and_then(|block| block.strip_prefix("json\n"))
            .expect("each command has its answer");
        examples.push(Example { command, answer: serde_json::from_str(answer).unwrap() });
    }
    examples
}

/// Whether what was answered has all that was promised; `…` stands for anything.
fn holds(promised: &Value, answered: &Value) -> bool {
    match (promised, answered) {
        (Value::String(any), value) if any == "…" => !value.is_null(),
        (Value::Object(promised), Value::Object(answered)) => promised
            .iter()
            .all(|(name, value)| answered.get(name).is_some_and(|answered| holds(value, answered))),
        (Value::Array(promised), Value::Array(answered)) => {
            promised.len() == answered.len()
                && promised.iter().zip(answered).all(|(one, other)| holds(one, other))
        }
        (promised, answered) => promised == answered,
    }
}

#[test]
fn an_answer_that_lacks_what_was_promised_is_noticed() {
    let promised = json!({ "name": "Emma", "id": "…", "list": [{ "a": 1 }] });
    assert!(holds(
        &promised,
        &json!({ "name": "Emma", "id": "7", "list": [{ "a": 1, "b": 2 }], "more": true })
    ));
    for other in [
        json!({ "name": "Anna", "id": "7", "list": [{ "a": 1 }] }),
        json!({ "name": "Emma", "list": [{ "a": 1 }] }),
        json!({ "name": "Emma", "id": "7", "list": [] }),
        json!({ "name": "Emma", "id": "7", "list": [{ "a": 2 }] }),
    ] {
        assert!(!holds(&promised, &other), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_does_what_the_page_says() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl here");
        return;
    }
    let app = TestApp::new().await;
    let finance = app.as_role(Role::Superadmin).await;
    let customer = finance.create_customer("Emma Davis", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).paid(45_000).insert().await;
    let scopes = [
        "customer.read",
        "personal.read",
        "customer.create",
        "customer.update",
        "customer.act",
        "booking.read",
        "refund.issue",
    ];
    let made = finance
        .post("/api/auth/api-keys", &json!({ "name": "Example", "scopes": scopes, "days": 1 }))
        .await
        .ok();
    let served = app.serve().await;
    let examples = examples();
    assert!(examples.len() >= 6);
    for Example { command, answer } in &examples {
        let output = Command::new("sh")
            .args(["-euc", command])
            .env("HUB", format!("http://{}", served.address()))
            .env("KEY", made["key"].as_str().unwrap())
            .env("CUSTOMER", id(&customer))
            .env("BOOKING", booking.to_string())
            .env("NO_PROXY", "*")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let answered: Value = serde_json::from_str(&said)
            .unwrap_or_else(|_| panic!("{command}{said}{}", String::from_utf8_lossy(&output.stderr)));
        assert!(holds(answer, &answered), "{command}\npromised {answer}\nanswered {answered}");
    }
    drop(served);
    app.leave_jobs();
    app.finish().await;
}
