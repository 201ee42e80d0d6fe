//! The order of things: what is measured, and beside what.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::{fs::File, io::AsyncWriteExt};

use crate::{
    Arguments,
    floor::{Pace, Postgres},
    hub::Hub,
    load::{Round, load, median, median_round},
    process::{self, Clock, Cpu, Peak},
    report::Environment,
    routes::{self, Floors, Kind, LIMIT, LIST},
    writes::{self, Writes},
};

/// As many at once as keep two cores busy, although every read waits for its access event to be on the disk.
pub const MANY: u32 = 32;
/// As many people at once as a small desk has.
pub const FEW: u32 = 8;
/// The row before the deep page.
const DEEP: i64 = 50_000;
/// For each of the other routes.
const BRIEF: Duration = Duration::from_millis(500);

/// Medians of the rounds.
pub struct Results {
    pub environment: Environment,
    pub ready_ms: f64,
    pub first_many: Beside,
    pub first_few: Beside,
    pub first_one: Beside,
    pub flush_ms: f64,
    pub deep: Deep,
    pub export: Export,
    pub writes: Writes,
    pub others: Vec<Other>,
    pub figures: Vec<Figures>,
    pub memory: Memory,
}

/// The hub, its floor, the ratio of their rates (the median of each round's), and what one request costs.
pub struct Beside {
    pub hub: Round,
    pub floor: Pace,
    pub ratio: f64,
    pub cpu: Cpu,
}

/// A page far down, and how much more it costs than the first.
pub struct Deep {
    pub offset: i64,
    pub round: Round,
    pub first_ms: f64,
    pub ratio: f64,
}

pub struct Export {
    pub rows: i64,
    pub seconds: f64,
    pub first_byte_ms: f64,
    pub copy_seconds: f64,
    pub ratio: f64,
}

/// One of the other routes; `cold_ms` is the first answer of all, before anything was remembered; `one` is what one client
/// waits, `beside` is with [`FEW`] at once.
pub struct Other {
    pub name: String,
    pub kind: Kind,
    pub cold_ms: f64,
    pub one: Round,
    pub beside: Beside,
}

/// The figures over a filter, computed anew by a hub that remembers nothing, one client.
pub struct Figures {
    pub name: String,
    pub hub: Round,
    pub floor: Pace,
}

/// Resident bytes of the hub's process.
pub struct Memory {
    pub idle: Option<u64>,
    pub load_peak: u64,
    pub before_export: Option<u64>,
    pub export_peak: u64,
    pub end: Option<u64>,
}

pub async fn run(given: &Arguments) -> Result<Results> {
    let mut hub = Hub::start(&given.hub, &given.data).await?;
    let pid = hub.pid()?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = process::resident(pid);
    let postgres = Postgres::new(&given.postgres_bin, hub.database()?).await?;
    // What PostgreSQL would do on its own some time in the middle of a round.
    postgres.ask("vacuum (analyze)").await?;
    postgres.ask("checkpoint").await?;
    let environment = Environment::of_now(given, &postgres).await?;
    hub.sign_in().await?;
    let floors = Floors::read(given)?;

    let living = postgres.count("select count(*) from customers where archived_at is null").await?;
    let all = postgres.count("select count(*) from customers").await?;
    ensure!(all == given.customers, "there are {all} customers instead of {}", given.customers);
    let deep_page = (DEEP / LIMIT).min(living / LIMIT - 1).max(0) + 1;
    check_page(&hub, &postgres, living, 1).await?;
    check_page(&hub, &postgres, living, deep_page).await?;

    let reads = "select count(*) from events where action = 'customers.listed'";
    let reads_before = postgres.count(reads).await?;
    let lists = lists(given, &hub, &postgres, &floors, pid, deep_page).await?;
    let recorded = postgres.count(reads).await? - reads_before;
    let answered = lists.answered;
    ensure!(recorded == answered, "{answered} lists were answered, {recorded} are in the audit trail");

    let mut others = Vec::new();
    for route in routes::others(&hub, &floors, living).await? {
        eprintln!("{}", route.name);
        let of = route.path.clone();
        others.push(other(given, &hub, &postgres, route).await.with_context(|| of)?);
    }
    let before_export = process::resident(pid);
    let (export, export_peak) = export(given, &hub, &postgres, &floors, pid, living).await?;
    let writes = writes::measure(given, &hub, &postgres).await?;
    let memory =
        Memory { idle, load_peak: lists.peak, before_export, export_peak, end: process::resident(pid) };
    let ready_ms = hub.ready_after.as_secs_f64() * 1e3;
    hub.stop().await?;
    let figures = figures(given, &floors).await?;
    Ok(Results {
        environment,
        ready_ms,
        first_many: lists.first_many,
        first_few: lists.first_few,
        first_one: lists.first_one,
        flush_ms: lists.flush_ms,
        deep: lists.deep,
        export,
        writes,
        others,
        figures,
        memory,
    })
}

/// One route: its first answer, what one client waits, and how many answers a few get, beside the floor.
async fn other(given: &Arguments, hub: &Hub, postgres: &Postgres, route: routes::Route) -> Result<Other> {
    let request = hub.request("GET", &route.path, None);
    let cold = load(hub.address, request.clone(), 1, Duration::ZERO).await?;
    let one = load(hub.address, request.clone(), 1, BRIEF).await?;
    let clock = Clock::of(hub.pid()?, postgres.pid);
    let began = clock.read();
    let few = load(hub.address, request, FEW, Duration::from_secs(1)).await?;
    let ended = clock.read();
    let floor = postgres.pace_of(&route.floor, FEW, &given.data).await?;
    let cpu = Cpu::between(began, ended, few.requests, clock.read(), &floor, 1);
    Ok(Other {
        name: route.name,
        kind: route.kind,
        cold_ms: cold.p50_ms,
        one,
        beside: beside(&[few], &[floor], &[cpu]),
    })
}

/// The hub is started again, so that it computes the figures with every request.
async fn figures(given: &Arguments, floors: &Floors) -> Result<Vec<Figures>> {
    let mut hub = Hub::start_with(&given.hub, &given.data, false).await?;
    let postgres = Postgres::new(&given.postgres_bin, hub.database()?).await?;
    hub.sign_in().await?;
    let mut figures = Vec::new();
    for (name, path, floor) in routes::figures(floors) {
        let round = load(hub.address, hub.request("GET", &path, None), 1, Duration::from_secs(1)).await?;
        let floor = postgres.pace_of(&floor, 1, &given.data).await?;
        figures.push(Figures { name, hub: round, floor });
    }
    hub.stop().await?;
    Ok(figures)
}

/// Total, number of rows and first row of a page as the tables say them.
async fn check_page(hub: &Hub, postgres: &Postgres, living: i64, page: i64) -> Result<()> {
    let offset = (page - 1) * LIMIT;
    let first = postgres
        .ask(&format!(
            "select id from customers where archived_at is null order by created_at desc, id desc limit 1 offset {offset}"
        ))
        .await?;
    let answer = hub.get(&format!("{LIST}?page={page}&limit={LIMIT}")).await?;
    let rows = answer["customers"].as_array().map_or(0, Vec::len) as i64;
    ensure!(rows == LIMIT.min(living - offset), "page {page} holds {rows} customers");
    ensure!(
        answer["pagination"]["total"] == living,
        "page {page} says {} of {living}",
        answer["pagination"]["total"]
    );
    ensure!(
        answer["kpis"]["customers"] == living,
        "the figures say {} of {living}",
        answer["kpis"]["customers"]
    );
    ensure!(answer["customers"][0]["id"] == first.as_str(), "page {page} begins with another customer");
    Ok(())
}

struct Lists {
    first_many: Beside,
    first_few: Beside,
    first_one: Beside,
    flush_ms: f64,
    deep: Deep,
    peak: u64,
    answered: i64,
}

/// First page and deep page, in turn with the floor.
async fn lists(
    given: &Arguments,
    hub: &Hub,
    postgres: &Postgres,
    floors: &Floors,
    pid: u32,
    deep_page: i64,
) -> Result<Lists> {
    let time = Duration::from_secs(given.seconds);
    let script = given.data.with_extension("sql");
    std::fs::write(&script, floors.first_page())?;
    let clock = Clock::of(pid, postgres.pid);
    let first = hub.request("GET", LIST, None);
    let deep = hub.request("GET", &format!("{LIST}?page={deep_page}&limit={LIMIT}"), None);
    let warm = load(hub.address, first.clone(), MANY, Duration::from_secs(1)).await?;
    let warm_deep = load(hub.address, deep.clone(), 1, Duration::ZERO).await?;
    let mut answered = warm.requests + warm_deep.requests;

    let (mut many, mut one, mut deeper) = (Vec::new(), Vec::new(), Vec::new());
    let (mut floor_many, mut floor_one) = (Vec::new(), Vec::new());
    let (mut few, mut floor_few) = (Vec::new(), Vec::new());
    let (mut costs, mut flushes) = (Vec::new(), Vec::new());
    let mut peak = 0;
    for number in 1..=given.rounds {
        eprintln!("round {number} of {}", given.rounds);
        flushes.push(process::flush_ms(&given.data.with_extension("flush"))?);
        let before = clock.read();
        let watch = Peak::watch(pid);
        let round = load(hub.address, first.clone(), MANY, time).await?;
        peak = peak.max(watch.bytes());
        let between = clock.read();
        let pace = postgres.pace(&script, MANY, given.seconds).await?;
        costs.push(Cpu::between(before, between, round.requests, clock.read(), &pace, given.seconds));
        many.push(round);
        floor_many.push(pace);
        few.push(load(hub.address, first.clone(), FEW, time).await?);
        floor_few.push(postgres.pace(&script, FEW, given.seconds).await?);
        one.push(load(hub.address, first.clone(), 1, time).await?);
        deeper.push(load(hub.address, deep.clone(), 1, time).await?);
        floor_one.push(postgres.pace(&script, 1, given.seconds).await?);
    }
    answered += many.iter().chain(&few).chain(&one).chain(&deeper).map(|round| round.requests).sum::<u64>();
    Ok(Lists {
        flush_ms: median(flushes),
        deep: Deep {
            offset: (deep_page - 1) * LIMIT,
            round: median_round(&deeper),
            first_ms: median(one.iter().map(|round| round.p50_ms)),
            ratio: median(deeper.iter().zip(&one).map(|(deep, first)| deep.p50_ms / first.p50_ms)),
        },
        first_many: beside(&many, &floor_many, &costs),
        first_few: beside(&few, &floor_few, &[]),
        first_one: beside(&one, &floor_one, &[]),
        peak,
        answered: answered as i64,
    })
}

/// Medians, and the median of the rounds' ratios.
pub fn beside(hub: &[Round], floor: &[Pace], costs: &[Cpu]) -> Beside {
    let pace = Pace {
        rate: median(floor.iter().map(|pace| pace.rate)),
        mean_ms: median(floor.iter().map(|pace| pace.mean_ms)),
    };
    let ratio = median(hub.iter().zip(floor).map(|(hub, floor)| hub.rate / floor.rate));
    Beside { hub: median_round(hub), floor: pace, ratio, cpu: Cpu::median(costs) }
}

/// Every row into a file, in turn with psql, and the lines of both counted.
async fn export(
    given: &Arguments,
    hub: &Hub,
    postgres: &Postgres,
    floors: &Floors,
    pid: u32,
    living: i64,
) -> Result<(Export, u64)> {
    let (ours, theirs) = (given.data.with_extension("hub.csv"), given.data.with_extension("psql.csv"));
    let statement = floors.export();
    let (mut seconds, mut first_bytes, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    let mut peak = 0;
    for _ in 0..given.rounds {
        let watch = Peak::watch(pid);
        let (took, first_byte) = download(hub, &ours, living).await?;
        peak = peak.max(watch.bytes());
        seconds.push(took.as_secs_f64());
        first_bytes.push(first_byte.as_secs_f64() * 1e3);
        copies.push(postgres.copy(&statement, &theirs).await?.as_secs_f64());
        for file in [&ours, &theirs] {
            let lines = std::fs::read(file)?.iter().filter(|byte| **byte == b'\n').count() as i64;
            ensure!(lines == living + 1, "{} has {lines} lines for {living} customers", file.display());
        }
    }
    std::fs::remove_file(ours)?;
    std::fs::remove_file(theirs)?;
    let export = Export {
        rows: living,
        ratio: median(seconds.iter().zip(&copies).map(|(hub, psql)| hub / psql)),
        seconds: median(seconds),
        first_byte_ms: median(first_bytes),
        copy_seconds: median(copies),
    };
    Ok((export, peak))
}

/// How long the whole file took, and its first byte.
async fn download(hub: &Hub, file: &Path, living: i64) -> Result<(Duration, Duration)> {
    let request = hub.request("POST", &format!("{LIST}/export"), Some("{}"));
    let mut connection = crate::http::Connection::open(hub.address).await?;
    let mut sink = File::create(file).await?;
    let mut first_byte = Duration::ZERO;
    let began = Instant::now();
    let status = connection.download(&request, &mut sink, || first_byte = began.elapsed()).await?;
    sink.flush().await?;
    let took = began.elapsed();
    ensure!(status == 200, "the export was refused: {status}");
    let total = connection.header("x-total-count").unwrap_or_default();
    ensure!(total == living.to_string(), "the export says {total} rows of {living}");
    Ok((took, first_byte))
}
