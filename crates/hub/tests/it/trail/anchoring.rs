//! Whoever has the database's password cuts the chain, changes what they like and lets the server seal it anew. The anchor is not in
//! the database.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use audit::trail::Outcome;
use platform::{Actor, settings::AnchorPlace};
use staff::Role;
use tokio_postgres::Client;

use super::{sealed_history, tampering::disarm};
use crate::support::TestApp;

/// Gone with its folder.
struct AnchorAt(PathBuf);

impl AnchorAt {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("hub-anchor-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("audit.anchor")
    }

    async fn app(&self) -> TestApp {
        TestApp::with(|settings| settings.audit.anchor = AnchorPlace::File(self.file())).await
    }
}

impl Drop for AnchorAt {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Seals and checkpoints go from the second checkpoint on.
async fn cut(db: &Client) {
    db.batch_execute(
        "create temporary table cut as select number from checkpoints order by number offset 1 limit 1;
         delete from seals where number > (select number from cut);
         delete from checkpoints where number > (select number from cut)",
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn what_was_cut_off_and_changed_is_not_sealed_anew() {
    let place = AnchorAt::new();
    let app = place.app().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    assert_eq!(app.verify_trail(&mut db).await.outcome(), Outcome::Ok);
    let lines = fs::read_to_string(place.file()).unwrap().lines().count();
    let signed: i64 = db.query_one("select count(*) from checkpoints", &[]).await.unwrap().get(0);
    assert_eq!(lines as i64, signed, "a line for each checkpoint");

    disarm(&db).await;
    cut(&db).await;
    let change =
        "update transfers set amount = amount + 100000 where number = (select max(number) from transfers)";
    assert_eq!(db.execute(change, &[]).await.unwrap(), 1);
    let refused = app.sealer().seal(&mut db).await.unwrap_err().to_string();
    assert!(refused.contains("the anchor file") && refused.contains("hub audit reanchor"), "{refused}");
    let report = app.verify_trail(&mut db).await;
    assert!(report.findings.iter().any(|finding| finding.outcome == Outcome::AnchorMismatch), "{report:?}");

    // The control: a sealer without an anchor seals and signs the lie, and nobody can tell.
    let key = app.app.settings.audit.key.clone().unwrap();
    let key = || audit::trail::SigningKey::read(&key.0).unwrap();
    let blind = audit::trail::Sealer::new(key(), Vec::new(), None, app.app.clock.clone());
    for _ in 0..50 {
        blind.seal(&mut db).await.unwrap();
        if app_is_sealed(&db).await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let trust = audit::trail::Trust { keys: vec![key().public()], ..Default::default() };
    let fooled = audit::trail::verify(&mut db, &trust, |_, _| {}).await.unwrap();
    assert_eq!(fooled.outcome(), Outcome::Ok, "{fooled:?}");
    // Who has the anchor can: the number is there again, and its chain is another.
    let refused = app.sealer().seal(&mut db).await.unwrap_err().to_string();
    assert!(refused.contains("is not what the anchor file"), "{refused}");
    assert_eq!(app.verify_trail(&mut db).await.outcome(), Outcome::AnchorMismatch);
    app.abandon();
}

async fn app_is_sealed(db: &Client) -> bool {
    let open = "select not exists (select from transfers t where not exists (select from seals s where s.transfer = t.number))";
    db.query_one(open, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn after_a_restore_on_purpose_somebody_says_why_and_it_goes_on() {
    let place = AnchorAt::new();
    let app = place.app().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    let before = fs::read_to_string(place.file()).unwrap();
    disarm(&db).await;
    // As a backup of then would be: whole in itself.
    db.batch_execute(
        "create temporary table cut as select number from checkpoints order by number offset 1 limit 1;
         create temporary table gone as select event_id, transfer from seals where number > (select number from cut);
         delete from seals where number > (select number from cut);
         delete from checkpoints where number > (select number from cut);
         delete from transfers where number in (select transfer from gone);
         delete from event_values where event_id in (select event_id from gone);
         delete from events where id in (select event_id from gone)",
    )
    .await
    .unwrap();
    assert!(app.sealer().seal(&mut db).await.is_err());

    let mut pool = app.app.db.client().await.unwrap();
    let done = audit::trail::reanchor(&app.app, &mut pool, &Actor::system(), "Restored, fire").await.unwrap();
    drop(pool);
    assert_eq!((done.kept, done.anchored.number > done.head), (2, true), "{done:?}");
    assert_eq!(fs::read_to_string(&done.aside).unwrap(), before, "the old one stays as it was");
    super::seal_all(&app, &mut db).await;
    let report = app.verify_trail(&mut db).await;
    assert_eq!((report.outcome(), report.figures.anchors), (Outcome::Ok, 3), "{report:?}");
    let reviewer = app.as_role(Role::Reviewer).await;
    let told = reviewer.get("/api/admin/audit?action=trail.reanchored").await.ok();
    let path = format!("/api/admin/audit/{}", told["events"][0]["id"].as_str().unwrap());
    assert_eq!(reviewer.get(&path).await.ok()["after"]["reason"], "Restored, fire");
    app.abandon();
}

#[tokio::test]
async fn a_head_that_a_crash_kept_from_being_anchored_is_anchored_by_the_next_pass() {
    let place = AnchorAt::new();
    let app = place.app().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    let whole = fs::read_to_string(place.file()).unwrap();
    // Killed after the commit, in the middle of the line.
    fs::write(place.file(), &whole[..whole.len() - 90]).unwrap();
    app.sealer().seal(&mut db).await.unwrap();
    let lines = fs::read_to_string(place.file()).unwrap();
    assert_eq!(lines.lines().last(), whole.lines().last());
    assert_eq!(app.verify_trail(&mut db).await.outcome(), Outcome::Ok);
    // A file that is gone altogether is begun again, and until then the verdict is not whole.
    fs::remove_file(place.file()).unwrap();
    let report = app.verify_trail(&mut db).await;
    assert_eq!(
        (report.outcome(), report.findings[0].row.as_str()),
        (Outcome::Incomplete, "anchor"),
        "{report:?}"
    );
    app.sealer().seal(&mut db).await.unwrap();
    assert_eq!(app.verify_trail(&mut db).await.outcome(), Outcome::Ok);
    app.abandon();
}
