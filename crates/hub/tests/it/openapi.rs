//! The OpenAPI document: committed, unambiguous, and honest about refusals.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{TestApp, document, operations, same_as_committed, sources};

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

#[test]
fn every_refusal_is_documented_and_is_a_problem() {
    for operation in operations() {
        let id = &operation.id;
        let responses = operation.responses.as_object().unwrap();
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let content =
                response["content"].as_object().unwrap_or_else(|| panic!("{id} {status} has no body"));
            for (kind, body) in content {
                assert_eq!(body["schema"]["$ref"], "#/components/schemas/Problem", "{id} {status} {kind}");
            }
        }
        let must = |status: &str, why: &str| {
            assert!(responses.contains_key(status), "{id} does not document {status}, but {why}");
        };
        if let Some(permission) = &operation.permission {
            must("401", "it needs a session");
            if permission != "account.own" {
                must("403", "not every role has its permission");
            }
        }
        if operation.path.contains('{') {
            must("404", "it names something by its id");
        }
        let has = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
        if has("if-match") {
            must("412", "it needs a version");
            must("428", "it needs a version");
        }
        if has("limit") || (operation.body.is_some() && !["signIn", "readLink"].contains(&id.as_str())) {
            must("422", "its fields may be wrong");
        }
    }
}

#[test]
fn every_permission_of_the_document_is_in_the_table() {
    let known: BTreeSet<&str> = staff::permissions::TABLE.iter().map(|row| row.name).collect();
    let mut used = BTreeSet::new();
    for operation in operations() {
        if let Some(name) = operation.permission {
            assert!(known.contains(name.as_str()), "{} wants {name}, which nobody can have", operation.id);
            used.insert(name);
        }
    }
    let unused: Vec<_> = known.iter().filter(|name| !used.contains(**name)).collect();
    assert!(unused.is_empty(), "no operation needs {unused:?}");
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
