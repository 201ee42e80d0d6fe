//! How long statements take, by the function that asks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use staff::Role;

use super::Look;
use crate::support::{TestApp, id, sources};

const NAME: &str = "hub_query_duration_seconds";

/// How many statements each name asked.
fn counts(look: &Look) -> BTreeMap<String, f64> {
    let samples = look.family(NAME).unwrap().samples.iter().filter(|sample| sample.suffix == "_count");
    samples.map(|sample| (sample.label("query").unwrap().to_owned(), sample.value)).collect()
}

/// `customers::store::customers::find` and the like: every function of the program that may ask.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources().iter().filter(|source| !source.is_test()) {
        let path = source.path.strip_prefix("crates/").unwrap().strip_suffix(".rs").unwrap();
        let (krate, file) = path.split_once("/src/").unwrap_or((path, ""));
        let modules = file.split('/').filter(|part| !["lib", "mod", "main"].contains(part));
        let module: Vec<&str> = [krate].into_iter().chain(modules).collect();
        for rest in source.text.split("fn ").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.insert(format!("{}::{name}", module.join("::")));
        }
    }
    found
}

#[tokio::test]
async fn statements_are_counted_by_the_function_that_asks() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let made = emma.create_customer("Emma Davis", "emma@example.com").await;
    let before = counts(&Look::at(&app).await);
    for _ in 0..3 {
        emma.get(&format!("/api/admin/customers/{}", id(&made))).await.ok();
        emma.get("/api/admin/customers?search=davis").await.ok();
    }
    let body = json!({ "body": "Asked for a quote." });
    emma.post(&format!("/api/admin/customers/{}/notes", id(&made)), &body).await.has_status(201);
    let after = counts(&Look::at(&app).await);
    let came = |name: &str| {
        let count = |counts: &BTreeMap<String, f64>| counts.get(name).copied().unwrap_or_default();
        count(&after) - count(&before)
    };
    // On a connection of the pool, on a transaction, put together at run time, and the commit itself.
    for (name, least) in [
        ("staff::store::sessions::find_session", 7.0),
        ("customers::store::customers::read", 3.0),
        ("customers::store::notes::insert_note", 1.0),
        ("customers::list::page::list", 1.0),
        ("customers::list::page::from_memory", 1.0),
        ("platform::tx::commit", 1.0),
        ("platform::event::record", 4.0),
    ] {
        assert!(came(name) >= least, "{name}: {} of {after:#?}", came(name));
    }
    app.finish().await;
}

#[tokio::test]
async fn every_name_is_a_function_of_the_program() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    for number in 0..5 {
        let hostile = format!("?search=%22%7D%20hub_up%200%0A{number}&sort=name&status=x{number}");
        boss.get(&format!("/api/admin/customers{hostile}")).await;
        boss.create_customer(&format!("Emma \"}} {number}"), &format!("emma{number}@example.com")).await;
    }
    for path in ["bookings", "refunds", "tickets", "audit", "staff", "data-requests", "system", "jobs"] {
        boss.get(&format!("/api/admin/{path}")).await;
    }
    app.run_jobs().await;
    let functions = functions();
    let asked = counts(&Look::at(&app).await);
    assert!(asked.len() > 40, "{asked:#?}");
    for name in asked.keys() {
        assert!(functions.contains(name), "{name} is no function of the program");
    }
    app.finish().await;
}
