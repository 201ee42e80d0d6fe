//! Mail: sent by a job through a real mail server that behaves well and badly, or kept in the outbox.

use jiff::SignedDuration;
use kernel::{CustomerId, Email, MailId};
use mail::{Attachment, NewMail};
use platform::{Actor, Event, Problem, Tx};
use serde_json::Value;
use staff::Role;
use uuid::Uuid;

use crate::support::{Behaviour, Client, MailServer, TestApp, id_of};

const NAME: &str = "Ελένη Παπαδοπούλου";

fn new_mail(customer: Option<Uuid>) -> NewMail {
    NewMail {
        customer: customer.map(CustomerId),
        invoice: None,
        to: Email::parse("eleni@example.com").unwrap(),
        to_name: Some(NAME.to_owned()),
        subject: "About your move".to_owned(),
        body: "Dear Eleni,\n.\nAll is well.\n".to_owned(),
        attachments: vec![Attachment {
            file_name: "terms.txt".to_owned(),
            content_type: "application/octet-stream".to_owned(),
            content: vec![0, 1, 2, 255],
        }],
    }
}

async fn enqueue(app: &TestApp, new: NewMail) -> Result<MailId, Problem> {
    let mut db = app.app.db.client().await.unwrap();
    let tx = Tx::begin(&mut db, &app.app).await?;
    let id = mail::enqueue(&app.app, &*tx, None, new).await?;
    tx.commit(&Actor::system(), Event::change("mail.queued").on("mail", id.0)).await?;
    Ok(id)
}

/// Runs what is due; returns how many runs of ours that were.
async fn run_jobs(app: &TestApp) -> i64 {
    let attempts = async || -> i64 {
        let sql = "select coalesce(sum(attempt), 0)::bigint from jobs where kind = 'mail.send'";
        app.sql.query_one(sql, &[]).await.unwrap().get(0)
    };
    let before = attempts().await;
    app.run_jobs().await;
    attempts().await - before
}

async fn with_server(behaviours: &[Behaviour]) -> (TestApp, MailServer) {
    let server = MailServer::start(behaviours).await;
    let app = TestApp::with(|settings| {
        settings.smtp_url = Some(server.url());
        settings.smtp_timeout = std::time::Duration::from_millis(400);
        settings.mail_from = "Example Removals <desk@example.com>".to_owned();
    })
    .await;
    (app, server)
}

async fn read(client: &Client, mail: MailId) -> Value {
    client.get(&format!("/api/admin/mails/{mail}")).await.ok()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (app, server) = with_server(&[Behaviour::Accept]).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer(NAME, "eleni@example.com").await;
    let mail = enqueue(&app, new_mail(Some(id_of(&customer)))).await.unwrap();
    assert_eq!(read(&client, mail).await["state"], "queued");
    assert_eq!(run_jobs(&app).await, 1);

    let received = server.received();
    assert_eq!(received.len(), 1);
    let [one] = &received[..] else { panic!() };
    assert_eq!(one.to, "eleni@example.com");
    assert_eq!(one.header("From"), Some("\"Example Removals\" <desk@example.com>"));
    assert_eq!(one.header("Subject"), Some("About your move"));
    assert_eq!(one.header("Message-ID").unwrap(), format!("<{mail}@example.com>"));
    assert!(one.header("To").unwrap().starts_with("=?utf-8?b?"), "{}", one.text);
    assert!(one.text.contains("Dear Eleni,\r\n.\r\nAll is well."), "{}", one.text);
    assert_eq!(one.part("application/octet-stream").unwrap(), [0, 1, 2, 255]);

    let shown = read(&client, mail).await;
    assert_eq!((shown["state"].as_str(), shown["attempts"].as_i64()), (Some("sent"), Some(0)));
    assert_eq!(
        shown["attachments"][0],
        serde_json::json!({ "fileName": "terms.txt", "contentType": "application/octet-stream", "size": 4 })
    );
    assert_eq!(run_jobs(&app).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_is_final_and_shown_in_the_servers_words() {
    let (app, server) = with_server(&[Behaviour::Refuse, Behaviour::Accept]).await;
    let client = app.as_role(Role::Finance).await;
    let mail = enqueue(&app, new_mail(None)).await.unwrap();
    assert_eq!(run_jobs(&app).await, 1);
    let shown = read(&client, mail).await;
    assert_eq!(shown["state"], "failed");
    assert_eq!(shown["lastError"], "550 5.1.1 No such mailbox here");
    app.advance(SignedDuration::from_hours(100));
    assert_eq!(run_jobs(&app).await, 0, "nobody tries again by themselves");

    let client = app.as_role(Role::Finance).await;
    client.act(&format!("/api/admin/mails/{mail}/retry")).await.ok();
    run_jobs(&app).await;
    assert_eq!(read(&client, mail).await["state"], "sent");
    assert_eq!(server.received().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_greylisted_mail_comes_back_later() {
    let (app, server) = with_server(&[Behaviour::Greylist, Behaviour::Greylist, Behaviour::Accept]).await;
    let client = app.as_role(Role::Reviewer).await;
    let mail = enqueue(&app, new_mail(None)).await.unwrap();
    assert_eq!(run_jobs(&app).await, 1);
    let shown = read(&client, mail).await;
    assert_eq!(shown["state"], "queued");
    assert_eq!(shown["lastError"], "451 4.7.1 Greylisted, come back later");
    for minutes in [1, 5] {
        app.advance(SignedDuration::from_secs(minutes * 60 - 1));
        assert_eq!(run_jobs(&app).await, 0);
        app.advance(SignedDuration::from_secs(1));
        assert_eq!(run_jobs(&app).await, 1);
    }
    let shown = read(&client, mail).await;
    assert_eq!((shown["state"].as_str(), shown["attempts"].as_i64()), (Some("sent"), Some(2)));
    assert!(shown.get("lastError").is_none());
    assert_eq!(server.received().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_and_tried_again() {
    let (app, server) = with_server(&[Behaviour::Hang, Behaviour::Accept]).await;
    let client = app.as_role(Role::Support).await;
    let mail = enqueue(&app, new_mail(None)).await.unwrap();
    assert_eq!(run_jobs(&app).await, 1);
    assert_eq!(read(&client, mail).await["lastError"], "The mail server did not answer in time.");
    app.advance(SignedDuration::from_mins(1));
    run_jobs(&app).await;
    assert_eq!((read(&client, mail).await["state"].as_str(), server.received().len()), (Some("sent"), 1));
    app.finish().await;
}

#[tokio::test]
async fn a_repeat_after_a_broken_connection_can_be_told_by_its_message_id() {
    let (app, server) = with_server(&[Behaviour::DropAfterData, Behaviour::Accept]).await;
    let client = app.as_role(Role::Support).await;
    let mail = enqueue(&app, new_mail(None)).await.unwrap();
    run_jobs(&app).await;
    assert_eq!(read(&client, mail).await["state"], "queued");
    app.advance(SignedDuration::from_mins(1));
    run_jobs(&app).await;
    assert_eq!(read(&client, mail).await["state"], "sent");
    let received = server.received();
    let ids: Vec<_> = received.iter().map(|one| one.header("Message-ID").unwrap()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    app.finish().await;
}

#[tokio::test]
async fn a_mail_that_nobody_takes_for_a_day_has_failed() {
    let (app, server) = with_server(&[Behaviour::Greylist]).await;
    let mail = enqueue(&app, new_mail(None)).await.unwrap();
    let mut runs = 0;
    for _ in 0..30 {
        runs += run_jobs(&app).await;
        app.advance(SignedDuration::from_hours(1));
    }
    let shown = read(&app.as_role(Role::Support).await, mail).await;
    assert_eq!((shown["state"].as_str(), shown["attempts"].as_u64()), (Some("failed"), Some(10)));
    assert_eq!((runs, server.received().len()), (10, 0));
    app.finish().await;
}

#[tokio::test]
async fn without_a_mail_server_mail_waits_in_the_outbox() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let ours = enqueue(&app, new_mail(Some(id_of(&customer)))).await.unwrap();
    app.advance(SignedDuration::from_secs(1));
    let other = enqueue(&app, new_mail(None)).await.unwrap();
    assert_eq!(run_jobs(&app).await, 0);

    let ids = |page: &Value| -> Vec<String> {
        page["mails"].as_array().unwrap().iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
    };
    let list = async |query: &str| client.get(&format!("/api/admin/mails?{query}")).await.ok();
    assert_eq!(ids(&list("state=outbox").await), [other.to_string(), ours.to_string()]);
    assert_eq!(ids(&list("state=sent").await), Vec::<String>::new());
    let of_customer = format!("customerId={}", customer["id"].as_str().unwrap());
    assert_eq!(ids(&list(&of_customer).await), [ours.to_string()]);
    let first = list("limit=1").await;
    assert_eq!(ids(&first), [other.to_string()]);
    let second = list(&format!("limit=1&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!((ids(&second), second.get("next")), (vec![ours.to_string()], None));
    client.get("/api/admin/mails?after=junk").await.problem(422, "invalid_field");
    client.get("/api/admin/mails?limit=0").await.problem(422, "invalid_field");

    let refused = client.act(&format!("/api/admin/mails/{ours}/retry")).await;
    refused.problem(409, "no_mail_server");
    app.finish().await;
}

#[tokio::test]
async fn what_is_sent_or_on_its_way_is_not_sent_again() {
    let (app, server) = with_server(&[Behaviour::Accept]).await;
    let client = app.as_role(Role::Support).await;
    let mail = enqueue(&app, new_mail(None)).await.unwrap();
    let retry = async || client.act(&format!("/api/admin/mails/{mail}/retry")).await;
    retry().await.problem(409, "mail_queued");
    run_jobs(&app).await;
    retry().await.problem(409, "mail_sent");
    assert_eq!((run_jobs(&app).await, server.received().len()), (0, 1));
    app.finish().await;
}

#[tokio::test]
async fn a_line_break_does_not_get_into_a_header() {
    let app = TestApp::new().await;
    let mut name = new_mail(None);
    name.to_name = Some("Eve\r\nBcc: all@example.com".to_owned());
    let mut subject = new_mail(None);
    subject.subject = "Hello\nX-Evil: 1".to_owned();
    let mut file = new_mail(None);
    file.attachments[0].file_name = "a\r\n.txt".to_owned();
    for (new, field) in [(name, "toName"), (subject, "subject"), (file, "fileName")] {
        assert_eq!(enqueue(&app, new).await.unwrap_err().field.as_deref(), Some(field));
    }
    let kept: i64 = app.sql.query_one("select count(*) from mails", &[]).await.unwrap().get(0);
    assert_eq!(kept, 0);
    app.finish().await;
}

#[tokio::test]
async fn a_mail_is_gone_with_the_transaction_that_enqueued_it() {
    let (app, server) = with_server(&[Behaviour::Accept]).await;
    let mut db = app.app.db.client().await.unwrap();
    let tx = Tx::begin(&mut db, &app.app).await.unwrap();
    mail::enqueue(&app.app, &*tx, None, new_mail(None)).await.unwrap();
    drop(tx);
    assert_eq!((run_jobs(&app).await, server.received().len()), (0, 0));
    app.finish().await;
}

/// The worker was killed while it sent for the last time: nobody wrote down what came of it.
#[tokio::test]
async fn a_mail_whose_last_attempt_died_with_its_worker_says_so_and_can_be_sent_again() {
    let (app, server) = with_server(&[Behaviour::Accept]).await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer(NAME, "eleni@example.com").await;
    let mail = enqueue(&app, new_mail(Some(id_of(&customer)))).await.unwrap();
    let other = enqueue(&app, new_mail(None)).await.unwrap();
    app.sql
        .execute(
            "update jobs set state = 'running', attempt = max_attempts, lease_until = $2 where payload ->> 'mailId' = $1",
            &[&mail.to_string(), &(app.now() + SignedDuration::from_secs(60))],
        )
        .await
        .unwrap();
    run_jobs(&app).await;
    assert_eq!(read(&client, mail).await["state"], "queued", "it may still be at it");
    assert_eq!(read(&client, other).await["state"], "sent");
    app.advance(SignedDuration::from_mins(5));
    run_jobs(&app).await;
    let shown = read(&client, mail).await;
    assert_eq!(shown["state"], "failed");
    assert!(shown["lastError"].as_str().unwrap().starts_with("Sending broke off in the last attempt"));
    client.act(&format!("/api/admin/mails/{mail}/retry")).await.ok();
    run_jobs(&app).await;
    assert_eq!((read(&client, mail).await["state"].as_str(), server.received().len()), (Some("sent"), 2));
    app.leave_jobs();
    app.finish().await;
}
