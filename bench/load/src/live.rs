//! How long it takes from the answer to a change until every open page has heard of it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::{net::TcpStream, sync::mpsc, time::timeout};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

use crate::{Arguments, http::Connection, hub::Hub, process, routes::LIST};

/// The hub gives one person 64.
const SOCKETS_OF_ONE: u32 = 60;
/// A hint that has not come by then is lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between the changes, so that they are heard of one by one.
const PAUSE: Duration = Duration::from_millis(200);

/// A page that has heard of a customer.
struct Heard {
    customer: String,
    at: Instant,
}

pub async fn run(given: &Arguments) -> Result<String> {
    let mut hub = Hub::start(&given.hub, &given.data).await?;
    hub.sign_in().await?;
    let (told, mut heard) = mpsc::unbounded_channel();
    for first in (0..given.sockets).step_by(SOCKETS_OF_ONE as usize) {
        let cookie = hub.session(&format!("listener-{first}@example.com")).await?;
        for _ in first..given.sockets.min(first + SOCKETS_OF_ONE) {
            open(&hub, &cookie, told.clone()).await?;
        }
    }
    let people = hub.get(&format!("{LIST}?limit=200")).await?;
    let ids =
        people["customers"].as_array().context("no customers")?.iter().filter_map(|one| one["id"].as_str());
    let ids: Vec<&str> = ids.collect();
    ensure!(!ids.is_empty(), "there is nobody to change");

    let pid = hub.pid()?;
    let cpu = process::own_cpu_seconds(pid);
    let mut waits = Vec::new();
    let mut lost = 0;
    let mut connection = Connection::open(hub.address).await?;
    for change in 0..given.changes {
        let customer = ids[change as usize % ids.len()];
        let body =
            json!({ "body": format!("Heard of by {} pages, change {change}", given.sockets) }).to_string();
        let request = hub.request("POST", &format!("{LIST}/{customer}/notes"), Some(&body));
        let mut answer = Vec::new();
        let status = connection.exchange(&request, &mut answer).await?;
        let answered = Instant::now();
        ensure!(status == 201, "a note was refused: {status} {}", String::from_utf8_lossy(&answer));
        let mut missing = given.sockets;
        while missing > 0 {
            match timeout(PATIENCE, heard.recv()).await {
                // Some may hear before the answer has been read.
                Ok(Some(Heard { customer: of, at })) if of == customer => {
                    waits.push(at.saturating_duration_since(answered));
                    missing -= 1;
                }
                Ok(Some(_)) => {}
                Ok(None) => bail!("every socket has gone"),
                Err(_) => break,
            }
        }
        lost += missing;
        tokio::time::sleep(PAUSE).await;
    }
    let cpu = cpu.zip(process::own_cpu_seconds(pid)).map(|(before, after)| after - before);
    let memory = process::resident(pid);
    hub.stop().await?;
    ensure!(lost == 0, "{lost} hints were lost");
    waits.sort_unstable();
    Ok(report(given, &waits, cpu, memory))
}

async fn open(hub: &Hub, cookie: &str, told: mpsc::UnboundedSender<Heard>) -> Result<()> {
    let stream = TcpStream::connect(hub.address).await?;
    let mut request = format!("ws://{}/api/live", hub.address).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("cookie", HeaderValue::from_str(cookie)?);
    headers.insert("origin", HeaderValue::from_str(&format!("http://localhost:{}", hub.address.port()))?);
    let (mut socket, _) = client_async(request, stream).await.context("a socket was refused")?;
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let at = Instant::now();
            let Message::Text(text) = message else { continue };
            let hint: Value = serde_json::from_str(&text).unwrap_or_default();
            if hint["topic"] == "customer"
                && let Some(customer) = hint["id"].as_str()
                && told.send(Heard { customer: customer.to_owned(), at }).is_err()
            {
                return;
            }
        }
    });
    Ok(())
}

fn report(given: &Arguments, waits: &[Duration], cpu: Option<f64>, memory: Option<u64>) -> String {
    let at =
        |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)].as_secs_f64() * 1_000.0;
    let mut text = format!(
        "From the answer to a change until every page has heard of it: {} sockets, {} changes, {} hints, none lost\n\n",
        given.sockets,
        given.changes,
        waits.len()
    );
    text += "             p50       p95       p99       max\n";
    text += &format!("   ms   {:8.1}  {:8.1}  {:8.1}  {:8.1}\n", at(50), at(95), at(99), at(100));
    if let Some(cpu) = cpu {
        let each = cpu * 1e6 / waits.len() as f64;
        text += &format!("\nCPU of the hub for one hint at one socket: {each:.1} µs\n");
    }
    if let Some(memory) = memory {
        text += &format!("Memory of the hub with all sockets open: {} MB\n", memory / 1_000_000);
    }
    text += "\nThe hub gathers hints for 100 ms before it sends them.\n";
    text
}
