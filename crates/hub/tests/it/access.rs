//! Every operation of the OpenAPI document, tried by everybody: nobody, every role, and other people's pages.

use axum::http::StatusCode;
use jiff::SignedDuration;
use staff::{Role, permissions::TABLE};

use crate::support::{Client, Operation, Place, Sending, TestApp, acts, operations};

/// What may be asked without a session. A message of Stripe's is proved by its signature instead.
const PUBLIC: [&str; 9] = [
    "readWelcome",
    "signIn",
    "completeSignIn",
    "askPasskey",
    "signInWithPasskey",
    "readLink",
    "redeemLink",
    "askPasswordReset",
    "receiveStripeMessage",
];
/// Names nothing that exists.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

type Table = Vec<(&'static str, Vec<Role>)>;

fn table() -> Table {
    TABLE.iter().map(|row| (row.name, row.roles.to_vec())).collect()
}

/// The operation with ids that lead nowhere and a body that the document allows.
/// Asks for it with what the document allows.
pub fn attempt(client: &Client, operation: &Operation) -> Sending {
    let request = client.request(operation.method.clone(), &operation.path_with(|_| NOBODY.to_owned()));
    let request = operation.parameters_in(Place::Header).fold(request, |request, header| {
        request.header(&header.name, if header.name == "if-match" { "\"1\"" } else { &operation.id })
    });
    match operation.example_body() {
        Some(body) => request.json(&body),
        None => request,
    }
}

/// Status and code of the answer.
async fn outcome(client: &Client, operation: &Operation) -> (u16, String) {
    let answer = attempt(client, operation).await;
    let code = match answer.status {
        status if status.is_client_error() => answer.json()["code"].as_str().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    (answer.status.as_u16(), code)
}

fn is_refused((status, code): &(u16, String)) -> bool {
    *status == 403 || (*status == 401 && code == "signed_out")
}

/// Where a role's answer differs from what the table says of the operation's permission.
async fn faults(app: &TestApp, operations: &[Operation], table: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    for role in Role::ALL {
        let staff = app.add_staff(role).await;
        for operation in operations {
            // Anew each time, because some operations end it.
            let client = app.signed_in(staff).await;
            let got = outcome(&client, operation).await;
            let has = |name: &str| table.iter().any(|(row, roles)| *row == name && roles.contains(&role));
            let allowed = match &operation.permission {
                None => PUBLIC.contains(&operation.id.as_str()),
                Some(_) => operation.permissions().all(has),
            };
            let right = if allowed { !is_refused(&got) } else { got == (403, "not_permitted".to_owned()) };
            if !right {
                let expected = if allowed { "should be allowed" } else { "should be refused" };
                faults.push(format!("{} as {}: {expected}, was {got:?}", operation.id, role.name()));
            }
        }
    }
    faults
}

#[tokio::test]
async fn every_role_may_do_exactly_what_the_table_says() {
    let app = TestApp::new().await;
    let found = faults(&app, &acts(), &table()).await;
    assert!(found.is_empty(), "{found:#?}");
    app.run_jobs().await;
    app.finish().await;
}

#[tokio::test]
async fn a_wrong_table_and_a_wrong_declaration_are_noticed() {
    let app = TestApp::new().await;
    let mut operations = operations();
    operations.retain(|operation| ["exportCustomers", "archiveCustomer"].contains(&operation.id.as_str()));
    let mut table = table();
    table
        .iter_mut()
        .filter(|(name, _)| *name == "customer.export")
        .for_each(|(_, roles)| roles.push(Role::ReadOnly));
    for operation in &mut operations {
        if operation.id == "archiveCustomer" {
            operation.permission = Some("customer.update".to_owned());
        }
    }
    let found = faults(&app, &operations, &table).await;
    let starts: Vec<&str> = found.iter().filter_map(|fault| fault.split(':').next()).collect();
    assert_eq!(starts, ["archiveCustomer as support", "exportCustomers as read_only"], "{found:#?}");
    app.finish().await;
}

#[tokio::test]
async fn only_a_short_list_of_operations_is_public() {
    let open: Vec<String> = operations()
        .into_iter()
        .filter(|operation| operation.permission.is_none())
        .map(|operation| operation.id)
        .collect();
    let mut expected = PUBLIC.to_vec();
    expected.sort_unstable();
    let mut found: Vec<&str> = open.iter().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(
        found, expected,
        "an operation without x-permission must be in PUBLIC, with a reason in its review"
    );
}

#[tokio::test]
async fn without_a_living_session_nothing_opens() {
    let app = TestApp::new().await;
    let end = async |change: &str, staff_too: bool| {
        let client = app.as_role(Role::Superadmin).await;
        let id = if staff_too { client.staff.unwrap().0 } else { client.session.unwrap().0 };
        app.sql.execute(change, &[&id, &(app.now() - SignedDuration::from_secs(1))]).await.unwrap();
        client
    };
    let cookie = format!("{}={}", staff::SESSION_COOKIE, platform::random::token());
    let callers = [
        ("no session", app.client()),
        ("a made-up session", app.client().with("cookie", &cookie)),
        ("a session under another name", app.client().with("cookie", &format!("__Host-{cookie}"))),
        ("a session that is too old", end("update sessions set expires_at = $2 where id = $1", false).await),
        (
            "a session that was signed out",
            end("update sessions set ended_at = $2 where id = $1", false).await,
        ),
        (
            "an idle session",
            end(
                "update sessions set last_seen_at = $2::timestamptz - interval '8 hours' where id = $1",
                false,
            )
            .await,
        ),
        ("a disabled person", end("update staff set disabled_at = $2 where id = $1", true).await),
    ];
    for operation in operations() {
        for (who, client) in &callers {
            let got = outcome(client, &operation).await;
            let right = match operation.permission {
                Some(_) => got == (401, "signed_out".to_owned()),
                None => !is_refused(&got),
            };
            assert!(right, "{} with {who}: {got:?}", operation.id);
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn other_sites_cannot_write() {
    let app = TestApp::new().await;
    let staff = app.add_staff(Role::Superadmin).await;
    let ours = app.app.settings.public_url.clone();
    let client = app.signed_in(staff).await;
    let bare = || client.clone().without("sec-fetch-site");
    let strangers = [
        ("another site", client.clone().with("sec-fetch-site", "cross-site")),
        ("a sister site", client.clone().with("sec-fetch-site", "same-site")),
        (
            "another site that claims our origin",
            client.clone().with("sec-fetch-site", "cross-site").with("origin", &ours),
        ),
        ("an older browser on another site", bare().with("origin", "https://evil.example.com")),
        ("an older browser on our host over https", bare().with("origin", &ours.replace("http:", "https:"))),
        ("a sandboxed page", bare().with("origin", "null")),
        ("a cookie with neither header", bare()),
    ];
    for operation in
        operations().iter().filter(|operation| operation.is_write() || operation.id == "openLive")
    {
        for (who, stranger) in &strangers {
            let got = outcome(stranger, operation).await;
            assert_eq!(got, (403, "cross_site".to_owned()), "{} from {who}", operation.id);
        }
    }
    let create = |client: &Client, email: &str| {
        client.post("/api/admin/customers", &serde_json::json!({ "name": "Ng", "email": email }))
    };
    create(&bare().with("origin", &ours), "older@example.com").await.has_status(201);
    create(&client.clone().with("sec-fetch-site", "none"), "typed@example.com").await.has_status(201);
    app.finish().await;
}

#[tokio::test]
async fn a_read_from_another_site_is_answered_since_its_page_cannot_see_it() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::ReadOnly).await.with("sec-fetch-site", "cross-site");
    let answer = client.get("/api/admin/customers").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    app.finish().await;
}

#[tokio::test]
async fn a_right_that_is_taken_away_is_gone_with_the_next_request() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    client.create_customer("Ng", "ng@example.com").await;
    let staff = client.staff.unwrap();
    app.sql.execute("update staff set role = 'read_only' where id = $1", &[&staff]).await.unwrap();
    let body = serde_json::json!({ "name": "Li", "email": "li@example.com" });
    let problem = client.post("/api/admin/customers", &body).await.problem(403, "not_permitted");
    assert_eq!(problem["detail"], "Your role (Read only) may not create customers.");
    assert_eq!(problem["permission"], "customer.create");
    app.finish().await;
}
