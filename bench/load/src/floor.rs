//! The floors: PostgreSQL's own tools on the same database, with the best SQL for the same rows.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

pub struct Postgres {
    programs: PathBuf,
    database: String,
    /// The postmaster.
    pub pid: u32,
}

/// Transactions a second, and their mean time in milliseconds.
pub struct Pace {
    pub rate: f64,
    pub mean_ms: f64,
}

impl Postgres {
    pub async fn new(programs: &Path, database: String) -> Result<Self> {
        let mut postgres = Self { programs: programs.to_owned(), database, pid: 0 };
        let file = postgres.ask("select pg_read_file('postmaster.pid', 0, 20)").await?;
        postgres.pid = file.lines().next().unwrap_or_default().parse().context("no pid in postmaster.pid")?;
        Ok(postgres)
    }

    /// What psql prints for a statement, columns separated by `|`.
    pub async fn ask(&self, sql: &str) -> Result<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
            .args(["--dbname", &self.database, "--command", sql])
            .output()
            .await?;
        ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    pub async fn count(&self, sql: &str) -> Result<i64> {
        Ok(self.ask(sql).await?.parse()?)
    }

    /// `pgbench -M prepared` with a script of one statement.
    pub async fn pace(&self, script: &Path, clients: u32, seconds: u64) -> Result<Pace> {
        let output = Command::new(self.programs.join("pgbench"))
            .args(["--protocol=prepared", "--no-vacuum", "--client", &clients.to_string()])
            .args(["--jobs", &clients.min(2).to_string(), "--time", &seconds.to_string(), "--file"])
            .arg(script)
            .arg(&self.database)
            .output()
            .await?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
        let number = |label: &str| -> Result<f64> {
            let line = text.lines().find_map(|line| line.strip_prefix(label));
            let word = line.and_then(|rest| rest.split_whitespace().next());
            Ok(word.with_context(|| format!("pgbench did not print {label:?}"))?.parse()?)
        };
        Ok(Pace { rate: number("tps = ")?, mean_ms: number("latency average = ")? })
    }

    /// As [`Postgres::pace`], for a second, of a script's text, which is kept beside `data`.
    pub async fn pace_of(&self, script: &str, clients: u32, data: &Path) -> Result<Pace> {
        let file = data.with_extension("sql");
        std::fs::write(&file, script)?;
        self.pace(&file, clients, 1).await
    }

    /// `\copy` of a statement into a CSV file with a header.
    pub async fn copy(&self, statement: &str, file: &Path) -> Result<Duration> {
        // psql's \copy ends at the end of the line.
        let lines = statement.lines().filter(|line| !line.starts_with("--"));
        let one_line = lines.map(|line| line.trim().trim_end_matches(';')).collect::<Vec<_>>().join(" ");
        let began = Instant::now();
        self.ask(&format!("\\copy ({one_line}) to '{}' csv header", file.display())).await?;
        Ok(began.elapsed())
    }
}
