//! Invoices: issued when first sent, numbered without gaps, mailed as PDF, read back.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Answer, Behaviour, Client, MailServer, TestApp, id, id_of};

const NAME: &str = "Ελένη Παπαδοπούλου";

async fn app(server: Option<&MailServer>) -> TestApp {
    TestApp::with(|settings| {
        settings.smtp_url = server.map(MailServer::url);
        settings.mail_from = "Example Removals <desk@example.com>".to_owned();
        settings.invoice.seller_name = "Example Removals Ltd".to_owned();
        settings.invoice.seller_address = vec!["1 Depot Road".to_owned(), "Leeds LS1 4DY".to_owned()];
        settings.invoice.vat_number = Some("GB123456789".to_owned());
    })
    .await
}

async fn resend(client: &Client, customer: &Value, booking: Uuid) -> Answer {
    act(client, customer, &json!({ "action": "resend_invoice", "bookingId": booking })).await
}

async fn act(client: &Client, customer: &Value, body: &Value) -> Answer {
    client.post(&format!("/api/admin/customers/{}/actions", id(customer)), body).await
}

async fn list(client: &Client, customer: &Value) -> Value {
    client.get(&format!("/api/admin/customers/{}/invoices", id(customer))).await.ok()
}

async fn pdf_text(client: &Client, invoice: &Value) -> String {
    let answer = client.get(&format!("/api/admin/invoices/{}/pdf", id(invoice))).await;
    assert_eq!(answer.header("content-type"), "application/pdf");
    pdf_extract::extract_text_from_mem(&answer.body).unwrap()
}

#[tokio::test]
async fn an_invoice_arrives_by_mail_and_says_what_is_right() {
    let server = MailServer::start(&[Behaviour::Accept]).await;
    let app = app(Some(&server)).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer(NAME, "eleni@example.com").await;
    let booking = app.booking(id_of(&customer)).reference("SV-1").paid(45_999).refunded(5_000).insert().await;
    let sent = resend(&client, &customer, booking).await.ok();
    assert_eq!(sent["sent"]["invoice"]["number"], 1);
    app.run_jobs().await;

    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].to, "eleni@example.com");
    assert_eq!(received[0].header("Subject"), Some("Invoice 1 for your move SV-1"));
    let text = pdf_extract::extract_text_from_mem(&received[0].part("application/pdf").unwrap()).unwrap();
    for part in [
        "Example Removals Ltd",
        "1 Depot Road",
        "VAT number GB123456789",
        "Invoice 1",
        "Date: 22 November 2026",
        "Booking: SV-1",
        NAME,
        "M1 1AE",
        "M2 5BQ",
        "£459.99",
        "of which VAT at 20 %",
        "£76.67",
        "£383.32",
        "Refunded to you",
        "£50.00",
        "Balance to pay",
        "£0.00",
    ] {
        assert!(text.contains(part), "{part:?} in {text:?}");
    }
    assert_eq!(pdf_text(&client, &sent["sent"]["invoice"]).await, text);
    let mail =
        client.get(&format!("/api/admin/mails/{}", sent["sent"]["mailId"].as_str().unwrap())).await.ok();
    assert_eq!(mail["state"], "sent");
    let timeline = client.get(&format!("/api/admin/customers/{}/timeline", id(&customer))).await.ok();
    let summaries: Vec<&str> = timeline["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["summary"].as_str())
        .collect();
    assert!(
        summaries.contains(&"Invoice 1 for SV-1 sent") && summaries.contains(&"Mail sent"),
        "{summaries:?}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_reissue_is_the_same_invoice_whatever_has_changed_since() {
    let app = app(None).await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer(NAME, "eleni@example.com").await;
    let booking = app.booking(id_of(&customer)).paid(10_000).insert().await;
    let first = resend(&client, &customer, booking).await.ok();
    app.advance(SignedDuration::from_hours(48));
    let client = app.as_role(Role::Ops).await;
    let change = json!({ "name": "Somebody Else", "email": "else@example.com" });
    client.put(&format!("/api/admin/customers/{}", id(&customer)), 1, &change).await.ok();
    let elsewhere = json!({ "action": "resend_invoice", "bookingId": booking, "to": "accounts@example.com" });
    let again = act(&client, &customer, &elsewhere).await.ok();
    assert_eq!(again["sent"]["invoice"], first["sent"]["invoice"]);
    assert_ne!(again["sent"]["mailId"], first["sent"]["mailId"]);
    let text = pdf_text(&client, &first["sent"]["invoice"]).await;
    assert!(text.contains(NAME) && text.contains("Date: 22 November 2026"), "{text:?}");
    assert_eq!(list(&client, &customer).await.as_array().unwrap().len(), 1);
    let mails = client.get("/api/admin/mails?state=outbox").await.ok();
    assert_eq!(mails["mails"][0]["toAddress"], "accounts@example.com");
    app.finish().await;
}

#[tokio::test]
async fn the_file_name_keeps_every_script() {
    let app = app(None).await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).reference("SV-Ä 1").insert().await;
    let sent = resend(&client, &customer, booking).await.ok();
    let path = format!("/api/admin/invoices/{}/pdf", id(&sent["sent"]["invoice"]));
    assert_eq!(
        client.get(&path).await.header("content-disposition"),
        "attachment; filename=\"invoice-1.pdf\"; filename*=UTF-8''Invoice%201%20SV-%C3%84%201.pdf"
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_issue_at_once_get_numbers_without_a_gap() {
    let app = app(None).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let mut bookings = Vec::new();
    for _ in 0..4 {
        let booking = app.booking(id_of(&customer)).insert().await;
        // Each of them twice: one invoice, two mails.
        bookings.extend([booking, booking]);
    }
    let answers =
        futures_util::future::join_all(bookings.iter().map(|booking| resend(&client, &customer, *booking)))
            .await;
    let mut numbers: Vec<(Uuid, i64)> = bookings
        .iter()
        .zip(&answers)
        .map(|(booking, answer)| (*booking, answer.ok()["sent"]["invoice"]["number"].as_i64().unwrap()))
        .collect();
    numbers.sort_unstable_by_key(|(_, number)| *number);
    numbers.dedup();
    assert_eq!(numbers.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    app.finish().await;
}

#[tokio::test]
async fn a_number_that_was_rolled_back_is_given_again() {
    let app = app(None).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).insert().await;
    // The last step of the transaction fails: the event cannot be written.
    app.sql
        .batch_execute("alter table events add constraint none check (action <> 'invoice.issued') not valid")
        .await
        .unwrap();
    let path = format!("/api/admin/customers/{}/actions", id(&customer));
    let body = json!({ "action": "resend_invoice", "bookingId": booking });
    client.post(&path, &body).may_fail().await.problem(500, "internal");
    app.sql.batch_execute("alter table events drop constraint none").await.unwrap();
    assert_eq!(list(&client, &customer).await, json!([]));
    assert_eq!(client.get("/api/admin/mails").await.ok()["mails"], json!([]));
    assert_eq!(resend(&client, &customer, booking).await.ok()["sent"]["invoice"]["number"], 1);
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_invoiced_is_refused_and_nothing_is_issued() {
    let app = app(None).await;
    let client = app.as_role(Role::Superadmin).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let other = client.create_customer("Ann", "ann@example.com").await;
    let theirs = app.booking(id_of(&other)).insert().await;
    let draft = app.booking(id_of(&customer)).status("DRAFT").insert().await;
    for booking in [theirs, draft, Uuid::nil()] {
        assert_eq!(
            resend(&client, &customer, booking).await.problem(422, "invalid_field")["field"],
            "bookingId"
        );
    }
    let booking = app.booking(id_of(&customer)).insert().await;
    for to in ["nobody", "a@b", "a@example.com\r\nBcc: b@example.com", ""] {
        let body = json!({ "action": "resend_invoice", "bookingId": booking, "to": to });
        assert_eq!(
            act(&client, &customer, &body).await.problem(422, "invalid_field")["field"],
            "to",
            "{to:?}"
        );
    }
    let phone = json!({ "name": "Li", "phone": "07700 900123" });
    let unreachable = client.post("/api/admin/customers", &phone).await.ok();
    let booking = app.booking(id_of(&unreachable)).insert().await;
    assert_eq!(resend(&client, &unreachable, booking).await.problem(422, "invalid_field")["field"], "to");

    client.delete(&format!("/api/admin/customers/{}", id(&unreachable))).await.ok();
    resend(&client, &unreachable, booking).await.problem(409, "customer_archived");
    let issued: i64 = app.sql.query_one("select count(*) from invoices", &[]).await.unwrap().get(0);
    assert_eq!(issued, 0);
    app.finish().await;
}

#[tokio::test]
async fn the_same_request_twice_sends_one_mail() {
    let app = app(None).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).insert().await;
    let send = async || {
        let body = json!({ "action": "resend_invoice", "bookingId": booking });
        let path = format!("/api/admin/customers/{}/actions", id(&customer));
        client.post(&path, &body).header("idempotency-key", "one").await
    };
    let first = send().await.ok();
    assert_eq!(send().await.changed_nothing(), first);
    assert_eq!(client.get("/api/admin/mails").await.ok()["mails"].as_array().unwrap().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn without_a_vat_number_no_vat_is_shown() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).paid(12_000).insert().await;
    let invoice = resend(&client, &customer, booking).await.ok()["sent"]["invoice"].clone();
    assert_eq!(
        (&invoice["vat"], &invoice["net"], &invoice["total"]),
        (&json!(0), &json!(12_000), &json!(12_000))
    );
    assert!(!pdf_text(&client, &invoice).await.contains("VAT"));
    app.finish().await;
}

#[tokio::test]
async fn lines_add_up_to_the_total() {
    let app = app(None).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    for (parts, texts) in [
        (json!({}), vec!["Move with a crew of 2"]),
        (json!({ "distance": 4_000, "items": 6_000 }), vec!["Distance", "Items"]),
        (json!({ "distance": 4_000, "crewPercent": 20.0 }), vec!["Distance", "Crew of 2 and availability"]),
        (
            json!({ "distance": 9_000, "access": 3_000 }),
            vec!["Distance", "Access at pickup and drop-off", "Discount"],
        ),
    ] {
        let booking = app.booking(id_of(&customer)).paid(10_000).insert().await;
        app.sql
            .execute("update bookings set price_parts = $2 where id = $1", &[&booking, &parts])
            .await
            .unwrap();
        let invoice = resend(&client, &customer, booking).await.ok()["sent"]["invoice"].clone();
        let lines = invoice["lines"].as_array().unwrap();
        assert_eq!(lines.iter().map(|line| line["text"].as_str().unwrap()).collect::<Vec<_>>(), texts);
        assert_eq!(lines.iter().map(|line| line["amount"].as_i64().unwrap()).sum::<i64>(), 10_000);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_invoice_cannot_be_changed_or_deleted() {
    let app = app(None).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let booking = app.booking(id_of(&customer)).insert().await;
    resend(&client, &customer, booking).await.ok();
    for sql in [
        "update invoices set total = 1, net = 1, vat = 0",
        "delete from invoices",
        "truncate invoices cascade",
    ] {
        let error = app.sql.batch_execute(sql).await.unwrap_err();
        assert!(error.as_db_error().unwrap().message().contains("invoices are written once"), "{error:?}");
    }
    app.finish().await;
}
