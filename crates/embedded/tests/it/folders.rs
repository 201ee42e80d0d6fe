//! Data folders of every kind, and what is refused.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use embedded::{Arrival, Embedded, Error, Options};

use crate::support::Scratch;

fn runs_as_root(scratch: &Scratch) -> bool {
    fs::create_dir_all(scratch.path()).unwrap();
    fs::metadata(scratch.path()).unwrap().uid() == 0
}

#[test]
fn a_path_too_long_for_a_socket_is_no_obstacle() {
    let scratch = Scratch::new();
    let deep = scratch.path().join("a-long-name-".repeat(8)).join("and-another-one-".repeat(4));
    let embedded = Embedded::start(Options::for_tests(&deep)).unwrap();
    assert!(!embedded.socket_dir().starts_with(&deep));
    assert_eq!(embedded.run_sql("postgres", "select 1").unwrap(), "1");
    let socket_dir = embedded.socket_dir().to_owned();
    embedded.stop().unwrap();
    let again = Embedded::start(Options::for_tests(&deep)).unwrap();
    assert_eq!(again.socket_dir(), socket_dir, "the same folder always leads to the same socket");
    again.stop().unwrap();
    assert!(!socket_dir.exists(), "nothing stays behind outside the data folder");
}

#[test]
fn a_path_with_spaces_commas_and_quotes_works() {
    let scratch = Scratch::new();
    let odd = scratch.path().join("Müller's, \"data\" \\ 100%");
    let embedded = Embedded::start(Options::for_tests(&odd)).unwrap();
    assert_eq!(embedded.run_sql("postgres", "select 1").unwrap(), "1");
    assert!(fs::read_dir(odd.join("log")).unwrap().next().is_some(), "the log must be in the data folder");
}

#[test]
fn data_of_another_major_version_is_refused_untouched() {
    let scratch = Scratch::new();
    let embedded = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let version_file = embedded.cluster_dir().join("PG_VERSION");
    let major = embedded.major_version();
    embedded.stop().unwrap();
    for other in ["14", "9.6", "99"] {
        fs::write(&version_file, format!("{other}\n")).unwrap();
        let refusal = Embedded::start(Options::for_tests(scratch.path())).unwrap_err();
        assert!(refusal.to_string().contains(other), "{refusal}");
        assert!(matches!(refusal, Error::OtherVersion { .. } | Error::StrangeFolder { .. }), "{refusal:?}");
    }
    fs::write(&version_file, format!("{major}\n")).unwrap();
    Embedded::start(Options::for_tests(scratch.path())).unwrap();
}

#[test]
fn somebody_elses_files_are_never_taken_for_a_new_folder() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.path().join("postgres/base")).unwrap();
    // A cluster of root's own is refused for its owner, anybody else's for what it lacks.
    let refusal = Embedded::start(Options::for_tests(scratch.path())).unwrap_err();
    assert!(matches!(refusal, Error::StrangeFolder { .. }), "{refusal:?}");

    fs::remove_dir_all(scratch.path().join("postgres")).unwrap();
    fs::write(scratch.path().join("PG_VERSION"), "15\n").unwrap();
    let refusal = Embedded::start(Options::for_tests(scratch.path())).unwrap_err();
    assert!(refusal.to_string().contains("itself a PostgreSQL data folder"), "{refusal}");
}

#[test]
fn a_door_left_open_is_refused() {
    let scratch = Scratch::new();
    Embedded::start(Options::for_tests(scratch.path())).unwrap().stop().unwrap();
    fs::set_permissions(scratch.path().join("run"), Permissions::from_mode(0o755)).unwrap();
    let refusal = Embedded::start(Options::for_tests(scratch.path())).unwrap_err();
    assert!(matches!(refusal, Error::StrangeFolder { .. }), "{refusal:?}");
}

#[test]
fn a_folder_without_programs_is_refused_by_name() {
    let scratch = Scratch::new();
    let mut options = Options::for_tests(scratch.path());
    options.bin_dir = Some("/etc".into());
    let refusal = Embedded::start(options).unwrap_err();
    assert!(matches!(refusal, Error::BadBinDir { .. }), "{refusal:?}");
}

#[test]
fn root_is_told_when_the_account_cannot_reach_the_data() {
    let scratch = Scratch::new();
    if !runs_as_root(&scratch) {
        return;
    }
    fs::set_permissions(scratch.path(), Permissions::from_mode(0o700)).unwrap();
    let refusal = Embedded::start(Options::for_tests(scratch.path().join("inner"))).unwrap_err();
    assert!(matches!(refusal, Error::OutOfReach { .. }), "{refusal:?}");
}

#[test]
fn the_default_folder_is_absolute_and_ours() {
    let folder = embedded::default_data_dir().unwrap();
    assert!(folder.is_absolute() && folder.ends_with("customers-hub"), "{}", folder.display());
}

#[test]
fn a_cluster_from_elsewhere_needs_its_own_version_and_an_empty_folder() {
    let scratch = Scratch::new();
    let refused = Arrival::prepare(Options::for_tests(scratch.path()), 14).err().unwrap();
    assert!(refused.to_string().contains("was made by PostgreSQL 14, and this machine has"), "{refused}");
    let server = Embedded::start(Options::for_tests(scratch.path())).unwrap();
    let major = server.major_version();
    assert!(matches!(Arrival::prepare(Options::for_tests(scratch.path()), major), Err(Error::InUse { .. })));
    server.stop().unwrap();
    assert!(matches!(Arrival::prepare(Options::for_tests(scratch.path()), major), Err(Error::Occupied(_))));
}
