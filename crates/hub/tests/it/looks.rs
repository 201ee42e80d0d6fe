//! Who looked at whom, and the trail taken away as a file.

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Answer, Client, TestApp, id};

const EXPORT: &str = "/api/admin/audit/export";

async fn looks(client: &Client, path: &str) -> Value {
    client.get(path).await.ok()
}

#[tokio::test]
async fn list_lookers() {
    let app = TestApp::new().await;
    let supporter = app.add_staff(Role::Support).await;
    let (support, finance) = (app.signed_in(supporter).await, app.as_role(Role::Finance).await);
    let customer = support.create_customer("Emma", "emma@example.com").await;
    let other = support.create_customer("Otto", "otto@example.com").await;
    let page = format!("/api/admin/customers/{}", id(&customer));
    for _ in 0..3 {
        finance.get(&page).await.ok();
    }
    support.get(&page).await.ok();
    support.get(&format!("/api/admin/customers/{}", id(&other))).await.ok();
    // Names nobody in particular.
    finance.list("search=emma").await;
    app.advance(jiff::SignedDuration::from_hours(24));
    app.signed_in(supporter).await.get(&page).await.ok();

    let reviewer = app.as_role(Role::Reviewer).await;
    let path = format!("{page}/lookers");
    let report = looks(&reviewer, &path).await;
    assert_eq!((&report["customerName"], &report["looks"]), (&"Emma".into(), &5.into()), "{report}");
    let people: Vec<(&str, i64)> = report["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["roles"][0].as_str().unwrap(), one["looks"].as_i64().unwrap()))
        .collect();
    assert_eq!(people, [("finance", 3), ("support", 2)]);
    let days = json!([
        { "day": "2026-11-23", "role": "support", "looks": 1 },
        { "day": "2026-11-22", "role": "finance", "looks": 3 },
        { "day": "2026-11-22", "role": "support", "looks": 1 },
    ]);
    assert_eq!(report["days"], days);
    // Who asks is seen by whoever asks next.
    let again = looks(&reviewer, &path).await;
    assert_eq!(again["looks"], 6, "{again}");
    let part = looks(&reviewer, &format!("{path}?from=2026-11-23T00:00:00Z")).await;
    assert_eq!(part["people"][0]["roles"], json!(["reviewer"]), "{part}");
    let none = looks(&reviewer, &format!("{path}?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")).await;
    assert_eq!((&none["looks"], &none["people"], &none["days"]), (&0.into(), &json!([]), &json!([])));
    app.finish().await;
}

#[tokio::test]
async fn list_looks_of_a_staff_member() {
    let app = TestApp::new().await;
    let id_of_finance = app.add_staff(Role::Finance).await;
    let finance = app.signed_in(id_of_finance).await;
    let ops = app.as_role(Role::Ops).await;
    let (emma, otto) = (
        ops.create_customer("Emma", "emma@example.com").await,
        ops.create_customer("Otto", "otto@example.com").await,
    );
    for customer in [&emma, &otto, &emma] {
        finance.get(&format!("/api/admin/customers/{}", id(customer))).await.ok();
    }
    finance.list("").await;
    finance.list("search=emma").await;
    ops.get(&format!("/api/admin/customers/{}", id(&otto))).await.ok();

    let reviewer = app.as_role(Role::Reviewer).await;
    let report = looks(&reviewer, &format!("/api/admin/staff/{id_of_finance}/looks")).await;
    assert_eq!((&report["looks"], &report["customerCount"]), (&3.into(), &2.into()), "{report}");
    let customers: Vec<(&str, i64)> = report["customers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["customerName"].as_str().unwrap(), one["looks"].as_i64().unwrap()))
        .collect();
    assert_eq!(customers, [("Emma", 2), ("Otto", 1)]);
    assert_eq!(report["lists"], json!([{ "action": "customers.listed", "looks": 2, "records": 3 }]));
    assert_eq!(report["days"], json!([{ "day": "2026-11-22", "role": "finance", "looks": 3 }]));
    app.finish().await;
}

#[tokio::test]
async fn a_report_is_refused_to_who_may_not_read_the_trail_and_for_nobody_and_for_ever() {
    let app = TestApp::new().await;
    let reviewer = app.as_role(Role::Reviewer).await;
    let customer = app.as_role(Role::Ops).await.create_customer("Emma", "emma@example.com").await;
    for role in [Role::Ops, Role::Support, Role::Finance, Role::ReadOnly] {
        let client = app.as_role(role).await;
        client.get(&format!("/api/admin/customers/{}/lookers", id(&customer))).await.has_status(403);
        client.get(&format!("/api/admin/staff/{}/looks", Uuid::nil())).await.has_status(403);
    }
    reviewer.get(&format!("/api/admin/customers/{}/lookers", Uuid::nil())).await.problem(404, "not_found");
    reviewer.get(&format!("/api/admin/staff/{}/looks", Uuid::nil())).await.problem(404, "not_found");
    let path = format!("/api/admin/customers/{}/lookers", id(&customer));
    for (query, field) in [
        ("from=yesterday", "from"),
        ("from=2020-01-01T00:00:00Z", "from"),
        ("from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z", "to"),
        ("to=1960-01-01T00:00:00Z", "to"),
        ("day=today", "day"),
    ] {
        let problem = reviewer.get(&format!("{path}?{query}")).await.problem(422, "invalid_field");
        assert_eq!(problem["field"], field, "{query}");
    }
    app.finish().await;
}

fn rows(answer: &Answer) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(answer.body.as_ref());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Waits for the event that says how an export ended.
async fn ended(app: &TestApp, action: &str) {
    for _ in 0..200 {
        let found = "select exists (select from events where action = $1)";
        if app.sql.query_one(found, &[&action]).await.unwrap().get(0) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{action} was not recorded");
}

#[tokio::test]
async fn export_events() {
    let app = TestApp::new().await;
    let ops = app.as_role(Role::Ops).await;
    let customer = ops.create_customer("=Emma, \"E\"", "emma@example.com").await;
    ops.create_customer("Otto", "otto@example.com").await;
    ops.get(&format!("/api/admin/customers/{}", id(&customer))).await.ok();
    let reviewer = app.as_role(Role::Reviewer).await;
    for (filter, query) in [
        (json!({}), String::new()),
        (json!({ "kind": "access" }), "&kind=access".to_owned()),
        (json!({ "action": "customer." }), "&action=customer.".to_owned()),
        (json!({ "action": "customer.created" }), "&action=customer.created".to_owned()),
        (json!({ "customer": customer["id"] }), format!("&customer={}", id(&customer))),
        (json!({ "ip": "203.0.113.9" }), "&ip=203.0.113.9".to_owned()),
        (
            json!({ "from": "2026-11-22T00:00:00Z", "to": "2026-11-22T09:00:00Z" }),
            "&from=2026-11-22T00:00:00Z&to=2026-11-22T09:00:00Z".to_owned(),
        ),
    ] {
        let listed = reviewer.get(&format!("/api/admin/audit?limit=200{query}")).await.ok();
        // What was written by the question itself, and by the files before it, is newer.
        let answer =
            reviewer.post(&format!("{EXPORT}?{}", query.trim_start_matches('&')), &Value::Null).await;
        answer.has_status(200);
        let mut exported = rows(&answer);
        let header = exported.remove(0);
        assert_eq!((header.len(), header[17].as_str()), (18, "export_event"));
        assert_eq!(answer.header("x-total-count"), exported.len().to_string());
        let mark = answer.header("x-export-event").to_owned();
        assert!(exported.iter().all(|row| row[17] == mark), "every row leads back");
        let ids: Vec<&str> = exported.iter().map(|row| row[0].as_str()).collect();
        for event in listed["events"].as_array().unwrap() {
            assert!(ids.contains(&event["id"].as_str().unwrap()), "{filter}: {event}");
        }
        let told = reviewer.get(&format!("/api/admin/audit/{mark}")).await.ok();
        assert_eq!(told["action"], "audit.exported");
        assert_eq!(told.get("filter").cloned().unwrap_or(json!({})), filter);
        ended(&app, "audit.export_finished").await;
    }
    let answer = reviewer.post(&format!("{EXPORT}?action=customer.created"), &Value::Null).await;
    let names: Vec<String> = rows(&answer).iter().skip(1).map(|row| row[12].clone()).collect();
    assert!(names.contains(&"'=Emma, \"E\"".to_owned()), "no cell is a formula: {names:?}");
    let name = format!("attachment; filename=\"audit-2026-11-22-{}.csv\"", answer.header("x-export-event"));
    assert_eq!(answer.header("content-disposition"), name);
    assert!(!answer.text().contains("emma@example.com"), "values stay behind");
    for (query, field) in [
        ("action=updated", "action"),
        ("colour=red", "colour"),
        ("ip=10.0.0", "ip"),
        ("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
    ] {
        let problem =
            reviewer.post(&format!("{EXPORT}?{query}"), &Value::Null).await.problem(422, "invalid_field");
        assert_eq!(problem["field"], field, "{query}");
    }
    app.as_role(Role::Finance).await.post(EXPORT, &Value::Null).await.has_status(403);
    app.finish().await;
}
