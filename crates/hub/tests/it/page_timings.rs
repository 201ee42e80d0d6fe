//! How fast pages are: counted of nobody, bounded, and shown to who looks after the system.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, Sending, TestApp, read};

const PAGE: &str = "/admin/customers/$customerId";

fn measured(client: &Client, page: &str, values: &Value) -> Sending {
    client.post("/api/page-timings", &json!({ "page": page, "values": values }))
}

fn lcp(value: i64) -> Value {
    json!([{ "metric": "lcp", "value": value }])
}

#[tokio::test]
async fn what_browsers_measure_is_summed_by_page_and_day() {
    let app = TestApp::new().await;
    let (emma, boss) = (app.as_role(Role::ReadOnly).await, app.as_role(Role::Superadmin).await);
    for value in [90, 390, 391, 9_000] {
        measured(&emma, PAGE, &lcp(value)).await.no_content();
    }
    let all = json!([{ "metric": "lcp", "value": 1 }, { "metric": "inp", "value": 44 }, { "metric": "cls", "value": 300 }]);
    measured(&boss, "/admin/customers", &all).await.no_content();
    app.advance(SignedDuration::from_hours(24));
    let later = app.as_role(Role::Support).await;
    measured(&later, PAGE, &lcp(4_100)).await.no_content();
    let boss = app.as_role(Role::Superadmin).await;
    let read = async |days: i64| {
        boss.get(&format!("/api/admin/page-timings?days={days}")).await.ok()["pages"].take()
    };
    assert_eq!(
        read(2).await,
        json!([
            { "page": "/admin/customers",
              "lcp": { "measured": 1, "half": 100, "most": 100, "rating": "good" },
              "inp": { "measured": 1, "half": 56, "most": 56, "rating": "good" },
              "cls": { "measured": 1, "half": 350, "most": 350, "rating": "poor" } },
            { "page": PAGE, "lcp": { "measured": 5, "half": 400, "most": 6_000, "rating": "poor" }, "inp": null, "cls": null },
        ])
    );
    assert_eq!(read(1).await[0]["lcp"]["measured"], 1);
    boss.get("/api/admin/page-timings?days=0").await.invalid("days");
    later.get("/api/admin/page-timings").await.problem(403, "not_permitted");
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_page_or_no_value_is_refused_and_one_session_cannot_flood() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    for page in [
        "",
        "/nowhere",
        "/admin/customers/01890a5d-ac96-774b-bcce-b302099a8057",
        "emma@example.com",
        &"x".repeat(5_000),
    ] {
        measured(&emma, page, &lcp(5)).await.invalid("page");
    }
    for values in [
        json!([]),
        lcp(-1),
        lcp(60_001),
        json!([{ "metric": "lcp", "value": 1 }, { "metric": "lcp", "value": 2 }]),
        Value::Array(vec![json!({ "metric": "cls", "value": 1 }); 1_000]),
    ] {
        measured(&emma, PAGE, &values).await.invalid("values");
    }
    for _ in 0..120 {
        measured(&emma, PAGE, &lcp(5)).await.no_content();
    }
    measured(&emma, PAGE, &lcp(5)).await.problem(429, "too_many_requests");
    let rows: i64 = app.sql.query_one("select count(*) from page_timings", &[]).await.unwrap().get(0);
    assert_eq!(rows, 1, "counts, not visits");
    app.advance(SignedDuration::from_hours(24 * 401));
    let db = app.app.db.client().await.unwrap();
    page_timings::forget_old(&db, app.now()).await.unwrap();
    let rows: i64 = app.sql.query_one("select count(*) from page_timings", &[]).await.unwrap().get(0);
    assert_eq!(rows, 0);
    app.finish().await;
}

/// As the generated tree of routes lists them.
fn routes() -> BTreeSet<String> {
    let text = read("web/src/routes.gen.ts");
    let list = text.split("fullPaths:").nth(1).and_then(|rest| rest.split("fileRoutesByTo").next()).unwrap();
    let paths = list.split('\'').skip(1).step_by(2).map(|path| match path.trim_end_matches('/') {
        "" => "/".to_owned(),
        path => path.to_owned(),
    });
    paths.collect()
}

#[test]
fn the_pages_are_those_of_the_web_app() {
    let known: BTreeSet<String> = page_timings::PAGES.iter().map(|page| (*page).to_owned()).collect();
    assert!(known.len() > 20);
    assert_eq!(
        known,
        routes(),
        "PAGES in crates/page_timings/src/rules.rs and the routes of the web app differ"
    );
}
