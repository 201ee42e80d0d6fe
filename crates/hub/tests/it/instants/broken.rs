//! What is missing, damaged, or takes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio_postgres::Client;

use super::{Archived, kill, mark};
use crate::{processes::PATIENCE, support::connect};

/// The files of log, in order.
fn log(copies: &Path) -> Vec<PathBuf> {
    let system = fs::read_dir(copies.join("log")).unwrap().next().unwrap().unwrap().path();
    let mut files: Vec<PathBuf> = fs::read_dir(system).unwrap().map(|one| one.unwrap().path()).collect();
    files.sort();
    files
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

/// The path of the base that was made.
fn made(said: &str) -> PathBuf {
    PathBuf::from(said.split("  ").next().unwrap())
}

#[tokio::test]
async fn what_is_missing_damaged_or_under_another_key_is_told_and_never_replayed() {
    let archived = Archived::new("instants-damaged");
    let base = made(&archived.hub("backup create --base").ok());
    assert!(base.to_str().unwrap().ends_with(".base") && base.exists());
    for n in 0..3 {
        {
            let (_server, client) = archived.desk.sql().await;
            mark(&client, 10 * n, 1).await;
        }
        let later = made(&archived.hub("backup create --base").ok());
        fs::remove_file(&later).unwrap();
        fs::remove_file(format!("{}.json", later.display())).unwrap();
    }
    let verify = format!("backup verify {}", base.display());
    assert!(archived.hub(&verify).ok().contains("all of its log can be read"));
    let told = archived.hub("drill").ok();
    assert!(told.contains(".base was restored beside") && told.contains("every check holds"), "{told}");
    {
        let (_server, client) = archived.desk.sql().await;
        let passed = "select count(*) from drills where state = 'passed' and file like '%.base'";
        assert_eq!(client.query_one(passed, &[]).await.unwrap().get::<_, i64>(0), 1);
    }

    let files = log(&archived.copies);
    assert!(files.len() > 3, "{files:?}");
    let middle = &files[files.len() / 2];
    let whole = fs::read(middle).unwrap();
    flip(middle);
    assert!(archived.hub(&verify).refused().contains("cannot be decrypted"));
    assert!(archived.hub("drill").has_code(1).out().contains("cannot be decrypted"));
    archived.wreck();
    let refused = archived.hub("restore --at latest").refused();
    assert!(
        refused.contains(middle.to_str().unwrap()) && refused.contains("cannot be decrypted"),
        "{refused}"
    );
    assert!(archived.hub("backup list").refused().contains("never finished"));
    archived.wreck();

    fs::remove_file(middle).unwrap();
    let until = archived_until(files.last().unwrap());
    let refused = archived.hub(&format!("restore --at {until}")).refused();
    assert!(refused.contains("cannot be reached. What can:"), "{refused}");
    fs::write(middle, &whole).unwrap();
    let key = archived.desk.folder.join("backup.key");
    let right = fs::read(&key).unwrap();
    fs::write(&key, backups::Key::make()).unwrap();
    assert!(
        archived.hub("restore --at latest").refused().contains("cannot be decrypted with this backup key")
    );
    fs::write(&key, right).unwrap();
    let good = fs::read(&base).unwrap();
    flip(&base);
    assert!(archived.hub("restore --at latest").refused().contains("is not what its manifest describes"));
    fs::write(&base, good).unwrap();
    let refused = archived
        .desk
        .hub_with(
            "restore --at latest",
            &[archived.settings()[0], ("DATABASE_URL", "postgres://nobody@localhost/hub")],
        )
        .refused();
    assert!(refused.contains("only the private database"), "{refused}");
    archived.hub(&format!("restore --at {until}")).ok();
    assert_eq!(archived.marks().await.len(), 30);
}

/// Until when a file of log reaches, by its name.
fn archived_until(file: &Path) -> Timestamp {
    let name = file.file_stem().unwrap().to_str().unwrap();
    let (_, until) = name.split_once('-').unwrap();
    let (day, time) = until.split_at(8);
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &day[..4],
        &day[4..6],
        &day[6..],
        &time[1..3],
        &time[3..5],
        &time[5..7]
    );
    text.parse().unwrap()
}

#[tokio::test]
async fn a_place_that_takes_nothing_stops_no_work_and_what_follows_begins_with_a_new_base() {
    let archived = Archived::new("instants-full");
    let (mut server, client) = archived.serve().await;
    let admin = {
        let text = fs::read_to_string(archived.desk.folder.join("database-url")).unwrap();
        let superuser = text.lines().nth(1).unwrap().replace("user=hub_owner", "user=postgres");
        connect(&superuser.parse().unwrap()).await.unwrap()
    };
    let since = "select unbroken_since from log_archive";
    let first: Timestamp = client.query_one(since, &[]).await.unwrap().get(0);
    // The disk of the copies is gone, and what lies in its place takes nothing.
    let away = archived.copies.with_extension("away");
    fs::rename(&archived.copies, &away).unwrap();
    fs::write(&archived.copies, "not a folder").unwrap();
    let unarchived = mark(&client, 0, 1).await;
    until(&client, "select exists (select from log_archive where failing_since is not null)").await;
    // No more is kept than was allowed, and people work on.
    admin.batch_execute("alter system set max_slot_wal_keep_size = '32MB'").await.unwrap();
    admin.batch_execute("select pg_reload_conf()").await.unwrap();
    let lost = format!("select unbroken_since > '{first}' from log_archive");
    let (mut written, began) = (10, Instant::now());
    while !client.query_one(&lost, &[]).await.unwrap().get::<_, bool>(0) {
        assert!(began.elapsed() < PATIENCE, "everything is kept");
        client.execute("insert into marks (n) values ($1)", &[&written]).await.unwrap();
        written += 1;
        admin.batch_execute("select pg_switch_wal()").await.unwrap();
        admin.batch_execute("checkpoint").await.unwrap();
    }
    fs::remove_file(&archived.copies).unwrap();
    fs::rename(&away, &archived.copies).unwrap();
    until(&client, "select failure is null from log_archive").await;
    let covered: Timestamp =
        client.query_one("select covered_until from log_archive", &[]).await.unwrap().get(0);
    assert!(
        covered < unarchived[9].acknowledged,
        "what lies behind the gap is not safe before there is a base"
    );
    loop {
        let said = archived.hub("backup create --base");
        // The hub's own copy may be.
        if !said.err().contains("another one is under way") {
            said.ok();
            break;
        }
    }
    let marks = mark(&client, 2000, 1).await;
    archived.covers(&client, marks[9].acknowledged).await;
    let told = archived.hub("backup list").ok();
    assert_eq!(told.lines().filter(|line| line.starts_with("Can be brought back")).count(), 2, "{told}");
    drop((client, admin));
    kill(&mut server.child);
    archived.wreck();
    archived.hub("restore --at latest").ok();
    assert_eq!(i32::try_from(archived.marks().await.len()).unwrap(), written + 10);
}

async fn until(client: &Client, holds: &str) {
    let began = Instant::now();
    while !client.query_one(holds, &[]).await.unwrap().get::<_, bool>(0) {
        assert!(began.elapsed() < PATIENCE, "it did not come about: {holds}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
