//! PostgreSQL's own client programs, for the little that has to be asked before the hub's pool exists.

use std::process::Command;

use crate::error::At;
use crate::supervise::Inner;
use crate::{Error, SUPERUSER};

pub(crate) fn run_sql(inner: &Inner, dbname: &str, sql: &str) -> Result<String, Error> {
    if !is_plain_name(dbname) {
        return Err(Error::BadDatabaseName(dbname.to_owned()));
    }
    let mut psql = inner.account.command(&inner.binaries.program("psql"));
    psql.args(["--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set", "ON_ERROR_STOP=1", "--username", SUPERUSER, "--dbname", dbname])
        .arg("--host")
        .arg(&inner.folder.socket_dir)
        .args(["--port", &inner.options.port.to_string(), "--command", sql]);
    finish(psql, "psql").map(|text| text.trim_end().to_owned())
}

pub(crate) fn create_database_if_missing(inner: &Inner, name: &str) -> Result<(), Error> {
    if !is_plain_name(name) {
        return Err(Error::BadDatabaseName(name.to_owned()));
    }
    let exists = || {
        let sql = format!("select 1 from pg_database where datname = '{name}'");
        run_sql(inner, "postgres", &sql).map(|rows| rows == "1")
    };
    if exists()? {
        return Ok(());
    }
    match run_sql(inner, "postgres", &format!("create database \"{name}\"")) {
        // Somebody else was quicker: what was asked for is there.
        Err(_) if exists()? => Ok(()),
        outcome => outcome.map(|_| ()),
    }
}

/// Waits for a program; what it printed, or, when it failed, what it complained of.
pub(crate) fn finish(mut command: Command, program: &str) -> Result<String, Error> {
    let output = command.output().at("run", command.get_program().as_ref())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => Err(Error::Failed {
            program: program.to_owned(),
            status: output.status.to_string(),
            output: format!("{}{}", text(&output.stdout), text(&output.stderr)).trim().to_owned(),
        }),
    }
}

/// A name that means the same with and without quotes, in SQL and in a connection string.
fn is_plain_name(name: &str) -> bool {
    let starts_well = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_');
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    starts_well && plain && name.len() <= 63
}

#[cfg(test)]
mod tests {
    use super::is_plain_name;

    #[test]
    fn a_database_name_is_a_plain_identifier() {
        for name in ["hub", "hub_test_1", "_x"] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in ["", "1hub", "Hub", "hub-test", "hub test", "hub\"; drop", "host=evil", &"x".repeat(64)] {
            assert!(!is_plain_name(name), "{name}");
        }
    }
}
