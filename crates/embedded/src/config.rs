//! What PostgreSQL is told: written anew at every start, so that the settings are this program's, not history's.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::At;
use crate::folder::Folder;
use crate::{Error, Options};

/// Ours, included by `postgresql.conf`.
pub(crate) const FILE: &str = "hub.conf";

const DOOR: [&str; 9] = [
    "listen_addresses",
    "port",
    "unix_socket_directories",
    "unix_socket_permissions",
    "unix_socket_group",
    "data_directory",
    "hba_file",
    "ident_file",
    "config_file",
];
const DURABILITY: [&str; 3] = ["fsync", "full_page_writes", "synchronous_commit"];

/// Refuses, before anything is touched, what would endanger the data or open the door.
pub(crate) fn check(options: &Options) -> Result<(), Error> {
    for (name, value) in &options.settings {
        let bad = |reason: &str| Error::BadSetting { name: name.clone(), reason: reason.to_owned() };
        let lower = name.to_ascii_lowercase();
        if DOOR.contains(&lower.as_str()) {
            return Err(bad("the hub alone decides where PostgreSQL keeps its files and who may connect"));
        }
        if options.durable && DURABILITY.contains(&lower.as_str()) {
            return Err(bad("it is always on, since without it a power cut loses what was acknowledged"));
        }
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b)) {
            return Err(bad("a name is letters, digits, underscores and dots"));
        }
        if value.contains(['\n', '\r', '\0']) {
            return Err(bad("its value has a line break"));
        }
    }
    Ok(())
}

/// What goes on the command line, above every file and `ALTER SYSTEM`.
pub(crate) fn fixed(folder: &Folder, options: &Options) -> Vec<(&'static str, String)> {
    let switch = if options.durable { "on" } else { "off" };
    let socket_dir = folder.socket_dir.display().to_string();
    let mut fixed: Vec<_> = DURABILITY.iter().map(|name| (*name, switch.to_owned())).collect();
    fixed.extend([
        ("listen_addresses", String::new()),
        ("port", options.port.to_string()),
        ("unix_socket_directories", socket_dir),
        ("unix_socket_permissions", "0700".to_owned()),
    ]);
    fixed
}

/// Writes both files into the cluster. They repeat what is fixed, so that a PostgreSQL started there by hand is as
/// shut and as durable as ours.
pub(crate) fn write(
    folder: &Folder,
    account: &Account,
    binaries: &Binaries,
    options: &Options,
) -> Result<(), Error> {
    let mut text = String::from(
        "# Written by the hub at every start. Your own settings: ALTER SYSTEM, or the hub's settings.\n",
    );
    let ours = fixed(folder, options).into_iter().chain(usual(folder, binaries, options));
    let ours = ours.map(|(name, value)| (name.to_owned(), value));
    // Of two lines for one name, the later counts.
    for (name, value) in ours.chain(options.settings.iter().cloned()) {
        let quoted = value.replace('\\', "\\\\").replace('\'', "''");
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} = '{quoted}'");
    }
    replace(&folder.cluster.join(FILE), &text, account)?;
    let door = "# Written by the hub at every start. The door is the socket's folder: only its owner may enter.\n\
                local all all trust\nlocal replication all trust\n";
    replace(&folder.cluster.join("pg_hba.conf"), door, account)
}

fn usual(folder: &Folder, binaries: &Binaries, options: &Options) -> Vec<(&'static str, String)> {
    let memory_mb = memory_mb().unwrap_or(2048);
    let shared_mb = if options.durable { (memory_mb / 8).clamp(64, 2048) } else { 128 };
    let mut settings: Vec<(&str, String)> = vec![
        ("shared_buffers", format!("{shared_mb}MB")),
        ("effective_cache_size", format!("{}MB", (memory_mb / 2).max(256))),
        ("log_directory", folder.log.display().to_string()),
    ];
    let plain = [
        ("max_connections", "60"),
        ("work_mem", "16MB"),
        ("maintenance_work_mem", "128MB"),
        ("max_wal_size", "2GB"),
        ("min_wal_size", "128MB"),
        // Log that is kept for an archive which does not take it: so much, and the database works on.
        ("max_slot_wal_keep_size", "4GB"),
        ("checkpoint_timeout", "10min"),
        ("random_page_cost", "1.1"),
        // Compiling a query pays for reports over millions of rows, and costs every short one.
        ("jit", "off"),
        ("track_io_timing", "on"),
        ("autovacuum_vacuum_scale_factor", "0.05"),
        ("autovacuum_analyze_scale_factor", "0.02"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("lc_messages", "C"),
        ("logging_collector", "on"),
        ("log_filename", "postgres-%a.log"),
        ("log_truncate_on_rotation", "on"),
        ("log_rotation_age", "1d"),
        ("log_rotation_size", "0"),
        ("log_file_mode", "0600"),
        ("log_line_prefix", "%m [%p] %u@%d %a "),
        ("log_min_duration_statement", "1s"),
        ("log_lock_waits", "on"),
        // Statements have parameters in place of values. These two keep the values, people's data, out of the log.
        ("log_parameter_max_length", "0"),
        ("log_error_verbosity", "terse"),
    ];
    settings.extend(plain.map(|(name, value)| (name, value.to_owned())));
    if binaries.has_library("pg_stat_statements") {
        settings.push(("shared_preload_libraries", "pg_stat_statements".to_owned()));
        // Commands keep their values, each of them a statement of its own: they would push out all others.
        settings.push(("pg_stat_statements.track_utility", "off".to_owned()));
    }
    settings
}

/// What this machine, or the container we are in, has.
fn memory_mb() -> Option<u64> {
    let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let total_mb = total.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1024;
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let limit_mb = limit.and_then(|text| text.trim().parse::<u64>().ok()).map(|bytes| bytes / 1024 / 1024);
    Some(limit_mb.map_or(total_mb, |limit| limit.min(total_mb)))
}

/// Whole or not at all; and as root in a folder of another account, never through a link that account may have laid.
fn replace(path: &Path, text: &str, account: &Account) -> Result<(), Error> {
    let new = path.with_extension("conf.new");
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).at("remove", &new),
        _ => {}
    }
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).at("create", &new)?;
    file.write_all(text.as_bytes()).at("write", &new)?;
    account.give(&new)?;
    file.sync_all().at("write", &new)?;
    std::fs::rename(&new, path).at("replace", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(options: &mut Options, name: &str, value: &str) -> bool {
        options.settings = vec![(name.to_owned(), value.to_owned())];
        matches!(check(options), Err(Error::BadSetting { .. }))
    }

    #[test]
    fn nobody_turns_durability_off_or_opens_the_door() {
        let mut options = Options::new("/nowhere");
        for (name, value) in [
            ("fsync", "off"),
            ("FSYNC", "on"),
            ("full_page_writes", "off"),
            ("synchronous_commit", "off"),
            ("listen_addresses", "*"),
            ("hba_file", "/tmp/open"),
            ("work_mem = '1MB'\nfsync", "off"),
            ("work_mem", "1MB'\nfsync = 'off"),
        ] {
            assert!(refused(&mut options, name, value), "{name} = {value} must be refused");
        }
        assert!(!refused(&mut options, "work_mem", "64MB"));
        assert!(!refused(&mut options, "pg_stat_statements.max", "1000"));
    }
}
