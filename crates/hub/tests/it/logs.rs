//! What is logged names nobody and gives nothing away, whatever happens.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kernel::Clock;
use platform::{address::Address, db::Db, live::Live};
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    input::World,
    processes::PATIENCE,
    support::{OwnServer, TestApp, id, operations},
};

/// Everything that is logged, at every level, by whomever.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Which of these it tells.
    fn tells<'a>(&self, secrets: &[&'a str]) -> Vec<&'a str> {
        let text = self.text().to_lowercase();
        secrets.iter().copied().filter(|secret| text.contains(&secret.to_lowercase())).collect()
    }
}

impl io::Write for &Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = &'a Log;

    fn make_writer(&'a self) -> &'a Log {
        self
    }
}

const PASSWORD: &str = "a kanarie in the kitchen";
const SECRETS: [&str; 5] = ["kanarie", "914 987", "914987", "9ZZ", "ls19zz"];

#[tokio::test]
async fn the_log_holds_no_secrets_and_no_personal_data_whatever_fails() {
    let log = Log::default();
    // As chatty as the hub itself can be made; what libraries say below their warnings is for those who debug them.
    let filter = "warn,platform=trace,staff=trace,customers=trace,bookings=trace,ledger=trace,mail=trace,invoices=trace,\
         tickets=trace,audit=trace,profile=trace,data_requests=trace,realtime=trace,sight=trace,jobs=trace,hub=trace";
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let app = TestApp::new().await;
    let world = World::new(&app).await;
    let emma = json!({ "name": "Kanarie", "email": "emma@kanarie.example", "phone": "01914 987001" });
    let emma = world.client.post("/api/admin/customers", &emma).await.ok();
    let path = format!("/api/admin/customers/{}", id(&emma));
    let address =
        json!({ "label": "Home", "line1": "1 Kanarie Street", "city": "Leeds", "postcode": "LS1 9ZZ" });
    world.client.post(&format!("{path}/addresses"), &address).await.ok();
    world.client.post(&format!("{path}/notes"), &json!({ "body": "Keeps a kanarie" })).await.ok();
    let wrong = json!({ "email": "emma@kanarie.example", "password": PASSWORD });
    app.client().post("/api/auth/sign-in", &wrong).may_fail().await.problem(401, "invalid_credentials");
    // Taken already, and refused by the database.
    let twice = json!({ "name": "Kanarie", "email": "emma@kanarie.example" });
    world.client.post("/api/admin/customers", &twice).may_fail().await.has_status(409);
    world.client.get("/api/admin/customers?search=kanarie").await.ok();
    // A table that is gone makes real failures, with the values in PostgreSQL's own words.
    app.sql
        .batch_execute("alter table addresses add constraint never check (line1 = '') not valid")
        .await
        .unwrap();
    world.client.post(&format!("{path}/addresses"), &address).may_fail().await.problem(500, "internal");
    app.sql.batch_execute("alter table addresses drop constraint never").await.unwrap();
    app.run_jobs().await;
    // No database at all.
    app.app.db.pool().close();
    for operation in operations() {
        let failed = world.request(&operation, &world.path(&operation));
        match operation.example_body() {
            Some(body) => failed.json(&body).may_fail().await,
            None => failed.may_fail().await,
        };
    }
    assert!(log.text().contains("ERROR"), "nothing failed:\n{}", log.text());
    assert_eq!(log.tells(&SECRETS), Vec::<&str>::new(), "{}", log.text());

    tracing::warn!(email = "emma@kanarie.example", "as a careless line would");
    assert_eq!(log.tells(&SECRETS), ["kanarie"]);
    app.abandon();
}

/// The driver's own words for it are "db error".
#[tokio::test]
async fn why_there_is_no_connection_is_logged() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = OwnServer::start("why", None);
    let wrong = server.url("desk_app", "").replace(":desk_app@", ":guess@");
    let db = Db::new(&wrong, 2).unwrap();
    assert_eq!(db.client().await.unwrap_err().code, "database_unavailable");
    let key = audit::trail::SigningKey::read(&"a".repeat(64)).unwrap();
    let sealer = audit::trail::Sealer::new(key, Vec::new(), None, Clock::System);
    let sealing = tokio::spawn(sealer.run(db.pool().clone()));
    let listening = tokio::spawn(Live::default().listen(Address::read(&wrong, None).unwrap()));
    let began = Instant::now();
    for what in ["database unavailable", "the audit trail is not being sealed", "the live connection broke"] {
        let is_told = |line: &str| {
            line.contains(what)
                && line.contains("password authentication failed for user \"desk_app\"")
                && !line.contains("guess")
        };
        while !log.text().replace("\\\"", "\"").lines().any(is_told) {
            assert!(began.elapsed() < PATIENCE, "{what}: {}", log.text());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    sealing.abort();
    listening.abort();
}
