//! What every answer carries, what a sign-in costs, and the log that it leaves.

use std::time::Instant;

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{PASSWORD, person, sign_in},
    second_factor::{complete, enrol},
    support::{TestApp, operations},
};

/// What is missing of what every answer must carry.
fn missing(headers: &HeaderMap, https: bool) -> Vec<&'static str> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let policy = text("content-security-policy");
    let script =
        policy.split(';').find(|part| part.trim_start().starts_with("script-src")).unwrap_or_default();
    [
        ("nosniff", text("x-content-type-options") == "nosniff"),
        ("frames", text("x-frame-options") == "DENY" && policy.contains("frame-ancestors 'none'")),
        ("referrer", text("referrer-policy") == "same-origin"),
        ("opener", text("cross-origin-opener-policy") == "same-origin"),
        ("resources", text("cross-origin-resource-policy") == "same-origin"),
        ("permissions", !text("permissions-policy").is_empty()),
        ("policy", policy.starts_with("default-src 'none'") && policy.contains("base-uri 'none'")),
        ("inline script", !script.contains("unsafe")),
        ("hsts", text("strict-transport-security").starts_with("max-age=") == https),
        ("request id", !text("x-request-id").is_empty()),
        ("cross-origin", !headers.contains_key("access-control-allow-origin")),
    ]
    .into_iter()
    .filter_map(|(name, there)| (!there).then_some(name))
    .collect()
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_headers() {
    for https in [false, true] {
        let app = TestApp::with(|settings| {
            if https {
                settings.public_url = "https://desk.example.com".into();
            }
        })
        .await;
        let client = app.client();
        let gets = [
            "/",
            "/sign-in",
            "/admin/customers",
            "/assets/none.js",
            "/none.txt",
            "/robots.txt",
            "/healthz",
            "/readyz",
            "/api",
            "/api/none",
            "/api/docs",
            "/api/docs/",
            "/api/docs/none.css",
            "/api/openapi.json",
            "/api/auth/me",
            "/api/auth/welcome",
            "/..%2f..%2fetc%2fpasswd",
            "/%00",
        ];
        let mut statuses = std::collections::BTreeSet::new();
        let mut requests: Vec<_> = gets.iter().map(|path| client.get(path)).collect();
        for method in
            [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::HEAD]
        {
            requests.extend(
                ["/", "/api/auth/sign-in", "/api/none"].map(|path| client.request(method.clone(), path)),
            );
        }
        requests.push(client.post("/api/auth/sign-in", &json!({})));
        requests.push(client.request(Method::POST, "/api/auth/sign-in").body("application/json", "{"));
        requests.push(
            client.request(Method::POST, "/api/auth/sign-in").body("application/json", " ".repeat(300_000)),
        );
        requests.push(client.clone().with("sec-fetch-site", "cross-site").act("/api/auth/sign-out"));
        for operation in operations() {
            requests.push(client.request(operation.method.clone(), &operation.path_with(|_| "x".into())));
        }
        for request in requests {
            let answer = request.open().await;
            let found = missing(answer.headers(), https);
            assert!(found.is_empty(), "{}: {found:?}: {:?}", answer.status(), answer.headers());
            statuses.insert(answer.status().as_u16());
        }
        for kind in [200, 400, 401, 403, 404, 405, 413, 415] {
            assert!(statuses.contains(&kind), "no answer was {kind}: {statuses:?}");
        }
        app.finish().await;
    }
    // A negative control: an answer without them is noticed.
    assert!(missing(&HeaderMap::new(), true).len() > 5);
}

#[tokio::test]
async fn a_forwarded_address_does_not_dodge_the_throttle() {
    let app = TestApp::new().await;
    person(&app, "emma@desk.example.com", Role::Support).await;
    for attempt in 0..5 {
        let from = app.client().with("x-forwarded-for", &format!("198.51.100.{attempt}"));
        sign_in(&from, "emma@desk.example.com", "guess number nine")
            .await
            .problem(401, "invalid_credentials");
    }
    let from = app.client().with("x-forwarded-for", "198.51.100.99").with("x-real-ip", "198.51.100.98");
    sign_in(&from, "emma@desk.example.com", PASSWORD).await.problem(429, "too_many_attempts");
    app.finish().await;
}

/// By structure the same work is done: one look-up, one hash, one event. Here the clock is asked too, leniently: other tests
/// run beside this one.
#[tokio::test]
async fn an_unknown_account_takes_as_long_as_a_known_one() {
    let app = TestApp::new().await;
    person(&app, "emma@desk.example.com", Role::Support).await;
    sign_in(&app.client(), "nobody@desk.example.com", "warm the decoy up").await;
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..6 {
        for (kind, email) in ["emma@desk.example.com", "nobody@desk.example.com"].into_iter().enumerate() {
            let client = app.client().at_ip(&format!("203.0.113.{}", 10 * kind + round));
            let begun = Instant::now();
            sign_in(&client, email, "guess number nine").await.problem(401, "invalid_credentials");
            times[kind].push(begun.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    println!("sign-in refused, median of 6: known {known:?}, unknown {unknown:?}");
    let (less, more) = (known.min(unknown), known.max(unknown));
    assert!(more < less * 3, "known {known:?}, unknown {unknown:?}");
    app.finish().await;
}

#[tokio::test]
async fn the_log_says_when_from_where_and_how_and_what_others_tried() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let staff = emma.staff.unwrap();
    let tick = || app.advance(jiff::SignedDuration::from_secs(30));
    tick();
    sign_in(&app.client().at_ip("203.0.113.7"), "emma@desk.example.com", "guess").await;
    sign_in(&app.client().at_ip("203.0.113.8"), "nobody@desk.example.com", "guess").await;
    let (emma, _, codes) = enrol(&app, &emma).await;
    tick();
    let waiting = app.client().after(&sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await);
    tick();
    complete(&waiting, "000000").await.problem(401, "invalid_credentials");
    tick();
    complete(&waiting, &codes[0]).await.ok();
    let actions = |log: &Value| -> Vec<String> {
        let entries = log["entries"].as_array().unwrap().iter();
        entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    let log = emma.get("/api/auth/sign-ins").await.ok();
    let expected = [
        "staff.signed_in",
        "staff.code_refused",
        "staff.password_accepted",
        "staff.sign_in_refused",
        "staff.signed_in",
    ];
    assert_eq!(actions(&log), expected);
    assert_eq!(log["entries"][3]["ip"], "203.0.113.7");
    assert_eq!(log["entries"][0]["userAgent"], "Desk/1.0");

    let path = format!("/api/admin/staff/{staff}/sign-ins");
    assert_eq!(boss.get(&path).await.ok(), log);
    let mut paged = Vec::new();
    let mut next = Some(String::new());
    while let Some(after) = next {
        let after = if after.is_empty() { after } else { format!("&after={after}") };
        let page = boss.get(&format!("{path}?limit=2{after}")).await.ok();
        paged.extend(actions(&page));
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(paged, expected);
    app.as_role(Role::Reviewer).await.get(&path).await.problem(403, "not_permitted");
    app.finish().await;
}

#[tokio::test]
async fn every_other_session_ends_and_this_one_goes_on() {
    let app = TestApp::new().await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let other = app.client().after(&sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await);
    let colleague = person(&app, "omar@desk.example.com", Role::Support).await;
    emma.delete("/api/auth/sessions").await.no_content();
    other.get("/api/auth/me").await.problem(401, "signed_out");
    for client in [&emma, &colleague] {
        client.get("/api/auth/me").await.ok();
    }
    assert_eq!(emma.get("/api/auth/sessions").await.ok().as_array().unwrap().len(), 1);
    app.finish().await;
}
