//! API keys: what they are good for, who they act for, and how they end.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::{Role, permissions::TABLE};

use crate::{
    access::attempt,
    support::{Client, Operation, Sending, TestApp, acts, id, operations},
};

const KEYS: &str = "/api/auth/api-keys";

fn make(client: &Client, scopes: &Value) -> Sending {
    client.post(KEYS, &json!({ "name": "Warehouse", "scopes": scopes, "days": 30 }))
}

/// A program that has the key and nothing else.
fn program(app: &TestApp, key: &str) -> Client {
    app.client().without("sec-fetch-site").with("authorization", &format!("Bearer {key}"))
}

pub async fn with_scopes(app: &TestApp, owner: &Client, scopes: &Value) -> Client {
    program(app, make(owner, scopes).await.ok()["key"].as_str().unwrap())
}

#[tokio::test]
async fn a_key_acts_for_its_owner_within_its_scopes() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let made = make(&emma, &json!(["customer.read", "customer.create"])).await.ok();
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("hub_") && key.len() == 47, "{key}");
    assert_eq!(made["apiKey"]["prefix"], key[..10]);
    let program = program(&app, key);
    program.get("/api/admin/customers").await.ok();
    let customer = program.create_customer("Ng", "ng@example.com").await;
    program.delete(&format!("/api/admin/customers/{}", id(&customer))).await.problem(403, "not_in_scope");
    program.get("/api/auth/me").await.problem(403, "not_for_keys");
    program.act("/api/auth/sign-out").await.problem(403, "not_for_keys");
    make(&program, &json!(["customer.read"])).await.problem(403, "not_for_keys");

    let page = program.get(&format!("/api/admin/customers/{}", id(&customer))).await.ok();
    assert_eq!(
        page["actions"]["archive"]["code"], "not_in_scope",
        "what the page offers is what the key may do"
    );

    let boss = app.as_role(Role::Superadmin).await;
    let events = boss.get("/api/admin/audit?action=customer.created").await.ok();
    let event = &events["events"][0];
    assert_eq!(event["staffId"], emma.staff.unwrap().to_string());
    assert_eq!(
        (&event["viaKey"], &event["details"]["apiKeyId"]),
        (&json!("Warehouse"), &made["apiKey"]["id"])
    );
    assert_eq!(event.get("sessionId"), None);
    let listed = emma.get(KEYS).await.ok();
    assert_eq!(
        (&listed[0]["lastUsedIp"], &listed[0]["scopes"]),
        (&json!("192.0.2.10"), &made["apiKey"]["scopes"])
    );
    // Neither the key nor a part of it that would help is stored.
    for table in ["api_keys", "events", "event_values"] {
        for row in app.sql.query(&format!("select t::text from {table} t"), &[]).await.unwrap() {
            assert!(!row.get::<_, String>(0).contains(&key[..14]), "{table}");
        }
    }
    app.finish().await;
}

/// What a key of this role with all its scopes may do, by the document.
fn is_open(operation: &Operation, role: Role) -> bool {
    let has = |name: &str| TABLE.iter().any(|row| row.name == name && row.roles.contains(&role));
    let own = operation.permissions().any(|name| name == "account.own");
    !own && !operation.always_asks_again() && operation.permissions().all(has)
}

#[tokio::test]
async fn every_operation_is_open_to_keys_exactly_as_the_document_says() {
    let app = TestApp::new().await;
    let mut faults = Vec::new();
    for role in Role::ALL {
        let owner = app.as_role(role).await;
        let scopes: Vec<&str> = TABLE
            .iter()
            .filter(|row| row.roles.contains(&role) && row.name != "account.own")
            .map(|row| row.name)
            .collect();
        let program = with_scopes(&app, &owner, &json!(scopes)).await;
        for operation in acts().iter().filter(|operation| operation.permission.is_some()) {
            let answer = attempt(&program, operation).await;
            let refused = matches!(answer.status.as_u16(), 401 | 403);
            if refused == is_open(operation, role) {
                faults.push(format!("{} as {}: {}", operation.id, role.name(), answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    app.run_jobs().await;
    app.leave_jobs();
    app.finish().await;
}

#[tokio::test]
async fn a_key_with_one_scope_opens_nothing_else() {
    let app = TestApp::new().await;
    let owner = app.as_role(Role::Superadmin).await;
    let program = with_scopes(&app, &owner, &json!(["ticket.read"])).await;
    let mut open = 0;
    for operation in operations().iter().filter(|operation| operation.permission.is_some()) {
        let answer = attempt(&program, operation).await;
        if operation.permission.as_deref() == Some("ticket.read") {
            assert!(!matches!(answer.status.as_u16(), 401 | 403), "{}", operation.id);
            open += 1;
        } else {
            assert_eq!(answer.status.as_u16(), 403, "{}", operation.id);
        }
    }
    assert!(open > 0, "nothing was open: the test proves nothing");
    app.finish().await;
}

#[tokio::test]
async fn scopes_are_those_of_ones_own_role() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    for wrong in [
        json!([]),
        json!(["customer.export"]),
        json!(["account.own"]),
        json!(["customer.nonsense"]),
        json!(["customer.read", "customer.read"]),
        json!(["\u{0}"]),
    ] {
        make(&emma, &wrong).await.invalid("scopes");
    }
    let body = |name: &str, days: i64| json!({ "name": name, "scopes": ["customer.read"], "days": days });
    emma.post(KEYS, &body("", 30)).await.invalid("name");
    emma.post(KEYS, &body(&"x".repeat(101), 30)).await.invalid("name");
    for days in [0, -1, 366, 2_147_483_647] {
        emma.post(KEYS, &body("Key", days)).await.invalid("days");
    }
    for _ in 0..20 {
        make(&emma, &json!(["customer.read"])).await.ok();
    }
    make(&emma, &json!(["customer.read"])).await.problem(409, "too_many_keys");
    app.finish().await;
}

#[tokio::test]
async fn a_key_ends_when_it_is_revoked_or_expires_or_its_owner_may_no_more() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let other = app.as_role(Role::Support).await;
    let reads = json!(["customer.read", "customer.create"]);
    let made = make(&emma, &reads).await.ok();
    let revoked = program(&app, made["key"].as_str().unwrap());
    let kept = with_scopes(&app, &emma, &reads).await;
    let path = format!("{KEYS}/{}", id(&made["apiKey"]));
    other.delete(&path).await.problem(404, "not_found");
    emma.delete(&path).await.no_content();
    emma.delete(&path).await.problem(404, "not_found");
    revoked.get("/api/admin/customers").await.problem(401, "invalid_key");
    kept.get("/api/admin/customers").await.ok();

    let narrow = "update staff set role = 'read_only' where id = $1";
    app.sql.execute(narrow, &[&emma.staff.unwrap()]).await.unwrap();
    kept.get("/api/admin/customers").await.ok();
    let new = json!({ "name": "Li", "email": "li@example.com" });
    kept.post("/api/admin/customers", &new).await.problem(403, "not_permitted");

    app.advance(SignedDuration::from_hours(30 * 24 - 1));
    kept.get("/api/admin/customers").await.ok();
    app.advance(SignedDuration::from_hours(1));
    kept.get("/api/admin/customers").await.problem(401, "invalid_key");
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_key_opens_nothing() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let made = make(&emma, &json!(["customer.read"])).await.ok();
    let key = made["key"].as_str().unwrap();
    for wrong in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer hub_".to_owned(),
        format!("Basic {key}"),
        format!("Bearer {}", &key[..46]),
        format!("Bearer {key}x"),
        format!("Bearer {}", key.to_lowercase()),
        format!("Bearer hub_{}", "A".repeat(100_000)),
        key.to_owned(),
    ] {
        // Beside it a session that is good: whoever sends a key is judged by the key.
        emma.clone()
            .with("authorization", &wrong)
            .get("/api/admin/customers")
            .await
            .problem(401, "invalid_key");
    }
    let cased = program(&app, key).with("authorization", &format!("bearer {key}"));
    cased.get("/api/admin/customers").await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_key_may_ask_so_often_only() {
    let app = TestApp::with(|settings| settings.access.key_requests_per_minute = 5).await;
    let emma = app.as_role(Role::Support).await;
    let one = with_scopes(&app, &emma, &json!(["customer.read"])).await;
    let other = with_scopes(&app, &emma, &json!(["customer.read"])).await;
    for _ in 0..5 {
        one.get("/api/admin/customers").await.ok();
    }
    let answer = one.get("/api/admin/customers").await;
    answer.problem(429, "too_many_requests");
    assert_eq!(answer.header("retry-after"), "13");
    other.get("/api/admin/customers").await.ok();
    app.advance(SignedDuration::from_secs(12));
    one.get("/api/admin/customers").await.ok();
    app.finish().await;
}
