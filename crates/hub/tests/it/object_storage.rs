//! Copies in a bucket: a storage that speaks S3, checks signatures, and breaks when it is told to.

use std::{
    fs,
    io::{Read, Write},
    path::PathBuf,
    sync::Arc,
};

use backups::{Keeping, Key, Place, Programs};
use jiff::SignedDuration;
use platform::{address::Address, settings::BucketSettings};

use crate::{
    cli::{Desk, Said},
    support::{Authority, ObjectStorage, TestApp},
    watch::Look,
};

/// A desk with some data whose copies go there.
fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.hub("seed bookings").ok();
    desk.hub("audit seal").ok();
    desk
}

fn hub(desk: &Desk, storage: &ObjectStorage, line: &str, change: &[(&str, &str)]) -> Said {
    let settings = storage.settings();
    let mut settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    settings.extend(change);
    desk.hub_with(line, &settings)
}

/// What the last copy is called there.
fn name(made: &str) -> String {
    let address = made.split("  ").next().unwrap();
    address.strip_prefix("s3://copies/desk/one/").unwrap_or_else(|| panic!("{made}")).to_owned()
}

#[tokio::test]
async fn copies_in_a_bucket_are_made_listed_verified_proved_and_restored() {
    let (storage, desk) = (ObjectStorage::start("whole"), desk("bucket"));
    let hub = |line: &str| hub(&desk, &storage, line, &[]);
    let made = hub("backup create").ok();
    assert!(made.contains(", 5 customers, as of "), "{made}");
    let copy = name(&made);
    assert_eq!(storage.objects(), [copy.clone(), copy.replace(".backup", ".json")]);
    assert_eq!(hub("backup list").ok(), made);
    assert!(hub(&format!("backup verify {copy}")).ok().contains("can be read to its end"));
    assert!(hub("drill").ok().contains("every check holds"));
    let told = hub("config check").ok();
    assert!(told.contains("ok       backup_bucket: s3://copies/desk/one takes what is written"), "{told}");
    assert_eq!(storage.objects().len(), 2, "nothing of the check stays");

    // A byte that was changed there is seen.
    let object = storage.folder.join("copies/desk/one").join(&copy);
    let whole = fs::read(&object).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&object, &flipped).unwrap();
    assert!(hub(&format!("backup verify {copy}")).refused().contains("is not what its manifest describes"));
    fs::write(&object, &whole).unwrap();

    fs::remove_dir_all(desk.folder.join("postgres")).unwrap();
    assert!(hub("restore s3://copies/elsewhere/x.backup").refused().contains("give `backup_bucket`"));
    assert!(hub("restore nothing.backup").refused().contains("has no manifest beside it"));
    let told = hub(&format!("restore s3://copies/desk/one/{copy}")).ok();
    assert!(!told.contains("WRONG") && told.contains("Fenced: no mail and no refund leaves"), "{told}");
    assert!(desk.hub("verify").ok().lines().all(|line| line.starts_with("ok")));
}

#[tokio::test]
async fn old_copies_go_from_a_bucket_and_the_newest_three_stay() {
    let (storage, desk) = (ObjectStorage::start("prune"), desk("bucket-prune"));
    let copy = name(&hub(&desk, &storage, "backup create", &[]).ok());
    let folder = storage.folder.join("copies/desk/one");
    let manifest = fs::read_to_string(folder.join(copy.replace(".backup", ".json"))).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    for month in 1..=4 {
        let mut old = manifest.clone();
        old["takenAt"] = format!("2025-0{month}-01T01:00:00Z").into();
        fs::write(folder.join(format!("hub-{month}.json")), old.to_string()).unwrap();
        fs::write(folder.join(format!("hub-{month}.backup")), "old").unwrap();
    }
    // Without a manifest it is no copy, and nobody's to remove.
    fs::write(folder.join("hub-5.backup"), "half").unwrap();
    let told = hub(&desk, &storage, "backup prune", &[]).ok();
    assert!(told.contains("hub-1.backup") && told.ends_with("2 removed.\n"), "{told}");
    let (left, json) = (storage.objects(), copy.replace(".backup", ".json"));
    let expected = [&copy, &json, "hub-3.backup", "hub-3.json", "hub-4.backup", "hub-4.json", "hub-5.backup"];
    assert_eq!(left, expected);
}

#[test]
fn what_is_wrong_with_a_bucket_is_said_with_what_helps() {
    let (storage, desk) = (ObjectStorage::start("wrong"), desk("bucket-wrong"));
    let cases = [
        ("HUB_BACKUP_BUCKET_SECRET", "guess", "create", "look at `backup_bucket_secret`"),
        ("HUB_BACKUP_BUCKET_KEY_ID", "nobody", "create", "look at `backup_bucket_key_id`"),
        // This storage makes a bucket that is missing when it is written to.
        ("HUB_BACKUP_BUCKET", "s3://missing/desk", "list", "there is no such bucket: make it"),
        ("HUB_BACKUP_BUCKET_ENDPOINT", "http://127.0.0.1:9", "create", "look at `backup_bucket_endpoint`"),
    ];
    for (setting, value, act, helps) in cases {
        let told = hub(&desk, &storage, "config check", &[(setting, value)]).has_code(1).out();
        let line = told.lines().find(|line| line.starts_with("WRONG    backup_bucket:")).unwrap_or_default();
        assert!(line.contains(helps) && !line.contains("guess"), "{setting}: {told}");
        let refused = hub(&desk, &storage, &format!("backup {act}"), &[(setting, value)]).has_code(1).err();
        assert!(refused.contains(helps), "{setting}: {refused}");
    }
    assert_eq!(storage.objects(), [""; 0]);
    let both = hub(&desk, &storage, "backup list", &[("HUB_BACKUP_FOLDER", "/backups")]).refused();
    assert!(both.contains("copies go to one place"), "{both}");
    let open = hub(&desk, &storage, "serve", &[("HUB_PROFILE", "production")]).has_code(1).err();
    assert!(open.contains("\n    backup_bucket_endpoint: copies would cross the network"), "{open}");
}

#[test]
fn over_tls_the_storage_shows_a_certificate_that_this_machine_trusts() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let storage = ObjectStorage::with_certificate("tls", &ours.sign("localhost"));
    let desk = desk("bucket-tls");
    let file = |name: &str, authority: &Authority| {
        let path = desk.folder.join(name);
        fs::write(&path, &authority.certificate).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (ours, other) = (file("ours.pem", &ours), file("other.pem", &other));
    let refused = hub(&desk, &storage, "backup create", &[("SSL_CERT_FILE", &other)]).has_code(1).err();
    assert!(refused.contains("certificate"), "{refused}");
    assert_eq!(storage.objects(), [""; 0]);
    let copy = name(&hub(&desk, &storage, "backup create", &[("SSL_CERT_FILE", &ours)]).ok());
    hub(&desk, &storage, &format!("backup verify {copy}"), &[("SSL_CERT_FILE", &ours)]).ok();
}

/// Random, so that it cannot be told from another by its length.
fn bytes(length: usize) -> Vec<u8> {
    (0..length / 32 + 1).flat_map(|_| platform::random::bytes::<32>()).take(length).collect()
}

fn in_bucket(settings: &BucketSettings) -> Place {
    Place::in_bucket(settings).unwrap()
}

const MIB: usize = 1 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_breaks_off_leaves_nothing_to_be_taken_for_a_copy() {
    let storage = ObjectStorage::start("broken");
    let desk = desk("bucket-broken");
    storage.breaks_after(20_000);
    let refused = hub(&desk, &storage, "backup create", &[]).has_code(1).err();
    assert!(refused.contains("the storage cannot be reached"), "{refused}");
    storage.works_again();
    assert_eq!(storage.objects(), [""; 0]);
    assert_eq!(hub(&desk, &storage, "backup list", &[]).ok(), "");

    let (place, large) = (in_bucket(&storage.bucket()), bytes(40 * MIB));
    let at = place.at("log/large");
    let mut writer = at.writer().unwrap();
    storage.breaks_after(20 * MIB as i64);
    assert!(writer.write_all(&large).is_err() || writer.finish().is_err());
    storage.works_again();
    assert!(place.entries("log").unwrap().is_empty() && at.get().unwrap().is_none());

    // Given up while the storage is well: not a part of it stays. What stayed above is for the storage's own rules.
    let loose = storage.loose_parts();
    let mut writer = at.writer().unwrap();
    writer.write_all(&large).unwrap();
    drop(writer);
    assert_eq!(storage.loose_parts(), loose);
    assert!(place.entries("log").unwrap().is_empty());

    let mut writer = at.writer().unwrap();
    writer.write_all(&large).unwrap();
    writer.finish().unwrap();
    let entries = place.entries("log").unwrap();
    assert_eq!((entries[0].name.as_str(), entries[0].bytes), ("large", large.len() as u64));
    assert_eq!(place.entries("").unwrap(), [], "what lies in folders of a place is not in it");
    let mut read = Vec::new();
    at.reader().unwrap().read_to_end(&mut read).unwrap();
    assert!(read == large, "{} bytes came back", read.len());
}

fn keeping(app: &TestApp, storage: &ObjectStorage) -> Arc<Keeping> {
    let folder = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
    Arc::new(Keeping {
        programs: Programs {
            folder: embedded::programs(folder.as_deref()).unwrap(),
            database: Address::read(&app.database.owner_url(), None).unwrap(),
        },
        key: Key::read(&Key::make(), &[]).unwrap(),
        place: Some(in_bucket(&storage.bucket())),
        wal: None,
        keep_days: 35,
        program: env!("CARGO_BIN_EXE_hub").into(),
        data_dir: storage.folder.clone(),
        newest_migration: platform::migrate::newest(),
        checks: &[],
    })
}

#[tokio::test]
async fn a_storage_that_is_down_for_the_night_is_tried_again_and_told_of() {
    let (storage, app) = (ObjectStorage::start("night"), TestApp::new().await);
    let keeping = keeping(&app, &storage);
    // Beside everything else that is due.
    let handlers = || hub::app::handlers().merge(backups::jobs(&keeping));
    let pool = app.app.db.pool().clone();
    let run = async || {
        jobs::Worker::new(pool.clone(), app.app.clock.clone(), handlers(), app.app.clone()).run_due().await
    };
    storage.breaks_after(-1);
    run().await;
    let waits = "select state, attempt, last_error from jobs where kind = 'backup.make'";
    let row = app.sql.query_one(waits, &[]).await.unwrap();
    let (state, attempt, why): (String, i32, String) = (row.get(0), row.get(1), row.get(2));
    assert_eq!((state.as_str(), attempt), ("ready", 1));
    assert!(why.contains("the storage cannot be reached"), "{why}");
    let failed = "select failure from backups where state = 'failed'";
    let failure: String = app.sql.query_one(failed, &[]).await.unwrap().get(0);
    assert!(failure.contains("look at `backup_bucket_endpoint`"), "{failure}");

    app.advance(SignedDuration::from_hours(36));
    for _ in 0..62 {
        app.advance(SignedDuration::from_mins(1));
        // The alerts alone: a copy is tried once more below.
        app.run_jobs().await;
    }
    let fired =
        "select count(*) from events where action = 'alert.fired' and details ->> 'rule' = 'HubBackupOld'";
    assert_eq!(app.sql.query_one(fired, &[]).await.unwrap().get::<_, i64>(0), 1);

    storage.works_again();
    run().await;
    assert_eq!(storage.objects().len(), 2);
    assert_eq!(Look::at(&app).await.value("hub_backup_last_good_age_seconds", &[]), 0.0);
    app.leave_jobs();
    app.finish().await;
}
