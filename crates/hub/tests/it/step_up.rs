//! Dangerous acts ask again who one is: exactly those that the document marks, for nobody's session that is older than that.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::{
    access::attempt,
    auth::{PASSWORD, person, sign_in},
    second_factor::enrol,
    support::{Client, Operation, Sending, TestApp, acts, id, id_of},
};

const LATER: SignedDuration = SignedDuration::from_secs(10 * 60 + 1);

fn prove(client: &Client, body: &Value) -> Sending {
    client.post("/api/auth/proof", body)
}

/// Which operations asked a session that showed who it is more than ten minutes ago.
async fn asked(app: &TestApp, operations: &[Operation]) -> Vec<String> {
    let staff = app.add_staff(Role::Superadmin).await;
    let mut asked = Vec::new();
    for operation in operations.iter().filter(|operation| operation.permission.is_some()) {
        // Anew each time, because some operations end it.
        let client = app.signed_in(staff).await;
        let old = "update sessions set proved_at = proved_at - interval '601 seconds' where id = $1";
        app.sql.execute(old, &[&client.session.unwrap()]).await.unwrap();
        let answer = attempt(&client, operation).await;
        if answer.status.as_u16() == 403 && answer.json()["code"] == "step_up_required" {
            asked.push(operation.id.clone());
        }
    }
    asked.sort_unstable();
    asked
}

#[tokio::test]
async fn exactly_what_the_document_marks_asks_again() {
    let app = TestApp::new().await;
    let mut marked: Vec<String> = acts()
        .iter()
        .filter(|operation| operation.always_asks_again())
        .map(|operation| operation.id.clone())
        .collect();
    marked.sort_unstable();
    for dangerous in [
        "exportCustomers",
        "exportEvents",
        "actForCustomer:export_data",
        "actOnDataRequest:deliver",
        "approveErasure",
        "updateLimits",
        "updateStaffMember",
        "inviteStaffMember",
        "offerPasswordReset",
        "resetFactors",
        "beginTotp",
        "removeTotp",
        "makeRecoveryCodes",
        "createApiKey",
        "beginPasskey",
        "removePasskey",
    ] {
        assert!(marked.iter().any(|id| id == dangerous), "{dangerous} is not marked");
    }
    assert_eq!(asked(&app, &acts()).await, marked);
    app.run_jobs().await;
    app.leave_jobs();
    app.finish().await;
}

#[tokio::test]
async fn a_proof_opens_for_ten_minutes() {
    let app = TestApp::new().await;
    let boss = person(&app, "boss@desk.example.com", Role::Superadmin).await;
    let export = || boss.post("/api/admin/customers/export", &json!({}));
    export().await.has_status(200);
    app.advance(LATER);
    let problem = export().await.problem(403, "step_up_required");
    assert!(problem["detail"].as_str().unwrap().contains("who you are"));
    boss.get("/api/admin/customers").await.ok();
    prove(&boss, &json!({ "password": "not the password" })).await.invalid("password");
    prove(&boss, &json!({ "code": "123456" })).await.invalid("code");
    prove(&boss, &json!({ "password": PASSWORD, "code": "123456" })).await.invalid("code");
    prove(&boss, &json!({})).await.invalid("code");
    export().await.problem(403, "step_up_required");
    prove(&boss, &json!({ "password": PASSWORD })).await.no_content();
    export().await.has_status(200);
    app.advance(SignedDuration::from_mins(10));
    export().await.has_status(200);
    app.advance(SignedDuration::from_secs(1));
    export().await.problem(403, "step_up_required");
    app.finish().await;
}

#[tokio::test]
async fn a_code_proves_once_and_one_session_only() {
    let app = TestApp::new().await;
    let boss = person(&app, "boss@desk.example.com", Role::Superadmin).await;
    let (boss, authenticator, codes) = enrol(&app, &boss).await;
    app.advance(LATER);
    let code = authenticator.code(app.now());
    prove(&boss, &json!({ "code": code })).await.no_content();
    prove(&boss, &json!({ "code": code })).await.invalid("code");
    prove(&boss, &json!({ "code": codes[0] })).await.no_content();
    let waiting = app.client().after(&sign_in(&app.client(), "boss@desk.example.com", PASSWORD).await);
    let answer = waiting.post("/api/auth/sign-in/code", &json!({ "code": codes[1] })).await;
    let other = app.client().after(&answer);
    app.advance(LATER);
    prove(&boss, &json!({ "password": PASSWORD })).await.no_content();
    boss.post("/api/admin/customers/export", &json!({})).await.has_status(200);
    other.post("/api/admin/customers/export", &json!({})).await.problem(403, "step_up_required");
    app.finish().await;
}

#[tokio::test]
async fn guessing_at_a_proof_is_slowed_like_a_sign_in() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    for _ in 0..5 {
        prove(&emma, &json!({ "password": "guess number nine" })).await.invalid("password");
    }
    prove(&emma, &json!({ "password": PASSWORD })).await.problem(429, "too_many_attempts");
    app.finish().await;
}

#[tokio::test]
async fn big_refunds_and_credit_ask_again_and_the_same_key_is_good_afterwards() {
    let app = TestApp::with(|settings| settings.access.proof_from = kernel::Pence(50_000)).await;
    let boss = person(&app, "boss@desk.example.com", Role::Superadmin).await;
    let customer = boss.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).paid(200_000).insert().await.to_string();
    let act = |key: &str, act: Value| {
        boss.post(&format!("/api/admin/customers/{}/actions", id(&customer)), &act)
            .header("idempotency-key", key)
    };
    let refund = |amount: i64| json!({ "action": "issue_refund", "bookingId": booking, "amount": amount, "reason": "late" });
    let credit = |amount: i64| json!({ "action": "issue_credit", "amount": amount, "reason": "goodwill" });
    app.advance(LATER);
    act("small refund", refund(49_999)).await.ok();
    act("small credit", credit(49_999)).await.ok();
    act("refund", refund(50_000)).await.problem(403, "step_up_required");
    act("credit", credit(50_000)).await.problem(403, "step_up_required");
    prove(&boss, &json!({ "password": PASSWORD })).await.no_content();
    let first = act("refund", refund(50_000)).await.ok();
    let again = act("refund", refund(50_000)).await.changed_nothing();
    assert_eq!(first["refund"]["id"], again["refund"]["id"]);
    act("credit", credit(50_000)).await.ok();
    app.run_jobs().await;
    app.finish().await;
}
