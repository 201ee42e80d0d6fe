//! The export: exactly the list's rows as CSV, recorded, and honest when it breaks off.

use std::time::Duration;

use http_body_util::BodyExt;
use platform::values::Opened;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Answer, Client, TestApp, id_of};

const EXPORT: &str = "/api/admin/customers/export";

fn rows(answer: &Answer) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(answer.body.as_ref());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

async fn export(client: &Client, body: Value) -> (Vec<Vec<String>>, Answer) {
    let answer = client.post(EXPORT, &body).await;
    answer.has_status(200);
    let mut rows = rows(&answer);
    assert_eq!(rows.remove(0).last().unwrap(), "export_event");
    assert_eq!(answer.header("x-total-count"), rows.len().to_string());
    for row in &mut rows {
        assert_eq!(row.pop().unwrap(), answer.header("x-export-event"), "every row leads back to its event");
    }
    (rows, answer)
}

/// The events of an export, once its end has been recorded too.
async fn events(app: &TestApp, action: &str) -> Vec<(Option<i64>, Option<Value>, String)> {
    for _ in 0..200 {
        let rows = app
            .sql
            .query(
                "select e.item_count, e.request_id, e.id, v.sealed, k.wrapped
                 from events e left join event_values v on v.event_id = e.id left join value_keys k on k.id = value_key(v.sealed)
                 where e.action = $1 order by e.at",
                &[&action],
            )
            .await
            .unwrap();
        if !rows.is_empty() {
            let filter = |row: &tokio_postgres::Row| {
                let sealed = row.get::<_, Option<&[u8]>>("sealed")?;
                match app.app.values.open(row.get("id"), sealed, row.get("wrapped")) {
                    Opened::Content(content) => content.filter,
                    other => panic!("{other:?}"),
                }
            };
            return rows.iter().map(|row| (row.get(0), filter(row), row.get(1))).collect();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    vec![]
}

#[tokio::test]
async fn the_file_holds_the_filters_customers_in_list_order() {
    let app = TestApp::new().await;
    app.many_customers(230).await;
    let client = app.as_role(Role::Finance).await;
    for (filter, query) in [
        (json!({}), ""),
        (json!({ "search": "bulk 00" }), "search=bulk%2000"),
        (json!({ "joinedFrom": "2026-11-18" }), "joinedFrom=2026-11-18"),
        (json!({ "status": "active" }), "status=active"),
    ] {
        for (by, order) in [("createdAt", "desc"), ("name", "asc"), ("email", "desc"), ("ltv", "asc")] {
            let (rows, _) =
                export(&client, json!({ "filter": filter, "sortBy": by, "sortOrder": order })).await;
            let mut listed = Vec::new();
            for page in 1..=2 {
                let list = client
                    .list(&format!("{query}&sortBy={by}&sortOrder={order}&limit=200&page={page}"))
                    .await;
                listed.extend(
                    list["customers"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|one| one["id"].as_str().unwrap().to_owned()),
                );
            }
            let exported: Vec<String> = rows.iter().map(|row| row[0].clone()).collect();
            assert_eq!(exported, listed, "{filter} by {by} {order}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn every_cell_survives_and_none_is_a_formula() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let names = [
        ("Anna \"Annie\" O’Neil, Jr.", "Anna \"Annie\" O’Neil, Jr."),
        ("Zoë 😀 Müller", "Zoë 😀 Müller"),
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-2", "'-2"),
        ("@cmd", "'@cmd"),
        ("\"=1+1\"", "'\"=1+1\""),
        ("李小龍", "李小龍"),
    ];
    for (index, (name, _)) in names.iter().enumerate() {
        client.create_customer(name, &format!("c{index}@example.com")).await;
    }
    // Came in by an import, where line breaks were not refused.
    app.sql
        .execute("update customers set name = E'Two\nLines' where email = 'c7@example.com'", &[])
        .await
        .unwrap();
    let (rows, answer) = export(&client, json!({ "sortBy": "email" })).await;
    for (row, (_, expected)) in rows.iter().zip(names).take(7) {
        assert_eq!(row[1], expected);
    }
    assert_eq!(rows[7][1], "Two\nLines");
    let text = answer.text();
    assert!(text.starts_with("id,name,email,email_verified,phone,phone_e164,status,flags,joined_at,orders,"));
    assert!(text.ends_with("\r\n") && text.contains("\"Anna \"\"Annie\"\" O’Neil, Jr.\""), "{text}");
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let name =
        format!("attachment; filename=\"customers-2026-11-22-{}.csv\"", answer.header("x-export-event"));
    assert_eq!(answer.header("content-disposition"), name);
    app.finish().await;
}

#[tokio::test]
async fn a_row_says_what_the_list_says() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let body = json!({ "name": "Emma", "email": "emma@example.com", "phone": "07700 900123", "emailVerified": true });
    let customer = client.post("/api/admin/customers", &body).await.ok();
    app.booking(id_of(&customer)).at("2026-03-01T10:00:00Z").paid(123_456).refunded(56).insert().await;
    app.booking(id_of(&customer)).at("2026-02-01T10:00:00Z").status("CANCELLED").insert().await;
    app.ticket(id_of(&customer), "IN_PROGRESS", "URGENT").await;
    app.flag(id_of(&customer), "vip").await;
    app.flag(id_of(&customer), "abusive").await;
    let (rows, _) = export(&client, json!({})).await;
    let expected = [
        "Emma",
        "emma@example.com",
        "true",
        "07700 900123",
        "'+447700900123",
        "active",
        "abusive vip",
        "2026-11-22T10:00:00Z",
        "2",
        "1",
        "1",
        "1234.00",
        "1",
        "1",
        "2026-03-01T10:00:00Z",
        "",
    ];
    assert_eq!(rows[0][1..], expected);
    app.finish().await;
}

#[tokio::test]
async fn an_export_is_recorded_with_its_filter_count_and_end() {
    let app = TestApp::new().await;
    app.many_customers(30).await;
    let client = app.as_role(Role::Finance).await;
    let (rows, answer) =
        export(&client, json!({ "filter": { "search": "bulk 001" }, "sortBy": "name" })).await;
    let count = i64::try_from(rows.len()).unwrap();
    let begun = events(&app, "customers.exported").await;
    let request = answer.header("x-request-id").to_owned();
    assert_eq!(begun, [(Some(count), Some(json!({ "search": "bulk 001" })), request.clone())]);
    assert_eq!(events(&app, "customers.export_finished").await, [(Some(count), None, request)]);
    // Any row of a file that turns up somewhere tells who took it.
    let mark = answer.text().trim_end().rsplit(',').next().unwrap().to_owned();
    let told = app.as_role(Role::Reviewer).await.get(&format!("/api/admin/audit/{mark}")).await.ok();
    assert_eq!((&told["action"], &told["role"]), (&"customers.exported".into(), &"finance".into()));
    assert_eq!(told["filter"], json!({ "search": "bulk 001" }));
    app.finish().await;
}

#[tokio::test]
async fn a_download_that_breaks_off_is_recorded_as_unfinished() {
    let app = TestApp::new().await;
    app.many_customers(9_000).await;
    let client = app.as_role(Role::Ops).await;
    let response = client.post(EXPORT, &json!({})).open().await;
    assert_eq!(response.headers()["x-total-count"], "9000");
    let mut body = response.into_body();
    let mut piece = async || body.frame().await.unwrap().unwrap().into_data().unwrap();
    let first = piece().await;
    assert_eq!(first.iter().filter(|byte| **byte == b'\n').count(), 1, "the header comes at once, and alone");
    assert!(piece().await.len() >= 64 * 1024);
    drop(body);
    let interrupted = events(&app, "customers.export_interrupted").await;
    assert_eq!(interrupted.len(), 1);
    assert!(interrupted[0].0.unwrap() < 9_000, "{interrupted:?}");
    assert_eq!(events(&app, "customers.exported").await[0].0, Some(9_000));
    app.finish().await;
}

#[tokio::test]
async fn a_wrong_filter_is_refused_before_anything_is_sent() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    for (body, field) in [
        (json!({ "filter": { "status": "gone" } }), "filter.status"),
        (json!({ "filter": { "colour": "red" } }), "colour"),
        (json!({ "sortBy": "; drop" }), "sortBy"),
        (json!({ "filter": { "minLtv": 5, "maxLtv": 4 } }), "maxLtv"),
        (json!({ "filter": { "search": "\u{0}" } }), "search"),
        (json!({ "columns": ["name"] }), "columns"),
    ] {
        let problem = client.post(EXPORT, &body).await.problem(422, "invalid_field");
        assert_eq!(problem["field"], field, "{body}: {problem}");
    }
    let count = "select count(*) from events where action like 'customers.export%'";
    assert_eq!(app.sql.query_one(count, &[]).await.unwrap().get::<_, i64>(0), 0);
    app.finish().await;
}

#[tokio::test]
async fn only_who_may_export_does() {
    let app = TestApp::new().await;
    for role in [Role::Support, Role::Reviewer, Role::ReadOnly] {
        let problem = app.as_role(role).await.post(EXPORT, &json!({})).await.problem(403, "not_permitted");
        assert_eq!(problem["permission"], "customer.export");
    }
    let (rows, _) = export(&app.as_role(Role::Finance).await, json!({})).await;
    assert!(rows.is_empty());
    app.finish().await;
}
