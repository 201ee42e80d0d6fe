//! What copies cost: made, read from end to end, proved and restored by the very commands, each with a private PostgreSQL that it
//! starts and stops.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Output,
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::Arguments;

/// What goes with a copy to another machine.
const KEYS: [&str; 3] = ["vault.key", "backup.key", "audit.key"];
const PER: f64 = 1e6;

struct Step {
    name: &'static str,
    seconds: f64,
}

/// Folders of its own beside the data, removed at the beginning and at the end.
struct Folders {
    copies: PathBuf,
    restored: PathBuf,
}

impl Folders {
    fn beside(data: &Path) -> Result<Self> {
        let folders =
            Self { copies: data.with_extension("copies"), restored: data.with_extension("restored") };
        folders.clear()?;
        Ok(folders)
    }

    fn clear(&self) -> Result<()> {
        for folder in [&self.copies, &self.restored] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        Ok(())
    }
}

pub async fn run(given: &Arguments) -> Result<String> {
    let folders = Folders::beside(&given.data)?;
    let outcome = measure(given, &folders).await;
    folders.clear()?;
    outcome
}

async fn measure(given: &Arguments, folders: &Folders) -> Result<String> {
    // Where no hub has run yet there is no key that the trail is signed with.
    step(given, "seal", &given.data, folders, &["audit", "seal"]).await?;
    let (create, made) = step(given, "create", &given.data, folders, &["backup", "create"]).await?;
    let copy = made.split("  ").next().unwrap_or_default().to_owned();
    let bytes = fs::metadata(&copy).with_context(|| format!("there is no copy: {made}"))?.len();
    // What the bench did to the data before may have added some.
    let customers = made.split(", ").find_map(|part| part.strip_suffix(" customers")?.parse().ok());
    let customers: i64 = customers.with_context(|| format!("of how many customers? {made}"))?;
    ensure!(customers >= given.customers, "it is of {customers} customers only");
    let (verify, _) = step(given, "verify", &given.data, folders, &["backup", "verify", &copy]).await?;
    let (drill, proved) = step(given, "drill", &given.data, folders, &["drill", &copy]).await?;
    ensure!(proved.contains("every check holds"), "{proved}");
    fs::create_dir_all(&folders.restored)?;
    for key in KEYS {
        let from = given.data.join(key);
        if from.exists() {
            fs::copy(from, folders.restored.join(key))?;
        }
    }
    let (restore, told) = step(given, "restore", &folders.restored, folders, &["restore", &copy]).await?;
    ensure!(!told.contains("WRONG"), "{told}");
    Ok(text(
        customers,
        &given.commit,
        bytes,
        size(&given.data.join("postgres"))?,
        &[create, verify, drill, restore],
    ))
}

async fn step(
    given: &Arguments,
    name: &'static str,
    data: &Path,
    folders: &Folders,
    arguments: &[&str],
) -> Result<(Step, String)> {
    let began = Instant::now();
    let Output { status, stdout, stderr } = Command::new(&given.hub)
        .env("HUB_DATA_DIR", data)
        .env("HUB_BACKUP_FOLDER", &folders.copies)
        .env("HUB_LOG", "warn")
        .args(arguments)
        .kill_on_drop(true)
        .output()
        .await?;
    let seconds = began.elapsed().as_secs_f64();
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    ensure!(status.success(), "hub {}: {status}\n{out}{err}", arguments.join(" "));
    Ok((Step { name, seconds }, out.into_owned()))
}

/// Of all files in the folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

fn text(customers: i64, commit: &str, copy: u64, cluster: u64, steps: &[Step]) -> String {
    let for_a_million = PER / customers as f64;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let mut text = format!(
        "Copies of {customers} customers ({commit}), in a folder; each command starts and stops PostgreSQL too.\n\n{:<10}{:>12}{:>20}\n",
        "", "here", "for a million"
    );
    for Step { name, seconds } in steps {
        let _ = writeln!(text, "{name:<10}{seconds:>10.1} s{:>18.0} s", seconds * for_a_million);
    }
    for (name, bytes) in [("copy", copy), ("cluster", cluster)] {
        let here = megabytes(bytes);
        let _ = writeln!(text, "{name:<10}{here:>9.1} MB{:>17.0} MB", here * for_a_million);
    }
    text
}
