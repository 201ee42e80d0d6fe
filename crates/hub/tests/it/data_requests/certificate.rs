//! The certificate of a closed request: a PDF that says what was asked, when, by whom it was dealt with, and how it ended.

use axum::http::Method;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::{Desk, LIST, act, read};
use crate::support::{Client, id};

async fn certificate(client: &Client, case: &Value) -> String {
    let answer = client.get(&format!("{LIST}/{}/certificate", id(case))).await;
    assert_eq!(answer.header("content-type"), "application/pdf", "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.header("content-disposition").contains("-certificate.pdf"));
    let text = pdf_extract::extract_text_from_mem(&answer.body).unwrap();
    // Lines break where the sheet ends.
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_delivered_request_has_a_certificate_once_it_is_closed() {
    let desk = Desk::new().await;
    let case = desk.approved("access").await;
    desk.ops.get(&format!("{LIST}/{}/certificate", id(&case))).await.problem(409, "not_now");
    let begun = act(&desk.ops, &case, &json!({ "action": "deliver", "to": "hand_over" })).await.ok();
    desk.app.run_jobs().await;
    let path = begun["link"]["url"]
        .as_str()
        .unwrap()
        .strip_prefix(&desk.app.app.settings.public_url)
        .unwrap()
        .to_owned();
    let answer = desk.app.client().request(Method::POST, &path).open().await;
    answer.into_body().collect().await.unwrap();
    let done = read(&desk.ops, &case).await;
    act(&desk.ops, &done, &json!({ "action": "close", "note": "Thanked us" })).await.ok();

    let text = certificate(&desk.ops, &case).await;
    let hash = done["exports"][0]["sha256"].as_str().unwrap();
    for part in [
        "Certificate of data request DR-",
        "Emma Davis",
        "Please send me everything you hold about me.",
        "20 November 2026: Received.",
        "(UK GDPR Art. 12(3))",
        "It came from contact details that we know",
        "Prepared by Operations 0 (Operations), 22 November 2026, 10:00.",
        "Approved by Reviewer 1 (Reviewer)",
        "A copy of all data was made.",
        "By a one-time link",
        "Fetched 22 November 2026, 10:00.",
        "Thanked us",
        "right to complain",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(text.replace(' ', "").contains(hash), "{hash} is not in {text}");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refusal_names_its_ground_on_the_certificate() {
    let desk = Desk::new().await;
    let case = desk.identified("access", "2026-11-20").await;
    let refuse = json!({ "action": "prepare", "proposal": "refuse", "ground": "excessive", "withheld": "Asked weekly" });
    let case = act(&desk.ops, &case, &refuse).await.ok();
    let case = act(&desk.reviewer, &case, &json!({ "action": "approve", "word": "Yes" })).await.ok();
    let sent = json!({ "action": "answer", "on": "2026-11-22", "via": "letter", "rightsTold": true });
    let case = act(&desk.ops, &case, &sent).await.ok();
    act(&desk.ops, &case, &json!({ "action": "close" })).await.ok();
    let text = certificate(&desk.ops, &case).await;
    for part in ["Outcome: Refused", "UK GDPR Art. 12(5)", "excessive", "Asked weekly", "By letter"] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert!(!text.contains("SHA-256"), "{text}");
    desk.app.finish().await;
}
