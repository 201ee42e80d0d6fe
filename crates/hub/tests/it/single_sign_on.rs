//! Signing in with what a provider of OpenID Connect says, and lies.

use jiff::SignedDuration;
use platform::settings::{Secret, SingleSignOnSettings};
use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{invite, person},
    second_factor::{complete, enrol},
    support::{
        Answer, Client, TestApp,
        oidc::{CLIENT, Lies, OidcProvider, SECRET, fields},
    },
};

const EMMA: &str = "emma@desk.example.com";

async fn with_provider(domains: &[&str]) -> (TestApp, OidcProvider) {
    let provider = OidcProvider::start().await;
    let app = TestApp::with(|settings| {
        settings.access.single_sign_on = Some(SingleSignOnSettings {
            issuer: provider.issuer().to_owned(),
            client_id: CLIENT.to_owned(),
            client_secret: Secret(SECRET.to_owned()),
            domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
            name: "Example".to_owned(),
        });
    })
    .await;
    (app, provider)
}

/// What the provider is asked, and the browser that asks.
async fn begin(app: &TestApp) -> (Client, Value) {
    let answer = app.client().get("/single-sign-on/begin?back=/account").await;
    answer.has_status(303);
    let location = answer.header("location");
    let (_, query) = location.split_once('?').unwrap();
    (app.client().after(&answer), fields(query))
}

fn claims(app: &TestApp, email: &str) -> Value {
    let now = app.now().as_second();
    json!({ "email": email, "iat": now, "exp": now + 300 })
}

async fn come_back(browser: &Client, query: &str) -> Answer {
    browser.get(&format!("/single-sign-on/callback?{query}")).await
}

/// The whole way, for whom the provider takes the person for.
async fn sign_in(app: &TestApp, provider: &OidcProvider, email: &str) -> Answer {
    let (browser, asked) = begin(app).await;
    come_back(&browser, &provider.consent(&asked, claims(app, email))).await
}

/// The session of an answer that also takes the other cookie away.
fn session(app: &TestApp, answer: &Answer) -> Client {
    let cookies: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("hub_session=")).unwrap();
    app.client().with("cookie", cookie.split(';').next().unwrap())
}

fn leads_to(answer: &Answer, location: &str) {
    answer.has_status(303);
    assert_eq!(answer.header("location"), location);
}

#[tokio::test]
async fn who_is_a_staff_member_gets_in_and_back_to_where_they_were() {
    let (app, provider) = with_provider(&["desk.example.com"]).await;
    // Invited, and never chose a password.
    invite(&app, EMMA, Role::Support).await;
    let (_, asked) = begin(&app).await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
        ("tenant", "1"),
        ("redirect_uri", &format!("{}/single-sign-on/callback", app.app.settings.public_url)),
    ] {
        assert_eq!(asked[name], value);
    }
    let answer = sign_in(&app, &provider, "Emma@Desk.example.com").await;
    leads_to(&answer, "/account");
    let emma = session(&app, &answer);
    assert_eq!(emma.get("/api/auth/me").await.ok()["email"], EMMA);
    let sessions = emma.get("/api/auth/sessions").await.ok();
    assert_eq!(sessions[0]["firstFactor"], "single_sign_on");
    assert_eq!(app.client().get("/api/auth/welcome").await.ok()["singleSignOn"], "Example");
    app.finish().await;
}

#[tokio::test]
async fn the_secret_goes_into_the_form_where_the_provider_wants_that() {
    let (app, provider) = with_provider(&[]).await;
    person(&app, EMMA, Role::Support).await;
    let discovery = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    provider.lie(Lies { discovery, ..Lies::default() });
    leads_to(&sign_in(&app, &provider, EMMA).await, "/account");
    app.finish().await;
}

#[tokio::test]
async fn a_second_factor_is_asked_for_all_the_same() {
    let (app, provider) = with_provider(&[]).await;
    let emma = person(&app, EMMA, Role::Support).await;
    let (_, _, codes) = enrol(&app, &emma).await;
    let answer = sign_in(&app, &provider, EMMA).await;
    leads_to(&answer, "/sign-in?step=code&back=%2Faccount");
    let waiting = session(&app, &answer);
    waiting.get("/api/auth/me").await.problem(401, "second_factor_needed");
    complete(&waiting, &codes[0]).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn nobody_becomes_a_staff_member_that_way() {
    let (app, provider) = with_provider(&[]).await;
    let gone = person(&app, "gone@desk.example.com", Role::Support).await;
    let sql = "update staff set disabled_at = $2 where id = $1";
    app.sql.execute(sql, &[&gone.staff.unwrap(), &app.now()]).await.unwrap();
    for email in ["stranger@desk.example.com", "gone@desk.example.com"] {
        let answer = sign_in(&app, &provider, email).await;
        leads_to(&answer, "/sign-in?trouble=unknown");
        assert!(!answer.header("set-cookie").contains("hub_session"));
    }
    let staff: i64 = app.sql.query_one("select count(*) from staff", &[]).await.unwrap().get(0);
    assert_eq!(staff, 1);
    app.finish().await;
}

#[tokio::test]
async fn no_lie_gets_anybody_in() {
    let (app, provider) = with_provider(&["desk.example.com"]).await;
    person(&app, EMMA, Role::Superadmin).await;
    let now = app.now().as_second();
    let says = |claims: Value| Lies { claims, ..Lies::default() };
    let heads = |header: Value| Lies { header, ..Lies::default() };
    let finds = |discovery: Value| Lies { discovery, ..Lies::default() };
    let lies = [
        ("nonce", says(json!({ "nonce": "of another sign-in" }))),
        ("nonce", says(json!({ "nonce": null }))),
        ("time", says(json!({ "exp": now - 61, "iat": now - 300 }))),
        ("time", says(json!({ "iat": now + 61 }))),
        ("time", says(json!({ "iat": now - 901 }))),
        ("malformed", says(json!({ "exp": null }))),
        ("audience", says(json!({ "aud": "another hub" }))),
        ("audience", says(json!({ "aud": [CLIENT, "another hub"] }))),
        ("audience", says(json!({ "aud": [CLIENT, "another hub"], "azp": "another hub" }))),
        ("audience", says(json!({ "azp": "another hub" }))),
        ("issuer", says(json!({ "iss": "https://accounts.example.com" }))),
        ("email", says(json!({ "email_verified": false }))),
        ("email", says(json!({ "email_verified": null }))),
        ("email", says(json!({ "email_verified": 1 }))),
        ("email", says(json!({ "email": null }))),
        ("domain", says(json!({ "email": "emma@elsewhere.example" }))),
        ("domain", says(json!({ "email": "emma@desk.example.com@elsewhere.example" }))),
        ("algorithm", Lies { signature: Some(""), ..heads(json!({ "alg": "none" })) }),
        ("algorithm", heads(json!({ "alg": "HS256" }))),
        ("algorithm", heads(json!({ "crit": ["b64"] }))),
        ("key", heads(json!({ "alg": "RS256" }))),
        ("key", heads(json!({ "kid": "two" }))),
        ("key", Lies { keys: Some(json!({ "keys": [] })), ..Lies::default() }),
        ("signature", Lies { other_key: true, ..Lies::default() }),
        ("signature", Lies { signature: Some("AAAA"), ..Lies::default() }),
        ("malformed", Lies { signature: Some("AAAA.AAAA"), ..Lies::default() }),
        ("provider", Lies { keys: Some(json!("none")), ..Lies::default() }),
        ("provider", finds(json!({ "issuer": "https://accounts.example.com" }))),
        ("provider", finds(json!({ "token_endpoint": "http://accounts.example.com/token" }))),
        ("provider", finds(json!({ "jwks_uri": "file:///etc/passwd" }))),
        ("provider", finds(json!({ "token_endpoint": format!("{}/nowhere", provider.issuer()) }))),
    ];
    let refused = async |fault: &str| -> i64 {
        let sql = "select count(*) from events where action = 'staff.single_sign_on_refused' and details ->> 'fault' = $1";
        app.sql.query_one(sql, &[&fault]).await.unwrap().get(0)
    };
    for (number, (fault, lie)) in lies.into_iter().enumerate() {
        let (browser, asked) = begin(&app).await;
        // Nobody is slowed down for what another has tried.
        let browser = browser.at_ip(&format!("203.0.113.{number}"));
        let query = provider.consent(&asked, claims(&app, EMMA));
        let before = refused(fault).await;
        provider.lie(lie);
        let answer = come_back(&browser, &query).await;
        provider.lie(Lies::default());
        leads_to(&answer, "/sign-in?trouble=provider");
        assert!(!answer.header("set-cookie").contains("hub_session"), "{number}: {fault}");
        assert_eq!(refused(fault).await, before + 1, "{number}: {fault}");
    }
    // The control: the same way with the truth.
    let answer = sign_in(&app, &provider, EMMA).await;
    leads_to(&answer, "/account");
    app.finish().await;
}

#[tokio::test]
async fn what_comes_back_belongs_to_one_browser_once_and_in_time() {
    let (app, provider) = with_provider(&[]).await;
    person(&app, EMMA, Role::Support).await;
    let expired = "/sign-in?trouble=expired";
    let (browser, asked) = begin(&app).await;
    let query = provider.consent(&asked, claims(&app, EMMA));
    leads_to(&come_back(&app.client(), &query).await, expired);
    let (other, _) = begin(&app).await;
    leads_to(&come_back(&other, &query).await, expired);
    leads_to(&come_back(&browser, "code=x&state=forged").await, expired);
    leads_to(&come_back(&browser, "").await, expired);
    leads_to(&come_back(&browser, &query).await, "/account");
    app.advance(SignedDuration::from_mins(2));
    leads_to(&come_back(&browser, &query).await, expired);

    let (browser, asked) = begin(&app).await;
    app.advance(SignedDuration::from_mins(10));
    let query = provider.consent(&asked, claims(&app, EMMA));
    leads_to(&come_back(&browser, &query).await, expired);

    // The person says no.
    let (browser, asked) = begin(&app).await;
    let query = format!("error=access_denied&state={}", asked["state"].as_str().unwrap());
    leads_to(&come_back(&browser, &query).await, "/sign-in?trouble=provider");
    app.finish().await;
}

#[tokio::test]
async fn the_way_back_is_never_another_sites() {
    let (app, provider) = with_provider(&[]).await;
    person(&app, EMMA, Role::Support).await;
    for back in ["https://evil.example", "//evil.example", "/%5Cevil.example", "javascript:alert(1)", ""] {
        let answer = app.client().get(&format!("/single-sign-on/begin?back={back}")).await;
        let asked = fields(answer.header("location").split_once('?').unwrap().1);
        let browser = app.client().after(&answer);
        let query = provider.consent(&asked, claims(&app, EMMA));
        leads_to(&come_back(&browser, &query).await, "/admin/customers");
    }
    app.finish().await;
}

#[tokio::test]
async fn without_a_provider_there_is_no_such_way() {
    let app = TestApp::new().await;
    leads_to(&app.client().get("/single-sign-on/begin").await, "/sign-in?trouble=provider");
    leads_to(&come_back(&app.client(), "code=x&state=y").await, "/sign-in?trouble=provider");
    assert!(app.client().get("/api/auth/welcome").await.ok().get("singleSignOn").is_none());
    app.finish().await;
}
