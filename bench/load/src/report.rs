//! The figures as a table for people and as JSON for comparing.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    Arguments,
    floor::{Pace, Postgres},
    load::Round,
    refunds::PEOPLE,
    run::{Beside, FEW, MANY, Results},
};

/// The bars of the list: least ratio to the floor, most ratio of a deep page to the first.
const FIRST_PAGE: f64 = 0.25;
const DEEP_PAGE: f64 = 3.0;
/// Of refunds, audit and statistics included.
const REFUNDS: f64 = 0.6;

/// What was measured, and on what.
pub struct Environment {
    pub commit: String,
    pub customers: i64,
    pub rounds: u32,
    pub seconds: u64,
    pub cores: usize,
    pub processor: String,
    pub postgres: String,
    /// Of the last minute, before the bench began: other work on the machine makes figures worse.
    pub busy: String,
}

impl Environment {
    pub async fn of_now(given: &Arguments, postgres: &Postgres) -> Result<Self> {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let processors = read("/proc/cpuinfo");
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Ok(Self {
            commit: given.commit.clone(),
            customers: given.customers,
            rounds: given.rounds,
            seconds: given.seconds,
            cores: std::thread::available_parallelism()?.get(),
            processor: model.map_or("unknown processor", |(_, name)| name).to_owned(),
            postgres: postgres.ask("show server_version").await?,
            busy: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        })
    }
}

pub fn text(results: &Results) -> String {
    let mut text = String::new();
    write(&mut text, results).unwrap_or_default();
    text
}

fn write(out: &mut String, results: &Results) -> std::fmt::Result {
    let about = &results.environment;
    writeln!(out, "Customers Hub {}, {} customers", about.commit, about.customers)?;
    writeln!(
        out,
        "{} cores, {}, PostgreSQL {}, load average {}",
        about.cores, about.processor, about.postgres, about.busy
    )?;
    writeln!(out, "Medians of {} rounds of {} s; hub and floor in turn.\n", about.rounds, about.seconds)?;

    writeln!(
        out,
        "{:<34} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", "per second", "p50 ms", "p95 ms", "p99 ms", "mean ms"
    )?;
    for (name, beside) in [
        (format!("list, first page, {MANY} at once"), &results.first_many),
        (format!("list, first page, {FEW} at once"), &results.first_few),
        ("list, first page, one".into(), &results.first_one),
    ] {
        let Beside { hub, floor, .. } = beside;
        writeln!(out, "{name:<34} {:>10.0} {}", hub.rate, times(hub))?;
        writeln!(
            out,
            "{:<34} {:>10.0} {:>9} {:>9} {:>9} {:>9.3}",
            "  floor: pgbench -M prepared", floor.rate, "", "", "", floor.mean_ms
        )?;
    }
    let refunds = &results.refunds;
    writeln!(
        out,
        "{:<34} {:>10.0} {}",
        format!("refunds, {PEOPLE} at once"),
        refunds.hub.rate,
        times(&refunds.hub)
    )?;
    writeln!(
        out,
        "{:<34} {:>10.0} {:>9} {:>9} {:>9} {:>9.3}",
        "  floor: pgbench, the same rows", refunds.floor.rate, "", "", "", refunds.floor.mean_ms
    )?;
    let deep = &results.deep;
    writeln!(
        out,
        "{:<34} {:>10.0} {}\n",
        format!("list, offset {}, one", deep.offset),
        deep.round.rate,
        times(&deep.round)
    )?;

    writeln!(out, "{:<34} {:>10}", "", "ratio")?;
    let bar = |met: bool| if met { "met" } else { "missed" };
    let ratio = results.first_many.ratio;
    writeln!(
        out,
        "{:<34} {ratio:>10.3}   bar: at least {FIRST_PAGE}, {}",
        format!("first page to floor, {MANY} at once"),
        bar(ratio >= FIRST_PAGE)
    )?;
    for (clients, beside) in [(FEW, &results.first_few), (1, &results.first_one)] {
        writeln!(out, "{:<34} {:>10.3}", format!("first page to floor, {clients} at once"), beside.ratio)?;
    }
    writeln!(
        out,
        "{:<34} {:>10.3}   bar: at most {DEEP_PAGE}, {}",
        format!("offset {} to first, p50", deep.offset),
        deep.ratio,
        bar(deep.ratio <= DEEP_PAGE)
    )?;
    let ratio = results.refunds.ratio;
    writeln!(
        out,
        "{:<34} {ratio:>10.3}   bar: at least {REFUNDS}, {}",
        format!("refunds to floor, {PEOPLE} at once"),
        bar(ratio >= REFUNDS)
    )?;
    let export = &results.export;
    writeln!(out, "{:<34} {:>10.3}\n", "export to psql \\copy, time", export.ratio)?;

    writeln!(
        out,
        "export of {} rows: {:.2} s, first byte after {:.0} ms; psql \\copy: {:.2} s",
        export.rows, export.seconds, export.first_byte_ms, export.copy_seconds
    )?;
    let cpu = &results.cpu;
    let micros = |cost: Option<f64>| cost.map_or("unknown".to_owned(), |cost| format!("{cost:.0} us"));
    writeln!(
        out,
        "CPU of one first page: hub {}, PostgreSQL {}; floor: PostgreSQL {}",
        micros(cpu.hub),
        micros(cpu.postgres),
        micros(cpu.floor)
    )?;
    writeln!(out, "one flush of the disk, which every read waits for: {:.2} ms", results.flush_ms)?;
    let memory = &results.memory;
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    let known = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), mib);
    writeln!(
        out,
        "memory of the hub's process: idle {}, lists {}, export {}, at the end {}",
        known(memory.idle),
        mib(memory.load_peak),
        mib(memory.export_peak),
        known(memory.end)
    )?;
    writeln!(out, "ready {:.0} ms after its start, PostgreSQL's start included\n", results.ready_ms)?;

    writeln!(
        out,
        "{:<34} {:>10} {:>9} {:>9} {:>9}   one client; \"first\" with nothing remembered",
        "others", "first ms", "p50 ms", "p95 ms", "p99 ms"
    )?;
    for other in &results.others {
        writeln!(out, "{:<34} {:>10.2} {}", other.route.name, other.cold_ms, times(&other.round))?;
    }
    Ok(())
}

fn times(round: &Round) -> String {
    format!("{:>9.2} {:>9.2} {:>9.2}", round.p50_ms, round.p95_ms, round.p99_ms)
}

pub fn json(results: &Results) -> Value {
    let round = |round: &Round| json!({ "requests": round.requests, "perSecond": round.rate, "p50Ms": round.p50_ms, "p95Ms": round.p95_ms, "p99Ms": round.p99_ms });
    let pace = |pace: &Pace| json!({ "perSecond": pace.rate, "meanMs": pace.mean_ms });
    let beside = |beside: &Beside| json!({ "hub": round(&beside.hub), "floor": pace(&beside.floor), "ratio": beside.ratio });
    let about = &results.environment;
    let others: Vec<Value> = results
        .others
        .iter()
        .map(|other| json!({ "name": other.route.name, "firstMs": other.cold_ms, "then": round(&other.round) }))
        .collect();
    json!({
        "commit": about.commit, "customers": about.customers, "rounds": about.rounds, "seconds": about.seconds,
        "cores": about.cores, "processor": about.processor, "postgres": about.postgres, "loadAverage": about.busy,
        "readyMs": results.ready_ms,
        "firstPage": {
            MANY.to_string(): beside(&results.first_many), FEW.to_string(): beside(&results.first_few),
            "1": beside(&results.first_one)
        },
        "refunds": { "clients": PEOPLE, "figures": beside(&results.refunds) },
        "deepPage": { "offset": results.deep.offset, "hub": round(&results.deep.round), "firstP50Ms": results.deep.first_ms, "ratio": results.deep.ratio },
        "export": { "rows": results.export.rows, "seconds": results.export.seconds, "firstByteMs": results.export.first_byte_ms, "copySeconds": results.export.copy_seconds, "ratio": results.export.ratio },
        "cpuMicros": { "hub": results.cpu.hub, "postgres": results.cpu.postgres, "floorPostgres": results.cpu.floor },
        "flushMs": results.flush_ms,
        "memoryBytes": { "idle": results.memory.idle, "lists": results.memory.load_peak, "export": results.memory.export_peak, "end": results.memory.end },
        "others": others,
    })
}
