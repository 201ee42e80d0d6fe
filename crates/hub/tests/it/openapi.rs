//! The OpenAPI document: committed, unambiguous, and honest about refusals.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde_json::{Value, json};

use crate::{
    input::World,
    support::{Client, Operation, Place, TestApp, acts, document, operations, same_as_committed, sources},
};

#[test]
fn the_committed_document_is_that_of_the_code() {
    // As `hub openapi` prints it.
    let made = serde_json::to_string_pretty(&hub::openapi()).unwrap() + "\n";
    same_as_committed("api/openapi.json", &made, "run `make api`");
}

#[tokio::test]
async fn the_server_serves_the_same_document_and_a_page_to_read_it() {
    let app = TestApp::new().await;
    let served = app.client().get("/api/openapi.json").await.ok();
    assert_eq!(served, *document());
    assert_eq!(served["openapi"], "3.1.0");
    app.client().get("/api/docs/").await.has_status(200);
    app.finish().await;
}

#[test]
fn operation_ids_are_unique_and_camel_case() {
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let id = operation.id;
        let camel =
            id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(camel, "{:?} of {} {} is not camelCase", id, operation.method, operation.path);
        assert!(seen.insert(id.clone()), "two operations are called {id}");
    }
    assert!(seen.len() >= 30, "only {} operations were found", seen.len());
}

/// Where a schema asks for all of several, one of which refuses the fields of the others: nothing satisfies it.
fn impossible(schemas: &Value) -> Vec<String> {
    let strict = |part: &Value| {
        let name = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        name.map_or(part, |name| &schemas[name])["additionalProperties"] == false
    };
    let mut found = Vec::new();
    let mut left: Vec<(String, &Value)> =
        schemas.as_object().unwrap().iter().map(|(name, schema)| (name.clone(), schema)).collect();
    while let Some((place, value)) = left.pop() {
        if let Some(parts) = value["allOf"].as_array()
            && parts.len() > 1
            && parts.iter().any(strict)
        {
            found.push(place.clone());
        }
        match value {
            Value::Object(map) => {
                left.extend(map.iter().map(|(key, inner)| (format!("{place}/{key}"), inner)))
            }
            Value::Array(list) => left.extend(list.iter().map(|inner| (place.clone(), inner))),
            _ => {}
        }
    }
    found
}

#[test]
fn every_schema_can_be_satisfied() {
    let schemas = &document()["components"]["schemas"];
    assert_eq!(impossible(schemas), Vec::<String>::new());
    // As serde's tag beside a shape that refuses unknown fields is described when nobody mends it.
    let mut broken = schemas.clone();
    broken["Broken"] = json!({ "oneOf": [{ "allOf": [
        { "$ref": "#/components/schemas/FlagInput" },
        { "type": "object", "required": ["action"], "properties": { "action": { "type": "string" } } },
    ] }] });
    assert_eq!(impossible(&broken), ["Broken/oneOf"]);
}

#[test]
fn every_refusal_is_documented_and_is_a_problem() {
    for operation in operations() {
        let id = &operation.id;
        let responses = operation.responses.as_object().unwrap();
        for (status, response) in responses {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{id} {status}");
            if status.starts_with(['4', '5']) {
                let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
                assert_eq!(
                    response["content"],
                    json!({ "application/problem+json": problem }),
                    "{id} {status}"
                );
            }
        }
        let must = |statuses: &[&str], why: &str| {
            for status in statuses {
                assert!(responses.contains_key(*status), "{id} does not document {status}, but {why}");
            }
        };
        must(&["500", "503"], "anything may fail");
        if let Some(permission) = &operation.permission {
            must(&["401"], "it needs a session");
            if permission != "account.own" {
                must(&["403"], "not every role has its permission");
            }
        }
        if operation.is_write() {
            must(&["403"], "another site may not start it");
            must(&["409"], "two may write at once");
        }
        if operation.path.contains('{') {
            must(&["400", "404"], "it names something by its id");
        }
        if operation.body.is_some() {
            must(&["400", "413", "415", "422"], "its body may be wrong");
        }
        if operation.parameters_in(Place::Query).next().is_some() {
            must(&["422"], "its query may be wrong");
        }
        let has = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
        if has("idempotency-key") {
            must(&["400"], "the key may be wrong");
        }
        if has("if-match") {
            must(&["400", "412", "428"], "it needs a version");
        }
    }
}

/// Every answer that any test gets is held against the document; here, every operation refuses for each of the reasons
/// that lie outside its handler.
#[tokio::test]
async fn real_refusals_come_as_the_document_says() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let unknown = uuid::Uuid::nil().to_string();
    for operation in operations() {
        let (id, path) = (&operation.id, operation.path_with(|_| unknown.clone()));
        let request = |client: &Client| {
            let request = client.request(operation.method.clone(), &path).header("if-match", "\"1\"");
            match operation.example_body() {
                Some(body) => request.json(&body),
                None => request,
            }
        };
        let mut refusals = Vec::new();
        if operation.permission.is_some() {
            refusals.push((401, request(&app.client()).await));
        }
        if operation.is_write() {
            refusals.push((403, request(&world.client.clone().with("sec-fetch-site", "cross-site")).await));
        }
        if operation.body.is_some() {
            refusals.push((400, request(&world.client).body("application/json", "{").await));
            refusals.push((413, request(&world.client).body("application/json", " ".repeat(300_000)).await));
            refusals.push((415, request(&world.client).body("text/plain", "{}").await));
        }
        if operation.parameters_in(Place::Path).next().is_some() {
            refusals.push((
                400,
                world.client.request(operation.method.clone(), &operation.path_with(|_| "7".into())).await,
            ));
        }
        for (status, answer) in refusals {
            assert_eq!(answer.status.as_u16(), status, "{id}");
            answer.check_promise(&operation);
        }
    }
    app.app.db.pool().close();
    for operation in operations().iter().filter(|operation| operation.permission.is_some()) {
        let answer = world.request(operation, &world.path(operation)).may_fail().await;
        answer.problem(503, "database_unavailable");
        answer.check_promise(operation);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_answer_that_the_document_does_not_know_is_noticed() {
    let app = TestApp::new().await;
    let answer = app.client().get("/api/auth/me").await;
    let of = |id: &str| operations().into_iter().find(|operation| operation.id == id).unwrap();
    let kept =
        |operation: &Operation| catch_unwind(AssertUnwindSafe(|| answer.check_promise(operation))).is_ok();
    assert!(kept(&of("readMe")));
    assert!(!kept(&of("readWelcome")), "401 is not among its answers");
    let mut plain = of("readMe");
    plain.responses["401"]["content"] = json!({ "application/json": {} });
    assert!(!kept(&plain), "a problem is not plain JSON");
    app.finish().await;
}

#[test]
fn every_permission_of_the_document_is_in_the_table() {
    let known: BTreeSet<&str> = staff::permissions::TABLE.iter().map(|row| row.name).collect();
    // It opens nothing: it tells what the answers of others leave out (`sight`).
    let mut used = BTreeSet::from(["personal.read".to_owned()]);
    for act in acts() {
        for name in act.permissions() {
            assert!(known.contains(name), "{} wants {name}, which nobody can have", act.id);
            used.insert(name.to_owned());
        }
    }
    let unused: Vec<_> = known.iter().filter(|name| !used.contains(**name)).collect();
    assert!(unused.is_empty(), "no operation needs {unused:?}");
}

#[test]
fn every_act_behind_a_door_says_what_it_needs() {
    let behind: Vec<_> = acts().into_iter().filter(|act| act.id.contains(':')).collect();
    assert!(!behind.is_empty(), "no operation takes bodies of several shapes");
    for act in behind {
        assert_eq!(act.permissions().count(), 2, "{} is not among x-act-permissions", act.id);
        assert_eq!(act.act_permissions.len(), act.shapes.len(), "x-act-permissions of {}", act.id);
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn every_field_on_the_wire_is_camel_case() {
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        for field in schema["properties"].as_object().into_iter().flatten().map(|(field, _)| field) {
            let plain = field.starts_with(|c: char| c.is_ascii_lowercase())
                && field.chars().all(|c| c.is_ascii_alphanumeric());
            assert!(plain, "{name}.{field}");
        }
    }
}

/// utoipa keeps one of two types that share a schema name, and does not say so.
#[test]
fn no_two_types_share_a_schema_name() {
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in sources().into_iter().filter(|file| !file.is_test()) {
        let lines: Vec<&str> = file.text.lines().collect();
        for (index, line) in
            lines.iter().enumerate().filter(|(_, line)| line.contains("ToSchema") && line.contains("derive"))
        {
            let head: Vec<&str> = lines[index..].iter().take(8).copied().collect();
            let renamed = head.iter().find_map(|line| line.split("schema(as = ").nth(1)?.split(')').next());
            let declared = head.iter().find_map(|line| {
                let mut words = line.split_whitespace().skip_while(|word| !["struct", "enum"].contains(word));
                words.next()?;
                words.next()
            });
            if let Some(name) = renamed.or(declared) {
                let name = name.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
                // Every id comes out of one macro.
                owners.entry(name).or_default().push(format!("{}:{}", file.path, index + 1));
            }
            assert!(!line.contains("derive") || declared.is_some(), "{}:{}", file.path, index + 1);
        }
    }
    for (name, places) in owners.iter().filter(|(name, _)| !name.is_empty()) {
        assert!(
            places.len() == 1,
            "{name} is declared more than once: {places:?}. Rename one, or `#[schema(as = …)]`"
        );
    }
    assert!(
        owners.contains_key("Customer") && owners.contains_key("CustomerList"),
        "the search found nothing: {owners:?}"
    );
}

#[test]
fn money_is_a_whole_number_everywhere() {
    fn walk(path: &str, value: &Value) {
        if let Some(properties) = value["properties"].as_object() {
            for (name, schema) in properties {
                let lower = name.to_lowercase();
                if ["ltv", "total", "amount", "captured", "refunded", "disputed"]
                    .iter()
                    .any(|word| lower.contains(word))
                {
                    let text = schema.to_string();
                    assert!(
                        !text.contains("\"number\"") && !text.contains("double"),
                        "{path}.{name}: {schema}"
                    );
                }
            }
        }
    }
    for (name, schema) in document()["components"]["schemas"].as_object().unwrap() {
        walk(name, schema);
    }
}
