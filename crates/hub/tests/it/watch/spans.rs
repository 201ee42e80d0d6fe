//! Spans, as an OpenTelemetry collector sees them.

use std::{net::TcpListener, time::Duration};

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use platform::settings::{OtlpSettings, Secret};
use serde_json::json;
use staff::Role;

use super::Look;
use crate::support::{
    Behaviour, Collector, MailServer, Running, TestApp, TestProvider, all_to, hex, id_of, texts,
};

const CHAIN: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

async fn with(otlp: OtlpSettings) -> TestApp {
    TestApp::with(|settings| settings.otlp = Some(otlp)).await
}

/// What has ended has gone, or was dropped.
async fn flush(app: &TestApp) -> bool {
    let recorder = app.app.recorder().unwrap().clone();
    tokio::task::spawn_blocking(move || recorder.flush()).await.unwrap()
}

#[track_caller]
fn one<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name:?} in {names:#?}"))
}

#[tokio::test]
async fn a_request_its_statements_its_job_and_its_call_hang_together() {
    let (collector, mut otlp) = Collector::start().await;
    otlp.headers = vec![("authorization".to_owned(), Secret("Bearer word".to_owned()))];
    let stripe = TestProvider::start().await;
    let app = TestApp::with(|settings| {
        settings.otlp = Some(otlp);
        settings.stripe = Some(stripe.settings());
    })
    .await;
    stripe.follow(&app.app.clock);
    let boss = app.as_role(Role::Superadmin).await;
    let customer = id_of(&boss.create_customer("Emma Davis", "emma@example.com").await);
    let booking = app.booking(customer).paid(45_000).intent("pi_1").insert().await;
    let given = format!("00-{CHAIN}-{PARENT}-01");
    let body = json!({ "action": "issue_refund", "bookingId": booking, "amount": 1_200, "reason": "duplicate_payment" });
    let answer = boss
        .post(&format!("/api/admin/customers/{customer}/actions"), &body)
        .header("idempotency-key", "one")
        .header("traceparent", &given)
        .await;
    answer.ok();
    app.run_jobs().await;
    boss.get("/api/admin/customers?search=Emma").header("traceparent", &given).await.ok();
    assert!(flush(&app).await);

    let spans: Vec<Span> =
        collector.spans().into_iter().filter(|span| hex(&span.trace_id) == CHAIN).collect();
    let asked = one(&spans, "POST /api/admin/customers/{id}/actions");
    assert_eq!((hex(&asked.parent_span_id).as_str(), asked.kind()), (PARENT, SpanKind::Server));
    let about = texts(&asked.attributes);
    assert_eq!(about["http.response.status_code"], answer.status.as_u16().to_string());
    assert_eq!(about["hub.request_id"], answer.header("x-request-id"));
    assert!(asked.end_time_unix_nano > asked.start_time_unix_nano);
    let written = one(&spans, "transaction refund.issued");
    assert_eq!((&written.parent_span_id, written.kind()), (&asked.span_id, SpanKind::Client));
    let statement = one(&spans, "query platform::tx::commit");
    assert_eq!(texts(&statement.attributes)["db.system.name"], "postgresql");
    assert_eq!(statement.parent_span_id, asked.span_id);
    let job = one(&spans, "job refund.send");
    assert_eq!((&job.parent_span_id, job.kind()), (&asked.span_id, SpanKind::Consumer));
    let called = spans.iter().find(|span| span.name.starts_with("POST 127.0.0.1:")).unwrap();
    assert_eq!((&called.parent_span_id, called.kind()), (&job.span_id, SpanKind::Client));
    // Who is called hangs below the call.
    let told = stripe.asked().into_iter().zip(stripe.traces());
    let told = told.filter(|(asked, _)| asked.starts_with("POST /v1/refunds")).map(|(_, trace)| trace);
    assert_eq!(told.collect::<Vec<_>>(), [format!("00-{CHAIN}-{}-01", hex(&called.span_id))]);
    let listed = one(&spans, "GET /api/admin/customers");
    let read = spans.iter().find(|span| span.name.starts_with("query customers::list::")).unwrap();
    assert_eq!(read.parent_span_id, listed.span_id);
    // What began without a chain has begun one.
    let others = collector.spans();
    assert!(others.iter().any(|span| span.parent_span_id.is_empty() && hex(&span.trace_id) != CHAIN));
    assert!(collector.headers().iter().all(|headers| headers["authorization"] == "Bearer word"));

    let look = Look::at(&app).await;
    assert_eq!(look.value("hub_spans_total", &[("outcome", "sent")]), others.len() as f64);
    assert_eq!(look.value("hub_spans_total", &[("outcome", "dropped")]), 0.0);
    app.app.stop_recording().await;
    app.finish().await;
}

#[tokio::test]
async fn nothing_that_was_sent_and_nobodys_data_is_in_a_span() {
    let (collector, otlp) = Collector::start().await;
    let smtp = MailServer::start(&[Behaviour::Accept]).await;
    let app = TestApp::with(|settings| {
        settings.otlp = Some(otlp);
        settings.smtp_url = Some(smtp.url());
    })
    .await;
    let boss = app.as_role(Role::Superadmin).await;
    let hostile = "Zebedee select * from customers {id} \"quoted\"";
    let customer = id_of(&boss.create_customer(hostile, "zebedee-quux@example.com").await);
    boss.get(&format!("/api/admin/customers/{customer}?secretword=zebedee")).await;
    boss.get("/api/admin/customers?search=zebedee-quux%40example.com").await.ok();
    boss.get("/api/zebedee/nowhere?secretword=1").await;
    boss.post(
        "/api/auth/sign-in",
        &json!({ "email": "zebedee-quux@example.com", "password": "secretword 123" }),
    )
    .await;
    boss.get(&format!("/api/admin/customers/{customer}"))
        .header("tracestate", "vendor=secretword")
        .header("baggage", "who=zebedee")
        .header("user-agent", "secretword/1.0")
        .await
        .ok();
    app.mail(customer).await;
    app.run_jobs().await;
    assert!(flush(&app).await);
    let spans = collector.spans();
    assert!(spans.len() > 40, "{}", spans.len());
    let (job, mail) = (one(&spans, "job mail.send"), one(&spans, "SMTP"));
    assert_eq!(mail.parent_span_id, job.span_id);
    for word in ["zebedee", "quux", "secretword", "select ", "insert ", "example.com", &customer.to_string()]
    {
        assert!(!collector.has_seen(word), "{word} has left the house");
    }
    // The control: it would be seen.
    assert!(collector.has_seen("transaction customer.created") && collector.has_seen("customers::store"));
    app.app.stop_recording().await;
    app.abandon();
}

#[tokio::test]
async fn who_began_a_chain_decides_whether_it_is_recorded() {
    let (collector, mut otlp) = Collector::start().await;
    otlp.percent = 0;
    let app = with(otlp).await;
    let emma = app.as_role(Role::Support).await;
    for flags in ["00", "01"] {
        let given = format!("00-{CHAIN}-{PARENT}-{flags}");
        emma.get("/api/admin/customers").header("traceparent", &given).await.ok();
    }
    emma.get("/api/admin/customers").await.ok();
    emma.get("/api/nowhere").header("traceparent", &format!("00-{CHAIN}-{PARENT}-01")).await;
    app.run_jobs().await;
    assert!(flush(&app).await);
    let spans = collector.spans();
    assert!(spans.iter().all(|span| hex(&span.trace_id) == CHAIN));
    let requests: Vec<&str> =
        spans.iter().filter(|span| span.kind() == SpanKind::Server).map(|span| span.name.as_str()).collect();
    assert_eq!(requests, ["GET /api/admin/customers", "GET (web app)"]);
    app.app.stop_recording().await;
    app.finish().await;
}

#[tokio::test]
async fn a_failure_of_ours_is_marked() {
    let (collector, otlp) = Collector::start().await;
    let app = with(otlp).await;
    let emma = app.as_role(Role::Support).await;
    app.app.db.pool().close();
    emma.get("/api/admin/customers").may_fail().await.problem(503, "database_unavailable");
    assert!(flush(&app).await);
    let spans = collector.spans();
    let failed = one(&spans, "GET /api/admin/customers");
    assert_eq!(failed.status.as_ref().unwrap().code(), StatusCode::Error);
    assert_eq!(texts(&failed.attributes)["http.response.status_code"], "503");
    app.app.stop_recording().await;
    app.abandon();
}

#[tokio::test]
async fn a_collector_that_is_away_or_refuses_changes_nothing_but_a_counter() {
    let (collector, refusing) = Collector::answering(400).await;
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let away = all_to(gone.local_addr().unwrap());
    drop(gone);
    for otlp in [away, refusing] {
        let app = with(otlp).await;
        let emma = app.as_role(Role::Support).await;
        emma.get("/api/admin/customers").await.ok();
        flush(&app).await;
        let look = Look::at(&app).await;
        assert!(look.value("hub_spans_total", &[("outcome", "dropped")]) > 0.0);
        assert_eq!(look.value("hub_spans_total", &[("outcome", "sent")]), 0.0);
        app.app.stop_recording().await;
        app.finish().await;
    }
    assert!(!collector.spans().is_empty(), "it was asked");
}

#[tokio::test]
async fn a_collector_that_hangs_holds_nobody_up() {
    // It takes the connection, and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let app = with(all_to(silent.local_addr().unwrap())).await;
    let emma = app.as_role(Role::Support).await;
    emma.get("/api/admin/customers").await.ok();
    let recorder = app.app.recorder().unwrap().clone();
    let waiting = tokio::task::spawn_blocking(move || silent.accept().unwrap());
    let held = waiting.await.unwrap();
    // While its thread waits, requests are answered, and what does not fit is dropped.
    emma.get("/api/admin/customers").await.ok();
    for _ in 0..=trace::WAITING {
        recorder.begin(None, trace::SpanKind::Internal, "x");
    }
    let dropped = recorder.dropped();
    assert!(dropped > 0);
    emma.get("/api/admin/customers").await.ok();
    assert!(recorder.dropped() > dropped);
    // The end does not wait for it.
    let stopping = tokio::task::spawn_blocking(move || recorder.stop(Duration::from_millis(300)));
    assert!(!stopping.await.unwrap());
    emma.get("/api/admin/customers").await.ok();
    drop(held);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_spans_go_before_the_process_ends_and_one_that_hangs_does_not_keep_it() {
    let (collector, to) = Collector::start().await;
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let hanging = format!("http://{}", silent.local_addr().unwrap());
    let running = tokio::task::spawn_blocking(move || {
        let mut desk = Running::new("spans");
        desk.set("HUB_OTLP_SAMPLE_PERCENT", "100");
        desk.set("HUB_STOP_NOTICE_SECONDS", "0");
        desk.set("HUB_OTLP_ENDPOINT", to.origin);
        desk.start();
        let given = format!("00-{CHAIN}-{PARENT}-01");
        desk.line.send("GET", "/api/auth/session", &[("traceparent", &given)], None).unwrap();
        let first = desk.stop();
        desk.set("HUB_OTLP_ENDPOINT", hanging);
        desk.start();
        desk.line.send("GET", "/api/auth/session", &[("traceparent", &given)], None).unwrap();
        (first, desk.stop())
    });
    assert_eq!(running.await.unwrap(), (true, true));
    let spans = collector.spans();
    assert!(
        spans.iter().any(|span| hex(&span.trace_id) == CHAIN && hex(&span.parent_span_id) == PARENT),
        "{spans:#?}"
    );
    // The work behind the requests leaves spans as well.
    assert!(spans.iter().any(|span| span.kind() == SpanKind::Consumer));
    drop(silent);
}
