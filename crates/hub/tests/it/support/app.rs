//! The whole application on a database of its own, with a clock that stands still, and without a socket.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use audit::trail::{Report, Sealer};
use axum::Router;
use hub::app::{Shared, handlers, router};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, SessionId, StaffId};
use platform::{
    Actor, App,
    db::Db,
    settings::{AnchorPlace, Secret, Settings},
    values::{Content, Opened},
};
use sha2::{Digest, Sha256};
use staff::{NewStaffMember, Role};

use super::{
    client::Client,
    database::Database,
    ledger::{Leaves, Ledger},
    proxy::Proxy,
};

/// Where the clock stands when a test begins: a Sunday morning.
pub const NOW: &str = "2026-11-22T10:00:00Z";

/// What the trail of the tests is signed with.
const AUDIT_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// What the tests seal secrets under.
const VAULT_KEY: &str = "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100";

pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub struct TestApp {
    pub app: App,
    /// Past the pool, for what has no door yet and for looking behind the doors.
    pub sql: tokio_postgres::Client,
    pub database: Database,
    router: Router,
    ledger: Arc<Ledger>,
    people: AtomicU32,
    leaves_jobs: AtomicBool,
    finished: bool,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = Database::migrated();
        let url = database.url();
        Self::on(database, &url, change).await
    }

    /// Its connections to the database go through something that breaks them.
    pub async fn through(proxy: &Proxy, change: impl FnOnce(&mut Settings)) -> Self {
        let database = Database::migrated();
        let url = database.url_at(proxy.address);
        Self::on(database, &url, change).await
    }

    async fn on(database: Database, url: &str, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::defaults();
        settings.pool_size = 8;
        settings.vault_key = Some(Secret(VAULT_KEY.to_owned()));
        settings.erasure_ledger = Some(std::env::temp_dir().join(format!("{}.jsonl", database.name())));
        settings.audit.key = Some(Secret(AUDIT_KEY.to_owned()));
        settings.audit.anchor = AnchorPlace::Off;
        // Asked for where it is tested: most tests begin with people who are in.
        settings.access.second_factor_roles.clear();
        change(&mut settings);
        let db = Db::new(url, settings.pool_size).unwrap();
        let app = App::new(db, Clock::held(instant(NOW)), settings);
        app.record_spans().unwrap();
        let router = router(app.clone(), &Shared::new(&app.settings));
        let sql = database.connect().await;
        let ledger = Arc::default();
        Self {
            app,
            sql,
            database,
            router,
            ledger,
            people: AtomicU32::new(0),
            leaves_jobs: AtomicBool::new(false),
            finished: false,
        }
    }

    /// Another process on the same database, with other settings.
    pub fn beside(&self, change: impl FnOnce(&mut Settings)) -> Router {
        let mut settings = self.app.settings.clone();
        change(&mut settings);
        let db = Db::new(&self.database.url(), settings.pool_size).unwrap();
        let shared = Shared::new(&settings);
        router(App::new(db, self.app.clock.clone(), settings), &shared)
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Somebody who has not signed in.
    pub fn client(&self) -> Client {
        Client::new(self.router.clone(), self.ledger.clone())
    }

    pub fn advance(&self, by: SignedDuration) {
        self.app.clock.advance(by);
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// A staff member of this role, signed in.
    pub async fn as_role(&self, role: Role) -> Client {
        let id = self.add_staff(role).await;
        self.signed_in(id).await
    }

    /// Through the action that invites; without a password until the link is used.
    pub async fn add_staff(&self, role: Role) -> StaffId {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let name = format!("{} {number}", role.title());
        let email = format!("{}-{number}@staff.example.com", role.name().replace('_', "-"));
        let mut db = self.app.db.client().await.unwrap();
        let new = NewStaffMember { name, email, role };
        staff::add_staff_member(&self.app, &mut db, &Actor::system(), &new).await.unwrap().0
    }

    /// A session as signing in leaves it. Written directly, because hashing a password takes longer than most tests:
    /// signing in itself is tested in `auth.rs`.
    pub async fn signed_in(&self, staff: StaffId) -> Client {
        let now = self.now();
        let token = platform::random::token();
        let hash = Sha256::digest(token.as_bytes()).to_vec();
        let lifetime = SignedDuration::try_from(self.app.settings.session_lifetime).unwrap();
        let session = SessionId::new(now);
        self.sql
            .execute(
                "insert into sessions (id, token_hash, staff_id, created_at, last_seen_at, proved_at, expires_at, first_factor)
                 values ($1, $2, $3, $4, $4, $4, $5, 'password')",
                &[&session, &hash, &staff, &now, &(now + lifetime)],
            )
            .await
            .unwrap();
        self.client().with_session(&token, staff, session)
    }

    /// The values of all events of this action in the order they were written, as the trail shows them: the clock stands
    /// still, so neither their times nor their ids tell it.
    pub async fn values(&self, action: &str) -> Vec<Opened> {
        let rows = self
            .sql
            .query(
                "select v.event_id, v.sealed, k.wrapped from event_values v join events e on e.id = v.event_id
                 join value_keys k on k.id = value_key(v.sealed) where e.action = $1 order by e.ctid",
                &[&action],
            )
            .await
            .unwrap();
        rows.iter()
            .map(|row| self.app.values.open(row.get(0), row.get("sealed"), row.get("wrapped")))
            .collect()
    }

    /// Of the last event of this action.
    pub async fn last_values(&self, action: &str) -> Content {
        match self.values(action).await.pop() {
            Some(Opened::Content(content)) => content,
            other => panic!("{action}: {other:?}"),
        }
    }

    /// Runs every job that is due by the clock; returns how many runs that were.
    pub async fn run_jobs(&self) -> usize {
        let app = &self.app;
        jobs::Worker::new(app.db.pool().clone(), app.clock.clone(), handlers(), app.clone())
            .recorded_by(app.recorder())
            .run_due()
            .await
    }

    /// For tests that end with jobs dead or due.
    pub fn leave_jobs(&self) {
        self.leaves_jobs.store(true, Ordering::Relaxed);
    }

    /// Checks the invariants of the house. Every test ends with it.
    pub async fn finish(mut self) {
        self.finished = true;
        self.check_house().await;
    }

    /// For tests that leave the house in disorder on purpose.
    pub fn abandon(mut self) {
        self.finished = true;
    }

    /// As if a request had been answered; nothing was done.
    pub fn pretend(&self, label: &str, leaves: Leaves) {
        self.ledger.note("pretended".to_owned(), label.to_owned(), leaves);
    }

    pub async fn check_house(&self) {
        for (name, sql) in hub::cli::verify::checks() {
            let wrong: Vec<String> =
                self.sql.query(*sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
            assert!(wrong.is_empty(), "{name}: {wrong:#?}");
        }
        self.check_trail().await;
        self.check_jobs().await;
        self.ledger.check(&self.sql).await;
    }
}

impl TestApp {
    /// Seals what can be sealed and verifies all of it. Other tests write to the same server, so something may have to wait.
    async fn check_trail(&self) {
        let mut db = self.database.connect().await;
        self.sealer().seal(&mut db).await.unwrap();
        let report = self.verify_trail(&mut db).await;
        assert_eq!(report.findings, [], "the audit trail");
    }

    pub fn sealer(&self) -> Sealer {
        audit::trail::sealer(&self.app.settings, self.app.clock.clone()).unwrap()
    }

    pub async fn verify_trail(&self, db: &mut tokio_postgres::Client) -> Report {
        let trust = audit::trail::trust(&self.app.settings).unwrap();
        audit::trail::verify(db, &trust, |_, _| {}).await.unwrap()
    }

    async fn check_jobs(&self) {
        if self.leaves_jobs.load(Ordering::Relaxed) {
            return;
        }
        let left = "select kind || ' ' || state || coalesce(': ' || last_error, '') from jobs
                    where state in ('running', 'dead') or (state = 'ready' and run_at <= $1)";
        let rows = self.sql.query(left, &[&self.now()]).await.unwrap();
        let jobs: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert!(jobs.is_empty(), "jobs are left behind: {jobs:#?}");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(ledger) = &self.app.settings.erasure_ledger {
            let _ = std::fs::remove_file(ledger);
        }
        assert!(self.finished || std::thread::panicking(), "end the test with app.finish().await");
    }
}
