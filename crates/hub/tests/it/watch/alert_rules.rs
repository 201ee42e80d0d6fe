//! The rules by which somebody is told, the runbooks that say what to do then, and the dashboard.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use clap::Parser;
use platform::metrics::{Family, render};
use serde_json::Value;
use staff::Role;
use watch::{Condition, RULES};

use super::Look;
use crate::support::{TestApp, project, read, same_as_committed};

#[test]
fn the_file_of_rules_is_written_from_the_list() {
    same_as_committed("ops/alerts.yml", &watch::alerts_file(), "UPDATE=1 cargo nextest run -p hub watch::");
}

#[test]
fn every_rule_has_a_runbook_and_every_runbook_a_rule() {
    let wanted: BTreeSet<String> = RULES.iter().map(watch::Rule::runbook).collect();
    let found: BTreeSet<String> = fs::read_dir(project().join("docs/runbooks"))
        .unwrap()
        .map(|entry| format!("docs/runbooks/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    assert_eq!(wanted, found);
    for rule in RULES {
        let text = read(&rule.runbook());
        assert!(text.lines().next().unwrap().contains(rule.name), "{} names another rule", rule.runbook());
        for part in ["## What it means", "## How to see it", "## What to do"] {
            assert!(text.contains(part), "{}: {part}", rule.runbook());
        }
    }
}

/// What stands between backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The words of a command, as a shell cuts them; what it is piped to is left out.
fn words(line: &str) -> Vec<String> {
    let line = line.split(" | ").next().unwrap_or_default();
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        match at % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// What is wrong with the commands, pages and settings that a text names.
fn wrong_names(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for code in quoted(text) {
        if code.starts_with("hub ") && hub::cli::Arguments::try_parse_from(words(&code)).is_err() {
            wrong.push(code.clone());
        }
        if code.starts_with("/admin/") && !code.contains('…') && !page_timings::PAGES.contains(&code.as_str())
        {
            wrong.push(code);
        }
    }
    wrong
}

#[test]
fn runbooks_name_commands_and_pages_that_there_are() {
    let mut seen = 0;
    for rule in RULES {
        let text = read(&rule.runbook());
        assert_eq!(wrong_names(&text), [""; 0], "{}", rule.runbook());
        seen += quoted(&text).iter().filter(|code| code.starts_with("hub ")).count();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(project().join("docs/runbooks").join(link).exists(), "{}: {link}", rule.runbook());
        }
    }
    assert!(seen > 20, "the search found only {seen} commands");
    assert_eq!(wrong_names("`hub fence accept --reason \"all is well\"`, `hub verify | head`"), [""; 0]);
    assert_eq!(wrong_names("`hub fence open` and `/admin/nowhere`"), ["hub fence open", "/admin/nowhere"]);
}

/// Names of metrics in a text, with the labels that are asked of each.
fn named(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = ["hub_", "process_"].iter().filter_map(|start| rest.find(start)).min() {
        let part = &rest[at..];
        let end = part
            .find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '_')
            .unwrap_or(part.len());
        let mut labels = Vec::new();
        if let Some(inside) = part[end..].strip_prefix('{') {
            let inside = inside.split('}').next().unwrap_or_default();
            labels.extend(
                inside.split(',').filter_map(|pair| Some(pair.split(['=', '!']).next()?.trim().to_owned())),
            );
        }
        found.push((part[..end].to_owned(), labels));
        rest = &part[end..];
    }
    found
}

/// Those that no look shows.
fn unknown(text: &str, families: &[Family]) -> Vec<String> {
    let mut unknown = Vec::new();
    for (name, labels) in named(text) {
        let family = families.iter().find(|family| {
            let suffixes: &[&str] =
                if family.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            suffixes.iter().any(|suffix| name.strip_prefix(family.name) == Some(suffix))
        });
        let Some(family) = family.filter(|family| !family.samples.is_empty()) else {
            unknown.push(name);
            continue;
        };
        let has = |label: &String| family.samples.iter().any(|sample| sample.label(label).is_some());
        unknown.extend(labels.iter().filter(|label| !has(label)).map(|label| format!("{name}{{{label}}}")));
    }
    unknown
}

/// Everything that can be shown, shown.
async fn whole_look(app: &TestApp) -> Look {
    let boss = app.as_role(Role::Superadmin).await;
    boss.create_customer("Emma Davis", "emma@example.com").await;
    drop(app.app.db.client().await.unwrap());
    let jobs = "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, created_at) values
        (gen_random_uuid(), 'mail.send', '{}', 'ready', $1, 1, 3, $1)";
    app.sql.execute(jobs, &[&app.now()]).await.unwrap();
    app.sql.execute("insert into schedules values ('test', 60, $1)", &[&app.now()]).await.unwrap();
    let copies = "insert into backups (id, state, file, started_at, finished_at, bytes, manifest) values
        (gen_random_uuid(), 'done', 'a', $1, $1, 10, '{}')";
    app.sql.execute(copies, &[&app.now()]).await.unwrap();
    let log = "insert into log_archive (system, timeline, unbroken_since, noted_at) values ('7', 1, $1, $1)";
    app.sql.execute(log, &[&app.now()]).await.unwrap();
    let shared = hub::app::Shared::new(&app.app.settings);
    Look(hub::watching::scrape(&app.app, Some(&shared)).unwrap().families().await)
}

#[tokio::test]
async fn what_rules_dashboard_and_runbooks_name_is_measured() {
    let app = TestApp::with(|settings| settings.data_dir = Some(std::env::temp_dir())).await;
    let look = whole_look(&app).await;
    let dashboard: Value = serde_json::from_str(&read("ops/grafana.json")).unwrap();
    let mut expressions = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().into_iter().flatten() {
            expressions.push(target["expr"].as_str().unwrap().to_owned());
        }
    }
    assert!(expressions.len() > 40, "the dashboard shows {}", expressions.len());
    for expression in &expressions {
        assert_eq!(unknown(expression, &look.0), [""; 0], "{expression}");
    }
    for rule in RULES {
        assert_eq!(unknown(&rule.when.query(), &look.0), [""; 0], "{}", rule.name);
    }
    let shown: BTreeSet<String> =
        expressions.iter().flat_map(|text| named(text)).map(|(name, _)| name).collect();
    for family in look.0.iter().filter(|family| family.name.starts_with("hub_")) {
        let is_shown = shown.iter().any(|name| name.starts_with(family.name));
        let is_judged = RULES.iter().any(|rule| rule.when.query().contains(family.name));
        let is_aside = ["hub_scrape_database_seconds", "hub_disk_free_bytes", "hub_backup_last_good_bytes"];
        assert!(is_shown || is_judged || is_aside.contains(&family.name), "nobody looks at {}", family.name);
    }
    assert_eq!(
        unknown(
            "max(hub_nothing) + hub_jobs{stat=\"dead\"} + hub_http_request_duration_seconds_bucket{le=\"1\"}",
            &look.0
        ),
        ["hub_nothing", "hub_jobs{stat}"]
    );
    app.abandon();
}

#[test]
fn bounds_that_rules_ask_for_are_those_of_the_histograms() {
    for rule in RULES {
        for bound in rule.when.query().split("le=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let us = (bound.parse::<f64>().unwrap() * 1e6) as u64;
            assert!(platform::metrics::BOUNDS_US.contains(&us), "{}: {bound}", rule.name);
        }
    }
    let outside = RULES.iter().filter(|rule| matches!(rule.when, Condition::Outside(_))).count();
    assert_eq!(outside, 2, "what the hub cannot see itself");
}

/// Prometheus's own tool, where it is installed: `promtool`, or what PROMTOOL names.
fn promtool() -> Command {
    Command::new(std::env::var("PROMTOOL").unwrap_or_else(|_| "promtool".to_owned()))
}

#[test]
fn prometheus_takes_the_rules() {
    let file = project().join("ops/alerts.yml");
    let Ok(output) = promtool().args(["check", "rules"]).arg(file).output() else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(&format!("{} rules found", RULES.len())), "{said}");
}

/// It complains of names that break its customs too, not only of what it cannot read.
#[tokio::test]
async fn prometheus_finds_nothing_wrong_with_what_is_measured() {
    let app = TestApp::new().await;
    app.as_role(Role::Support).await.get("/api/admin/customers").await.ok();
    let text = render(&Look::at(&app).await.0);
    app.finish().await;
    let check = |text: &str| {
        let mut command = promtool();
        command
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut tool = command.spawn().ok()?;
        tool.stdin.take()?.write_all(text.as_bytes()).unwrap();
        Some(tool.wait_with_output().unwrap())
    };
    let Some(output) = check(&text) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let wrong = check("# TYPE things counter\nthings 1\n").unwrap();
    assert!(!wrong.status.success(), "a counter without a help and without _total passes");
}

#[test]
fn what_the_program_prints_is_what_is_committed() {
    let print = |what: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_hub")).args(["watch", what]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(print("rules"), read("ops/alerts.yml"));
    assert_eq!(print("dashboard"), read("ops/grafana.json"));
}
