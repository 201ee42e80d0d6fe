//! What is asked of the figures: docs/scale.md says where a bar comes from, and why one is missed.

use std::path::Path;

use serde_json::Value;

use crate::{
    routes::Kind,
    run::{Other, Results},
};

/// One figure and what it should be.
pub struct Bar {
    pub what: String,
    pub measured: String,
    pub asked: String,
    pub met: bool,
}

pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn at_least(what: impl Into<String>, measured: f64, asked: f64) -> Bar {
    Bar {
        what: what.into(),
        measured: format!("{measured:.3}"),
        asked: format!("at least {asked}"),
        met: measured >= asked,
    }
}

fn at_most(what: impl Into<String>, measured: f64, asked: f64, unit: &str) -> Bar {
    let decimals = if unit.is_empty() { 3 } else { 1 };
    Bar {
        what: what.into(),
        measured: format!("{measured:.decimals$}{unit}"),
        asked: format!("at most {asked}{unit}"),
        met: measured <= asked,
    }
}

/// All of them. `smaller` is the result over fewer customers that growth is told from.
pub fn of(results: &Results, smaller: Option<&Value>) -> Vec<Bar> {
    let mut bars = lists(results);
    bars.extend(growth(results, smaller));
    bars.extend(searches_and_figures(results));
    bars.extend(export(results));
    bars.extend(process(results));
    let writes = &results.writes;
    bars.push(at_least("refund, 16 at once, to its floor", writes.refunds.ratio, 0.6));
    bars.push(at_least("edited customer, 16 at once, to its floor", writes.updates.ratio, 0.6));
    let about = &results.environment;
    if let Some(seconds) = about.generated_in {
        let million = seconds * 1e6 / about.customers as f64;
        bars.push(at_most("a million customers generated, with all their rows", million, 300.0, " s"));
    }
    bars
}

/// The one of a kind that is furthest from its bar.
fn worst(others: &[Other], kind: Kind, of: impl Fn(&Other) -> f64) -> Option<(&Other, f64)> {
    let all = others.iter().filter(|other| other.kind == kind).map(|other| (other, of(other)));
    all.max_by(|one, other| one.1.total_cmp(&other.1))
}

fn lists(results: &Results) -> Vec<Bar> {
    let first = results.first_one.hub.p50_ms;
    let mut bars =
        vec![at_least("list, first page, 32 at once, to its floor", results.first_many.ratio, 0.5)];
    for (kind, name) in
        [(Kind::Sort, "lowest of all sorts"), (Kind::Detail, "lowest of the customers' pages")]
    {
        if let Some((other, less)) = worst(&results.others, kind, |other| -other.beside.ratio) {
            bars.push(at_least(format!("{name}, 8 at once, to its floor: {}", other.name), -less, 0.5));
        }
    }
    for (kind, name, asked) in [(Kind::Cursor, "by cursor", 1.5), (Kind::Number, "by number", 5.0)] {
        if let Some((other, ratio)) = worst(&results.others, kind, |other| other.one.p50_ms / first) {
            bars.push(at_most(format!("p50 {name} to the first page's: {}", other.name), ratio, asked, ""));
        }
    }
    bars
}

fn searches_and_figures(results: &Results) -> Vec<Bar> {
    let mut bars = Vec::new();
    if let Some((other, p95)) = worst(&results.others, Kind::Search, |other| other.one.p95_ms) {
        bars.push(at_most(format!("p95 of the slowest search: {}", other.name), p95, 50.0, " ms"));
    }
    let mut figures = results.figures.iter();
    if let Some(everybody) = figures.next() {
        bars.push(at_most("p50 of the figures of everybody, with a row", everybody.hub.p50_ms, 5.0, " ms"));
    }
    if let Some(slowest) = figures.max_by(|one, other| one.hub.p50_ms.total_cmp(&other.hub.p50_ms)) {
        let what = format!("p50 of the slowest figures of a filter: {}", slowest.name);
        bars.push(at_most(what, slowest.hub.p50_ms, 150.0, " ms"));
    }
    bars
}

fn export(results: &Results) -> Vec<Bar> {
    let export = &results.export;
    let mut bars = vec![
        at_most("export of everybody to psql \\copy, time", export.ratio, 1.3, ""),
        at_most("first byte of the export", export.first_byte_ms, 200.0, " ms"),
    ];
    if let Some(before) = results.memory.before_export {
        let grown = mib(results.memory.export_peak.saturating_sub(before));
        bars.push(at_most("memory that the export adds", grown, 32.0, " MiB"));
    }
    bars
}

fn process(results: &Results) -> Vec<Bar> {
    let memory = &results.memory;
    let mut bars = vec![at_most("memory under load", mib(memory.load_peak), 150.0, " MiB")];
    if let Some(idle) = memory.idle {
        bars.push(at_most("memory idle", mib(idle), 60.0, " MiB"));
    }
    bars.push(at_most("ready after the start, PostgreSQL's included", results.ready_ms, 500.0, " ms"));
    bars
}

/// How much more the same costs over more customers.
fn growth(results: &Results, smaller: Option<&Value>) -> Vec<Bar> {
    let Some(smaller) = smaller else { return Vec::new() };
    let from = &smaller["customers"];
    let mut pairs = vec![(
        "list, first page".to_owned(),
        results.first_one.hub.p50_ms,
        p50(&smaller["firstPage"]["1"]["hub"]),
    )];
    for name in ["search rare word", "customer, newest"] {
        let before = smaller["others"].as_array().into_iter().flatten().find(|other| other["name"] == name);
        let now = results.others.iter().find(|other| other.name == name);
        if let (Some(now), Some(before)) = (now, before) {
            pairs.push((name.to_owned(), now.one.p50_ms, p50(&before["one"])));
        }
    }
    pairs
        .into_iter()
        .filter_map(|(name, now, before)| {
            Some(at_most(format!("p50 to that of {from} customers: {name}"), now / before?, 1.5, ""))
        })
        .collect()
}

fn p50(round: &Value) -> Option<f64> {
    round["p50Ms"].as_f64()
}

/// The kept result of the same commit over the fewest customers, if those are fewer than `customers`.
pub fn smaller(results: &Path, commit: &str, customers: i64) -> Option<Value> {
    let kept = std::fs::read_dir(results).ok()?.flatten().map(|entry| entry.path());
    let of_commit = kept.filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with(&format!("{commit}-")) && name.ends_with(".json")
    });
    of_commit
        .filter_map(|path| serde_json::from_slice::<Value>(&std::fs::read(path).ok()?).ok())
        .filter(|result| result["customers"].as_i64().is_some_and(|count| count < customers))
        .min_by_key(|result| result["customers"].as_i64())
}
