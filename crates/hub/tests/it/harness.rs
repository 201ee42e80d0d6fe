//! The checks that run when a test ends must themselves notice what is wrong.

use std::panic::AssertUnwindSafe;

use axum::http::Method;
use futures_util::FutureExt;
use staff::Role;

use crate::support::{Leaves, TestApp};

pub async fn is_content(app: &TestApp) -> bool {
    AssertUnwindSafe(app.check_house()).catch_unwind().await.is_ok()
}

#[tokio::test]
async fn a_write_or_a_read_that_leaves_no_event_is_noticed() {
    for (leaves, method, path) in [
        (Leaves::Change, Method::PUT, "/api/admin/customers/1"),
        (Leaves::Change, Method::POST, "/api/auth/sign-out"),
        (Leaves::Access, Method::GET, "/api/admin/customers?page=2"),
        (Leaves::Access, Method::POST, "/api/admin/customers/export"),
        (Leaves::Nothing, Method::GET, "/api/auth/me"),
        (Leaves::Nothing, Method::GET, "/healthz"),
    ] {
        let app = TestApp::new().await;
        assert_eq!(Leaves::expected(&method, path), leaves, "{method} {path}");
        app.pretend("a request without an event", leaves);
        assert_eq!(is_content(&app).await, leaves == Leaves::Nothing, "{leaves:?}");
        app.abandon();
    }
}

#[tokio::test]
async fn an_event_of_a_request_that_claims_to_have_changed_nothing_is_noticed() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let body = serde_json::json!({ "name": "Emma", "email": "emma@example.com" });
    client.post("/api/admin/customers", &body).await.changed_nothing();
    assert!(!is_content(&app).await);
    app.abandon();
}

#[tokio::test]
async fn wrong_statistics_are_noticed() {
    let app = TestApp::new().await;
    app.as_role(Role::Support).await.create_customer("Emma", "emma@example.com").await;
    assert!(is_content(&app).await);
    app.sql.batch_execute("update customer_stats set addresses = 7").await.unwrap();
    assert!(!is_content(&app).await);
    app.abandon();
}
