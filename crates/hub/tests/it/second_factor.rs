//! The second factor: adding it, signing in with it, losing it, and what a session may do that waits for one.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{PASSWORD, invite, person, redeem, sign_in, token},
    support::{Answer, Authenticator, Client, Sending, TestApp, id, operations},
};

const STEP: SignedDuration = SignedDuration::from_secs(30);

pub fn complete(client: &Client, code: &str) -> Sending {
    client.post("/api/auth/sign-in/code", &json!({ "code": code }))
}

/// Adds an authenticator app; the session goes on under a new token, and there are ten recovery codes.
pub async fn enrol(app: &TestApp, client: &Client) -> (Client, Authenticator, Vec<String>) {
    let begun = client.act("/api/auth/totp/begin").await.ok();
    let authenticator = Authenticator::new(begun["secret"].as_str().unwrap());
    let body = json!({ "enrolment": begun["enrolment"], "code": authenticator.code(app.now()) });
    let answer = client.post("/api/auth/totp", &body).await;
    let codes: Vec<String> = serde_json::from_value(answer.ok()["recoveryCodes"].clone()).unwrap();
    let mut client = client.after(&answer);
    client.session = None;
    (client, authenticator, codes)
}

/// The password was right and the second factor is asked for.
async fn pending(app: &TestApp, email: &str) -> Client {
    let answer = sign_in(&app.client(), email, PASSWORD).await;
    answer.has_status(202);
    assert_eq!(answer.json()["methods"], json!(["totp", "recovery_code"]));
    app.client().after(&answer)
}

fn is_out(answer: &Answer) -> bool {
    answer.status.as_u16() == 401
}

#[tokio::test]
async fn an_app_is_added_and_from_then_on_asked_for() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let elsewhere = app.signed_in(emma.staff.unwrap()).await;
    let begun = emma.act("/api/auth/totp/begin").await.ok();
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/Customers%20Hub:emma%40desk"));
    assert!(begun["qrSvg"].as_str().unwrap().starts_with("<svg "));
    let confirm = |enrolment: &Value, code: &str| {
        emma.post("/api/auth/totp", &json!({ "enrolment": enrolment, "code": code }))
    };
    let authenticator = Authenticator::new(begun["secret"].as_str().unwrap());
    for wrong in ["", "12345", "١٢٣٤٥٦", "abcdefg", &authenticator.code(app.now() + STEP + STEP)] {
        confirm(&begun["enrolment"], wrong).await.invalid("code");
    }
    for wrong in [json!(""), json!("AAAA"), json!("x".repeat(9_000)), json!("é")] {
        confirm(&wrong, &authenticator.code(app.now())).await.invalid("enrolment");
    }
    // Begun in one session, good in that one only.
    let body = json!({ "enrolment": begun["enrolment"], "code": authenticator.code(app.now()) });
    elsewhere.post("/api/auth/totp", &body).await.invalid("enrolment");
    assert_eq!(emma.get("/api/auth/factors").await.ok()["totpAddedAt"], Value::Null);

    let (emma, authenticator, codes) = enrol(&app, &emma).await;
    assert_eq!(codes.len(), 10);
    assert!(is_out(&elsewhere.get("/api/auth/me").await), "the other session goes on");
    let factors = emma.get("/api/auth/factors").await.ok();
    assert_eq!((&factors["recoveryCodesLeft"], &factors["required"]), (&json!(10), &json!(false)));

    let waiting = pending(&app, "emma@desk.example.com").await;
    app.advance(STEP);
    let answer = complete(&waiting, &authenticator.code(app.now())).await;
    assert_eq!(answer.ok()["email"], "emma@desk.example.com");
    let inside = app.client().after(&answer);
    inside.get("/api/admin/customers").await.ok();
    assert!(is_out(&waiting.get("/api/auth/me").await), "the token of the first step is good no more");
    let listed = inside.get("/api/auth/sessions").await.ok();
    assert_eq!((&listed[0]["firstFactor"], &listed[0]["secondFactor"]), (&json!("password"), &json!("totp")));
    app.finish().await;
}

#[tokio::test]
async fn an_enrolment_is_good_for_a_quarter_of_an_hour() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let begun = emma.act("/api/auth/totp/begin").await.ok();
    let authenticator = Authenticator::new(begun["secret"].as_str().unwrap());
    app.advance(SignedDuration::from_mins(15));
    let body = json!({ "enrolment": begun["enrolment"], "code": authenticator.code(app.now()) });
    emma.post("/api/auth/totp", &body).await.invalid("enrolment");
    emma.act("/api/auth/totp/begin").await.problem(403, "step_up_required");
    app.finish().await;
}

#[tokio::test]
async fn a_session_that_waits_for_its_second_factor_may_do_nothing_else() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Superadmin).await;
    let (inside, authenticator, _) = enrol(&app, &emma).await;
    let waiting = pending(&app, "emma@desk.example.com").await;
    let mut tried = 0;
    for operation in operations().iter().filter(|operation| operation.permission.is_some()) {
        let path = operation.path_with(|_| uuid::Uuid::nil().to_string());
        let request = waiting.request(operation.method.clone(), &path).header("if-match", "\"1\"");
        let request = match operation.example_body() {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.await;
        assert_eq!(answer.status.as_u16(), 401, "{} was open", operation.id);
        assert_eq!(answer.json()["code"], "second_factor_needed", "{}", operation.id);
        tried += 1;
    }
    assert!(tried > 50, "only {tried} operations were tried");
    // A negative control: the whole session is not refused so.
    inside.get("/api/auth/me").await.ok();
    // Nor does waiting keep a session of ten minutes alive.
    app.advance(SignedDuration::from_mins(10));
    complete(&waiting, &authenticator.code(app.now())).await.problem(401, "sign_in_expired");
    complete(&app.client(), "123456").await.problem(401, "sign_in_expired");
    complete(&inside, &authenticator.code(app.now())).await.problem(401, "sign_in_expired");
    app.finish().await;
}

#[tokio::test]
async fn a_code_is_taken_once_even_by_two_at_once() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let (_, authenticator, _) = enrol(&app, &emma).await;
    let one = pending(&app, "emma@desk.example.com").await;
    let two = pending(&app, "emma@desk.example.com").await;
    let used = authenticator.code(app.now());
    complete(&one, &used).await.problem(401, "invalid_credentials");
    app.advance(STEP);
    let code = authenticator.code(app.now());
    let (a, b) = tokio::join!(complete(&one, &code).into_future(), complete(&two, &code).into_future());
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    // The database itself refuses what would go back.
    let back = "update totp_factors set last_step = last_step - 1";
    let refusal = app.sql.execute(back, &[]).await.unwrap_err();
    assert!(refusal.as_db_error().unwrap().message().contains("a code is taken once"), "{refusal}");
    app.finish().await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_code_the_answer_is_the_same_and_five_end_the_sign_in() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let (_, authenticator, codes) = enrol(&app, &emma).await;
    complete(&pending(&app, "emma@desk.example.com").await, &codes[0]).await.ok();
    let waiting = pending(&app, "emma@desk.example.com").await;
    let used = authenticator.code(app.now());
    let late = authenticator.code(app.now() - STEP - STEP);
    let mut answers = Vec::new();
    for wrong in [used.as_str(), &late, &codes[0], "aaaa-aaaa-aaaa-aaaa", ""] {
        let mut problem = complete(&waiting, wrong).await.problem(401, "invalid_credentials");
        problem["requestId"] = Value::Null;
        answers.push(problem);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    app.advance(SignedDuration::from_mins(3));
    complete(&waiting, &authenticator.code(app.now())).await.problem(401, "sign_in_expired");
    let refused = "select count(*) from events where action = 'staff.code_refused' and actor_kind = 'nobody'";
    assert_eq!(app.sql.query_one(refused, &[]).await.unwrap().get::<_, i64>(0), 5);
    app.finish().await;
}

#[tokio::test]
async fn guessing_codes_is_slowed_from_everywhere_but_recovery_codes_stay_open() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let (_, _, codes) = enrol(&app, &emma).await;
    let at = |client: &Client, host: usize| client.clone().at_ip(&format!("203.0.113.{host}"));
    let mut refused = 0;
    for host in 1..=6 {
        let waiting = pending(&app, "emma@desk.example.com").await;
        for _ in 0..5 {
            match complete(&at(&waiting, host), "000000").await.status.as_u16() {
                401 => {}
                429 => refused += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(refused, 10, "twenty guesses, then one a minute");
    let owner = at(&pending(&app, "emma@desk.example.com").await, 200);
    complete(&owner, "000000").await.problem(429, "too_many_attempts");
    complete(&owner, &codes[3].to_uppercase().replace('-', " ")).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_recovery_code_works_once_and_new_ones_replace_the_old() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    emma.act("/api/auth/recovery-codes").await.problem(409, "no_second_factor");
    let (emma, _, codes) = enrol(&app, &emma).await;
    let answer = complete(&pending(&app, "emma@desk.example.com").await, &codes[0]).await;
    answer.ok();
    assert_eq!(emma.get("/api/auth/factors").await.ok()["recoveryCodesLeft"], 9);
    let waiting = pending(&app, "emma@desk.example.com").await;
    complete(&waiting, &codes[0]).await.problem(401, "invalid_credentials");
    let new: Vec<String> =
        serde_json::from_value(emma.act("/api/auth/recovery-codes").await.ok()["recoveryCodes"].clone())
            .unwrap();
    assert_eq!(emma.get("/api/auth/factors").await.ok()["recoveryCodesLeft"], 10);
    complete(&waiting, &codes[1]).await.problem(401, "invalid_credentials");
    complete(&waiting, &new[1]).await.ok();
    for table in ["recovery_codes", "events", "event_values"] {
        for row in app.sql.query(&format!("select t::text from {table} t"), &[]).await.unwrap() {
            let text: String = row.get(0);
            assert!(!codes.iter().chain(&new).any(|code| text.contains(code)), "{table} holds a code");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn somebody_elses_codes_open_nothing() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let omar = person(&app, "omar@desk.example.com", Role::Support).await;
    enrol(&app, &emma).await;
    let (_, authenticator, codes) = enrol(&app, &omar).await;
    app.advance(STEP);
    let waiting = pending(&app, "emma@desk.example.com").await;
    complete(&waiting, &authenticator.code(app.now())).await.problem(401, "invalid_credentials");
    complete(&waiting, &codes[0]).await.problem(401, "invalid_credentials");
    // Nor does his secret, moved into her row.
    let theft = "update totp_factors set last_step = last_step + 1,
        secret = (select secret from totp_factors where staff_id = $2) where staff_id = $1";
    app.sql.execute(theft, &[&emma.staff.unwrap(), &omar.staff.unwrap()]).await.unwrap();
    complete(&waiting, &authenticator.code(app.now())).may_fail().await.problem(500, "internal");
    app.finish().await;
}

#[tokio::test]
async fn the_secret_is_not_in_the_database() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let begun = emma.act("/api/auth/totp/begin").await.ok();
    let authenticator = Authenticator::new(begun["secret"].as_str().unwrap());
    let body = json!({ "enrolment": begun["enrolment"], "code": authenticator.code(app.now()) });
    emma.post("/api/auth/totp", &body).await.ok();
    let stored: Vec<u8> = app.sql.query_one("select secret from totp_factors", &[]).await.unwrap().get(0);
    let found = |secret: &[u8]| stored.windows(secret.len()).any(|window| window == secret);
    assert!(!found(authenticator.secret()));
    assert!(found(&stored[3..9]), "the search finds nothing at all");
    app.finish().await;
}

#[tokio::test]
async fn a_one_time_link_does_not_go_round_the_second_factor() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let (_, authenticator, _) = enrol(&app, &emma).await;
    let link = boss.act(&format!("/api/admin/staff/{}/reset-link", emma.staff.unwrap())).await.ok();
    let answer = redeem(&app.client(), &token(link["url"].as_str().unwrap()), "tuesday van upstairs").await;
    answer.has_status(202);
    let waiting = app.client().after(&answer);
    assert!(is_out(&waiting.get("/api/auth/me").await));
    app.advance(STEP);
    complete(&waiting, &authenticator.code(app.now())).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn where_a_role_needs_a_second_factor_nothing_goes_before_it_is_added() {
    let app = TestApp::with(|settings| {
        settings.access.second_factor_roles = vec!["finance".into(), "superadmin".into()]
    })
    .await;
    let (_, link) = invite(&app, "fiona@desk.example.com", Role::Finance).await;
    let answer = redeem(&app.client(), &token(&link.url), PASSWORD).await;
    assert_eq!(answer.ok()["mustEnrol"], true);
    let fiona = app.client().after(&answer);
    const OPEN: [&str; 8] = [
        "readMe",
        "signOut",
        "readOwnFactors",
        "beginTotp",
        "confirmTotp",
        "beginPasskey",
        "addPasskey",
        "proveIdentity",
    ];
    for operation in operations().iter().filter(|operation| operation.permission.is_some()) {
        if operation.id == "signOut" {
            continue;
        }
        let path = operation.path_with(|_| uuid::Uuid::nil().to_string());
        let request = fiona.request(operation.method.clone(), &path).header("if-match", "\"1\"");
        let request = match operation.example_body() {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.await;
        let shut = answer.status.as_u16() == 403 && answer.json()["code"] == "second_factor_missing";
        assert_eq!(shut, !OPEN.contains(&operation.id.as_str()), "{}: {}", operation.id, answer.status);
    }
    let (fiona, _, _) = enrol(&app, &fiona).await;
    assert_eq!(fiona.get("/api/auth/me").await.ok()["mustEnrol"], false);
    fiona.get("/api/admin/customers").await.ok();
    fiona.delete("/api/auth/totp").await.problem(409, "second_factor_required");

    // Others may do without, until they are given such a role: that counts with the next request.
    let support = app.as_role(Role::Support).await;
    support.get("/api/admin/customers").await.ok();
    let raise = "update staff set role = 'finance' where id = $1";
    app.sql.execute(raise, &[&support.staff.unwrap()]).await.unwrap();
    support.get("/api/admin/customers").await.problem(403, "second_factor_missing");
    support.act("/api/auth/sign-out").await.no_content();
    app.finish().await;
}

#[tokio::test]
async fn in_the_demo_nobody_must() {
    let app = TestApp::with(|settings| {
        settings.access.second_factor_roles = vec!["superadmin".into()];
        settings.demo = true;
    })
    .await;
    app.as_role(Role::Superadmin).await.get("/api/admin/customers").await.ok();
    app.finish().await;
}

#[tokio::test]
async fn an_app_is_removed_and_the_password_is_enough_again() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    emma.delete("/api/auth/totp").await.problem(404, "not_found");
    let (emma, _, codes) = enrol(&app, &emma).await;
    emma.delete("/api/auth/totp").await.no_content();
    sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await.has_status(200);
    let (_, _, new) = enrol(&app, &emma).await;
    complete(&pending(&app, "emma@desk.example.com").await, &codes[0])
        .await
        .problem(401, "invalid_credentials");
    complete(&pending(&app, "emma@desk.example.com").await, &new[0]).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_lost_factor_is_reset_by_another_superadmin_or_on_the_machine() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, "emma@desk.example.com", Role::Superadmin).await;
    let (emma_in, _, codes) = enrol(&app, &emma).await;
    let path = format!("/api/admin/staff/{}/reset-factors", emma.staff.unwrap());
    emma_in.act(&path).await.problem(409, "own_account");
    app.as_role(Role::Reviewer).await.act(&path).await.problem(403, "not_permitted");
    assert_eq!(boss.act(&path).await.ok()["secondFactor"], false);
    boss.act(&path).await.problem(409, "no_second_factor");
    assert!(is_out(&emma_in.get("/api/auth/me").await));
    let answer = sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await;
    answer.has_status(200);
    let (emma_in, ..) = enrol(&app, &app.client().after(&answer)).await;
    complete(&pending(&app, "emma@desk.example.com").await, &codes[0])
        .await
        .problem(401, "invalid_credentials");

    let mut db = app.app.db.client().await.unwrap();
    let member = staff::reset_factors(&app.app, &mut db, "Emma@desk.example.com").await.unwrap();
    assert!(!member.second_factor);
    assert!(is_out(&emma_in.get("/api/auth/me").await));
    let kinds = "select actor_kind from events where action = 'staff.factors_reset' order by actor_kind";
    let kinds: Vec<String> = app.sql.query(kinds, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(kinds, ["staff", "system"]);
    assert_eq!(id(&boss.get("/api/auth/me").await.ok()), boss.staff.unwrap().to_string());
    app.finish().await;
}

#[tokio::test]
async fn the_database_lets_no_session_become_whole_without_its_second_factor() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    enrol(&app, &emma).await;
    pending(&app, "emma@desk.example.com").await;
    let other = app.as_role(Role::Support).await;
    other.act("/api/auth/sign-out").await.no_content();
    for change in [
        "update sessions set pending = false where pending",
        "update sessions set proved_at = now() where pending",
        "update sessions set ended_at = null where ended_at is not null",
        "update sessions set pending = true, proved_at = null, second_factor = null where not pending",
    ] {
        assert!(app.sql.execute(change, &[]).await.is_err(), "{change}");
    }
    let allowed = "update sessions set pending = false, second_factor = 'totp' where pending";
    assert_eq!(app.sql.execute(allowed, &[]).await.unwrap(), 1);
    app.finish().await;
}
