//! Copies of the database: made, kept, proved, and put back.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use jiff::SignedDuration;
use kernel::{Clock, Email};
use mail::NewMail;
use platform::{Actor, Event, Tx};

use crate::{
    cli::Desk,
    support::{Behaviour, MailServer, OwnServer, TestApp},
};

/// A desk with some data, and the only copy in its folder of copies.
pub fn with_copy(name: &str) -> (Desk, PathBuf) {
    let desk = Desk::new(name);
    desk.hub("seed bookings").ok();
    desk.hub("audit seal").ok();
    let made = backup(&desk, "backup create").ok();
    let file = PathBuf::from(made.split("  ").next().unwrap());
    assert!(made.contains(", 5 customers, as of ") && file.exists(), "{made}");
    (desk, file)
}

fn backup(desk: &Desk, line: &str) -> crate::cli::Said {
    let folder = desk.folder.join("copies");
    desk.hub_with(line, &[("HUB_BACKUP_FOLDER", folder.to_str().unwrap())])
}

fn restore(desk: &Desk, file: &Path) -> crate::cli::Said {
    desk.hub(&format!("restore {}", file.display()))
}

#[tokio::test]
async fn a_wrecked_database_is_restored_whole_and_fenced() {
    let (desk, file) = with_copy("restore");
    assert!(backup(&desk, "backup list").ok().contains(file.to_str().unwrap()));
    let read = backup(&desk, &format!("backup verify {}", file.display())).ok();
    assert!(read.contains("can be read to its end"), "{read}");
    // What comes after the copy is lost, and the anchor of the trail knows more than the copy.
    desk.hub("generate --customers 20 --seed 1").ok();
    desk.hub("audit seal").ok();
    assert!(restore(&desk, &file).refused().contains("restore into an empty one"));

    fs::remove_dir_all(desk.folder.join("postgres")).unwrap();
    let told = restore(&desk, &file).ok();
    assert!(!told.contains("WRONG") && told.contains("Fenced: no mail and no refund leaves"), "{told}");
    assert!(desk.hub("verify").ok().lines().all(|line| line.starts_with("ok")));
    desk.hub("audit seal").ok();
    desk.hub("audit verify").ok();
    assert!(desk.hub("fence show").ok().starts_with("Fenced since"));
    desk.hub("fence accept --reason Looked").ok();
    assert_eq!(desk.hub("fence show").ok(), "Not fenced.\n");
    assert!(desk.hub("fence accept --reason Again").refused().contains("There is no fence"));
    let (_server, client) = desk.sql().await;
    let row = client
        .query_one(
            "select (select count(*) from customers), (select count(*) from events where action = 'database.restored'),
                 (select count(*) from events where action = 'trail.reanchored'), (select count(*) from backups where state = 'failed')",
            &[],
        )
        .await
        .unwrap();
    let counted: [i64; 4] = [row.get(0), row.get(1), row.get(2), row.get(3)];
    assert_eq!(
        counted,
        [5, 1, 1, 1],
        "customers, restores, anchors, the copy that knows of its own beginning only"
    );
}

#[tokio::test]
async fn a_copy_is_nothing_without_its_keys_and_nothing_is_restored_by_halves() {
    let (desk, file) = with_copy("keys");
    let other = Desk::new("keys-other");
    let keys = |names: &[&str]| {
        fs::create_dir_all(&other.folder).unwrap();
        for name in names {
            fs::copy(desk.folder.join(name), other.folder.join(name)).unwrap();
        }
    };
    assert!(restore(&other, &file).refused().contains("the vault key of this copy is the one named"));
    keys(&["vault.key"]);
    assert!(restore(&other, &file).refused().contains("the backup key is missing"));
    other.hub("backup key").ok();
    assert!(restore(&other, &file).refused().contains("cannot be decrypted with this backup key"));
    keys(&["backup.key", "audit.key"]);

    let (copy, manifest) = (other.folder.join("hub-x.backup"), other.folder.join("hub-x.json"));
    let whole = fs::read(&file).unwrap();
    let described = fs::read_to_string(file.with_extension("json")).unwrap();
    fs::write(&copy, &whole).unwrap();
    assert!(restore(&other, &copy).refused().contains("has no manifest beside it"));
    fs::write(&manifest, &described[..described.len() / 2]).unwrap();
    assert!(restore(&other, &copy).refused().contains("the manifest cannot be read"));
    fs::write(&manifest, &described).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    fs::write(&copy, &flipped).unwrap();
    assert!(restore(&other, &copy).refused().contains("is not what its manifest describes"));
    // Who can change the file can change what is said of it; the encryption still tells.
    fs::write(&manifest, described_as(&described, &flipped)).unwrap();
    assert!(restore(&other, &copy).refused().contains("cannot be decrypted"));
    fs::write(&copy, &whole[..whole.len() - 40_000]).unwrap();
    fs::write(&manifest, described_as(&described, &whole[..whole.len() - 40_000])).unwrap();
    assert!(restore(&other, &copy).refused().contains("cannot be decrypted"));
    {
        let (_server, client) = other.sql().await;
        let tables =
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'";
        assert_eq!(client.query_one(tables, &[]).await.unwrap().get::<_, i64>(0), 0, "all or nothing");
    }
    fs::write(&copy, &whole).unwrap();
    fs::write(&manifest, described.replace("\"customers\": 5", "\"customers\": 6")).unwrap();
    let told = restore(&other, &copy).has_code(1).out();
    assert!(told.contains("rows of customers: 6, restored 5"), "{told}");
}

/// The manifest, of this file instead.
fn described_as(manifest: &str, bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let mut manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
    manifest["bytes"] = bytes.len().into();
    manifest["sha256"] =
        Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
    manifest.to_string()
}

#[tokio::test]
async fn a_drill_proves_a_copy_and_finds_what_is_wrong_with_another() {
    let (desk, file) = with_copy("drill");
    let told = backup(&desk, "drill").ok();
    assert!(told.contains(file.to_str().unwrap()) && told.contains("every check holds"), "{told}");
    assert!(!desk.folder.join("drill").exists(), "nothing of it stays");
    // The control: a database in which an amount was changed, and the copy of it.
    {
        let (_server, client) = desk.sql().await;
        client
            .batch_execute(
                "alter table customer_stats disable trigger user;
                 update customer_stats set ltv = ltv + 1 where customer_id = (select customer_id from customer_stats where ltv > 0 limit 1);
                 alter table customer_stats enable trigger user",
            )
            .await
            .unwrap();
    }
    backup(&desk, "backup create").ok();
    let told = backup(&desk, "drill").has_code(1).out();
    assert!(told.contains("statistics of every customer equal") && told.contains("did not pass"), "{told}");
    assert_eq!(backup(&desk, "backup prune").ok(), "0 removed.\n");
    only_old_halves_are_pruned(&desk);
    let (_server, client) = desk.sql().await;
    let states = "select string_agg(state, ' ' order by started_at) from drills";
    assert_eq!(client.query_one(states, &[]).await.unwrap().get::<_, String>(0), "passed failed");
}

/// What a killed copy leaves, what another is writing, and what is not ours.
fn only_old_halves_are_pruned(desk: &Desk) {
    let now = SystemTime::from(Clock::System.now());
    let long_ago = now - Duration::from_secs(25 * 3600);
    let half = |name: &str, since: SystemTime| {
        let path = desk.folder.join("copies").join(name);
        fs::File::create(&path).unwrap().set_modified(since).unwrap();
        path
    };
    let left = half("hub-20260101T000000Z.backup.part", long_ago);
    let written = half("hub-20260102T000000Z.backup.part", now);
    let foreign = half("holidays.part", long_ago);
    let told = backup(desk, "backup prune").ok();
    assert_eq!(told, format!("removed {}\n1 removed.\n", left.display()));
    assert!(!left.exists() && written.exists() && foreign.exists());
}

#[tokio::test]
async fn a_restore_into_a_served_database_asks_for_its_owner() {
    let (desk, file) = with_copy("restore-served");
    let server = OwnServer::start("restore-served", None);
    let line = format!("restore {}", file.display());
    let (application, owner) = (server.url("desk_app", ""), server.url("desk_owner", ""));
    let working = [("DATABASE_URL", application.as_str())];
    let refused = desk.hub_with(&line, &working).refused();
    assert!(refused.contains("restoring needs `database_owner_url`"), "{refused}");
    let told = desk.hub_with(&line, &[working[0], ("HUB_DATABASE_OWNER_URL", &owner)]).ok();
    assert!(told.contains("Fenced"), "{told}");
}

#[tokio::test]
async fn behind_a_fence_no_mail_leaves_until_a_person_accepts() {
    let server = MailServer::start(&[Behaviour::Accept]).await;
    let app = TestApp::with(|settings| settings.smtp_url = Some(server.url())).await;
    let mut db = app.app.db.client().await.unwrap();
    let close = "insert into epochs (number, began_at, taken_at, sha256) values (1, $1, $1, repeat('0', 64))";
    app.sql.execute(close, &[&app.now()]).await.unwrap();
    let tx = Tx::begin(&mut db, &app.app).await.unwrap();
    let new = NewMail {
        customer: None,
        invoice: None,
        to: Email::parse("eleni@example.com").unwrap(),
        to_name: None,
        subject: "About your move".to_owned(),
        body: "All is well.".to_owned(),
        attachments: Vec::new(),
    };
    mail::enqueue(&app.app, &*tx, None, new).await.unwrap();
    tx.commit(&Actor::system(), Event::change("mail.queued")).await.unwrap();
    app.run_jobs().await;
    app.advance(SignedDuration::from_hours(48));
    app.run_jobs().await;
    assert_eq!(server.received().len(), 0);
    let fence = backups::read_fence(&db).await.unwrap().unwrap();
    assert_eq!((fence.epoch, fence.mails, fence.refunds), (1, 1, 0));

    backups::accept(&app.app, &mut db, &Actor::system(), "Nothing was sent twice").await.unwrap();
    app.run_jobs().await;
    assert_eq!(server.received().len(), 1);
    drop(db);
    app.finish().await;
}
