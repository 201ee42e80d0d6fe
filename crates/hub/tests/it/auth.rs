//! Signing in and out, one's own account, and what an answer always carries.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::{Link, NewStaffMember, Role};

use crate::support::{Answer, Client, Sending, TestApp};

pub const PASSWORD: &str = "correct horse battery";

pub fn sign_in(client: &Client, email: &str, password: &str) -> Sending {
    client.post("/api/auth/sign-in", &json!({ "email": email, "password": password }))
}

/// The secret of a one-time link.
pub fn token(url: &str) -> String {
    url.split("#token=").nth(1).unwrap().to_owned()
}

pub fn redeem(client: &Client, token: &str, password: &str) -> Sending {
    client.post("/api/auth/links/redeem", &json!({ "token": token, "password": password }))
}

pub async fn invite(app: &TestApp, email: &str, role: Role) -> (kernel::StaffId, Link) {
    let mut db = app.app.db.client().await.unwrap();
    let new = NewStaffMember { name: "Emma Davis".into(), email: email.into(), role };
    staff::add_staff_member(&app.app, &mut db, &platform::Actor::system(), &new).await.unwrap()
}

/// Somebody who has chosen the password.
pub async fn person(app: &TestApp, email: &str, role: Role) -> Client {
    let (id, link) = invite(app, email, role).await;
    let answer = redeem(&app.client(), &token(&link.url), PASSWORD).await;
    answer.ok();
    let mut client = app.client().after(&answer);
    client.staff = Some(id);
    client
}

fn is_signed_in(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        200 => true,
        401 => false,
        other => panic!("{other}"),
    }
}

async fn lives(client: &Client) -> bool {
    is_signed_in(&client.get("/api/auth/me").await)
}

#[tokio::test]
async fn signing_in_opens_a_session_and_signing_out_ends_it() {
    let app = TestApp::new().await;
    person(&app, "emma@desk.example.com", Role::Support).await;
    let answer = sign_in(&app.client(), " Emma@Desk.example.com ", PASSWORD).await;
    let me = answer.ok();
    assert_eq!((&me["email"], &me["role"]), (&json!("emma@desk.example.com"), &json!("support")));
    assert!(me["permissions"].as_array().unwrap().contains(&json!("customer.update")));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("hub_session="), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"), "{cookie}");
    let client = app.client().after(&answer);
    assert_eq!(client.get("/api/auth/me").await.ok()["name"], "Emma Davis");
    let out = client.act("/api/auth/sign-out").await;
    out.no_content();
    assert!(
        out.header("set-cookie").starts_with("hub_session=;")
            && out.header("set-cookie").contains("Max-Age=0")
    );
    assert!(!lives(&client).await);
    app.finish().await;
}

#[tokio::test]
async fn over_https_the_cookie_is_tied_to_the_host() {
    let app = TestApp::with(|settings| settings.public_url = "https://desk.example.com".into()).await;
    let (_, link) = invite(&app, "emma@desk.example.com", Role::Support).await;
    assert!(link.url.starts_with("https://desk.example.com/welcome#token="));
    let answer = redeem(&app.client(), &token(&link.url), PASSWORD).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("__Host-hub_session=") && cookie.contains("Secure") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    let client = app.client().after(&answer);
    assert!(lives(&client).await);
    let plain = app.client().with("cookie", cookie.split(';').next().unwrap().trim_start_matches("__Host-"));
    assert!(!lives(&plain).await);
    app.finish().await;
}

#[tokio::test]
async fn whoever_is_mistaken_gets_the_same_answer() {
    let app = TestApp::new().await;
    person(&app, "emma@desk.example.com", Role::Support).await;
    let disabled = person(&app, "gone@desk.example.com", Role::Support).await;
    app.sql
        .execute("update staff set disabled_at = $2 where id = $1", &[&disabled.staff.unwrap(), &app.now()])
        .await
        .unwrap();
    invite(&app, "invited@desk.example.com", Role::Support).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("emma@desk.example.com", "wrong horse battery"),
        ("nobody@desk.example.com", PASSWORD),
        ("gone@desk.example.com", PASSWORD),
        ("invited@desk.example.com", ""),
        ("", ""),
    ] {
        let answer = sign_in(&app.client(), email, password).await;
        let mut problem = answer.problem(401, "invalid_credentials");
        problem["requestId"] = Value::Null;
        assert!(answer.headers.get("set-cookie").is_none());
        answers.push(problem);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    let refused = "select count(*) from events where action = 'staff.sign_in_refused' and staff_id is null and kind = 'sign_in'";
    assert_eq!(app.sql.query_one(refused, &[]).await.unwrap().get::<_, i64>(0), 5);
    app.finish().await;
}

#[tokio::test]
async fn guessing_is_slowed_for_the_guesser_only() {
    let app = TestApp::new().await;
    person(&app, "emma@desk.example.com", Role::Support).await;
    let guess = |from: &str| sign_in(&app.client().at_ip(from), "Emma@desk.example.com", "guess number nine");
    for _ in 0..5 {
        guess("198.51.100.7").await.problem(401, "invalid_credentials");
    }
    let answer = guess("198.51.100.7").await;
    answer.problem(429, "too_many_attempts");
    assert_eq!(answer.header("retry-after"), "31");
    let right = |from: &str| sign_in(&app.client().at_ip(from), "emma@desk.example.com", PASSWORD);
    right("198.51.100.7").await.problem(429, "too_many_attempts");
    right("203.0.113.5").await.ok();
    app.advance(SignedDuration::from_secs(29));
    right("198.51.100.7").await.problem(429, "too_many_attempts");
    app.advance(SignedDuration::from_secs(2));
    right("198.51.100.7").await.ok();
    guess("198.51.100.7").await.problem(401, "invalid_credentials");
    app.finish().await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_or_old() {
    let app = TestApp::new().await;
    let staff = app.add_staff(Role::Support).await;
    let idle = app.signed_in(staff).await;
    let used = app.signed_in(staff).await;
    app.advance(SignedDuration::from_mins(479));
    assert!(lives(&used).await);
    app.advance(SignedDuration::from_mins(1));
    assert!(!lives(&idle).await);
    assert!(lives(&used).await);
    // Used every hour, until a day after signing in.
    for _ in 0..15 {
        app.advance(SignedDuration::from_hours(1));
        assert!(lives(&used).await, "{}", app.now());
    }
    app.advance(SignedDuration::from_hours(1));
    assert!(!lives(&used).await);
    app.finish().await;
}

#[tokio::test]
async fn being_seen_is_written_down_once_a_minute_at_most() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let seen = || async {
        let row = app
            .sql
            .query_one("select last_seen_at from sessions where id = $1", &[&client.session.unwrap()])
            .await
            .unwrap();
        row.get::<_, jiff::Timestamp>(0).to_string()
    };
    app.advance(SignedDuration::from_secs(60));
    lives(&client).await;
    assert_eq!(seen().await, "2026-11-22T10:00:00Z");
    app.advance(SignedDuration::from_secs(1));
    lives(&client).await;
    assert_eq!(seen().await, "2026-11-22T10:01:01Z");
    app.finish().await;
}

#[tokio::test]
async fn one_sees_ones_sessions_and_ends_them_one_by_one_or_all() {
    let app = TestApp::new().await;
    let staff = app.add_staff(Role::Support).await;
    let (here, there, third) =
        (app.signed_in(staff).await, app.signed_in(staff).await, app.signed_in(staff).await);
    let stranger = app.as_role(Role::Support).await;
    let sessions = here.get("/api/auth/sessions").await.ok();
    assert_eq!(sessions.as_array().unwrap().len(), 3);
    let current: Vec<&Value> =
        sessions.as_array().unwrap().iter().filter(|one| one["current"] == true).collect();
    assert_eq!(current.len(), 1);
    assert_eq!(current[0]["id"], json!(here.session.unwrap()));
    let one = format!("/api/auth/sessions/{}", there.session.unwrap());
    stranger.delete(&one).await.problem(404, "not_found");
    here.delete(&one).await.no_content();
    here.delete(&one).await.problem(404, "not_found");
    assert_eq!((lives(&here).await, lives(&there).await, lives(&third).await), (true, false, true));
    here.act("/api/auth/sign-out-everywhere").await.no_content();
    assert_eq!((lives(&here).await, lives(&third).await, lives(&stranger).await), (false, false, true));
    app.finish().await;
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let app = TestApp::new().await;
    let here = person(&app, "emma@desk.example.com", Role::Finance).await;
    let there = app.signed_in(here.staff.unwrap()).await;
    let change = |current: &str, next: &str| {
        here.request(axum::http::Method::PUT, "/api/auth/password")
            .json(&json!({ "current": current, "next": next }))
    };
    change("wrong", "tuesday van upstairs").await.invalid("current");
    change(PASSWORD, "short").await.invalid("next");
    change(PASSWORD, "emma@desk.example.com").await.invalid("next");
    change(PASSWORD, "password123456").await.invalid("next");
    assert!(lives(&there).await);
    let answer = change(PASSWORD, "tuesday van upstairs").await;
    answer.ok();
    assert!(!lives(&there).await && !lives(&here).await, "the token is a new one here too");
    assert!(lives(&app.client().after(&answer)).await);
    sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await.problem(401, "invalid_credentials");
    sign_in(&app.client(), "emma@desk.example.com", "tuesday van upstairs").await.ok();
    app.finish().await;
}

#[tokio::test]
async fn only_hashes_are_stored() {
    let app = TestApp::new().await;
    let client = person(&app, "emma@desk.example.com", Role::Support).await;
    let cookie = format!("{:?}", client.get("/api/auth/me").await.headers);
    assert!(!cookie.contains("hub_session"));
    let row = app.sql.query_one("select password_hash from staff", &[]).await.unwrap();
    assert!(row.get::<_, String>(0).starts_with("$argon2id$v=19$m=65536,t=3,p=1$"));
    for table in ["staff", "sessions", "sign_in_links", "events", "event_values"] {
        for row in app.sql.query(&format!("select to_jsonb(t)::text from {table} t"), &[]).await.unwrap() {
            assert!(!row.get::<_, String>(0).contains(PASSWORD), "{table}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn the_demo_offers_its_sign_ins_and_nothing_else_does() {
    let app = TestApp::with(|settings| settings.demo = true).await;
    let mut db = app.app.db.client().await.unwrap();
    for _ in 0..2 {
        staff::seed_demo(&app.app, &staff::Gate::default(), &mut db).await.unwrap();
    }
    let welcome = app.client().get("/api/auth/welcome").await.ok();
    assert_eq!((&welcome["demo"], &welcome["setupNeeded"]), (&json!(true), &json!(false)));
    let accounts = welcome["demoAccounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 6);
    let account = &accounts[5];
    sign_in(&app.client(), account["email"].as_str().unwrap(), account["password"].as_str().unwrap())
        .await
        .ok();
    app.finish().await;

    let app = TestApp::new().await;
    let welcome = app.client().get("/api/auth/welcome").await.ok();
    assert_eq!(
        welcome,
        json!({ "demo": false, "demoAccounts": [], "resetByMail": false, "setupNeeded": true })
    );
    app.finish().await;
}

#[tokio::test]
async fn when_the_database_is_gone_the_answer_says_so_with_every_header() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    app.check_house().await;
    app.app.db.pool().close();
    let answer = client.get("/api/admin/customers").may_fail().await;
    answer.problem(503, "database_unavailable");
    assert_eq!(answer.header("retry-after"), "2");
    client.get("/healthz").await.has_status(200);
    client.get("/readyz").may_fail().await.has_status(503);
    app.finish().await;
}
