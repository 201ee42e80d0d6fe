//! When the hub finds that something is wrong: who is told, once.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use jiff::SignedDuration;
use kernel::Email;
use platform::settings::{Secret, Settings, WebhookSettings};
use serde_json::Value;
use sha2::Sha256;
use staff::Role;
use tokio::net::TcpListener;

use crate::support::{Behaviour, MailServer, TestApp};

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Somebody's program that is told.
struct Hook {
    address: SocketAddr,
    told: Arc<Mutex<Vec<Told>>>,
}

#[derive(Clone)]
struct Told {
    id: String,
    at: String,
    signature: String,
    body: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn is_signed(&self) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(SECRET).unwrap()).unwrap();
        mac.update(format!("{}.{}.{}", self.id, self.at, self.body).as_bytes());
        self.signature == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl Hook {
    /// Answers so, one after the other, and 204 from then on.
    async fn start(statuses: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, told) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (hears, statuses) = (told.clone(), Arc::new(statuses.to_vec()));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (hears, statuses) = (hears.clone(), statuses.clone());
                let service = service_fn(move |request| answer(request, hears.clone(), statuses.clone()));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, told }
    }

    /// Of this rule. Others may hold too: nobody seals in a test, for one.
    fn told_of(&self, rule: &str) -> Vec<Told> {
        let told = self.told.lock().unwrap();
        told.iter().filter(|one| one.json()["data"]["alert"]["rule"] == rule).cloned().collect()
    }

    fn settings(&self) -> WebhookSettings {
        WebhookSettings {
            origin: format!("http://{}", self.address),
            path: "/hub?team=desk".to_owned(),
            secret: Secret(SECRET.to_owned()),
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    told: Arc<Mutex<Vec<Told>>>,
    statuses: Arc<Vec<u16>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    assert_eq!(parts.uri.to_string(), "/hub?team=desk");
    let body = body.collect().await.unwrap().to_bytes();
    let header = |name: &str| parts.headers[name].to_str().unwrap().to_owned();
    let mut told = told.lock().unwrap();
    let status = statuses.get(told.len()).copied().unwrap_or(204);
    told.push(Told {
        id: header("webhook-id"),
        at: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    Ok(Response::builder().status(status).body(Full::default()).unwrap())
}

async fn watched(change: impl FnOnce(&mut Settings)) -> TestApp {
    let app = TestApp::with(change).await;
    // The clock stands where schedules begin, so that the first look comes with the first minute.
    app.run_jobs().await;
    app
}

/// Lets the minutes pass, with what is due in each.
async fn pass(app: &TestApp, minutes: usize) {
    for _ in 0..minutes {
        app.advance(SignedDuration::from_mins(1));
        app.run_jobs().await;
    }
}

async fn kill_a_job(app: &TestApp) {
    let job =
        "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, created_at, finished_at)
        values (gen_random_uuid(), 'mail.send', '{}', 'dead', $1, 3, 3, $1, $1)";
    app.sql.execute(job, &[&app.now()]).await.unwrap();
}

/// What the trail says of the rule about dead jobs.
async fn events(app: &TestApp, action: &str) -> i64 {
    let sql = "select count(*) from events where action = $1 and details ->> 'rule' = 'HubJobsDead'";
    app.sql.query_one(sql, &[&action]).await.unwrap().get(0)
}

fn mails_of(server: &MailServer, title: &str) -> Vec<String> {
    server.received().into_iter().map(|mail| mail.text).filter(|text| text.contains(title)).collect()
}

#[tokio::test]
async fn who_is_to_be_told_is_told_once_and_once_when_it_is_over() {
    let (server, hook) = (MailServer::start(&[Behaviour::Accept]).await, Hook::start(&[]).await);
    let app = watched(|settings| {
        settings.smtp_url = Some(server.url());
        settings.alerts.emails = vec![Email::parse("ops@example.com").unwrap()];
        settings.alerts.webhook = Some(hook.settings());
    })
    .await;
    kill_a_job(&app).await;
    pass(&app, 1).await;
    assert_eq!(hook.told_of("HubJobsDead").len(), 0, "it has just begun");
    pass(&app, 4).await;
    let (mails, told) = (mails_of(&server, "Jobs have died"), hook.told_of("HubJobsDead"));
    assert_eq!((mails.len(), told.len(), events(&app, "alert.fired").await), (1, 1, 1));
    let mail = &mails[0];
    assert!(
        mail.contains("Warning: Jobs have died") && mail.contains("docs/runbooks/jobs-dead.md"),
        "{mail}"
    );
    let (said, alert) = (told[0].json(), told[0].json()["data"]["alert"].clone());
    assert!(told[0].is_signed(), "{said}");
    assert_eq!((said["type"].as_str(), alert["rule"].as_str()), (Some("alert.fired"), Some("HubJobsDead")));
    assert_eq!((alert["state"].as_str(), alert["value"].as_f64()), (Some("firing"), Some(1.0)));

    app.sql.execute("update jobs set state = 'discarded' where state = 'dead'", &[]).await.unwrap();
    pass(&app, 3).await;
    assert_eq!(hook.told_of("HubJobsDead").len(), 1, "it may come back at once");
    pass(&app, 4).await;
    let told = hook.told_of("HubJobsDead");
    let mails = mails_of(&server, "Jobs have died");
    assert_eq!((mails.len(), told.len(), events(&app, "alert.resolved").await), (2, 2, 1));
    assert_eq!(told[1].json()["type"], "alert.resolved");
    assert!(told[1].is_signed() && told[1].id != told[0].id);
    let mut forged = told[1].clone();
    forged.body.push(' ');
    assert!(!forged.is_signed());
    app.finish().await;
}

#[tokio::test]
async fn what_comes_and_goes_is_told_once() {
    let hook = Hook::start(&[]).await;
    let app = watched(|settings| settings.alerts.webhook = Some(hook.settings())).await;
    for _ in 0..4 {
        kill_a_job(&app).await;
        pass(&app, 3).await;
        app.sql.execute("update jobs set state = 'discarded' where state = 'dead'", &[]).await.unwrap();
        pass(&app, 3).await;
    }
    assert_eq!(hook.told_of("HubJobsDead").len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn who_does_not_answer_is_told_again_under_the_same_id() {
    let hook = Hook::start(&[500, 302, 404]).await;
    let app = watched(|settings| settings.alerts.webhook = Some(hook.settings())).await;
    kill_a_job(&app).await;
    pass(&app, 10).await;
    let told = hook.told_of("HubJobsDead");
    assert_eq!(told.len(), 4);
    assert!(
        told.iter().all(|one| one.id == told[0].id && one.body.contains("alert.fired") && one.is_signed())
    );
    app.leave_jobs();
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_mail_is_not_told_by_mail() {
    let (server, hook) = (MailServer::start(&[Behaviour::Accept]).await, Hook::start(&[]).await);
    let app = watched(|settings| {
        settings.smtp_url = Some(server.url());
        settings.alerts.emails = vec![Email::parse("ops@example.com").unwrap()];
        settings.alerts.webhook = Some(hook.settings());
    })
    .await;
    let failed = "insert into mails (id, to_address, subject, body_text, state, message_id, created_at)
        select gen_random_uuid(), 'emma@example.com', 'Your move', 'All is well.', 'failed', '<' || n || '@x>', $1
        from generate_series(1, 5) n";
    app.sql.execute(failed, &[&app.now()]).await.unwrap();
    pass(&app, 8).await;
    assert_eq!(hook.told_of("HubMailFails").len(), 1);
    let mails = server.received();
    assert!(mails.iter().all(|mail| !mail.text.contains("Mails were given up")));
    app.abandon();
}

#[tokio::test]
async fn rules_go_by_what_all_processes_counted() {
    let app = watched(|_| {}).await;
    let boss = app.as_role(Role::Superadmin).await;
    let firing = async || {
        let system = boss.get("/api/admin/system").await.ok();
        let alerts = system["alerts"].as_array().unwrap().clone();
        alerts.iter().any(|alert| alert["rule"] == "HubSignInsRefused" && alert["state"] == "firing")
    };
    let count = "insert into measured_minutes values (date_bin('1 minute', $1::timestamptz, 'epoch'), 'sign_ins_refused', 30)";
    app.sql.execute(count, &[&app.now()]).await.unwrap();
    pass(&app, 1).await;
    assert!(!firing().await);
    app.sql.execute(count, &[&app.now()]).await.unwrap();
    pass(&app, 1).await;
    assert!(firing().await);
    pass(&app, 25).await;
    assert!(!firing().await, "a quarter of an hour later it is over");
    app.finish().await;
}
