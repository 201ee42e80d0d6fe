//! Heavy reads from a streaming standby: a real one, beside its primary.

use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

use deadpool_postgres::Client;
use embedded::{Embedded, Options};
use platform::{address::Address, db::Db};

struct Pair {
    primary: Embedded,
    standby: Option<Embedded>,
    folder: PathBuf,
}

impl Pair {
    fn start() -> Self {
        let base = std::env::temp_dir().canonicalize().unwrap();
        let folder = base.join(format!("hub-standby-{}", std::process::id()));
        let primary = Embedded::start(options(&folder.join("primary"))).unwrap();
        primary.create_database_if_missing("desk").unwrap();
        let root = folder.join("standby");
        fs::create_dir_all(&root).unwrap();
        let copy = root.join("postgres");
        let copied = Command::new(primary.bin_dir().join("pg_basebackup"))
            .args(["--write-recovery-conf", "--checkpoint=fast", "--username=postgres", "--pgdata"])
            .arg(&copy)
            .arg(format!("--host={}", primary.socket_dir().display()))
            .arg(format!("--port={}", primary.port()))
            .output()
            .unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        let owner = fs::metadata(primary.cluster_dir()).unwrap();
        if fs::metadata(&copy).unwrap().uid() != owner.uid() {
            give(&copy, owner.uid(), owner.gid());
        }
        let standby = Embedded::start(options(&root)).unwrap();
        Self { primary, standby: Some(standby), folder }
    }

    fn standby(&self) -> &Embedded {
        self.standby.as_ref().unwrap()
    }

    fn db(&self) -> Db {
        let address = |server: &Embedded| Address::read(&server.connection_string("desk"), None).unwrap();
        Db::at(address(&self.primary), 4).unwrap().with_standby(address(self.standby()), 4).unwrap()
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn options(folder: &Path) -> Options {
    let mut options = Options::for_tests(folder);
    options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
    options
}

fn give(path: &Path, uid: u32, gid: u32) {
    chown(path, Some(uid), Some(gid)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), uid, gid);
        }
    }
}

async fn is_standby(client: &Client) -> bool {
    client.query_one("select pg_is_in_recovery()", &[]).await.unwrap().get(0)
}

async fn count(client: &Client) -> i64 {
    client.query_one("select count(*) from written", &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heavy_read_sees_all_that_was_there_before_whoever_answers_it() {
    let mut pair = tokio::task::spawn_blocking(Pair::start).await.unwrap();
    let db = pair.db();
    let writer = db.client().await.unwrap();
    writer.batch_execute("create table written (n bigint)").await.unwrap();
    let write = async |n: i64| writer.execute("insert into written values ($1)", &[&n]).await.unwrap();

    let mut by_standby = 0;
    for n in 1..=50 {
        write(n).await;
        let reader = db.for_heavy_reads().await.unwrap();
        assert_eq!(count(&reader).await, n);
        by_standby += i64::from(is_standby(&reader).await);
    }
    // On a machine that is busy a standby may be late now and then.
    assert!(by_standby > 0, "the standby answered none of 50");

    let at_standby = |sql: &str| pair.standby().run_sql("desk", sql).unwrap();
    at_standby("select pg_wal_replay_pause()");
    write(51).await;
    let reader = db.for_heavy_reads().await.unwrap();
    assert!(!is_standby(&reader).await, "it does not have the last row");
    assert_eq!(count(&reader).await, 51);
    // The very check that was left out would not see it.
    assert_eq!(at_standby("select count(*) from written").trim(), "50");
    at_standby("select pg_wal_replay_resume()");
    drop(reader);

    at_standby("select pg_promote()");
    let reader = db.for_heavy_reads().await.unwrap();
    assert!(!is_standby(&reader).await);
    write(52).await;
    assert_eq!(count(&db.for_heavy_reads().await.unwrap()).await, 52, "one that was promoted is not asked");

    let standby = pair.standby.take().unwrap();
    tokio::task::spawn_blocking(|| standby.stop()).await.unwrap().unwrap();
    write(53).await;
    assert_eq!(count(&db.for_heavy_reads().await.unwrap()).await, 53, "one that has gone is not missed");
    // PostgreSQL's end takes a moment, in which nothing else may wait.
    drop((writer, db));
    tokio::task::spawn_blocking(|| drop(pair)).await.unwrap();
}
