//! Requests for access and portability are answered with a copy of everything, by a one-time link.

use axum::http::Method;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::{Desk, LIST, act, may, read};
use crate::support::{Behaviour, MailServer, TestApp, id};

async fn desk(server: Option<&MailServer>) -> Desk {
    let app = TestApp::with(|settings| settings.smtp_url = server.map(MailServer::url)).await;
    let ops = app.as_role(Role::Ops).await;
    let reviewer = app.as_role(Role::Reviewer).await;
    let customer = ops.create_customer("Emma Davis", "emma@example.com").await;
    Desk { app, ops, reviewer, customer }
}

async fn fetch(app: &TestApp, url: &str) -> u16 {
    let path = url.strip_prefix(&app.app.settings.public_url).unwrap();
    let answer = app.client().request(Method::POST, path).open().await;
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(status == 200, bytes.starts_with(b"PK"));
    status
}

/// The link in what the mail server took last.
fn link_in(server: &MailServer) -> String {
    let text = server.received().last().unwrap().text.clone();
    let text = text.replace("=\r\n", "").replace("=3D", "=");
    let at = text.find("/export/").unwrap();
    let begin = text[..at].rfind("http").unwrap();
    text[begin..at + "/export/".len() + 43].to_owned()
}

async fn states(desk: &Desk, case: &Value) -> (String, Vec<String>) {
    let case = read(&desk.ops, case).await;
    let exports =
        case["exports"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap().to_owned());
    (case["state"].as_str().unwrap().to_owned(), exports.collect())
}

#[tokio::test]
async fn a_copy_is_mailed_as_a_link_that_nobody_else_sees() {
    let server = MailServer::start(&[Behaviour::Accept]).await;
    let desk = desk(Some(&server)).await;
    let case = desk.approved("access").await;
    let begun = act(&desk.ops, &case, &json!({ "action": "deliver", "to": "mail" })).await.ok();
    assert_eq!((begun["state"].as_str(), begun.get("link")), (Some("approved"), None));
    assert_eq!(may(&begun, "deliver")["allowed"], false, "one at a time");
    assert!(may(&begun, "deliver")["reason"].as_str().unwrap().contains("being made"));
    desk.app.run_jobs().await;

    assert_eq!(states(&desk, &case).await, ("delivered".to_owned(), vec!["ready".to_owned()]));
    let received = server.received();
    assert_eq!((received.len(), received[0].to.as_str()), (1, "emma@example.com"));
    let link = link_in(&server);
    let mails = desk.ops.get("/api/admin/mails").await.ok().to_string();
    assert!(mails.contains("a link that only the addressee sees") && !mails.contains("/export/"), "{mails}");
    let kept: i64 = desk.app.sql.query_one("select count(secret) from mails", &[]).await.unwrap().get(0);
    assert_eq!(kept, 0, "the secret goes with the mail");

    assert_eq!(fetch(&desk.app, &link).await, 200);
    let done = read(&desk.ops, &case).await;
    assert_eq!(done["exports"][0]["state"], "fetched");
    assert!(done["exports"][0]["endedAt"].is_string());
    assert_eq!(
        (done["answeredVia"].as_str(), done["answeredOn"].as_str()),
        (Some("one_time_link"), Some("2026-11-22"))
    );
    desk.app.run_jobs().await;
    desk.app.finish().await;
}

#[tokio::test]
async fn a_link_that_waits_for_the_mail_server_is_sealed() {
    let server = MailServer::start(&[Behaviour::Greylist, Behaviour::Accept]).await;
    let desk = desk(Some(&server)).await;
    let case = desk.approved("portability").await;
    act(&desk.ops, &case, &json!({ "action": "deliver", "to": "mail" })).await.ok();
    desk.app.run_jobs().await;
    let row = desk.app.sql.query_one("select state, secret, body_text from mails", &[]).await.unwrap();
    let (state, secret, text): (&str, Vec<u8>, &str) = (row.get(0), row.get(1), row.get(2));
    assert_eq!(state, "queued");
    assert!(!text.contains("/export/") && !secret.windows(8).any(|window| window == b"/export/"));
    desk.app.advance(SignedDuration::from_mins(10));
    desk.app.run_jobs().await;
    assert_eq!(fetch(&desk.app, &link_in(&server)).await, 200);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refused_mail_is_not_sent_again_without_its_link_but_a_new_one_is_made() {
    let server = MailServer::start(&[Behaviour::Refuse, Behaviour::Accept]).await;
    let desk = desk(Some(&server)).await;
    let case = desk.approved("access").await;
    act(&desk.ops, &case, &json!({ "action": "deliver", "to": "mail" })).await.ok();
    desk.app.run_jobs().await;
    let mail = desk.ops.get("/api/admin/mails").await.ok()["mails"][0].clone();
    assert_eq!(mail["state"], "failed");
    desk.ops.act(&format!("/api/admin/mails/{}/retry", id(&mail))).await.problem(409, "secret_gone");
    let case = read(&desk.ops, &case).await;
    act(&desk.ops, &case, &json!({ "action": "deliver", "to": "mail" })).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(states(&desk, &case).await.0, "delivered");
    assert_eq!(fetch(&desk.app, &link_in(&server)).await, 200);
    let (_, mut exports) = states(&desk, &case).await;
    exports.sort_unstable();
    assert_eq!(exports, ["expired", "fetched"]);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_link_is_handed_over_where_there_is_no_mail_server() {
    let desk = desk(None).await;
    let case = desk.approved("access").await;
    let refused = act(&desk.ops, &case, &json!({ "action": "deliver", "to": "mail" })).await;
    assert_eq!(refused.problem(409, "no_mail_server")["field"], "to");
    let begun = act(&desk.ops, &case, &json!({ "action": "deliver", "to": "hand_over" })).await.ok();
    let url = begun["link"]["url"].as_str().unwrap().to_owned();
    desk.app.run_jobs().await;
    let done = read(&desk.ops, &case).await;
    assert_eq!((done["state"].as_str(), done.get("link")), (Some("delivered"), None));
    assert_eq!(fetch(&desk.app, &url).await, 200);
    assert_eq!(fetch(&desk.app, &url).await, 404);
    act(&desk.ops, &done, &json!({ "action": "close" })).await.ok();
    let closed = read(&desk.ops, &case).await;
    act(&desk.ops, &closed, &json!({ "action": "deliver", "to": "hand_over" })).await.problem(409, "not_now");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_copy_answers_only_what_asks_for_one_and_was_approved() {
    let desk = desk(None).await;
    let deliver = json!({ "action": "deliver", "to": "hand_over" });
    let early = desk.prepared("access").await;
    act(&desk.ops, &early, &deliver).await.problem(409, "not_now");
    let erasure = desk.approved("erasure").await;
    let problem = act(&desk.ops, &erasure, &deliver).await.problem(409, "not_now");
    assert!(problem["detail"].as_str().unwrap().contains("access and portability"), "{problem}");
    let refusal = desk.identified("access", "2026-11-20").await;
    let refusal = act(
        &desk.ops,
        &refusal,
        &json!({ "action": "prepare", "proposal": "refuse", "ground": "excessive" }),
    )
    .await
    .ok();
    let refusal = act(&desk.reviewer, &refusal, &json!({ "action": "approve", "word": "Yes" })).await.ok();
    act(&desk.ops, &refusal, &deliver).await.problem(409, "not_now");
    let support = desk.app.as_role(Role::Support).await;
    act(&support, &early, &deliver).await.problem(403, "not_permitted");
    let marked =
        json!({ "action": "answer", "on": "2026-11-22", "via": "one_time_link", "rightsTold": true });
    let access = desk.approved("access").await;
    act(&desk.ops, &access, &marked).await.invalid("via");
    act(&desk.ops, &early, &json!({ "action": "deliver", "to": "pigeon" })).await.has_status(422);
    let none: i64 =
        desk.app.sql.query_one("select count(*) from personal_exports", &[]).await.unwrap().get(0);
    assert_eq!(none, 0);
    desk.app.finish().await;
}

#[tokio::test]
async fn what_is_withdrawn_meanwhile_is_not_delivered() {
    let desk = desk(None).await;
    let case = desk.approved("access").await;
    let begun = act(&desk.ops, &case, &json!({ "action": "deliver", "to": "hand_over" })).await.ok();
    let url = begun["link"]["url"].as_str().unwrap().to_owned();
    act(&desk.ops, &begun, &json!({ "action": "withdraw", "on": "2026-11-22", "note": "They called" }))
        .await
        .ok();
    desk.app.run_jobs().await;
    assert_eq!(states(&desk, &case).await, ("withdrawn".to_owned(), vec!["failed".to_owned()]));
    assert_eq!(fetch(&desk.app, &url).await, 404);
    desk.app.finish().await;
}

#[tokio::test]
async fn what_a_copy_would_hold_is_counted_before() {
    let desk = desk(None).await;
    desk.ops.create_address(&desk.customer, "Manchester", "M1 1AE").await;
    let case = desk.received("access", "2026-11-20").await;
    let scope = desk.ops.get(&format!("{LIST}/{}/scope", id(&case))).await.ok();
    let rows = |name: &str| {
        let section =
            scope["sections"].as_array().unwrap().iter().find(|section| section["name"] == name).unwrap();
        section["rows"].as_i64().unwrap()
    };
    assert_eq!((rows("profile"), rows("addresses"), rows("bookings"), rows("dataRequests")), (1, 1, 0, 1));
    let sum: i64 =
        scope["sections"].as_array().unwrap().iter().map(|section| section["rows"].as_i64().unwrap()).sum();
    assert_eq!(scope["rows"].as_i64(), Some(sum));
    let mut unknown = desk.input("access", "2026-11-20");
    unknown["customerId"] = Value::Null;
    unknown["requester"] = json!("Somebody");
    let unknown = super::create(&desk.ops, &unknown).await.ok();
    desk.ops.get(&format!("{LIST}/{}/scope", id(&unknown))).await.problem(409, "customer_unknown");
    desk.app.finish().await;
}
