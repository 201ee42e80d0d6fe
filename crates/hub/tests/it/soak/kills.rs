//! Nothing lost and nothing doubled: the program and its PostgreSQL are killed, again and again, under money traffic.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use embedded::{Embedded, Options};
use serde_json::{Value, json};

use crate::support::{Dice, connect, size};

/// Where the program answers.
#[derive(Clone, Copy)]
struct Line(SocketAddr);

impl Line {
    /// Status and body; nothing when the connection broke or nobody answered in time.
    fn send(
        self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect_timeout(&self.0, Duration::from_secs(2)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        Some((status, answer))
    }
}

/// The program with a data folder and a port of its own.
struct Desk {
    folder: PathBuf,
    line: Line,
    child: Option<Child>,
}

impl Desk {
    fn new() -> Self {
        let folder =
            std::env::temp_dir().canonicalize().unwrap().join(format!("hub-kills-{}", std::process::id()));
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, line: Line(address), child: None }
    }

    fn start(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if (text.starts_with("HUB_") && text != "HUB_POSTGRES_BIN") || text == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command.env("HUB_DATA_DIR", &self.folder).env("HUB_LISTEN", self.line.0.to_string());
        command.args(["serve", "--demo"]).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.line.send("GET", "/readyz", &[], None).is_none_or(|(status, _)| status != 200) {
            assert!(Instant::now() < deadline, "the hub does not come back");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGKILL for the postmaster; the program finds its way back by itself.
    fn kill_postgres(&self) {
        let pid = fs::read_to_string(self.folder.join("postgres/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            let _ = Command::new("kill").args(["-9", pid]).status();
        }
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.kill();
        self.kill_postgres();
        thread::sleep(Duration::from_millis(300));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn body_of(answer: &str) -> Value {
    answer.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok()).unwrap_or_default()
}

/// The session's cookie of the demo's superadmin.
fn sign_in(line: Line) -> String {
    let body = json!({ "email": "superadmin@demo.example.com", "password": staff::DEMO_PASSWORD });
    let (status, answer) = line.send("POST", "/api/auth/sign-in", &[], Some(&body)).unwrap();
    assert_eq!(status, 200, "{answer}");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// A customer and a booking of theirs of which much is left to refund.
fn somebody(line: Line, cookie: &str) -> (String, String) {
    let (_, list) = line.send("GET", "/api/admin/customers?sortBy=ltv", &[("cookie", cookie)], None).unwrap();
    let customer = body_of(&list)["customers"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/admin/customers/{customer}/money");
    let (_, money) = line.send("GET", &path, &[("cookie", cookie)], None).unwrap();
    let payments = body_of(&money)["payments"].as_array().unwrap().clone();
    let most = payments.iter().max_by_key(|payment| payment["refundable"].as_i64()).unwrap();
    (customer, most["bookingId"].as_str().unwrap().to_owned())
}

/// What was asked for, and what was acknowledged: key to refund.
#[derive(Default)]
struct Traffic {
    asked: Mutex<BTreeSet<String>>,
    acknowledged: Mutex<BTreeMap<String, String>>,
    stop: AtomicBool,
    sent: AtomicUsize,
}

impl Traffic {
    /// Refunds of a penny, each with a key of its own; one in three is sent twice.
    fn drive(&self, line: Line, (customer, booking): &(String, String), cookie: &str, number: u64) {
        let mut dice = Dice::new(number);
        let path = format!("/api/admin/customers/{customer}/actions");
        while !self.stop.load(Ordering::Relaxed) {
            let key = format!("{number}-{}", self.sent.fetch_add(1, Ordering::Relaxed));
            self.asked.lock().unwrap().insert(key.clone());
            let body =
                json!({ "action": "issue_refund", "bookingId": booking, "amount": 1, "reason": "late" });
            for _ in 0..=u8::from(dice.one_in(3)) {
                let headers = [("cookie", cookie), ("idempotency-key", key.as_str())];
                if let Some((200, answer)) = line.send("POST", &path, &headers, Some(&body)) {
                    let refund = body_of(&answer)["refund"]["id"].as_str().unwrap_or_default().to_owned();
                    let earlier = self.acknowledged.lock().unwrap().insert(key.clone(), refund.clone());
                    assert!(earlier.is_none_or(|earlier| earlier == refund), "{key} was refunded twice");
                }
            }
            thread::sleep(Duration::from_millis(dice.below(20)));
        }
    }
}

/// Acknowledged refunds that are not there, and refunds that nobody asked for.
fn lost_and_unasked(traffic: &Traffic, stored: &BTreeMap<String, String>) -> (usize, usize) {
    let acknowledged = traffic.acknowledged.lock().unwrap();
    let asked = traffic.asked.lock().unwrap();
    let lost = acknowledged.iter().filter(|(key, refund)| stored.get(*key) != Some(refund)).count();
    let unasked = stored.keys().filter(|key| !asked.contains(*key)).count();
    (lost, unasked)
}

#[test]
fn kills_lose_nothing_and_double_nothing() {
    let (kills, of_postgres) = (size(5, 1_000), size(2, 25));
    let mut desk = Desk::new();
    desk.start();
    let line = desk.line;
    let cookie = sign_in(line);
    let somebody = somebody(line, &cookie);
    let traffic = Traffic::default();
    let mut dice = Dice::new(11);
    thread::scope(|scope| {
        for number in 0..4 {
            let (traffic, somebody, cookie) = (&traffic, &somebody, &cookie);
            scope.spawn(move || traffic.drive(line, somebody, cookie, number));
        }
        for kill in 0..kills + of_postgres {
            thread::sleep(Duration::from_millis(150 + dice.below(500)));
            // Spread evenly among the others.
            if kill % (kills / of_postgres + 1) == 1 {
                desk.kill_postgres();
                thread::sleep(Duration::from_millis(200));
            }
            desk.kill();
            desk.start();
        }
        traffic.stop.store(true, Ordering::Relaxed);
    });
    desk.kill();
    desk.kill_postgres();
    let stored = stored(&desk);
    let acknowledged = traffic.acknowledged.lock().unwrap().len();
    assert!(acknowledged > kills, "only {acknowledged} refunds were acknowledged between {kills} kills");
    assert_eq!(lost_and_unasked(&traffic, &stored), (0, 0), "lost, unasked");
    println!(
        "{kills} kills of the program, {of_postgres} of PostgreSQL: {acknowledged} refunds acknowledged, none lost, none unasked"
    );
    // The same check on an acknowledgement that is not true, and a refund that nobody asked for.
    traffic.acknowledged.lock().unwrap().insert("9-9".into(), "lost".into());
    let forged = stored.into_iter().chain([("8-8".to_owned(), "unasked".to_owned())]).collect();
    assert_eq!(lost_and_unasked(&traffic, &forged), (1, 1));
}

/// Key and id of the refunds in the database, after every check of the house.
fn stored(desk: &Desk) -> BTreeMap<String, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut options = Options::new(&desk.folder);
    options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
    let server = Embedded::start(options).unwrap();
    let stored = runtime.block_on(async {
        let sql = connect(&server.connection_string("hub").parse().unwrap()).await.unwrap();
        for (name, check) in hub::cli::verify::checks() {
            let wrong = sql.query(*check, &[]).await.unwrap();
            assert!(wrong.is_empty(), "{name}: {:?}", wrong.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>());
        }
        let unaudited = "select count(*) from refunds r where request_key is not null and not exists (
            select from events e where e.subject_type = 'refund' and e.subject_id = r.id and e.action = 'refund.issued')";
        assert_eq!(sql.query_one(unaudited, &[]).await.unwrap().get::<_, i64>(0), 0, "refunds without their event");
        let rows = sql
            .query("select request_key, id::text from refunds where request_key is not null", &[])
            .await
            .unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    });
    server.stop().unwrap();
    stored
}
