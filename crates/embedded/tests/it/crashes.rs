//! kill -9, of PostgreSQL and of the hub, at any time.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use embedded::{Embedded, Event, Options};

use crate::support::{Scratch, is_alive, kill, psql, wait_until};

#[test]
fn a_killed_postgresql_recovers_what_was_committed() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::new(scratch.path())).unwrap();
    embedded.run_sql("postgres", "create table kept as select generate_series(1, 1000) as n").unwrap();
    // Busy children do not notice at once that their postmaster is gone, and must not be in the way of the next.
    let mut busy = psql(&embedded, "select sum(a.n) from generate_series(1, 100000000) a(n)");
    wait_until("a query is busy", || {
        let sql = "select count(*) from pg_stat_activity where state = 'active' and query like 'select sum%'";
        embedded.run_sql("postgres", sql).unwrap() == "1"
    });
    kill("-KILL", embedded.pid().unwrap());
    wait_until("its death is seen", || !embedded.is_running());
    embedded.restart().unwrap();
    assert_eq!(embedded.run_sql("postgres", "select count(*) from kept").unwrap(), "1000");
    let _ = busy.wait();

    kill("-KILL", embedded.pid().unwrap());
    drop(embedded);
    let again = Embedded::start(Options::new(scratch.path())).unwrap();
    assert_eq!(again.run_sql("postgres", "select count(*) from kept").unwrap(), "1000");
}

#[test]
fn a_killed_postgresql_comes_back_by_itself() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let (sender, events) = mpsc::channel();
    embedded.keep_running(move |event| {
        sender.send(matches!(event, Event::Restarted)).unwrap();
    });
    for _ in 0..3 {
        kill("-KILL", embedded.pid().unwrap());
        let patience = Duration::from_secs(30);
        assert!(!events.recv_timeout(patience).unwrap(), "first its death is told");
        assert!(events.recv_timeout(patience).unwrap(), "then its return");
        assert_eq!(embedded.run_sql("postgres", "select 1").unwrap(), "1");
    }
    embedded.stop().unwrap();
    assert!(events.try_recv().is_err(), "a stop that was asked for is no event");
}

/// The hub as a process of its own: this test program, running `own` below.
struct Owner {
    process: Child,
    postmaster: u32,
}

impl Owner {
    fn start(data_dir: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "crashes::own", "--nocapture"])
            .env("HUB_TEST_DATA_DIR", data_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let postmaster = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("postmaster=").and_then(|(_, pid)| pid.trim().parse().ok()))
            .expect("the owner must say that its PostgreSQL runs");
        Self { process, postmaster }
    }

    fn kill(mut self) -> u32 {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.postmaster
    }
}

#[test]
#[ignore = "not a test: the hub that the tests here kill"]
fn own() {
    let Some(data_dir) = std::env::var_os("HUB_TEST_DATA_DIR") else { return };
    let embedded = Embedded::start(Options::for_tests(data_dir)).unwrap();
    println!("postmaster={}", embedded.pid().unwrap());
    let _ = std::io::stdin().read_line(&mut String::new());
}

#[test]
fn a_killed_hub_takes_its_postgresql_along() {
    let scratch = Scratch::new();
    let postmaster = Owner::start(scratch.path()).kill();
    wait_until("PostgreSQL notices that its hub is gone", || !is_alive(postmaster));
    let lock_file = scratch.path().join("postgres/postmaster.pid");
    assert!(!lock_file.exists(), "it must have been an orderly shutdown");
}

#[test]
fn a_killed_hub_can_be_started_again_at_once() {
    let scratch = Scratch::new();
    for round in 0..3 {
        let owner = Owner::start(scratch.path());
        let refusal = Embedded::start(Options::for_tests(scratch.path())).unwrap_err().to_string();
        assert!(refusal.contains(&format!("process {}", owner.process.id())), "{refusal}");
        let old = owner.kill();
        let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
        assert!(!is_alive(old), "never two at once");
        embedded.run_sql("postgres", &format!("create table round_{round} ()")).unwrap();
        embedded.stop().unwrap();
    }
}

#[test]
fn an_orphaned_postgresql_is_stopped_before_a_new_one_starts() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let (cluster, bin_dir) = (embedded.cluster_dir().to_owned(), embedded.bin_dir().to_owned());
    embedded.stop().unwrap();

    let owner = std::fs::metadata(&cluster).unwrap();
    let mut postgres = Command::new(bin_dir.join("postgres"));
    postgres.arg("-D").arg(&cluster).current_dir("/").stdout(Stdio::null()).stderr(Stdio::null());
    if std::fs::metadata(scratch.path()).unwrap().uid() != owner.uid() {
        postgres.uid(owner.uid()).gid(owner.gid());
    }
    let mut orphan = postgres.spawn().unwrap();
    wait_until("the orphan runs", || {
        std::fs::read_to_string(cluster.join("postmaster.pid")).is_ok_and(|text| text.contains("ready"))
    });
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    assert!(orphan.try_wait().unwrap().is_some_and(|status| status.success()), "it was shut down in order");
    assert_eq!(embedded.run_sql("postgres", "select 1").unwrap(), "1");
}

/// After a power cut, or in a container, the number in a stale lock file may belong to anybody.
#[test]
#[cfg(target_os = "linux")]
fn stale_lock_files_with_a_number_in_use_again_do_not_mislead() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let (cluster, socket_dir) = (embedded.cluster_dir().to_owned(), embedded.socket_dir().to_owned());
    let lock_file = cluster.join("postmaster.pid");
    let text = std::fs::read_to_string(&lock_file).unwrap();
    embedded.stop().unwrap();

    let account = std::fs::metadata(&cluster).unwrap();
    let mut sleep = Command::new("sleep");
    sleep.arg("600");
    if std::fs::metadata(scratch.path()).unwrap().uid() != account.uid() {
        sleep.uid(account.uid()).gid(account.gid());
    }
    let mut bystander = sleep.spawn().unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    for stale in [lock_file, socket_dir.join(".s.PGSQL.5432.lock")] {
        std::fs::write(&stale, format!("{}\n{rest}", bystander.id())).unwrap();
        std::os::unix::fs::chown(&stale, Some(account.uid()), Some(account.gid())).unwrap();
    }
    let started = Embedded::start(Options::for_tests(scratch.path()));
    let untouched = bystander.try_wait().unwrap().is_none();
    bystander.kill().unwrap();
    bystander.wait().unwrap();
    assert!(untouched, "a process that is not PostgreSQL is left alone");
    assert_eq!(started.unwrap().run_sql("postgres", "select 1").unwrap(), "1");
}

#[test]
fn a_cluster_left_half_made_is_made_anew() {
    let scratch = Scratch::new();
    let half = scratch.path().join("postgres.new-1");
    std::fs::create_dir_all(half.join("base")).unwrap();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    assert!(!half.exists());
    assert_eq!(embedded.run_sql("postgres", "select 1").unwrap(), "1");
}
