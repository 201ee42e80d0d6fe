use std::process::Command;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use platform::{address::causes, migrate, rights, settings::Settings};
use tokio_postgres::Client;

use super::{Report, own_keys};
use crate::{
    database::{Database, For, is_to_be_made},
    keys,
};

/// Apart by more than this, two clocks order what happened wrongly.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(2);
/// Summer time begins and ends, in this year and the next.
const ZONE: &str = "Europe/London";

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    if settings.database_url.is_none() {
        match is_to_be_made(settings) {
            Ok(true) => return without(settings, report),
            Ok(false) => {}
            Err(error) => return report.wrong(format_args!("database: {error:#}")),
        }
    }
    let database = match Database::open(settings, For::Command).await {
        Ok(database) => database,
        Err(error) => {
            report.wrong(format_args!("database: {error:#}"));
            return;
        }
    };
    if let Err(error) = look(&database, settings, report).await {
        report.wrong(format_args!("database: {error:#}"));
    }
    programs(&database, settings, report).await;
    if let Err(error) = database.stop().await {
        report.wrong(format_args!("database: it could not be left: {error:#}"));
    }
}

/// To look is not to make one.
fn without(settings: &Settings, report: &mut Report) {
    report.ok("database: no private database yet; it is made at the first start");
    match embedded::programs(settings.postgres_bin.as_deref()) {
        Ok(folder) => report.ok(format_args!("PostgreSQL's programs: in {}", folder.display())),
        Err(error) => report.wrong(format_args!("PostgreSQL's programs: {error}")),
    }
    own_keys::vault(settings, None, report);
}

async fn look(database: &Database, settings: &Settings, report: &mut Report) -> Result<()> {
    let client = database.connect().await?;
    let row = client
        .query_one(
            "select current_setting('server_version'), current_setting('server_encoding'),
                    coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)",
            &[],
        )
        .await?;
    let (version, encoding, tls): (String, String, bool) = (row.get(0), row.get(1), row.get(2));
    report.ok(format_args!(
        "database: {} answers, PostgreSQL {version}{}",
        database.describe(),
        if tls { ", over TLS" } else { "" }
    ));
    if encoding != "UTF8" {
        report.wrong(format_args!(
            "database: its encoding is {encoding}, which cannot hold every name. Make it anew with encoding UTF8"
        ));
    }
    clock(&client, report).await?;
    zone(&client, report).await?;
    role(&client, report).await?;
    match migrate::planned(&client).await {
        Ok(missing) if missing.is_empty() => {
            match migrate::newer(&client).await?.last() {
                None => report.ok("database: at this release"),
                Some(newest) => report.ok(format_args!(
                    "database: of a newer release ({newest}), with which this one can work"
                )),
            }
            fence(database, report).await;
            own_keys::audit(settings, &client, report).await;
        }
        Ok(missing) => report.wrong(format_args!(
            "database: {} migrations are missing, the first is {}. Run `hub migrate`",
            missing.len(),
            missing[0].0
        )),
        Err(error) => report.wrong(format_args!("database: {error}")),
    }
    owner(database, settings, report).await;
    // Before the first migration there is nothing to ask.
    if let Ok(known) = keys::fingerprint_known(&client).await {
        own_keys::vault(settings, known, report);
    }
    Ok(())
}

/// Of a restored one, whose mail and refunds wait for somebody.
async fn fence(database: &Database, report: &mut Report) {
    let read = async { backups::read_fence(&database.db.client().await?).await };
    match read.await {
        Ok(None) => {}
        Ok(Some(fence)) => report.warning(format_args!(
            "database: fenced since {}, as it was restored: {} mails and {} refunds wait. Look at what was done after {}, then \
             `hub fence accept --reason …`",
            fence.restored_at, fence.mails, fence.refunds, fence.taken_at
        )),
        Err(problem) => report.wrong(format_args!("database: whether it is fenced: {}", problem.detail)),
    }
}

async fn owner(database: &Database, settings: &Settings, report: &mut Report) {
    if settings.database_url.is_some() && settings.database_owner_url.is_some() {
        match database.connect_as_owner().await {
            Ok(_) => report.ok("database: its owner can connect"),
            Err(error) => report.wrong(format_args!("database_owner_url: {error:#}")),
        }
    }
}

/// Called without its schema, so that it is found as any statement of ours finds it.
async fn clock(client: &Client, report: &mut Report) -> Result<()> {
    let before = Clock::System.now();
    let there: Timestamp = client.query_one("select clock_timestamp()", &[]).await?.get(0);
    let after = Clock::System.now();
    let apart = if there < before {
        before.duration_since(there)
    } else {
        there.duration_since(after).max(SignedDuration::ZERO)
    };
    if apart > CLOCKS_APART {
        report.wrong(format_args!(
            "clock: this machine's and the database's are {} s apart. Let both follow the same time server",
            apart.as_secs()
        ));
    } else {
        report.ok("clock: this machine's and the database's agree");
    }
    Ok(())
}

/// Days are London's, here and in the database.
async fn zone(client: &Client, report: &mut Report) -> Result<()> {
    let year = Clock::System.now().to_zoned(jiff::tz::TimeZone::UTC).year();
    let days: Vec<String> = (year..=year + 1)
        .flat_map(|year| {
            (1..=12).flat_map(move |month| [8, 28].map(|day| format!("{year}-{month:02}-{day:02} 12:00:00Z")))
        })
        .collect();
    let sql =
        "select to_char(day::timestamptz at time zone $2, 'YYYY-MM-DD HH24:MI') from unnest($1::text[]) day";
    let rows = match client.query(sql, &[&days, &ZONE]).await {
        Ok(rows) => rows,
        Err(error) => {
            report.wrong(format_args!("time zones: the database does not know {ZONE}: {}", causes(&error)));
            return Ok(());
        }
    };
    for (day, row) in days.iter().zip(rows) {
        let there: String = row.get(0);
        let instant: Timestamp = day.replace(' ', "T").parse()?;
        let here = instant.in_tz(ZONE)?.strftime("%Y-%m-%d %H:%M").to_string();
        if here != there {
            report.wrong(format_args!(
                "time zones: {day} is {here} in {ZONE} to the hub, and {there} to the database. Update the database's time zones"
            ));
            return Ok(());
        }
    }
    report.ok(format_args!("time zones: {ZONE} is the same here and in the database"));
    Ok(())
}

async fn role(client: &Client, report: &mut Report) -> Result<()> {
    let weaknesses = rights::weaknesses(client).await?;
    if weaknesses.is_empty() {
        report.ok("database: what is append-only is so by right");
    }
    for weakness in weaknesses {
        report.wrong(format_args!(
            "database: what is append-only is so by trigger only, since {weakness}. Give `database_url` a role that owns nothing (docs/audit.md)"
        ));
    }
    Ok(())
}

/// `pg_dump` refuses a server that is newer than itself.
async fn programs(database: &Database, settings: &Settings, report: &mut Report) {
    let found = async {
        let client = database.connect().await?;
        let row =
            client.query_one("select current_setting('server_version_num')::integer / 10000", &[]).await?;
        let server: i32 = row.get(0);
        let program = database.programs(settings)?.join("pg_dump");
        let output = Command::new(&program)
            .arg("--version")
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let number =
            said.rsplit(") ").next().and_then(|text| text.split(|c: char| !c.is_ascii_digit()).next());
        let ours: i32 = number
            .and_then(|number| number.parse().ok())
            .with_context(|| format!("it calls itself {said:?}"))?;
        anyhow::Ok((server, ours))
    };
    match found.await {
        Ok((server, ours)) if ours >= server => report.ok(format_args!("PostgreSQL's programs: version {ours}")),
        Ok((server, ours)) => report.wrong(format_args!(
            "PostgreSQL's programs: pg_dump is of version {ours}, and the server of {server}. Install {server}'s, or name their folder as `postgres_bin`"
        )),
        Err(error) if settings.backup.has_place() => report.wrong(format_args!(
            "PostgreSQL's programs: {error:#}. Without them no copies are made. Install them, or name their folder as `postgres_bin`"
        )),
        Err(error) => report.warning(format_args!("PostgreSQL's programs: {error:#}. Without them no copies can be made")),
    }
}
