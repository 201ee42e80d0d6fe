//! Several processes on one database: the very program three times, two that serve and one that only works.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener as Port},
    path::{Path, PathBuf},
    process::{Child, Command},
    time::{Duration, Instant},
};

use axum::http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use staff::{DEMO_PASSWORD, Role, demo_email};
use tokio::net::TcpStream;
use tokio_postgres::Client;

use crate::support::{Socket, connect};

pub const PATIENCE: Duration = Duration::from_secs(120);

/// The very program, as it runs behind a port of its own.
pub struct Process {
    name: &'static str,
    pub child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

/// What an answer was.
pub struct Said {
    pub status: StatusCode,
    cookie: Option<String>,
    pub body: Value,
}

impl Process {
    pub fn start(name: &'static str, folder: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let address = Port::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = folder.with_extension(format!("{name}.log"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
        for (variable, _) in std::env::vars_os() {
            let text = variable.to_string_lossy();
            if (text.starts_with("HUB_") && text != "HUB_POSTGRES_BIN") || text == "DATABASE_URL" {
                command.env_remove(variable);
            }
        }
        command.env("HUB_DATA_DIR", folder).env("HUB_LISTEN", address.to_string());
        command.envs(settings.iter().copied()).args(arguments);
        command.stdout(File::create(&log).unwrap()).stderr(File::options().append(true).open(&log).unwrap());
        Self { name, child: command.spawn().unwrap(), address, log }
    }

    pub async fn is_ready(&mut self) {
        let began = Instant::now();
        loop {
            if let Ok(said) = self.try_ask(Method::GET, "/readyz", None, None).await
                && said.status == StatusCode::OK
            {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < PATIENCE, "{}: {}", self.name, self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub async fn try_ask(
        &self,
        method: Method,
        path: &str,
        cookie: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Said, Box<dyn std::error::Error>> {
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header("sec-fetch-site", "same-origin");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = sender.send_request(request.body(Full::new(Bytes::from(body)))?).await?;
        let status = answer.status();
        let cookie = answer
            .headers()
            .get(header::SET_COOKIE)
            .and_then(|cookie| Some(cookie.to_str().ok()?.split(';').next()?.to_owned()));
        let bytes = answer.into_body().collect().await?.to_bytes();
        connection.abort();
        Ok(Said { status, cookie, body: serde_json::from_slice(&bytes).unwrap_or_default() })
    }

    async fn ask(&self, method: Method, path: &str, cookie: Option<&str>, body: Option<&Value>) -> Said {
        self.try_ask(method, path, cookie, body).await.unwrap()
    }

    async fn sign_in(&self, role: Role, password: &str) -> Said {
        let given = json!({ "email": demo_email(role), "password": password });
        self.ask(Method::POST, "/api/auth/sign-in", None, Some(&given)).await
    }

    /// Who this session is of, here.
    async fn me(&self, cookie: &str) -> StatusCode {
        self.ask(Method::GET, "/api/auth/me", Some(cookie), None).await.status
    }

    async fn socket(&self, cookie: &str) -> Socket {
        let origin = format!("http://localhost:{}", self.address.port());
        Socket::open(self.address, "/api/live", Some(cookie), Some(&origin)).await.unwrap()
    }

    /// As somebody who stops it in an orderly way.
    pub fn stop(&mut self) {
        self.is_told_to_stop();
        self.ends();
    }

    pub fn is_told_to_stop(&self) {
        Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
    }

    /// With exit code 0.
    pub fn ends(&mut self) {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "{} does not stop: {}", self.name, self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(self.child.wait().unwrap().success(), "{}: {}", self.name, self.said());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
            let _ = self.child.wait();
        }
        let _ = fs::remove_file(&self.log);
    }
}

/// Removed when the test ends, after the processes.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let base = std::env::temp_dir().canonicalize().unwrap();
        Self(base.join(format!("hub-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn several_processes_on_one_database_are_one() {
    let folder = Folder::new("processes");
    let watched = Watched::new();
    let settings = [("HUB_RUN_JOBS", "false"), ("HUB_METRICS_LISTEN", watched.serving.as_str())];
    let mut first = Process::start("first", &folder.0, &["serve", "--demo"], &settings);
    first.is_ready().await;
    let addresses = fs::read_to_string(folder.0.join("database-url")).unwrap();
    let (application, owner) = addresses.trim().split_once('\n').unwrap();
    let database = [("DATABASE_URL", application), ("HUB_DATABASE_OWNER_URL", owner)];
    let mut second = Process::start("second", &folder.0, &["serve", "--demo"], &database);
    let settings = [("HUB_METRICS_LISTEN", watched.working.as_str())];
    let mut worker = Process::start("worker", &folder.0, &["work"], &settings);
    second.is_ready().await;
    worker.is_ready().await;
    let sql = connect(&application.parse().unwrap()).await.unwrap();

    sessions_are_of_both(&first, &second).await;
    guesses_count_together(&first, &second).await;
    each_job_runs_once(&sql).await;
    each_is_watched_at_an_address_of_its_own(&watched, &first).await;
    let elsewhere = worker.ask(Method::GET, "/api/auth/me", None, None).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "who only works serves nothing");

    drop(sql);
    for process in [&mut worker, &mut second, &mut first] {
        process.stop();
    }
    // Two sealed, in turn: one chain, one anchor.
    let verify = Command::new(env!("CARGO_BIN_EXE_hub"))
        .env("HUB_DATA_DIR", &folder.0)
        .env_remove("DATABASE_URL")
        .args(["audit", "verify"])
        .output()
        .unwrap();
    let said = String::from_utf8(verify.stdout).unwrap();
    assert!(verify.status.success() && said.ends_with("OK\n"), "{said}");
}

/// Where two of the processes show what they measure.
struct Watched {
    serving: String,
    working: String,
}

impl Watched {
    fn new() -> Self {
        let free = || Port::bind("127.0.0.1:0").unwrap();
        let (one, other) = (free(), free());
        let address = |port: &Port| port.local_addr().unwrap().to_string();
        Self { serving: address(&one), working: address(&other) }
    }
}

async fn each_is_watched_at_an_address_of_its_own(watched: &Watched, server: &Process) {
    let scrape = async |address: &str, path: &str| {
        let stream = TcpStream::connect(address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let request = Request::builder().uri(path).header(header::HOST, address);
        let answer = sender.send_request(request.body(Full::new(Bytes::new())).unwrap()).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        connection.abort();
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    let (_, serving) = scrape(&watched.serving, "/metrics").await;
    let (_, working) = scrape(&watched.working, "/metrics").await;
    let signed_in = "hub_http_requests_total{route=\"/api/auth/sign-in\",method=\"POST\",class=\"2xx\"}";
    assert!(serving.contains(signed_in) && serving.contains("hub_sockets "), "{serving}");
    assert!(!working.contains("hub_http_requests_total") && !working.contains("hub_sockets "), "{working}");
    for text in [&serving, &working] {
        for line in ["hub_database_up 1\n", "hub_migrations_missing 0\n", "process_resident_memory_bytes "] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
    assert_eq!(scrape(&watched.working, "/api/auth/me").await.0, StatusCode::NOT_FOUND);
    // What everybody reaches shows nothing of it: there it is an address of the web app.
    let public = scrape(&server.address.to_string(), "/metrics").await.1;
    assert!(!public.contains("hub_"), "{public}");
}

async fn sessions_are_of_both(first: &Process, second: &Process) {
    let cookie = first.sign_in(Role::Support, DEMO_PASSWORD).await.cookie.unwrap();
    assert_eq!((first.me(&cookie).await, second.me(&cookie).await), (StatusCode::OK, StatusCode::OK));

    let mut socket = second.socket(&cookie).await;
    let new = json!({ "name": "Emma Davis", "email": "emma@example.com" });
    let made = first.ask(Method::POST, "/api/admin/customers", Some(&cookie), Some(&new)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.body["id"].as_str().unwrap().to_owned();
    while !socket.hears().await.contains(&id) {}
    let colleague = first.sign_in(Role::Ops, DEMO_PASSWORD).await.cookie.unwrap();
    let mut beside = first.socket(&colleague).await;
    beside.says(&json!({ "looking": { "customer": id } }).to_string()).await;
    while !beside.hears().await.contains("presence") {}
    socket.says(&json!({ "looking": { "customer": id, "editing": true } }).to_string()).await;
    while !beside.hears().await.contains("presence") {}
    let path = format!("/api/admin/presences/{id}");
    let there = first.ask(Method::GET, &path, Some(&colleague), None).await.body;
    assert_eq!(
        (&there["people"][0]["name"], &there["people"][0]["editing"]),
        (&json!("Sunil Support"), &json!(true))
    );

    let ended = first.ask(Method::POST, "/api/auth/sign-out", Some(&cookie), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    while socket.hears().await != "closed 4401" {}
    assert_eq!(second.me(&cookie).await, StatusCode::UNAUTHORIZED);
}

async fn guesses_count_together(first: &Process, second: &Process) {
    for process in [first, second, first, second, first] {
        let guess = process.sign_in(Role::Ops, "guess number nine").await;
        assert_eq!(guess.status, StatusCode::UNAUTHORIZED, "{}", guess.body);
    }
    for process in [first, second] {
        let right = process.sign_in(Role::Ops, DEMO_PASSWORD).await;
        assert_eq!(right.body["code"], "too_many_attempts", "{}", right.body);
        let another = process.sign_in(Role::Finance, DEMO_PASSWORD).await;
        assert_eq!(another.status, StatusCode::OK, "{}", another.body);
    }
}

/// Two processes take from one queue.
async fn each_job_runs_once(sql: &Client) {
    const JOBS: i64 = 300;
    let many = "insert into jobs (id, kind, payload, state, run_at, max_attempts, created_at)
                select gen_random_uuid(), 'mail.look_after', '{\"test\": true}', 'ready', now(), 3, now() from generate_series(1, $1::bigint)";
    sql.execute(many, &[&JOBS]).await.unwrap();
    let count =
        "select count(*) filter (where state = 'done' and attempt = 1), count(*) filter (where attempt > 1)
                 from jobs where payload ? 'test'";
    let began = Instant::now();
    loop {
        let row = sql.query_one(count, &[]).await.unwrap();
        let (once, again): (i64, i64) = (row.get(0), row.get(1));
        assert_eq!(again, 0, "a job ran twice");
        if once == JOBS {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{once} of {JOBS} jobs ran");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
