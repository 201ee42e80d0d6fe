//! The hub under test: started on the generated data, with a session that was made the way a person makes one.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::http::Connection;

const START: Duration = Duration::from_secs(60);
const EMAIL: &str = "bench@example.com";

pub struct Hub {
    server: Child,
    program: PathBuf,
    data: PathBuf,
    pub address: SocketAddr,
    /// From the start of the process to its first answer that it is ready.
    pub ready_after: Duration,
    cookie: String,
}

impl Hub {
    pub async fn start(program: &Path, data: &Path) -> Result<Self> {
        Self::start_with(program, data, true).await
    }

    /// `remember`: whether figures and page positions are kept, as the setting of that name.
    pub async fn start_with(program: &Path, data: &Path, remember: bool) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let began = Instant::now();
        let server = command(program, data, address)
            .env("HUB_REMEMBER", remember.to_string())
            .arg("serve")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut hub = Self {
            server,
            program: program.to_owned(),
            data: data.to_owned(),
            address,
            ready_after: Duration::ZERO,
            cookie: String::new(),
        };
        while !hub.is_ready().await {
            if let Some(status) = hub.server.try_wait()? {
                bail!("the hub stopped at its start: {status}");
            }
            ensure!(began.elapsed() < START, "the hub is not ready after {} s", START.as_secs());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        hub.ready_after = began.elapsed();
        Ok(hub)
    }

    async fn is_ready(&self) -> bool {
        let request = self.request("GET", "/readyz", None);
        match Connection::open(self.address).await {
            Ok(mut connection) => {
                connection.exchange(&request, &mut Vec::new()).await.is_ok_and(|status| status == 200)
            }
            Err(_) => false,
        }
    }

    pub async fn sign_in(&mut self) -> Result<()> {
        self.cookie = self.session(EMAIL).await?;
        Ok(())
    }

    /// The cookie of a superadmin's new session, by one-time link, redeemed over HTTP.
    pub async fn session(&self, email: &str) -> Result<String> {
        let mut link = self.run(&["staff", "reset-password", email]).await?;
        if link.is_none() {
            link = self.run(&["staff", "add", email, "--name", "Bench", "--role", "superadmin"]).await?;
        }
        let link = link.context("`hub staff add` failed")?;
        let token = link
            .split_whitespace()
            .find_map(|word| word.split_once("#token="))
            .context("there is no link in what `hub staff add` printed")?
            .1;
        let redemption = json!({ "token": token, "password": "the bench measures carefully" }).to_string();
        let request = request(self.address, "POST", "/api/auth/links/redeem", &[], Some(&redemption));
        let mut connection = Connection::open(self.address).await?;
        let mut body = Vec::new();
        let status = connection.download(&request, &mut body, || {}).await?;
        ensure!(status == 200, "the one-time link was refused: {status} {}", String::from_utf8_lossy(&body));
        let cookie = connection.header("set-cookie").context("no session cookie")?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// A command beside the running server; none when it refused.
    async fn run(&self, arguments: &[&str]) -> Result<Option<String>> {
        let output = command(&self.program, &self.data, self.address)
            .args(arguments)
            .stderr(Stdio::null())
            .output()
            .await?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned()))
    }

    /// The bytes of a request, with the session once there is one.
    pub fn request(&self, method: &str, path: &str, body: Option<&str>) -> Vec<u8> {
        let cookie = [("cookie", self.cookie.as_str())];
        let headers = if self.cookie.is_empty() { &[][..] } else { &cookie };
        request(self.address, method, path, headers, body)
    }

    /// What the hub answers to a GET, which must be 200 and JSON.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let mut body = Vec::new();
        let status = Connection::open(self.address)
            .await?
            .exchange(&self.request("GET", path, None), &mut body)
            .await?;
        ensure!(status == 200, "GET {path}: {status} {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }

    pub fn pid(&self) -> Result<u32> {
        self.server.id().context("the hub has stopped")
    }

    /// How libpq reaches the hub's own PostgreSQL, as the superuser: the bench makes tables and asks for checkpoints.
    pub fn database(&self) -> Result<String> {
        let text = std::fs::read_to_string(self.data.join("database-url"))?;
        let application = text.lines().next().unwrap_or_default();
        Ok(application.replace("user=hub_app", "user=postgres"))
    }

    pub async fn stop(mut self) -> Result<()> {
        let pid = self.pid()?.to_string();
        ensure!(Command::new("kill").args(["-TERM", &pid]).status().await?.success(), "the hub has gone");
        let status =
            tokio::time::timeout(START, self.server.wait()).await.context("the hub does not stop")??;
        ensure!(status.success(), "the hub stopped with {status}");
        Ok(())
    }
}

fn command(program: &Path, data: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(program);
    command.env("HUB_DATA_DIR", data).env("HUB_LISTEN", address.to_string()).env("HUB_LOG", "warn");
    // What is measured is not how people sign in.
    command.env("HUB_SECOND_FACTOR_ROLES", "");
    command
}

/// The bytes of a request as our own page sends it.
pub fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Vec<u8> {
    let port = address.port();
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\norigin: http://localhost:{port}\r\naccept: */*\r\nuser-agent: hub-bench\r\n"
    );
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    if let Some(body) = body {
        text += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    }
    text += "\r\n";
    text += body.unwrap_or_default();
    text.into_bytes()
}
