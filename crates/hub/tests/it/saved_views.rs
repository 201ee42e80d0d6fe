//! Ways to look at the list of customers that people keep.

use axum::http::Method;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp, id};

const VIEWS: &str = "/api/admin/saved-views";

fn view(name: &str) -> Value {
    json!({ "name": name, "filter": { "status": "inactive", "minLtv": 50_000 }, "sortBy": "ltv", "sortOrder": "asc" })
}

async fn names(client: &Client) -> Vec<String> {
    let list = client.get(VIEWS).await.ok();
    list["views"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_view_is_its_owners_until_it_is_shared() {
    let app = TestApp::new().await;
    let anna = app.as_role(Role::Support).await;
    let bert = app.as_role(Role::Finance).await;
    let mine = anna.post(VIEWS, &view("Gone quiet")).await.ok();
    let shown = (&mine["filter"], &mine["sortBy"], &mine["sortOrder"], &mine["mine"], &mine["shared"]);
    let filter = json!({ "status": "inactive", "minLtv": 50_000 });
    assert_eq!(shown, (&filter, &json!("ltv"), &json!("asc"), &json!(true), &json!(false)));
    let path = format!("{VIEWS}/{}", id(&mine));

    assert_eq!((names(&anna).await, names(&bert).await), (vec!["Gone quiet".to_owned()], vec![]));
    bert.put(&path, 1, &view("Taken")).await.problem(404, "not_found");
    bert.delete(&path).await.problem(404, "not_found");
    bert.request(Method::PUT, &format!("{path}/pin")).await.problem(404, "not_found");
    bert.request(Method::PUT, &format!("{path}/share")).await.problem(404, "not_found");

    let shared = anna.request(Method::PUT, &format!("{path}/share")).await.ok();
    assert_eq!((&shared["shared"], &shared["version"]), (&json!(true), &json!(2)));
    let seen = bert.get(VIEWS).await.ok();
    let seen = &seen["views"][0];
    assert_eq!((&seen["mine"], &seen["owner"]), (&json!(false), &json!("Support 0")));
    bert.put(&path, 2, &view("Taken")).await.problem(403, "not_your_view");
    bert.delete(&path).await.problem(403, "not_your_view");
    bert.delete(&format!("{path}/share")).await.problem(403, "not_your_view");

    // An earlier version is refused, with what holds now.
    let stale = anna.put(&path, 1, &view("Late")).await.problem(412, "changed_meanwhile");
    assert_eq!(stale["current"]["name"], "Gone quiet");
    app.as_role(Role::Superadmin).await.delete(&path).await.no_content();
    assert_eq!(names(&anna).await, Vec::<String>::new());
    app.finish().await;
}

#[tokio::test]
async fn each_person_pins_for_themselves() {
    let app = TestApp::new().await;
    let anna = app.as_role(Role::Ops).await;
    let bert = app.as_role(Role::ReadOnly).await;
    let best = anna.post(VIEWS, &view("Best customers")).await.ok();
    let path = format!("{VIEWS}/{}", id(&best));
    let (pin, share) = (format!("{path}/pin"), format!("{path}/share"));
    anna.request(Method::PUT, &share).await.ok();
    let put = |client: &Client| client.request(Method::PUT, &pin);
    for _ in 0..2 {
        assert_eq!(put(&bert).await.ok()["pinned"], true, "once or twice");
    }
    let pinned = async |client: &Client| client.get(VIEWS).await.ok()["views"][0]["pinned"].clone();
    assert_eq!((pinned(&anna).await, pinned(&bert).await), (json!(false), json!(true)));
    put(&anna).await.ok();

    // Who cannot see it any more has it pinned no longer, even when it is shared again.
    anna.delete(&share).await.ok();
    assert_eq!(names(&bert).await, Vec::<String>::new());
    anna.request(Method::PUT, &share).await.ok();
    assert_eq!((pinned(&anna).await, pinned(&bert).await), (json!(true), json!(false)));
    anna.delete(&pin).await.ok();
    assert_eq!(pinned(&anna).await, json!(false));
    anna.delete(&path).await.no_content();
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused() {
    let app = TestApp::new().await;
    let anna = app.as_role(Role::Support).await;
    let reader = app.as_role(Role::ReadOnly).await;
    let own = reader.post(VIEWS, &view("For me")).await.ok();
    let share = format!("{VIEWS}/{}/share", id(&own));
    reader.request(Method::PUT, &share).await.problem(403, "not_permitted");

    anna.post(VIEWS, &view("Mine")).await.ok();
    anna.post(VIEWS, &view("MINE")).await.invalid("name");
    reader.post(VIEWS, &view("Mine")).await.ok();
    anna.post(VIEWS, &view("  ")).await.invalid("name");
    anna.post(VIEWS, &view(&"ä".repeat(61))).await.invalid("name");
    anna.post(VIEWS, &json!({ "name": "A", "filter": { "search": "Emma" } })).await.invalid("filter.search");
    anna.post(VIEWS, &json!({ "name": "A", "filter": { "minLtv": 2, "maxLtv": 1 } })).await.invalid("maxLtv");
    let kept = "insert into saved_views (id, owner_id, name, shows, created_at, updated_at)
        select gen_random_uuid(), id, 'A', '{\"filter\": {\"search\": \"Emma\"}}', now(), now() from staff limit 1";
    assert!(app.sql.batch_execute(kept).await.is_err(), "nor does the database keep what was searched for");

    for number in 1..100 {
        anna.post(VIEWS, &view(&format!("View {number}"))).await.ok();
    }
    anna.post(VIEWS, &view("One more")).await.problem(409, "too_many_views");
    app.finish().await;
}

#[tokio::test]
async fn each_person_lays_the_list_out_for_themselves() {
    const LAYOUT: &str = "/api/admin/list-layout";
    let app = TestApp::new().await;
    let anna = app.as_role(Role::Support).await;
    let bert = app.as_role(Role::ReadOnly).await;
    let put = |client: &Client, body: &Value| client.request(Method::PUT, LAYOUT).json(body);
    assert_eq!(anna.get(LAYOUT).await.ok(), json!({ "density": "normal", "hidden": [] }));
    let given = json!({ "density": "compact", "hidden": ["joined", "ltv", "ltv"] });
    let kept = json!({ "density": "compact", "hidden": ["ltv", "joined"] });
    assert_eq!(put(&anna, &given).await.ok(), kept);
    put(&bert, &json!({ "density": "normal", "hidden": ["phone"] })).await.ok();
    // Wherever she signs in.
    let elsewhere = app.signed_in(anna.staff.unwrap()).await;
    assert_eq!(elsewhere.get(LAYOUT).await.ok(), kept);
    put(&anna, &json!({ "density": "normal", "hidden": [] })).await.ok();
    assert_eq!(elsewhere.get(LAYOUT).await.ok()["density"], "normal");
    put(&anna, &json!({ "density": "tiny", "hidden": [] })).await.invalid("density");
    put(&anna, &json!({ "density": "normal", "hidden": ["name"] })).await.invalid("hidden[0]");
    put(&anna, &json!({ "density": "normal" })).await.invalid("hidden");
    app.finish().await;
}
