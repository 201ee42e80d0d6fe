//! Figures that only the database knows: each feature hands out its own, as it does its checks.

use futures_util::future::try_join_all;
use jiff::Timestamp;
use tokio_postgres::types::ToSql;

use super::text::{Family, Sample};
use crate::db::GenericClient;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Gauge,
    /// Only ever grows.
    Counter,
}

/// What is read when somebody asks.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    pub name: &'static str,
    pub kind: Kind,
    pub help: &'static str,
    /// The columns before the last, texts all.
    pub labels: &'static [&'static str],
    /// Answers rows of the labels and a double precision. The instant is `$1`, where it is needed. It walks an index: it is asked every few seconds
    /// of databases of any size.
    pub sql: &'static str,
}

/// More series than these of one figure are not shown: what is labelled by the program has fewer.
const MOST_ROWS: usize = 200;

/// All of them, in as few round trips as can be; the caller's transaction makes them of one instant.
pub async fn read(
    db: &impl GenericClient,
    figures: &[&'static Figure],
    now: Timestamp,
) -> Result<Vec<Family>, tokio_postgres::Error> {
    let mut reading = Vec::with_capacity(figures.len());
    for figure in figures {
        reading.push(read_one(db, figure, now));
    }
    try_join_all(reading).await
}

async fn read_one(
    db: &impl GenericClient,
    figure: &'static Figure,
    now: Timestamp,
) -> Result<Family, tokio_postgres::Error> {
    let statement = db.prepare_cached(figure.sql).await?;
    let given: &[&(dyn ToSql + Sync)] = if statement.params().is_empty() { &[] } else { &[&now] };
    let rows = db.query(&statement, given).await?;
    let family = match figure.kind {
        Kind::Gauge => Family::gauge(figure.name, figure.help),
        Kind::Counter => Family::counter(figure.name, figure.help),
    };
    Ok(family.with(rows.iter().take(MOST_ROWS).map(|row| {
        let labels: Vec<(&'static str, &str)> =
            figure.labels.iter().enumerate().map(|(at, label)| (*label, row.get(at))).collect();
        Sample::of(&labels, row.get(figure.labels.len()))
    })))
}
