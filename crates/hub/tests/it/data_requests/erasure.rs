//! Who asks to be erased is told that they were once they are, and gets a certificate that names them no more.

use serde_json::{Value, json};

use super::{Desk, act, may, read};
use crate::support::{Client, id};

async fn pdf(client: &Client, path: &str) -> String {
    let answer = client.get(path).await;
    assert_eq!(answer.header("content-type"), "application/pdf", "{}", String::from_utf8_lossy(&answer.body));
    let text = pdf_extract::extract_text_from_mem(&answer.body).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Planned by one, approved by another, carried out.
async fn erase(desk: &Desk) -> Value {
    let path = format!("/api/admin/customers/{}/erasure", id(&desk.customer));
    let plan = desk.ops.post(&path, &json!({ "reason": "DR-1" })).await.ok()["erasure"].clone();
    let certificate = format!("/api/admin/erasures/{}/certificate", id(&plan));
    desk.ops.get(&certificate).await.problem(409, "not_now");
    let seen = json!({ "planHash": plan["planHash"] });
    desk.reviewer.post(&format!("/api/admin/erasures/{}/approve", id(&plan)), &seen).await.ok();
    desk.app.run_jobs().await;
    desk.ops.get(&path).await.ok()["erasure"].clone()
}

#[tokio::test]
async fn nobody_is_told_that_they_were_erased_before_they_are() {
    let desk = Desk::new().await;
    desk.app.booking(id(&desk.customer).parse().unwrap()).paid(45_000).refunded(5_000).insert().await;
    let case = desk.approved("erasure").await;
    assert_eq!(case.get("erasure"), None);
    let sent = json!({ "action": "answer", "on": "2026-11-22", "via": "email", "rightsTold": true });
    act(&desk.ops, &case, &sent).await.problem(409, "erasure_first");
    let why = may(&read(&desk.ops, &case).await, "answer")["reason"].as_str().unwrap().to_owned();
    assert!(why.contains("Privacy tab"), "{why}");

    let erasure = erase(&desk).await;
    assert_eq!(erasure["state"], "done", "{erasure:#}");
    let case = read(&desk.ops, &case).await;
    assert_eq!((&case["erasure"]["id"], &case["erasure"]["state"]), (&erasure["id"], &json!("done")));
    assert_eq!(case["customerName"], "Erased customer");
    let done = act(&desk.ops, &case, &sent).await.ok();
    act(&desk.ops, &done, &json!({ "action": "close" })).await.ok();

    let certificate = pdf(&desk.ops, &format!("/api/admin/erasures/{}/certificate", id(&erasure))).await;
    for part in [
        "Certificate of erasure",
        "was erased on 22 November 2026",
        "Name, e-mail address and phone number: 1 record.",
        "What you asked about your data: 1 record.",
        "Accounting records: kept six years",
        "Until 31 March 2033.",
        "Nothing of you was found.",
        "to the penny: £450.00 taken, £50.00 refunded",
        "ico.org.uk",
    ] {
        assert!(certificate.contains(part), "{part:?} is not in {certificate}");
    }
    for gone in ["Emma", "emma@example.com"] {
        assert!(!certificate.contains(gone), "{gone} is in {certificate}");
    }
    let hash = erasure["planHash"].as_str().unwrap();
    assert!(certificate.replace(' ', "").contains(hash), "{hash} is not in {certificate}");
    let of_case = pdf(&desk.ops, &format!("/api/admin/data-requests/{}/certificate", id(&case))).await;
    assert!(of_case.contains("Erased 22 November 2026, 10:00."), "{of_case}");
    assert!(of_case.replace(' ', "").contains(hash), "{of_case}");
    let read = "select count(*) from events where action in ('data_request.certificate_read', 'erasure.certificate_read')";
    assert_eq!(desk.app.sql.query_one(read, &[]).await.unwrap().get::<_, i64>(0), 2);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refusal_to_erase_needs_no_erasure() {
    let desk = Desk::new().await;
    let case = desk.identified("erasure", "2026-11-20").await;
    let refuse = json!({ "action": "prepare", "proposal": "refuse", "ground": "legal_obligation", "withheld": "The books" });
    let case = act(&desk.ops, &case, &refuse).await.ok();
    let case = act(&desk.reviewer, &case, &json!({ "action": "approve", "word": "Yes" })).await.ok();
    let sent = json!({ "action": "answer", "on": "2026-11-22", "via": "letter", "rightsTold": true });
    act(&desk.ops, &case, &sent).await.ok();
    desk.app.finish().await;
}
