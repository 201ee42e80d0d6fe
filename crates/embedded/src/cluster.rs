//! Makes a cluster, whole or not at all.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::process::Command;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::At;
use crate::folder::Folder;
use crate::{Error, Options, SUPERUSER, client, config};

/// Made beside its place and moved there when finished: a hub killed halfway leaves no half cluster.
pub(crate) fn create(
    folder: &Folder,
    account: &Account,
    binaries: &Binaries,
    options: &Options,
) -> Result<(), Error> {
    folder.remove_halves();
    let half = folder.half();
    DirBuilder::new().mode(0o700).create(&half).at("create the folder", &half)?;
    account.give(&half)?;

    let mut initdb = account.command(&binaries.program("initdb"));
    initdb
        .arg("--pgdata")
        .arg(&half)
        .args(["--username", SUPERUSER, "--encoding", "UTF8", "--data-checksums", "--no-instructions"])
        .args(["--auth-local", "trust", "--auth-host", "reject"])
        .args(locale(binaries.major));
    if !options.durable {
        initdb.arg("--no-sync");
    }
    client::finish(initdb, "initdb").inspect_err(|_| {
        // What failed is reported; the half folder is removed by the next attempt if it cannot be now.
        let _ = std::fs::remove_dir_all(&half);
    })?;

    // initdb's own file stays, with what it found out about this machine; ours is read after it.
    let main = half.join("postgresql.conf");
    let mut file = OpenOptions::new().append(true).open(&main).at("open", &main)?;
    writeln!(file, "\ninclude '{}'", config::FILE).at("write", &main)?;
    file.sync_all().at("write", &main)?;

    std::fs::rename(&half, &folder.cluster).at("move the new cluster to", &folder.cluster)?;
    File::open(&folder.root).and_then(|root| root.sync_all()).at("write", &folder.root)?;
    tracing::info!(cluster = %folder.cluster.display(), version = binaries.major, "made a new PostgreSQL cluster");
    Ok(())
}

/// Sorting by code point, the same on every machine and after every update of its C library, so that no index rots.
fn locale(major: u32) -> &'static [&'static str] {
    let listed = Command::new("locale").arg("-a").output().map(|output| output.stdout).unwrap_or_default();
    let listed = String::from_utf8_lossy(&listed);
    if listed.lines().any(|line| matches!(line.trim().to_lowercase().as_str(), "c.utf-8" | "c.utf8")) {
        &["--locale", "C.UTF-8"]
    } else if major >= 17 {
        // macOS has no C.UTF-8; PostgreSQL brings its own from 17 on.
        &["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    } else {
        &["--locale", "C"]
    }
}
