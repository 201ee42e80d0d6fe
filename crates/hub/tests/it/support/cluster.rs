//! The PostgreSQL of the tests: the one that `TEST_DATABASE_URL` names, or one that every test process shares.
//!
//! nextest runs each test in a process of its own. The first one that needs a cluster starts a keeper: this very binary,
//! detached, running nothing but the test at the end of this file. The keeper stops the cluster when nobody has been
//! connected for a while; the cluster's files stay for the next run.

use std::{
    fs::{self, File, TryLockError},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{LazyLock, OnceLock},
    time::{Duration, Instant},
};

use embedded::{Embedded, Options};
use tokio_postgres::{Client, Config, NoTls};

use super::database::make_roles;

const KEEPER: &str = "HUB_TEST_CLUSTER_KEEPER";
const IDLE: Duration = Duration::from_secs(20);
const START: Duration = Duration::from_secs(120);

pub struct Cluster {
    pub config: Config,
    /// Where the cluster's own programs are; not known of a server that was given.
    bin_dir: Option<PathBuf>,
    /// As long as somebody is connected the keeper keeps.
    connected: Client,
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
});

/// Runs to its end what belongs to the process and not to one test, from wherever it is asked.
pub fn block_on<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| RUNTIME.block_on(future)).join()).unwrap()
}

pub async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    // It ends with the client.
    tokio::spawn(connection);
    Ok(client)
}

pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        block_on(async {
            let cluster = find().await;
            make_roles(&cluster.connected).await;
            cluster
        })
    })
}

/// A program of the cluster's own release, such as `pg_dump`.
pub fn program(name: &str) -> Command {
    let folder = cluster().bin_dir.clone().or_else(|| {
        let output = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
    });
    Command::new(folder.map_or_else(|| PathBuf::from(name), |folder| folder.join(name)))
}

async fn find() -> Cluster {
    if let Ok(given) = std::env::var("TEST_DATABASE_URL") {
        let config: Config = given.parse().expect("TEST_DATABASE_URL");
        let connected = connect(&config).await.expect("the server of TEST_DATABASE_URL");
        return Cluster { config, bin_dir: None, connected };
    }
    let lock = open_lock();
    lock.lock().unwrap();
    for _ in 0..3 {
        if let Some(cluster) = running().await {
            return cluster;
        }
        let mut keeper = start_keeper();
        let started = Instant::now();
        while started.elapsed() < START && keeper.try_wait().unwrap().is_none() {
            if let Some(cluster) = running().await {
                return cluster;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    panic!(
        "the cluster of the tests did not start: {}",
        fs::read_to_string(folder().join("keeper.log")).unwrap_or_default()
    );
}

/// The cluster that is kept already.
async fn running() -> Option<Cluster> {
    let text = fs::read_to_string(folder().join("address")).ok()?;
    let (address, bin_dir) = text.split_once('\n')?;
    let config: Config = address.parse().ok()?;
    let connected = connect(&config).await.ok()?;
    Some(Cluster { config, bin_dir: Some(PathBuf::from(bin_dir.trim())), connected })
}

fn start_keeper() -> std::process::Child {
    let log = File::create(folder().join("keeper.log")).unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "support::cluster::a_cluster_is_kept_while_it_is_used", "--nocapture"])
        .env(KEEPER, "1")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .process_group(0)
        .spawn()
        .unwrap()
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn open_lock() -> File {
    File::options().create(true).truncate(false).write(true).open(folder().join("lock")).unwrap()
}

fn start() -> Embedded {
    let options = |folder: &Path| {
        let mut options = Options::for_tests(folder);
        options.settings =
            vec![("max_connections".into(), "200".into()), ("autovacuum".into(), "off".into())];
        options
    };
    match Embedded::start(options(&folder().join("cluster"))) {
        // As root: the account that PostgreSQL runs as cannot enter every folder that a project may lie in.
        Err(embedded::Error::OutOfReach { .. }) => {
            let name = folder().to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            Embedded::start(options(&std::env::temp_dir().join(format!("hub-it{name}")))).unwrap()
        }
        started => started.unwrap(),
    }
}

fn keep() {
    let server = start();
    let sql = |text: &str| server.run_sql("postgres", text);
    // Left behind by tests that were killed, and by earlier migrations.
    let old = sql("select datname from pg_database where datname ~ '^hub_(it|template)_'").unwrap();
    for name in old.lines() {
        sql(&format!("drop database \"{name}\" with (force)")).unwrap();
    }
    let address = folder().join("address");
    let text = format!("{}\n{}\n", server.connection_string("postgres"), server.bin_dir().display());
    fs::write(folder().join("address.new"), text).unwrap();
    fs::rename(folder().join("address.new"), &address).unwrap();

    let users = || {
        sql("select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()")
            .ok()
            .and_then(|count| count.trim().parse::<u32>().ok())
    };
    let mut used = Instant::now();
    // No answer: somebody has stopped it, and whoever comes next starts another keeper.
    while let Some(count) = users() {
        if count > 0 {
            used = Instant::now();
        }
        if used.elapsed() > IDLE {
            let lock = open_lock();
            match lock.try_lock() {
                Ok(()) if users() == Some(0) => {
                    let _ = fs::remove_file(&address);
                    drop(server);
                    return;
                }
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => panic!("{error}"),
            }
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_cluster_is_kept_while_it_is_used() {
    if std::env::var_os(KEEPER).is_some() {
        return keep();
    }
    let config = &cluster().config;
    let one: i32 =
        block_on(async { connect(config).await.unwrap().query_one("select 1", &[]).await.unwrap().get(0) });
    assert_eq!(one, 1);
}
