//! A restore that is killed, at the two moments that matter.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tokio_postgres::Client;

use crate::{backups::with_copy, cli::Desk, support::OwnServer};

const PATIENCE: Duration = Duration::from_secs(120);

/// What the settings of the served database are.
pub struct Target {
    pub server: OwnServer,
    pub application: String,
    pub owner: String,
}

impl Target {
    pub fn start(name: &str) -> Self {
        let server = OwnServer::start(name, None);
        let (application, owner) = (server.url("desk_app", ""), server.url("desk_owner", ""));
        Self { server, application, owner }
    }

    pub fn settings(&self) -> [(&str, &str); 2] {
        [("DATABASE_URL", &self.application), ("HUB_DATABASE_OWNER_URL", &self.owner)]
    }

    pub async fn tables(&self) -> i64 {
        let sql =
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'";
        self.server.admin("desk").await.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Somebody waits for a lock that fits.
    pub async fn waits(&self, client: &Client, what: &str) {
        let sql = format!("select exists (select from pg_locks where not granted and {what})");
        until(async || client.query_one(&sql, &[]).await.unwrap().get(0)).await;
    }
}

pub async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "it did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The very program, with these settings; it can be killed.
pub fn begin(desk: &Desk, settings: &[(&str, &str)], line: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if (text.starts_with("HUB_") && text != "HUB_POSTGRES_BIN") || text == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command.env("HUB_DATA_DIR", &desk.folder).envs(settings.iter().copied());
    command.args(line.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

pub fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_restore_killed_while_it_writes_leaves_nothing() {
    let (desk, file) = with_copy("killed-writing");
    let target = Target::start("killed-writing");
    // At the first table it has to wait, with much more to come than fits into the pipes on the way.
    let holder = target.server.admin("desk").await;
    holder.batch_execute("begin; lock table pg_type in share mode").await.unwrap();
    let child = begin(&desk, &target.settings(), &format!("restore {}", file.display()));
    let watcher = target.server.admin("desk").await;
    target.waits(&watcher, "relation = 'pg_type'::regclass").await;
    kill(child);
    holder.batch_execute("commit").await.unwrap();
    let busy = "select not exists (select from pg_stat_activity where application_name = 'hub backup')";
    until(async || watcher.query_one(busy, &[]).await.unwrap().get(0)).await;
    assert_eq!(target.tables().await, 0);
    // So it can be done again.
    let told = desk.hub_with(&format!("restore {}", file.display()), &target.settings()).ok();
    assert!(told.contains("Fenced: no mail and no refund leaves"), "{told}");
}

#[tokio::test]
async fn a_restore_killed_after_it_wrote_leaves_a_fence_and_no_desk_to_work_at() {
    let (desk, file) = with_copy("killed-after");
    let target = Target::start("killed-after");
    // The lock of the migrations, which come next.
    let holder = target.server.admin("desk").await;
    holder.execute("select pg_advisory_lock($1)", &[&0x48_55_42_4D_49_47_i64]).await.unwrap();
    let child = begin(&desk, &target.settings(), &format!("restore {}", file.display()));
    target.waits(&holder, "locktype = 'advisory'").await;
    kill(child);
    drop(holder);
    let fenced = "select count(*) from epochs where accepted_at is null";
    let admin = target.server.admin("desk").await;
    assert_eq!(admin.query_one(fenced, &[]).await.unwrap().get::<_, i64>(0), 1);

    let settings = target.settings();
    let listen = [settings[0], settings[1], ("HUB_LISTEN", "127.0.0.1:0")];
    for line in ["serve", "work", "fence accept --reason Looked"] {
        let refused = desk.hub_with(line, &listen).has_code(1).err();
        assert!(refused.contains("never finished"), "{line}: {refused}");
    }
    assert_eq!(admin.query_one(fenced, &[]).await.unwrap().get::<_, i64>(0), 1);

    admin.batch_execute("drop owned by desk_owner cascade").await.unwrap();
    desk.hub_with(&format!("restore {}", file.display()), &settings).ok();
    desk.hub_with("fence accept --reason Looked", &settings).ok();
}
