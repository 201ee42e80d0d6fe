//! How PostgreSQL goes about what the list asks: the plans of the hub's own statements, with its own parameters, as PostgreSQL's
//! `auto_explain` writes them down, kept as a snapshot and compared with it.

use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    Arguments,
    floor::Postgres,
    hub::Hub,
    load::load,
    routes::{self, Floors, Kind, Route},
};

/// Tables that a page must not be looked for in from end to end.
const LARGE: [&str; 8] =
    ["customers", "customer_stats", "bookings", "addresses", "contacts", "tickets", "events", "payments"];

/// The plans of every route, and what is wrong with them.
pub struct Plans {
    pub text: String,
    pub faults: Vec<String>,
}

/// Compares with the snapshot for as many customers; with `--update-plans`, writes it.
pub async fn check(given: &Arguments) -> Result<()> {
    let file = &given.results.join(format!("plans-{}.txt", given.customers));
    let plans = read(given).await?;
    ensure!(plans.faults.is_empty(), "read from end to end:\n{}", plans.faults.join("\n"));
    if given.update_plans {
        std::fs::write(file, &plans.text)?;
        return Ok(());
    }
    let kept = std::fs::read_to_string(file).with_context(|| {
        format!("there is no snapshot of plans, {}: --update-plans makes one", file.display())
    })?;
    let differing: Vec<&str> =
        plans.text.split("\n\n").filter(|plan| !kept.split("\n\n").any(|before| before == *plan)).collect();
    ensure!(
        differing.is_empty(),
        "other plans than in {}; --update-plans keeps them:\n\n{}",
        file.display(),
        differing.join("\n\n")
    );
    Ok(())
}

const SETTINGS: [(&str, &str); 4] = [
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_format", "json"),
    ("auto_explain.log_nested_statements", "off"),
];

/// One request a route, by a hub that remembers nothing, so that figures and page positions are asked for too.
async fn read(given: &Arguments) -> Result<Plans> {
    let (hub, postgres) = start(given).await?;
    // Plans follow what PostgreSQL knows of the tables, which it must not learn half-way.
    postgres.ask("vacuum (analyze)").await?;
    let living = postgres.count("select count(*) from customers where archived_at is null").await?;
    let routes = routes::others(&hub, &Floors::read(given)?, living).await?;
    // Reaches only those who connect afterwards: the hub is started once more.
    for (name, value) in SETTINGS {
        postgres.ask(&format!("load 'auto_explain'; alter role hub_app set {name} = '{value}'")).await?;
    }
    hub.stop().await?;
    let (hub, postgres) = start(given).await?;
    let plans = explain(&hub, &postgres, &routes).await;
    for (name, _) in SETTINGS {
        postgres.ask(&format!("load 'auto_explain'; alter role hub_app reset {name}")).await?;
    }
    hub.stop().await?;
    plans
}

async fn start(given: &Arguments) -> Result<(Hub, Postgres)> {
    let mut hub = Hub::start_with(&given.hub, &given.data, false).await?;
    let postgres = Postgres::new(&given.postgres_bin, hub.database()?).await?;
    hub.sign_in().await?;
    Ok((hub, postgres))
}

async fn explain(hub: &Hub, postgres: &Postgres, routes: &[Route]) -> Result<Plans> {
    let mut plans = Plans { text: String::new(), faults: Vec::new() };
    for route in routes {
        let from = postgres.count("select size from pg_stat_file(pg_current_logfile())").await?;
        load(hub.address, hub.request("GET", &route.path, None), 1, Duration::ZERO).await?;
        // The collector writes a moment after the answer.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let logged =
            postgres.ask(&format!("select pg_read_file(pg_current_logfile(), {from}, 100000000)")).await?;
        plans.add(route, &logged);
    }
    ensure!(plans.text.contains("page\n"), "PostgreSQL has written down no plan");
    Ok(plans)
}

impl Plans {
    fn add(&mut self, route: &Route, logged: &str) {
        let Route { name, kind, .. } = route;
        let mut seen = BTreeSet::new();
        for plan in entries(logged) {
            let text = plan["Query Text"].as_str().unwrap_or_default();
            // Of the list's own statements, not of sessions and of what a read leaves behind.
            if !text.contains("customer_stats s") {
                continue;
            }
            let mut shape = String::new();
            let mut scanned = Vec::new();
            walk(&plan["Plan"], 1, &mut shape, &mut scanned);
            // Figures over a filter that fits a tenth of everybody are a pass over the table, and meant to be.
            let is_page = text.contains("limit");
            if is_page
                && matches!(kind, Kind::Sort | Kind::Cursor | Kind::Filter | Kind::Search | Kind::Number)
            {
                for table in scanned {
                    self.faults.push(format!("{name}: {table}"));
                }
            }
            let what = if is_page { "page" } else { "figures or anchors" };
            if seen.insert(shape.clone()) {
                let _ = write!(self.text, "{name}: {what}\n{shape}\n");
            }
        }
    }
}

/// Node by node: what it does, on what, by which index. No costs and no rows, which differ from one ANALYZE to the next.
fn walk(node: &Value, depth: usize, shape: &mut String, scanned: &mut Vec<String>) {
    let field = |name: &str| node[name].as_str().unwrap_or_default();
    let (kind, table, index) = (field("Node Type"), field("Relation Name"), field("Index Name"));
    // Some dozens of rows, read one way or the other by how many have not been folded yet.
    if table.starts_with("customer_totals") {
        return;
    }
    if kind == "Seq Scan" && LARGE.contains(&table) {
        scanned.push(table.to_owned());
    }
    let _ = write!(shape, "{:width$}{kind}", "", width = depth * 2);
    for (word, name) in [(" on ", table), (" by ", index)] {
        if !name.is_empty() {
            let _ = write!(shape, "{word}{name}");
        }
    }
    shape.push('\n');
    for part in node["Plans"].as_array().into_iter().flatten() {
        walk(part, depth + 1, shape, scanned);
    }
}

/// The plans in a log: each begins behind `plan:` and goes on in lines that begin with a tab.
fn entries(logged: &str) -> Vec<Value> {
    let mut plans = Vec::new();
    let mut lines = logged.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with(" plan:") {
            continue;
        }
        let mut json = String::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            json.push_str(more.trim_start_matches('\t'));
            json.push('\n');
        }
        plans.extend(serde_json::from_str::<Value>(&json).ok());
    }
    plans
}
