//! Against the PostgreSQL of this machine, as whoever runs the tests: root or an ordinary user.

#![allow(clippy::unwrap_used)]

mod crashes;
mod folders;
mod support;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use embedded::{Embedded, Error, Options};
use support::{Scratch, wait_until};

#[test]
fn what_was_stored_is_there_after_a_stop_and_a_start() {
    let scratch = Scratch::new();
    let first = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    first.create_database_if_missing("hub").unwrap();
    first.create_database_if_missing("hub").unwrap();
    first.run_sql("hub", "create table kept as select 42 as answer").unwrap();
    let pid = first.pid().unwrap();
    first.stop().unwrap();
    assert!(!support::is_alive(pid), "the postmaster must be gone after stop");
    assert!(!scratch.path().join("postgres/postmaster.pid").exists(), "a clean shutdown leaves no lock file");

    let second = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    assert_eq!(second.run_sql("hub", "select answer from kept").unwrap(), "42");
}

#[test]
fn a_new_cluster_is_durable_and_shut() {
    let scratch = Scratch::new();
    let mut options = Options::new(scratch.path());
    options.settings = vec![("work_mem".to_owned(), "5MB".to_owned())];
    let embedded = Embedded::start(options).unwrap();
    let show = |name: &str| embedded.run_sql("postgres", &format!("show {name}")).unwrap();
    for (name, value) in [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("max_connections", "60"),
        ("timezone", "UTC"),
        ("work_mem", "5MB"),
    ] {
        assert_eq!(show(name), value, "{name}");
    }
    // A later "alter system" must not bring back what the hub forbids.
    embedded.run_sql("postgres", "alter system set fsync = off").unwrap();
    embedded.restart().unwrap();
    assert_eq!(show("fsync"), "on");

    for private in [embedded.socket_dir(), embedded.cluster_dir()] {
        let mode = std::fs::metadata(private).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} must be closed to others", private.display());
    }
    let host = embedded.socket_dir().to_str().unwrap();
    assert_eq!(embedded.connection_string("hub"), format!("host={host} port=5432 user=postgres dbname=hub"));
}

#[test]
fn tests_run_fast_and_say_so() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    for name in ["fsync", "full_page_writes", "synchronous_commit"] {
        assert_eq!(embedded.run_sql("postgres", &format!("show {name}")).unwrap(), "off", "{name}");
    }
}

#[test]
fn a_second_hub_is_refused_and_told_by_whom() {
    let scratch = Scratch::new();
    let first = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let refusal = Embedded::start(Options::for_tests(scratch.path())).unwrap_err();
    assert!(matches!(refusal, Error::InUse { .. }), "{refusal}");
    assert!(refusal.to_string().contains(&format!("process {}", std::process::id())), "{refusal}");
    assert_eq!(first.run_sql("postgres", "select 1").unwrap(), "1", "the first one must not notice");
}

#[test]
fn a_setting_postgresql_refuses_is_reported_in_its_own_words() {
    let scratch = Scratch::new();
    let mut options = Options::for_tests(scratch.path());
    options.settings = vec![("shared_buffers".to_owned(), "plenty".to_owned())];
    let refusal = Embedded::start(options).unwrap_err();
    assert!(matches!(refusal, Error::DiedAtStart { .. }), "{refusal}");
    assert!(refusal.to_string().contains("shared_buffers"), "{refusal}");
    // And the folder is free again.
    Embedded::start(Options::for_tests(scratch.path())).unwrap();
}

#[test]
fn stopping_does_not_wait_for_open_connections() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let mut sleeper = support::psql(&embedded, "select pg_sleep(600)");
    wait_until("the sleeper runs", || {
        let sql = "select count(*) from pg_stat_activity where query = 'select pg_sleep(600)'";
        embedded.run_sql("postgres", sql).unwrap() == "1"
    });
    let started = std::time::Instant::now();
    embedded.stop().unwrap();
    assert!(started.elapsed() < Duration::from_secs(10), "took {:?}", started.elapsed());
    assert!(!sleeper.wait().unwrap().success());
}
