//! A database per test, copied from a template that has the migrations applied.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sha2::{Digest, Sha256};
use tokio_postgres::{
    Client, Config,
    config::{Host, SslMode},
};

use super::{
    cluster::{block_on, cluster, connect},
    project,
};

/// Rows written past the application need an event as well, for the books to name.
const NAME_EVENT: &str = "
    do $$ begin
        if to_regclass('events') is not null then
            insert into events (id, at, action, kind, actor_kind)
            values ('00000000-0000-7000-8000-000000000000', '2000-01-01', 'test.prepared', 'change', 'system')
            on conflict (id) do nothing;
        end if;
    end $$;
    set hub.event = '00000000-0000-7000-8000-000000000000'";

/// The roles of a hub's database. In the tests all have one password, for servers that ask.
pub const OWNER: &str = "hub_owner";
pub const APPLICATION: &str = "hub_app";
const PASSWORD: &str = "hub";

/// Dropped with its value, whoever is still connected.
pub struct Database {
    name: String,
}

impl Database {
    /// All migrations applied, no rows but theirs.
    pub fn migrated() -> Self {
        Self::copy_of(template())
    }

    pub fn empty() -> Self {
        Self::copy_of("template0")
    }

    fn copy_of(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("hub_it_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run(&format!("create database {name} template {template} strategy file_copy owner {OWNER}"));
        Self { name }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// In the application's role, as libpq reads it.
    pub fn url(&self) -> String {
        key_value(&cluster().config, Some(APPLICATION), &self.name)
    }

    /// The same through whatever listens there.
    pub fn url_at(&self, address: SocketAddr) -> String {
        let (host, port, name) = (address.ip(), address.port(), &self.name);
        format!(
            "host={host} port={port} dbname={name} user={APPLICATION} password={PASSWORD} sslmode=disable"
        )
    }

    /// In the role that owns the tables.
    pub fn owner_url(&self) -> String {
        key_value(&cluster().config, Some(OWNER), &self.name)
    }

    /// As the superuser, whom nothing stops.
    pub fn admin_url(&self) -> String {
        key_value(&cluster().config, None, &self.name)
    }

    /// A connection outside the application's pool and rights.
    pub async fn connect(&self) -> Client {
        let client = connect(&self.admin_url().parse().unwrap()).await.unwrap();
        client.batch_execute(NAME_EVENT).await.unwrap();
        client
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        run(&format!("drop database {} with (force)", self.name));
    }
}

fn run(sql: &str) {
    block_on(async { connect(&cluster().config).await.unwrap().batch_execute(sql).await }).unwrap();
}

/// Made by whoever comes first; roles belong to the whole server.
pub async fn make_roles(admin: &Client) {
    for role in [OWNER, APPLICATION] {
        let make = format!(
            "do $$ begin create role {role} login password '{PASSWORD}';
             exception when duplicate_object or unique_violation then null; end $$"
        );
        admin.batch_execute(&make).await.unwrap();
    }
}

/// Made once for these very migrations, by whichever process comes first.
fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("hub_template_{}", fingerprint());
        block_on(async {
            let config = &cluster().config;
            let admin = connect(config).await.unwrap();
            admin.batch_execute("select pg_advisory_lock(7277)").await.unwrap();
            let exists = "select exists (select from pg_database where datname = $1)";
            if !admin.query_one(exists, &[&name]).await.unwrap().get::<_, bool>(0) {
                let half = format!("{name}_half");
                admin.batch_execute(&format!("drop database if exists {half} with (force)")).await.unwrap();
                let create = format!("create database {half} template template0 owner {OWNER}");
                admin.batch_execute(&create).await.unwrap();
                let owner: Config = key_value(config, Some(OWNER), &half).parse().unwrap();
                let mut client = connect(&owner).await.unwrap();
                platform::migrate::run(&mut client, Some(APPLICATION)).await.unwrap();
                drop(client);
                // Copied tables are as the planner should know them: empty, and analysed.
                let client = connect(&key_value(config, None, &half).parse().unwrap()).await.unwrap();
                client.batch_execute("analyze").await.unwrap();
                drop(client);
                rename_when_free(&admin, &half, &name).await;
            }
        });
        name
    })
}

/// The connection that has just been closed may linger for a moment.
async fn rename_when_free(admin: &Client, from: &str, to: &str) {
    for _ in 0..200 {
        if admin.batch_execute(&format!("alter database {from} rename to {to}")).await.is_ok() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{from} is still in use");
}

fn fingerprint() -> String {
    let mut files: Vec<_> =
        fs::read_dir(project().join("migrations")).unwrap().map(|file| file.unwrap().path()).collect();
    files.push(project().join("db/rights.sql"));
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.file_name().unwrap().as_encoded_bytes());
        hash.update(fs::read(file).unwrap());
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// `role`: one of the hub's; none: whoever the tests connect as.
fn key_value(config: &Config, role: Option<&str>, database: &str) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let mut text = format!("host={} dbname={}", quoted(&host), quoted(database));
    if let Some(port) = config.get_ports().first() {
        text.push_str(&format!(" port={port}"));
    }
    if let Some(user) = role.or(config.get_user()) {
        text.push_str(&format!(" user={}", quoted(user)));
    }
    let password = config.get_password().map(|password| String::from_utf8_lossy(password).into_owned());
    if let Some(password) = role.map(|_| PASSWORD.to_owned()).or(password) {
        text.push_str(&format!(" password={}", quoted(&password)));
    }
    if config.get_ssl_mode() == SslMode::Disable {
        text.push_str(" sslmode=disable");
    }
    text
}
