//! Creating, editing, archiving and restoring customers.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp, id, id_of};

const CUSTOMERS: &str = "/api/admin/customers";

fn path(customer: &serde_json::Value) -> String {
    format!("{CUSTOMERS}/{}", id(customer))
}

async fn page(client: &Client, customer: &serde_json::Value) -> serde_json::Value {
    client.get(&path(customer)).await.ok()
}

#[tokio::test]
async fn a_new_customer_is_stored_as_typed_and_found_again() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let body =
        json!({ "name": "  Zoe\u{308} O’Brien ", "email": "Zoe@Example.com", "phone": "07700 900123" });
    let answer = client.post(CUSTOMERS, &body).await;
    let made = answer.ok();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(made["name"], "Zoë O’Brien");
    assert_eq!(made["email"], "Zoe@Example.com");
    assert_eq!(made["emailVerified"], false);
    assert_eq!(made["phone"], "07700 900123");
    assert_eq!(made["phoneE164"], "+447700900123");
    assert_eq!(made["status"], "new");
    assert_eq!(made["createdAt"], "2026-11-22T10:00:00Z");
    assert_eq!(made["stats"]["totalLtv"], 0);

    let page = page(&client, &made).await;
    for field in ["name", "email", "phoneE164", "version", "stats"] {
        assert_eq!(page[field], made[field], "{field}");
    }
    for list in ["bookings", "addresses", "contacts", "supportTickets", "notes", "flags"] {
        assert_eq!(page[list], json!([]), "{list}");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_email_belongs_to_one_living_customer_whatever_its_case() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let first = client.create_customer("Emma Davis", "emma@example.com").await;
    let second = client.create_customer("Li Wei", "li@example.com").await;
    let problem = client
        .post(CUSTOMERS, &json!({ "name": "Other", "email": "EMMA@example.com" }))
        .await
        .problem(409, "email_taken");
    assert_eq!(problem["field"], "email");
    assert_eq!(problem["customerId"], first["id"]);
    assert_eq!(problem["detail"], "Emma Davis has this e-mail address now.");
    let problem = client
        .put(&path(&second), 1, &json!({ "name": "Li Wei", "email": "Emma@Example.com" }))
        .await
        .problem(409, "email_taken");
    assert_eq!(problem["customerId"], first["id"]);
    app.finish().await;
}

#[tokio::test]
async fn two_who_create_the_same_email_at_once_make_one_customer() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let body = json!({ "name": "Emma", "email": "emma@example.com" });
    let attempts = (0..6).map(|_| client.post(CUSTOMERS, &body).into_future());
    let answers = futures_util::future::join_all(attempts).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 5, "{statuses:?}");
    app.finish().await;
}

#[tokio::test]
async fn an_edit_shows_everywhere_and_leaves_what_it_was() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma Davis", "emma@example.com").await;
    app.advance(SignedDuration::from_secs(60));
    let answer = client
        .put(
            &path(&customer),
            1,
            &json!({ "name": "Emma Jones", "email": "emma@example.com", "phone": "+44 7700 900-123" }),
        )
        .await;
    let edited = answer.ok();
    assert_eq!(answer.header("etag"), "\"2\"");
    assert_eq!((&edited["name"], &edited["version"]), (&json!("Emma Jones"), &json!(2)));
    assert_eq!(edited["updatedAt"], "2026-11-22T10:01:00Z");
    assert_eq!(edited["createdAt"], customer["createdAt"]);
    assert_eq!(client.names("search=jones").await, ["Emma Jones"]);
    assert_eq!(client.names("search=davis").await, [""; 0]);

    let values = app.last_values("customer.updated").await;
    let (before, after) = (values.before.unwrap(), values.after.unwrap());
    assert_eq!(before, json!({ "name": "Emma Davis", "phone": null, "phoneE164": null }));
    assert_eq!(
        after,
        json!({ "name": "Emma Jones", "phone": "+44 7700 900-123", "phoneE164": "+447700900123" })
    );
    app.finish().await;
}

#[tokio::test]
async fn an_edit_that_changes_nothing_writes_nothing() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let same = client.put(&path(&customer), 1, &json!({ "name": "Emma", "email": "emma@example.com" })).await;
    assert_eq!(same.changed_nothing()["version"], 1);
    app.finish().await;
}

#[tokio::test]
async fn an_edit_of_a_stale_copy_is_refused_and_told_what_happened() {
    let app = TestApp::new().await;
    let (emma, omar) = (app.as_role(Role::Support).await, app.as_role(Role::Ops).await);
    let customer = emma.create_customer("Ann Lee", "ann@example.com").await;
    let path = path(&customer);
    emma.put(&path, 1, &json!({ "name": "Anne Lee", "email": "ann@example.com" })).await.ok();
    emma.put(&path, 2, &json!({ "name": "Anne Lee", "email": "anne@example.com" })).await.ok();
    let problem = omar
        .put(&path, 1, &json!({ "name": "Ann Li", "email": "ann@example.com" }))
        .await
        .problem(412, "changed_meanwhile");
    assert_eq!(problem["current"]["name"], "Anne Lee");
    assert_eq!(problem["current"]["email"], "anne@example.com");
    assert_eq!(problem["current"]["version"], 3);
    let mut fields: Vec<String> =
        problem["changes"].as_array().unwrap().iter().map(|change| change["fields"].to_string()).collect();
    fields.sort();
    assert_eq!(fields, [r#"["email"]"#, r#"["name"]"#]);
    assert_eq!(problem["changes"][0]["by"], "Support 0");
    assert_eq!(page(&omar, &customer).await["name"], "Anne Lee");
    app.finish().await;
}

#[tokio::test]
async fn of_two_who_edit_at_once_one_wins_and_the_other_is_told() {
    let app = TestApp::new().await;
    let (one, other) = (app.as_role(Role::Support).await, app.as_role(Role::Ops).await);
    let customer = one.create_customer("Ann", "ann@example.com").await;
    let path = path(&customer);
    for version in [1, 2, 3] {
        let (name, another) = (format!("Ann {version}"), format!("Anna {version}"));
        let (first, second) = tokio::join!(
            one.put(&path, version, &json!({ "name": name, "email": "ann@example.com" })).into_future(),
            other.put(&path, version, &json!({ "name": another, "email": "ann@example.com" })).into_future(),
        );
        let (winner, loser) = if first.status == 200 { (first, second) } else { (second, first) };
        let problem = loser.problem(412, "changed_meanwhile");
        assert_eq!(problem["current"]["name"], winner.ok()["name"]);
        assert_eq!(problem["current"]["version"], version + 1);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_edit_needs_the_version_it_was_made_from() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let body = json!({ "name": "Em", "email": "emma@example.com" });
    let put = || client.request(axum::http::Method::PUT, &path(&customer)).json(&body);
    put().await.problem(428, "version_required");
    for bad in ["seven", "\"99999999999\"", "*", "W/\"x\"", ""] {
        put().header("if-match", bad).await.problem(400, "invalid_if_match");
    }
    put().raw_header("if-match", b"\xff\xfe").await.problem(400, "invalid_if_match");
    put().header("if-match", "\"-1\"").await.problem(412, "changed_meanwhile");
    app.finish().await;
}

#[tokio::test]
async fn an_archived_customer_is_hidden_kept_and_brought_back() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma Davis", "emma@example.com").await;
    client.create_address(&customer, "Leeds", "LS1 4DY").await;
    app.booking(id_of(&customer)).paid(45_000).insert().await;
    let archived = client.delete(&path(&customer)).await.ok();
    assert_eq!(archived["status"], "archived");
    assert_eq!(archived["archivedAt"], "2026-11-22T10:00:00Z");
    assert_eq!(client.names("").await, [""; 0]);
    assert_eq!(client.names("search=emma").await, [""; 0]);
    assert_eq!(client.names("status=archived&search=emma").await, ["Emma Davis"]);
    let kept = page(&client, &customer).await;
    assert_eq!((&kept["name"], &kept["email"]), (&json!("Emma Davis"), &json!("emma@example.com")));
    assert_eq!(kept["stats"]["totalLtv"], 45_000);
    assert_eq!(
        kept["actions"]["update"],
        json!({ "allowed": false, "code": "archived", "reason": "This customer is archived. Restore them first." })
    );
    client
        .put(&path(&customer), 2, &json!({ "name": "X", "email": "x@example.com" }))
        .await
        .problem(409, "archived");

    assert_eq!(client.delete(&path(&customer)).await.changed_nothing()["version"], 2);
    let restored = client.act(&format!("{}/restore", path(&customer))).await.ok();
    assert_eq!((&restored["status"], &restored["version"]), (&json!("active"), &json!(3)));
    assert_eq!(client.act(&format!("{}/restore", path(&customer))).await.changed_nothing()["version"], 3);
    assert_eq!(client.names("").await, ["Emma Davis"]);
    app.finish().await;
}

#[tokio::test]
async fn why_somebody_is_archived_is_told_while_they_are() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma Davis", "emma@example.com").await;
    let archive = |body: &Value| client.delete(&path(&customer)).json(body);
    for reason in [json!("x".repeat(501)), json!("two\nlines"), json!("a\u{202e}b"), json!(7)] {
        archive(&json!({ "reason": reason })).await.invalid("reason");
    }
    archive(&json!({ "reasons": "Moved abroad" })).await.invalid("reasons");
    client.delete(&path(&customer)).body("text/plain", "Moved abroad").await.problem(415, "not_json");
    assert_eq!(page(&client, &customer).await["archivedAt"], Value::Null);

    let archived = archive(&json!({ "reason": " Moved abroad " })).await.ok();
    assert_eq!(archived["archiveReason"], "Moved abroad");
    assert_eq!(app.last_values("customer.archived").await.after.unwrap()["archiveReason"], "Moved abroad");
    let again = archive(&json!({ "reason": "Another" })).await.changed_nothing();
    assert_eq!(again["archiveReason"], "Moved abroad");
    let told = async || -> Vec<String> {
        let timeline = client.get(&format!("{}/timeline", path(&customer))).await.ok();
        let entries = timeline["entries"].as_array().unwrap();
        let of_archive = entries.iter().filter(|entry| entry["action"] == "customer.archived");
        of_archive.map(|entry| entry["summary"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told().await, ["Archived: Moved abroad"]);

    app.advance(jiff::SignedDuration::from_secs(1));
    let restored = client.act(&format!("{}/restore", path(&customer))).await.ok();
    assert_eq!(restored["archiveReason"], Value::Null);
    assert_eq!(told().await, ["Archived"], "nothing is left of it in clear");
    app.advance(jiff::SignedDuration::from_secs(1));
    let blank = archive(&json!({ "reason": "  " })).await.ok();
    assert_eq!(blank["archiveReason"], Value::Null);
    assert_eq!(told().await, ["Archived", "Archived"]);
    app.finish().await;
}

#[tokio::test]
async fn a_customer_with_an_open_booking_is_not_archived() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    for (number, status) in ["DRAFT", "PENDING_PAYMENT", "CONFIRMED"].into_iter().enumerate() {
        let customer = client.create_customer(status, &format!("c{number}@example.com")).await;
        let reference = format!("SV-OPEN{number}");
        let booking = app.booking(id_of(&customer)).status(status).reference(&reference).insert().await;
        let problem = client.delete(&path(&customer)).await.problem(409, "active_bookings");
        assert_eq!(problem["bookings"], json!([{ "id": booking, "reference": reference, "status": status }]));
        assert!(problem["detail"].as_str().unwrap().contains(&reference));
        let act = &page(&client, &customer).await["actions"]["archive"];
        assert_eq!((&act["allowed"], &act["code"]), (&json!(false), &json!("active_bookings")));
        app.sql.execute("update bookings set status = 'CANCELLED' where id = $1", &[&booking]).await.unwrap();
        client.delete(&path(&customer)).await.ok();
    }
    app.finish().await;
}

#[tokio::test]
async fn an_archived_customers_email_is_free_and_restoring_says_who_has_it() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let old = client.create_customer("Old Emma", "emma@example.com").await;
    client.delete(&path(&old)).await.ok();
    let new = client.create_customer("New Emma", "EMMA@example.com").await;
    let problem = client.act(&format!("{}/restore", path(&old))).await.problem(409, "email_taken");
    assert_eq!(problem["customerId"], new["id"]);
    assert_eq!(problem["detail"], "New Emma has this e-mail address now.");
    client.delete(&path(&new)).await.ok();
    client.act(&format!("{}/restore", path(&old))).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let nobody = format!("{CUSTOMERS}/01890a5d-ac96-774b-bcce-b302099a8057");
    client.get(&nobody).await.problem(404, "not_found");
    client.delete(&nobody).await.problem(404, "not_found");
    client.act(&format!("{nobody}/restore")).await.problem(404, "not_found");
    for list in ["addresses", "contacts", "notes", "bookings", "tickets", "timeline"] {
        client.get(&format!("{nobody}/{list}")).await.problem(404, "not_found");
    }
    client.get(&format!("{CUSTOMERS}/7")).await.problem(400, "invalid_id");
    client.get("/api/admin/nothing").await.problem(404, "not_found");
    client.request(axum::http::Method::PATCH, CUSTOMERS).await.problem(405, "method_not_allowed");
    app.finish().await;
}
