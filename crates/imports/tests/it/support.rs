use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use embedded::Embedded;
use imports::platform::{Error, Options, Progress, Summary, run};
use jiff::Timestamp;
use platform::Values;
use platform::values::{Content, Opened};
use platform::vault::Vault;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio_postgres::{AsyncMessage, Client, Config, NoTls};

const SCHEMA: &str = include_str!("../fixture/schema.sql");
const ROWS: &str = include_str!("../fixture/rows.sql");

/// The server of all tests that run at the same time: the one in `TEST_DATABASE_URL`, else one of our own.
struct Server {
    config: Config,
    own: Option<(Embedded, PathBuf)>,
}

impl Server {
    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    fn start() -> Self {
        if let Ok(given) = std::env::var("TEST_DATABASE_URL") {
            return Self { config: given.parse().unwrap(), own: None };
        }
        let dir = std::env::temp_dir().canonicalize().unwrap().join(format!("hub-imports-{}", unique()));
        let own = Embedded::start(embedded::Options::for_tests(&dir)).unwrap();
        Self { config: own.connection_string("postgres").parse().unwrap(), own: Some((own, dir)) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some((server, dir)) = self.own.take() {
            drop(server);
            let _ = std::fs::remove_dir_all(dir);
        }
    }
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A source and a target of a test, dropped with it.
pub struct World {
    server: Arc<Server>,
    name: String,
    /// The source as its owner sees it.
    pub source: Client,
    /// Ours, as its owner sees it.
    pub target: Client,
    /// In the role that the import runs in.
    application: Client,
}

/// What the values of events are encrypted with here.
pub fn values() -> Values {
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    Values::new(Vault::read(key).map(Arc::new))
}

const MAKE_APPLICATION: &str = "
    do $$ begin create role hub_app login password 'hub';
    exception when duplicate_object or unique_violation then null; end $$";

pub const NOW: &str = "2025-11-20T09:00:00Z";

impl World {
    /// The whole fixture, and an empty database of ours.
    pub async fn new() -> Self {
        let world = Self::empty().await;
        world.source.batch_execute(ROWS).await.unwrap();
        world
    }

    /// A source of the right shape without a row.
    pub async fn empty() -> Self {
        let server = Server::shared();
        let name = format!("imports_{}", unique());
        let admin = connect(&server.config, None).await;
        for part in ["source", "target"] {
            admin.batch_execute(&format!("create database {name}_{part}")).await.unwrap();
        }
        let source = connect(&server.config, Some(&format!("{name}_source"))).await;
        source.batch_execute(SCHEMA).await.unwrap();
        let mut target = connect(&server.config, Some(&format!("{name}_target"))).await;
        admin.batch_execute(MAKE_APPLICATION).await.unwrap();
        platform::migrate::run(&mut target, Some("hub_app")).await.unwrap();
        let mut config = server.config.clone();
        let application =
            connect(config.user("hub_app").password("hub"), Some(&format!("{name}_target"))).await;
        Self { server, name, source, target, application }
    }

    /// What the names of both databases begin with.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Another connection to our database.
    pub async fn connect_target(&self) -> Client {
        connect(&self.server.config, Some(&format!("{}_target", self.name))).await
    }

    /// After a run that broke off.
    pub async fn reconnect(&mut self) {
        self.target = self.connect_target().await;
        self.application = as_application(&self.server.config, &self.name).await;
    }

    /// What is said on the channel of the open screens from now on, as long as the client is kept.
    pub async fn listen(&self) -> (Client, UnboundedReceiver<String>) {
        let mut config = self.server.config.clone();
        config.dbname(format!("{}_target", self.name));
        let (client, mut connection) = config.connect(NoTls).await.unwrap();
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(Ok(message)) =
                std::future::poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notification(note) = message {
                    let _ = sender.send(note.payload().to_owned());
                }
            }
        });
        client.batch_execute("listen hub").await.unwrap();
        (client, receiver)
    }

    pub fn options(&self, apply: bool) -> Options {
        Options {
            from: self.source_url(),
            apply,
            report: self.report(),
            include_staff: true,
            batch: 1000,
            values: values(),
        }
    }

    pub fn report(&self) -> PathBuf {
        std::env::temp_dir().join(format!("{}.csv", self.name))
    }

    /// The address as the platform's ORM has it.
    pub fn source_url(&self) -> String {
        let config = &self.server.config;
        let host = match &config.get_hosts()[0] {
            tokio_postgres::config::Host::Unix(path) => path.to_str().unwrap().replace('/', "%2F"),
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let password =
            config.get_password().map(|it| format!(":{}", String::from_utf8_lossy(it))).unwrap_or_default();
        let user = config.get_user().unwrap_or("postgres");
        format!(
            "postgres://{user}{password}@{host}:{port}/{}_source?schema=public&connection_limit=5",
            self.name
        )
    }

    /// Who may read the tables of the source and nothing else, with the address for it.
    pub async fn reader_url(&self) -> String {
        let reader = format!("{}_reader", self.name);
        let sql = format!(
            r#"create role {reader} login password 'read'; grant select on all tables in schema public to {reader};
               revoke select on "User" from {reader};
               grant select (id, email, name, role, "adminRole", "createdAt", "emailVerified", "isActive", "lastLogin",
                   phone) on "User" to {reader}"#
        );
        self.source.batch_execute(&sql).await.unwrap();
        let url = self.source_url();
        let at = url.find('@').unwrap();
        format!("postgres://{reader}:read{}", &url[at..])
    }

    pub async fn try_import(&mut self, options: &Options) -> Result<Summary, Error> {
        run(options, &mut self.application, now(), &|_| {}).await
    }

    /// The values of all events of this action, with the customer's name as it is now.
    pub async fn values(&self, action: &str) -> Vec<(Option<String>, Content)> {
        let sql = "select v.event_id, v.sealed, k.wrapped, c.name from event_values v join events e on e.id = v.event_id
            join value_keys k on k.id = value_key(v.sealed) left join customers c on c.id = v.customer_id
            where e.action = $1 order by e.ctid";
        let rows = self.target.query(sql, &[&action]).await.unwrap();
        rows.iter()
            .map(|row| match values().open(row.get(0), row.get("sealed"), row.get("wrapped")) {
                Opened::Content(content) => (row.get("name"), content),
                other => panic!("{action}: {other:?}"),
            })
            .collect()
    }

    pub async fn import(&mut self) -> Summary {
        let options = self.options(true);
        self.try_import(&options).await.unwrap()
    }

    /// Imports with somebody watching, who is called after each batch.
    pub async fn import_with(
        &mut self,
        options: &Options,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Summary, Error> {
        run(options, &mut self.application, now(), progress).await
    }

    /// The report's lines, each as `table,id,severity,reason`.
    pub fn findings(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.report()).unwrap();
        text.lines().skip(1).map(str::to_owned).collect()
    }

    /// One value of our database, as text.
    pub async fn value(&self, sql: &str) -> String {
        let row = self.target.query_one(&format!("select ({sql})::text"), &[]).await.unwrap();
        row.get::<_, Option<String>>(0).unwrap_or_else(|| "null".to_owned())
    }

    /// A digest of every table the import writes, whatever the order of its rows.
    pub async fn state(&self) -> BTreeMap<&'static str, String> {
        let mut state = BTreeMap::new();
        for table in TABLES {
            // A number of a ticket that was rolled back is not given again.
            let sql = format!(
                "select count(*) || ' ' || coalesce(md5(string_agg(row, E'\\n' order by row)), '')
                 from (select (to_jsonb(t) - 'number')::text as row from {table} t) rows"
            );
            state.insert(table, self.value(&sql).await);
        }
        state
    }
}

const TABLES: [&str; 12] = [
    "staff",
    "customers",
    "addresses",
    "contacts",
    "bookings",
    "payments",
    "refunds",
    "tickets",
    "ticket_responses",
    "customer_stats",
    "external_links",
    "imported_history",
];

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.report());
        if self.server.own.is_some() {
            return;
        }
        let (config, name) = (self.server.config.clone(), self.name.clone());
        // A server that outlives the tests is left as it was.
        let cleaning = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let admin = connect(&config, None).await;
                for part in ["source", "target"] {
                    let _ = admin
                        .batch_execute(&format!("drop database if exists {name}_{part} with (force)"))
                        .await;
                }
                let _ = admin.batch_execute(&format!("drop role if exists {name}_reader")).await;
            });
        });
        let _ = cleaning.join();
    }
}

async fn as_application(server: &Config, name: &str) -> Client {
    let mut config = server.clone();
    connect(config.user("hub_app").password("hub"), Some(&format!("{name}_target"))).await
}

async fn connect(server: &Config, dbname: Option<&str>) -> Client {
    let mut config = server.clone();
    if let Some(dbname) = dbname {
        config.dbname(dbname);
    }
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

pub fn now() -> Timestamp {
    NOW.parse().unwrap()
}
