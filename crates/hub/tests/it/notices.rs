//! Mails to staff about their own access, through a real mail server: links to get in, and what was changed.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{PASSWORD, person, redeem, sign_in, token},
    second_factor::enrol,
    support::{Answer, Behaviour, Client, Kind, MailServer, Received, SoftKey, TestApp, id},
};

const EMMA: &str = "emma@desk.example.com";
const NEXT: &str = "tuesday van upstairs";

async fn with_server() -> (TestApp, MailServer) {
    let server = MailServer::start(&[Behaviour::Accept]).await;
    let app = TestApp::with(|settings| settings.smtp_url = Some(server.url())).await;
    (app, server)
}

async fn forget(client: &Client, email: &str) -> Answer {
    client.post("/api/auth/forgotten-password", &json!({ "email": email })).await
}

fn words(mail: &Received) -> String {
    mail.text.replace("=\r\n", "").replace("=3D", "=")
}

/// The secrets of the links that were mailed so far.
fn links(server: &MailServer) -> Vec<String> {
    let link = |mail: &Received| {
        words(mail).lines().find(|line| line.contains("/welcome#token=")).map(|line| token(line.trim()))
    };
    server.received().iter().filter_map(link).collect()
}

/// Subjects of what has come since the last look.
async fn subjects(app: &TestApp, server: &MailServer, seen: &mut usize) -> Vec<String> {
    app.run_jobs().await;
    let received = server.received();
    let fresh = received[*seen..].iter().map(|mail| mail.header("Subject").unwrap().to_owned()).collect();
    *seen = received.len();
    fresh
}

async fn count(app: &TestApp, what: &str) -> i64 {
    app.sql.query_one(&format!("select count(*) from {what}"), &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn an_invitation_is_mailed_and_its_link_seen_by_nobody_else() {
    let (app, server) = with_server().await;
    let boss = app.as_role(Role::Superadmin).await;
    let new = json!({ "name": "Omar", "email": "omar@desk.example.com", "role": "ops" });
    let invited = boss.post("/api/admin/staff", &new).await.ok();
    assert!(invited.get("link").is_none());
    app.run_jobs().await;
    let received = server.received();
    let [mail] = &received[..] else { panic!("{} mails", received.len()) };
    assert_eq!(
        (mail.to.as_str(), mail.header("Subject")),
        ("omar@desk.example.com", Some("Your account of the Customers Hub"))
    );
    let secret = links(&server).remove(0);
    for table in ["mails", "jobs", "events", "event_values", "sign_in_links"] {
        for row in app.sql.query(&format!("select t::text from {table} t"), &[]).await.unwrap() {
            assert!(!row.get::<_, String>(0).contains(&secret), "{table} holds the link");
        }
    }
    let shown = boss.get("/api/admin/mails").await.ok();
    assert!(!shown.to_string().contains(&secret));
    let me = redeem(&app.client(), &secret, PASSWORD).await.ok();
    assert_eq!(me["role"], "ops");
    redeem(&app.client(), &secret, PASSWORD).await.problem(410, "link_used");
    app.finish().await;
}

#[tokio::test]
async fn who_forgot_their_password_gets_one_link_that_ends_every_session() {
    let (app, server) = with_server().await;
    let emma = person(&app, EMMA, Role::Support).await;
    forget(&app.client(), " Emma@desk.example.com ").await.no_content();
    forget(&app.client(), EMMA).await.no_content();
    app.run_jobs().await;
    let received = server.received();
    assert_eq!(received.len(), 1, "one in ten minutes");
    assert_eq!(
        (received[0].to.as_str(), received[0].header("Subject")),
        (EMMA, Some("Choose a new password for the Customers Hub"))
    );
    emma.get("/api/auth/me").await.ok();
    sign_in(&app.client(), EMMA, PASSWORD).await.ok();

    app.advance(SignedDuration::from_mins(10));
    forget(&app.client(), EMMA).await.no_content();
    app.run_jobs().await;
    let [older, newer] = &links(&server)[..] else { panic!() };
    redeem(&app.client(), older, NEXT).await.problem(410, "link_used");
    redeem(&app.client(), newer, NEXT).await.ok();
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    redeem(&app.client(), newer, NEXT).await.problem(410, "link_used");
    sign_in(&app.client(), EMMA, NEXT).await.ok();

    forget(&app.client(), EMMA).await.no_content();
    app.run_jobs().await;
    let late = links(&server).remove(2);
    app.advance(SignedDuration::from_hours(2));
    redeem(&app.client(), &late, PASSWORD).await.problem(410, "link_used");
    app.finish().await;
}

#[tokio::test]
async fn a_mailed_link_does_not_stand_in_for_the_second_factor() {
    let (app, server) = with_server().await;
    let emma = person(&app, EMMA, Role::Support).await;
    enrol(&app, &emma).await;
    forget(&app.client(), EMMA).await.no_content();
    app.run_jobs().await;
    let answer = redeem(&app.client(), &links(&server)[0], NEXT).await;
    answer.has_status(202);
    app.client().after(&answer).get("/api/auth/me").await.problem(401, "second_factor_needed");
    app.run_jobs().await;
    app.finish().await;
}

#[tokio::test]
async fn nothing_tells_whether_an_address_is_an_account() {
    let (app, server) = with_server().await;
    person(&app, EMMA, Role::Support).await;
    let gone = person(&app, "gone@desk.example.com", Role::Support).await;
    let sql = "update staff set disabled_at = $2 where id = $1";
    app.sql.execute(sql, &[&gone.staff.unwrap(), &app.now()]).await.unwrap();
    let mut outcomes = Vec::new();
    for email in [EMMA, "nobody@desk.example.com", "gone@desk.example.com"] {
        let (jobs, events) = (count(&app, "jobs").await, count(&app, "events").await);
        let answer = forget(&app.client(), email).await;
        answer.no_content();
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        let left = (count(&app, "jobs").await - jobs, count(&app, "events").await - events);
        outcomes.push((answer.status, names, answer.body.len(), left));
    }
    for wrong in ["", "no address", "\u{0}@desk.example.com"] {
        forget(&app.client(), wrong).await.invalid("email");
    }
    assert!(outcomes.iter().all(|one| *one == outcomes[0]), "{outcomes:#?}");
    assert_eq!(outcomes[0].3, (1, 1));
    app.run_jobs().await;
    let to: Vec<String> = server.received().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, [EMMA], "whoever has left gets nothing");
    app.finish().await;
}

#[tokio::test]
async fn asking_is_slowed_for_known_and_unknown_addresses_alike() {
    let (app, _server) = with_server().await;
    person(&app, EMMA, Role::Support).await;
    for email in [EMMA, "nobody@desk.example.com"] {
        for _ in 0..5 {
            forget(&app.client(), email).await.no_content();
        }
        forget(&app.client(), email).await.problem(429, "too_many_attempts");
    }
    // Signing in is slowed apart from that.
    sign_in(&app.client(), EMMA, PASSWORD).await.ok();
    app.run_jobs().await;
    app.finish().await;
}

#[tokio::test]
async fn without_a_mail_server_a_superadmin_has_to_help() {
    let app = TestApp::new().await;
    person(&app, EMMA, Role::Support).await;
    for email in [EMMA, "nobody@desk.example.com"] {
        forget(&app.client(), email).await.problem(409, "no_mail_server");
    }
    assert_eq!(app.client().get("/api/auth/welcome").await.ok()["resetByMail"], false);
    app.finish().await;
}

#[tokio::test]
async fn what_changes_ones_access_is_told_by_mail() {
    let (app, server) = with_server().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, EMMA, Role::Support).await;
    let mut seen = 0;
    assert_eq!(subjects(&app, &server, &mut seen).await, [""; 0], "choosing the first password is no news");

    let body = json!({ "current": PASSWORD, "next": NEXT });
    let answer = emma.request(axum::http::Method::PUT, "/api/auth/password").json(&body).await;
    answer.ok();
    let emma = emma.after(&answer);
    assert_eq!(subjects(&app, &server, &mut seen).await, ["Your password was changed"]);
    let told = words(server.received().last().unwrap());
    for word in ["Hello Emma Davis", "Address: 192.0.2.10", "/account"] {
        assert!(told.contains(word), "{word} is not in {told}");
    }
    assert!(!told.contains(NEXT) && !told.contains("#token="));

    // As when its worker died before it could say that it was done.
    let again = "update jobs set state = 'ready', finished_at = null where kind = 'staff.mail_notice'";
    assert_eq!(app.sql.execute(again, &[]).await.unwrap(), 1);
    assert_eq!(subjects(&app, &server, &mut seen).await, [""; 0], "a job that runs twice mails once");

    let (emma, _, _) = enrol(&app, &emma).await;
    assert_eq!(subjects(&app, &server, &mut seen).await, ["An authenticator app was added"]);
    emma.act("/api/auth/recovery-codes").await.ok();
    assert_eq!(subjects(&app, &server, &mut seen).await, ["New recovery codes were made"]);

    let key = SoftKey::new(Kind::P256, &app.app.settings.public_url);
    let begun = emma.act("/api/auth/passkeys/begin").await.ok();
    let made = key.registration(begun["challenge"].as_str().unwrap(), "Laptop");
    let answer = emma.post("/api/auth/passkeys", &made).await;
    let passkey: Value = answer.ok()["passkey"].clone();
    let emma = emma.after(&answer);
    assert_eq!(subjects(&app, &server, &mut seen).await, ["A passkey was added"]);
    emma.delete("/api/auth/totp").await.no_content();
    assert_eq!(subjects(&app, &server, &mut seen).await, ["An authenticator app was removed"]);
    emma.delete(&format!("/api/auth/passkeys/{}", id(&passkey))).await.no_content();
    assert_eq!(subjects(&app, &server, &mut seen).await, ["A passkey was removed"]);

    let new = json!({ "name": "Warehouse", "scopes": ["customer.read"], "days": 1 });
    emma.post("/api/auth/api-keys", &new).await.ok();
    assert_eq!(subjects(&app, &server, &mut seen).await, ["An API key was created"]);
    let omar = person(&app, "omar@desk.example.com", Role::Support).await;
    let (omar, _, _) = enrol(&app, &omar).await;
    boss.act(&format!("/api/admin/staff/{}/reset-factors", omar.staff.unwrap())).await.ok();
    let mut told = subjects(&app, &server, &mut seen).await;
    told.sort_unstable();
    assert_eq!(told, ["An authenticator app was added", "Your second factor was reset"]);
    app.finish().await;
}

#[tokio::test]
async fn a_sign_in_from_somewhere_new_is_told_and_one_from_where_one_was_is_not() {
    let (app, server) = with_server().await;
    let with = |ip: &str, agent: &str| app.client().at_ip(ip).with("user-agent", agent);
    let (here, firefox) = ("203.0.113.7", "Mozilla/5.0 (Windows NT 10.0) Firefox/150.0");
    person(&app, EMMA, Role::Support).await;
    app.sql.batch_execute("update sessions set ip = '203.0.113.200', user_agent = 'Mozilla/5.0 (Windows NT 10.0) Firefox/149.0'").await.unwrap();
    let mut seen = 0;
    for (ip, agent, told) in [
        (here, firefox, false),
        (here, "Mozilla/5.0 (iPhone) Safari/26.1", true),
        (here, "Mozilla/5.0 (iPhone) Safari/26.2", false),
        ("198.51.100.7", firefox, true),
        ("198.51.100.99", firefox, false),
    ] {
        sign_in(&with(ip, agent), EMMA, PASSWORD).await.ok();
        let expected: &[&str] = if told { &["A sign-in from somewhere new"] } else { &[] };
        assert_eq!(subjects(&app, &server, &mut seen).await, expected, "{ip} {agent}");
    }
    let told = words(server.received().last().unwrap());
    assert!(told.contains("Address: 198.51.100.7") && told.contains("Browser: Mozilla/5.0"), "{told}");
    app.advance(SignedDuration::from_hours(24 * 91));
    sign_in(&with(here, firefox), EMMA, PASSWORD).await.ok();
    assert_eq!(subjects(&app, &server, &mut seen).await, ["A sign-in from somewhere new"]);
    app.finish().await;
}

#[tokio::test]
async fn who_leaves_meanwhile_is_told_nothing_more() {
    let (app, server) = with_server().await;
    let emma = person(&app, EMMA, Role::Support).await;
    forget(&app.client(), EMMA).await.no_content();
    sign_in(&app.client().at_ip("198.51.100.7"), EMMA, PASSWORD).await.ok();
    let sql = "update staff set disabled_at = $2 where id = $1";
    app.sql.execute(sql, &[&emma.staff.unwrap(), &app.now()]).await.unwrap();
    app.run_jobs().await;
    assert_eq!(server.received().len(), 0);
    app.finish().await;
}
