//! The figures as a table for people and as JSON for comparing.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    Arguments,
    bars::{self, Bar},
    floor::{Pace, Postgres},
    load::Round,
    process::Cpu,
    run::{Beside, FEW, MANY, Results},
    writes::PEOPLE,
};

/// What was measured, and on what.
pub struct Environment {
    pub commit: String,
    pub customers: i64,
    pub rounds: u32,
    pub seconds: u64,
    pub cores: usize,
    pub processor: String,
    pub postgres: String,
    /// Seconds to generate the customers, where the bench saw it.
    pub generated_in: Option<f64>,
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
            generated_in: given.generated_in,
            cores: std::thread::available_parallelism()?.get(),
            processor: model.map_or("unknown processor", |(_, name)| name).to_owned(),
            postgres: postgres.ask("show server_version").await?,
            busy: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        })
    }
}

pub fn text(results: &Results, smaller: Option<&Value>) -> String {
    let mut text = String::new();
    write(&mut text, results, smaller).unwrap_or_default();
    text
}

fn write(out: &mut String, results: &Results, smaller: Option<&Value>) -> std::fmt::Result {
    let about = &results.environment;
    writeln!(out, "Customers Hub {}, {} customers", about.commit, about.customers)?;
    writeln!(
        out,
        "{} cores, {}, PostgreSQL {}, load average {}",
        about.cores, about.processor, about.postgres, about.busy
    )?;
    writeln!(
        out,
        "Lists and writes: medians of {} rounds of {} s, in turn with their floors. Others: one second.\n",
        about.rounds, about.seconds
    )?;
    table(out, results)?;
    figures(out, results)?;
    export_and_process(out, results)?;
    writeln!(out, "{:<58} {:>12}   {:<18}", "bar", "measured", "asked for")?;
    for Bar { what, measured, asked, met } in bars::of(results, smaller) {
        writeln!(out, "{what:<58} {measured:>12}   {asked:<18} {}", if met { "met" } else { "MISSED" })?;
    }
    Ok(())
}

fn table(out: &mut String, results: &Results) -> std::fmt::Result {
    writeln!(
        out,
        "{:<34} {:>26} {:>7} {:>24} {:>36}",
        "", "requests a second", "", "CPU of one, us", "ms for one client, or all at once"
    )?;
    writeln!(
        out,
        "{:<34} {:>8} {:>8} {:>8} {:>7} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "", "at once", "hub", "floor", "ratio", "hub", "database", "floor", "first", "p50", "p95", "p99"
    )?;
    for (name, clients, beside) in [
        ("list, first page", MANY, &results.first_many),
        ("list, first page", FEW, &results.first_few),
        ("list, first page", 1, &results.first_one),
        ("refund", PEOPLE, &results.writes.refunds),
        ("new customer", PEOPLE, &results.writes.creates),
        ("edited customer", PEOPLE, &results.writes.updates),
    ] {
        line(out, name, clients, beside, None, &beside.hub)?;
    }
    let deep = &results.deep;
    writeln!(
        out,
        "{:<34} {:>8} {:>8.0} {:>60} {}",
        format!("list, offset {}", deep.offset),
        1,
        deep.round.rate,
        "",
        times(&deep.round)
    )?;
    for other in &results.others {
        line(out, &other.name, FEW, &other.beside, Some(other.cold_ms), &other.one)?;
    }
    writeln!(out)
}

fn line(
    out: &mut String,
    name: &str,
    clients: u32,
    beside: &Beside,
    cold_ms: Option<f64>,
    waited: &Round,
) -> std::fmt::Result {
    let Cpu { hub, postgres, floor } = beside.cpu;
    let micros = |cost: Option<f64>| cost.map_or_else(String::new, |cost| format!("{cost:.0}"));
    writeln!(
        out,
        "{name:<34} {clients:>8} {:>8.0} {:>8.0} {:>7.3} {:>8} {:>8} {:>8} {:>8} {}",
        beside.hub.rate,
        beside.floor.rate,
        beside.ratio,
        micros(hub),
        micros(postgres),
        micros(floor),
        cold_ms.map_or_else(String::new, |cold| format!("{cold:.2}")),
        times(waited)
    )
}

fn figures(out: &mut String, results: &Results) -> std::fmt::Result {
    writeln!(
        out,
        "{:<34} {:>9} {:>9} {:>9} {:>9}   computed with every request, one client",
        "", "p50 ms", "p95 ms", "p99 ms", "floor ms"
    )?;
    for figures in &results.figures {
        writeln!(out, "{:<34} {} {:>9.2}", figures.name, times(&figures.hub), figures.floor.mean_ms)?;
    }
    writeln!(out)
}

fn export_and_process(out: &mut String, results: &Results) -> std::fmt::Result {
    let export = &results.export;
    writeln!(
        out,
        "export of {} rows: {:.2} s, first byte after {:.0} ms; psql \\copy: {:.2} s; ratio {:.3}",
        export.rows, export.seconds, export.first_byte_ms, export.copy_seconds, export.ratio
    )?;
    writeln!(out, "one flush of the disk, which every read waits for: {:.2} ms", results.flush_ms)?;
    let memory = &results.memory;
    let mib = |bytes: u64| format!("{:.1} MiB", bars::mib(bytes));
    let known = |bytes: Option<u64>| bytes.map_or("unknown".to_owned(), mib);
    writeln!(
        out,
        "memory of the hub's process: idle {}, lists {}, before the export {}, export {}, at the end {}",
        known(memory.idle),
        mib(memory.load_peak),
        known(memory.before_export),
        mib(memory.export_peak),
        known(memory.end)
    )?;
    writeln!(out, "ready {:.0} ms after its start, PostgreSQL's start included\n", results.ready_ms)
}

fn times(round: &Round) -> String {
    format!("{:>8.2} {:>8.2} {:>8.2}", round.p50_ms, round.p95_ms, round.p99_ms)
}

pub fn json(results: &Results, smaller: Option<&Value>) -> Value {
    let round = |round: &Round| json!({ "requests": round.requests, "perSecond": round.rate, "p50Ms": round.p50_ms, "p95Ms": round.p95_ms, "p99Ms": round.p99_ms });
    let pace = |pace: &Pace| json!({ "perSecond": pace.rate, "meanMs": pace.mean_ms });
    let beside = |beside: &Beside| {
        json!({ "hub": round(&beside.hub), "floor": pace(&beside.floor), "ratio": beside.ratio,
            "cpuMicros": { "hub": beside.cpu.hub, "postgres": beside.cpu.postgres, "floorPostgres": beside.cpu.floor } })
    };
    let about = &results.environment;
    let others: Vec<Value> = results
        .others
        .iter()
        .map(|other| {
            json!({ "name": other.name, "firstMs": other.cold_ms, "one": round(&other.one), FEW.to_string(): beside(&other.beside) })
        })
        .collect();
    let figures: Vec<Value> = results
        .figures
        .iter()
        .map(|figures| json!({ "name": figures.name, "hub": round(&figures.hub), "floor": pace(&figures.floor) }))
        .collect();
    let bars: Vec<Value> = bars::of(results, smaller)
        .iter()
        .map(|bar| json!({ "what": bar.what, "measured": bar.measured, "asked": bar.asked, "met": bar.met }))
        .collect();
    let writes = &results.writes;
    json!({
        "commit": about.commit, "customers": about.customers, "rounds": about.rounds, "seconds": about.seconds,
        "cores": about.cores, "processor": about.processor, "postgres": about.postgres, "loadAverage": about.busy,
        "readyMs": results.ready_ms, "generatedInSeconds": about.generated_in,
        "firstPage": {
            MANY.to_string(): beside(&results.first_many), FEW.to_string(): beside(&results.first_few),
            "1": beside(&results.first_one)
        },
        "writes": {
            "clients": PEOPLE, "refund": beside(&writes.refunds), "create": beside(&writes.creates),
            "update": beside(&writes.updates)
        },
        "deepPage": { "offset": results.deep.offset, "hub": round(&results.deep.round), "firstP50Ms": results.deep.first_ms, "ratio": results.deep.ratio },
        "export": { "rows": results.export.rows, "seconds": results.export.seconds, "firstByteMs": results.export.first_byte_ms, "copySeconds": results.export.copy_seconds, "ratio": results.export.ratio },
        "flushMs": results.flush_ms,
        "memoryBytes": { "idle": results.memory.idle, "lists": results.memory.load_peak, "beforeExport": results.memory.before_export, "export": results.memory.export_peak, "end": results.memory.end },
        "others": others,
        "figures": figures,
        "bars": bars,
    })
}
