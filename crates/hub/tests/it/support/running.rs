//! The program itself, as a process that answers on a port: for what no test can show from within.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Where the program answers.
#[derive(Clone, Copy)]
pub struct Line(SocketAddr);

/// What it answered.
pub struct Reply {
    pub status: u16,
    head: String,
    body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// Nothing, where it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn text(&self) -> &str {
        &self.body
    }
}

impl Line {
    pub fn address(self) -> SocketAddr {
        self.0
    }

    /// Nothing when the connection broke or nobody answered in time.
    pub fn send(
        self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<Reply> {
        let mut stream = TcpStream::connect_timeout(&self.0, Duration::from_secs(2)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(15))).ok()?;
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
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some(Reply { status, head: head.to_owned(), body: body.to_owned() })
    }

    pub fn get(self, path: &str, cookie: &str) -> Option<Reply> {
        self.send("GET", path, &[("cookie", cookie)], None)
    }

    pub fn is_ready(self) -> bool {
        self.send("GET", "/readyz", &[], None).is_some_and(|reply| reply.status == 200)
    }

    /// The session's cookie of the demo's superadmin.
    pub fn sign_in(self) -> String {
        let body = json!({ "email": "superadmin@demo.example.com", "password": staff::DEMO_PASSWORD });
        let reply = self.send("POST", "/api/auth/sign-in", &[], Some(&body)).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    /// A customer and a booking of theirs of which much is left to refund.
    pub fn somebody(self, cookie: &str) -> (String, String) {
        let list = self.get("/api/admin/customers?sortBy=ltv", cookie).unwrap().json();
        let customer = list["customers"][0]["id"].as_str().unwrap().to_owned();
        let money = self.get(&format!("/api/admin/customers/{customer}/money"), cookie).unwrap().json();
        let payments = money["payments"].as_array().unwrap();
        let most = payments.iter().max_by_key(|payment| payment["refundable"].as_i64()).unwrap();
        (customer, most["bookingId"].as_str().unwrap().to_owned())
    }
}

/// The program with a data folder and a port of its own; killed when dropped, and the folder is gone.
pub struct Running {
    pub folder: PathBuf,
    pub line: Line,
    environment: BTreeMap<&'static str, String>,
    child: Option<Child>,
}

impl Running {
    pub fn new(name: &str) -> Self {
        let folder = format!("hub-{name}-{}", std::process::id());
        Self::at(std::env::temp_dir().canonicalize().unwrap().join(folder))
    }

    pub fn at(folder: PathBuf) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, line: Line(address), environment: BTreeMap::new(), child: None }
    }

    /// Something in its environment, from the next start on.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.environment.insert(name, value.into());
    }

    pub fn start(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if (text.starts_with("HUB_") && text != "HUB_POSTGRES_BIN") || text == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command.env("HUB_DATA_DIR", &self.folder).env("HUB_LISTEN", self.line.0.to_string());
        command.envs(&self.environment);
        command.args(["serve", "--demo"]).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        wait_for("the hub to be ready", Duration::from_secs(60), || self.line.is_ready());
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM; whether it ended well.
    pub fn stop(&mut self) -> bool {
        let Some(mut child) = self.child.take() else { return false };
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        wait_for("the hub to end", Duration::from_secs(60), || child.try_wait().unwrap().is_some());
        child.wait().unwrap().success()
    }

    /// Whether the process that was started still runs.
    pub fn lives(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// SIGKILL for the postmaster of its private database; the program finds its way back by itself.
    pub fn kill_postgres(&self) {
        kill_postgres(&self.folder);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        self.kill_postgres();
        thread::sleep(Duration::from_millis(300));
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn kill_postgres(folder: &Path) {
    let pid = fs::read_to_string(folder.join("postgres/postmaster.pid")).unwrap_or_default();
    if let Some(pid) = pid.lines().next() {
        let _ = Command::new("kill").args(["-9", pid]).status();
    }
}

/// Looks again and again; no longer than `limit`.
pub fn wait_for(what: &str, limit: Duration, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !holds() {
        assert!(Instant::now() < deadline, "waited for {what} in vain");
        thread::sleep(Duration::from_millis(50));
    }
}
