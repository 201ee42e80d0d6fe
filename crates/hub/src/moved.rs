//! The mark on a private database whose desk has moved to a served one. It lies in the cluster, and goes where that goes.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, Result, bail};
use jiff::Timestamp;

const MARK: &str = "hub-moved";

/// Where the desk has moved from it, nobody works on it by mistake.
pub fn refuse(data_dir: &Path) -> Result<()> {
    let mark = embedded::cluster_dir(data_dir).join(MARK);
    let Ok(text) = fs::read_to_string(&mark) else { return Ok(()) };
    bail!(
        "the private database in {} is no longer used: {}. Give `database_url` and `database_owner_url` as they were given to `hub move`. To go \
         back to the private one, without anything that was done since, remove {}",
        data_dir.display(),
        text.trim(),
        mark.display()
    )
}

pub fn mark(data_dir: &Path, to: &str, at: Timestamp) -> Result<()> {
    let folder = embedded::cluster_dir(data_dir);
    let path = folder.join(MARK);
    let write = || {
        // PostgreSQL's account may look at it too.
        let mut file = OpenOptions::new().create(true).write(true).truncate(true).mode(0o644).open(&path)?;
        writeln!(file, "it was moved on {at} to the database {to}")?;
        file.sync_all()?;
        File::open(&folder)?.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
