//! Staff members as superadmins manage them, and the links with which people get in.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{PASSWORD, invite, person, redeem, sign_in, token},
    support::{Client, Sending, TestApp, id},
};

const STAFF: &str = "/api/admin/staff";

fn update(client: &Client, member: &Value, role: &str, disabled: bool) -> Sending {
    let body = json!({ "name": member["name"], "role": role, "disabled": disabled });
    client.put(&format!("{STAFF}/{}", id(member)), member["version"].as_i64().unwrap(), &body)
}

async fn member(client: &Client, email: &str) -> Value {
    let all = client.get(STAFF).await.ok();
    all.as_array().unwrap().iter().find(|one| one["email"] == email).cloned().unwrap()
}

#[tokio::test]
async fn the_first_superadmin_is_made_with_the_set_up_link_once() {
    let app = TestApp::new().await;
    let mut db = app.app.db.client().await.unwrap();
    let replaced = staff::set_up_link(&app.app, &mut db).await.unwrap().unwrap();
    let link = staff::set_up_link(&app.app, &mut db).await.unwrap().unwrap();
    let client = app.client();
    let ask = |token: &str| client.post("/api/auth/links/read", &json!({ "token": token }));
    ask(&token(&replaced.url)).await.problem(410, "link_used");
    assert_eq!(ask(&token(&link.url)).await.ok(), json!({ "kind": "setup" }));
    let fill = |name: Option<&str>, email: &str| {
        client.post(
            "/api/auth/links/redeem",
            &json!({ "token": token(&link.url), "name": name, "email": email, "password": PASSWORD }),
        )
    };
    fill(None, "boss@desk.example.com").await.invalid("name");
    fill(Some("Boss"), "boss").await.invalid("email");
    fill(Some("Boss"), "a\u{0}b@desk.example.com").await.invalid("email");
    fill(Some("Bo\u{202e}ss"), "boss@desk.example.com").await.invalid("name");
    let me = fill(Some("Boss"), "boss@desk.example.com").await.ok();
    assert_eq!(me["role"], "superadmin");
    fill(Some("Second"), "second@desk.example.com").await.problem(410, "link_used");
    assert!(staff::set_up_link(&app.app, &mut db).await.unwrap().is_none());
    app.finish().await;
}

#[tokio::test]
async fn somebody_invited_chooses_a_password_once_and_in_time() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let new = json!({ "name": "Omar", "email": "omar@desk.example.com", "role": "ops" });
    let invited = boss.post(STAFF, &new).await.ok();
    boss.post(STAFF, &json!({ "name": "Other", "email": "OMAR@desk.example.com", "role": "ops" }))
        .await
        .problem(409, "email_taken");
    assert_eq!(member(&boss, "omar@desk.example.com").await["invited"], true);
    let token = token(invited["link"]["url"].as_str().unwrap());
    let seen = app.client().post("/api/auth/links/read", &json!({ "token": token })).await.ok();
    assert_eq!(seen, json!({ "kind": "invitation", "name": "Omar", "email": "omar@desk.example.com" }));
    redeem(&app.client(), &token, "too short").await.invalid("password");
    app.advance(SignedDuration::from_hours(47));
    let me = redeem(&app.client(), &token, PASSWORD).await.ok();
    assert_eq!(me["role"], "ops");
    redeem(&app.client(), &token, PASSWORD).await.problem(410, "link_used");
    sign_in(&app.client(), "omar@desk.example.com", PASSWORD).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_link_expires_and_a_disabled_persons_link_is_dead() {
    let app = TestApp::new().await;
    let (_, late) = invite(&app, "late@desk.example.com", Role::Ops).await;
    app.advance(SignedDuration::from_hours(48));
    redeem(&app.client(), &token(&late.url), PASSWORD).await.problem(410, "link_used");
    let (gone, link) = invite(&app, "gone@desk.example.com", Role::Ops).await;
    app.sql.execute("update staff set disabled_at = $2 where id = $1", &[&gone, &app.now()]).await.unwrap();
    redeem(&app.client(), &token(&link.url), PASSWORD).await.problem(410, "link_used");
    for junk in ["", "x", "../../etc/passwd"] {
        redeem(&app.client(), junk, PASSWORD).await.problem(410, "link_used");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_reset_link_ends_the_sessions_and_an_older_link() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let path = format!("{STAFF}/{}/reset-link", emma.staff.unwrap());
    let offer = || async { boss.act(&path).await.ok()["url"].as_str().map(token).unwrap() };
    let (older, newer) = (offer().await, offer().await);
    emma.get("/api/auth/me").await.ok();
    redeem(&app.client(), &older, "tuesday van upstairs").await.problem(410, "link_used");
    redeem(&app.client(), &newer, "tuesday van upstairs").await.ok();
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await.problem(401, "invalid_credentials");
    app.finish().await;
}

#[tokio::test]
async fn two_who_use_one_link_at_once_do_not_both_get_in() {
    let app = TestApp::new().await;
    let (_, link) = invite(&app, "emma@desk.example.com", Role::Support).await;
    let token = token(&link.url);
    let client = app.client();
    let (one, other) = tokio::join!(
        redeem(&client, &token, PASSWORD).into_future(),
        redeem(&client, &token, "tuesday van upstairs").into_future()
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
    app.finish().await;
}

#[tokio::test]
async fn disabling_somebody_ends_their_sessions_at_once() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let row = member(&boss, "emma@desk.example.com").await;
    let disabled = update(&boss, &row, "support", true).await.ok();
    assert_eq!(disabled["disabledAt"], "2026-11-22T10:00:00Z");
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await.problem(401, "invalid_credentials");
    boss.act(&format!("{STAFF}/{}/reset-link", id(&row))).await.problem(409, "staff_disabled");
    update(&boss, &disabled, "support", false).await.ok();
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_superadmin_cannot_lock_everybody_out() {
    let app = TestApp::new().await;
    let boss = person(&app, "boss@desk.example.com", Role::Superadmin).await;
    let own = member(&boss, "boss@desk.example.com").await;
    update(&boss, &own, "ops", false).await.problem(409, "own_account");
    update(&boss, &own, "superadmin", true).await.problem(409, "own_account");
    // Somebody without a password cannot sign in, and so does not count.
    let invited = app.as_role(Role::Superadmin).await;
    update(&invited, &own, "superadmin", true).await.problem(409, "last_superadmin");
    update(&invited, &own, "support", false).await.problem(409, "last_superadmin");
    person(&app, "second@desk.example.com", Role::Superadmin).await;
    update(&invited, &own, "support", false).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn two_superadmins_who_demote_each_other_at_once_do_not_both_succeed() {
    let app = TestApp::new().await;
    let one = person(&app, "one@desk.example.com", Role::Superadmin).await;
    let two = person(&app, "two@desk.example.com", Role::Superadmin).await;
    let (first, second) =
        (member(&one, "one@desk.example.com").await, member(&one, "two@desk.example.com").await);
    let (a, b) = tokio::join!(
        update(&one, &second, "ops", false).into_future(),
        update(&two, &first, "ops", false).into_future()
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(matches!(statuses[1], 403 | 409), "{statuses:?}");
    let left = "select count(*) from staff where role = 'superadmin'";
    assert_eq!(app.sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_stale_change_of_a_member_is_refused() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    app.add_staff(Role::Support).await;
    let row = member(&boss, "support-1@staff.example.com").await;
    update(&boss, &row, "ops", false).await.ok();
    let problem = update(&boss, &row, "finance", false).await.problem(412, "changed_meanwhile");
    assert_eq!(problem["current"]["role"], "ops");
    let event = "select details from events where action = 'staff.updated'";
    let details: Value = app.sql.query_one(event, &[]).await.unwrap().get(0);
    assert_eq!(details["role"], json!({ "before": "support", "after": "ops" }));
    app.finish().await;
}

#[tokio::test]
async fn a_superadmin_sees_and_ends_anybodys_sessions() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = app.as_role(Role::Support).await;
    let path = format!("{STAFF}/{}/sessions", emma.staff.unwrap());
    assert_eq!(boss.get(&path).await.ok().as_array().unwrap().len(), 1);
    boss.delete(&path).await.no_content();
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    assert_eq!(boss.get(&path).await.ok(), json!([]));
    app.finish().await;
}
