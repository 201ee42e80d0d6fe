//! Requests as fast as the hub answers them, from a number of clients that each wait for their answer.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use crate::http::Connection;

/// What came of one round. Times in milliseconds.
#[derive(Clone, Copy)]
pub struct Round {
    pub requests: u64,
    pub rate: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
}

/// The same request over and over.
pub async fn load(address: SocketAddr, request: Vec<u8>, clients: u32, time: Duration) -> Result<Round> {
    let request: Arc<[u8]> = request.into();
    load_each(address, clients, time, move |_, _| request.clone()).await
}

/// Each client's requests as `make` makes them from the client's number and its own count. Every answer must be 200 or 201;
/// anything else ends the measurement.
pub async fn load_each(
    address: SocketAddr,
    clients: u32,
    time: Duration,
    make: impl Fn(u32, u64) -> Arc<[u8]> + Clone + Send + 'static,
) -> Result<Round> {
    let mut tasks = JoinSet::new();
    let began = Instant::now();
    for client in 0..clients {
        let make = make.clone();
        tasks.spawn(async move { one_client(address, move |count| make(client, count), began + time).await });
    }
    let mut times = Vec::new();
    while let Some(outcome) = tasks.join_next().await {
        times.extend(outcome??);
    }
    let seconds = began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| {
        let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len()) - 1;
        times[index].as_secs_f64() * 1e3
    };
    Ok(Round {
        requests: times.len() as u64,
        rate: times.len() as f64 / seconds,
        p50_ms: at(0.50),
        p95_ms: at(0.95),
        p99_ms: at(0.99),
    })
}

/// At least one request, and the last one is waited for.
async fn one_client(
    address: SocketAddr,
    make: impl Fn(u64) -> Arc<[u8]>,
    end: Instant,
) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(address).await?;
    let mut body = Vec::new();
    let mut times = Vec::new();
    loop {
        let request = make(times.len() as u64);
        let sent = Instant::now();
        let status = connection.exchange(&request, &mut body).await?;
        let answered = Instant::now();
        ensure!(matches!(status, 200 | 201), "{status} under load: {}", String::from_utf8_lossy(&body));
        times.push(answered - sent);
        if answered >= end {
            return Ok(times);
        }
    }
}

/// The middle one; of an even number, the mean of the two in the middle. Zero of none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[count / 2],
        count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
    }
}

/// Each figure's median.
pub fn median_round(rounds: &[Round]) -> Round {
    let of = |figure: fn(&Round) -> f64| median(rounds.iter().map(figure));
    Round {
        requests: rounds.iter().map(|round| round.requests).sum(),
        rate: of(|round| round.rate),
        p50_ms: of(|round| round.p50_ms),
        p95_ms: of(|round| round.p95_ms),
        p99_ms: of(|round| round.p99_ms),
    }
}
