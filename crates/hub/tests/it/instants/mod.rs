//! The private database as it was at an instant: its log is archived while it is written, and replayed on a base.

mod broken;

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use kernel::Clock;
use tokio_postgres::Client;

use crate::{
    cli::{Desk, Said},
    processes::{PATIENCE, Process},
    support::connect,
};

/// A desk whose copies and log go to a folder of its own.
pub struct Archived {
    pub desk: Desk,
    pub copies: PathBuf,
}

impl Archived {
    pub fn new(name: &str) -> Self {
        let desk = Desk::new(name);
        desk.hub("seed bookings").ok();
        desk.hub("audit seal").ok();
        let copies = desk.folder.join("copies");
        Self { desk, copies }
    }

    fn settings(&self) -> [(&str, &str); 2] {
        [("HUB_BACKUP_FOLDER", self.copies.to_str().unwrap()), ("HUB_BACKUP_LOG_SECONDS", "1")]
    }

    pub fn hub(&self, line: &str) -> Said {
        self.desk.hub_with(line, &self.settings())
    }

    /// A server whose log is archived, and which has made its first base: for the next minute nothing happens by itself.
    pub async fn serve(&self) -> (Process, Client) {
        let mut process = Process::start("serve", &self.desk.folder, &["serve"], &self.settings());
        process.is_ready().await;
        let client = self.client().await;
        is_quiet(&client).await;
        self.covers(&client, Clock::System.now()).await;
        (process, client)
    }

    /// In the owner's role, while a server runs.
    pub async fn client(&self) -> Client {
        let text = fs::read_to_string(self.desk.folder.join("database-url")).unwrap();
        connect(&text.lines().nth(1).unwrap().parse().unwrap()).await.unwrap()
    }

    /// Waits until this instant can be reached.
    pub async fn covers(&self, client: &Client, at: Timestamp) {
        let began = Instant::now();
        let sql = "select coalesce((select covered_until >= $1 from log_archive), false), (select failure from log_archive)";
        loop {
            let row = client.query_one(sql, &[&at]).await.unwrap();
            if row.get(0) {
                return;
            }
            let failure: Option<String> = row.get(1);
            assert!(began.elapsed() < PATIENCE, "{at} is not archived: {failure:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn postmaster(&self) -> String {
        let text = fs::read_to_string(self.desk.folder.join("postgres/postmaster.pid")).unwrap();
        text.lines().next().unwrap().to_owned()
    }

    /// Once PostgreSQL has noticed that its hub is gone, and ended.
    pub fn wreck(&self) {
        let (cluster, began) = (self.desk.folder.join("postgres"), Instant::now());
        let works_there =
            |process: fs::DirEntry| fs::read_link(process.path().join("cwd")).is_ok_and(|at| at == cluster);
        while fs::read_dir("/proc").unwrap().flatten().any(works_there) {
            assert!(began.elapsed() < PATIENCE, "PostgreSQL outlives its hub");
            std::thread::sleep(Duration::from_millis(20));
        }
        fs::remove_dir_all(cluster).unwrap();
    }

    /// The marks that are in the database now, while nothing runs.
    async fn marks(&self) -> Vec<i32> {
        let (_server, client) = self.desk.sql().await;
        client
            .query("select n from marks order by n", &[])
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect()
    }
}

pub fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Until its base is made, and all that was said of it is sealed.
async fn is_quiet(client: &Client) {
    let sql = "select (select count(*) filter (where state = 'done') >= 1 and bool_and(state <> 'running') from backups)
        and not exists (select from events e where not exists (select from seals s where s.event_id = e.id))";
    let began = Instant::now();
    while !client.query_one(sql, &[]).await.unwrap().get::<_, Option<bool>>(0).unwrap_or_default() {
        assert!(began.elapsed() < PATIENCE, "something is still under way");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A row, and between which two instants it was committed.
struct Mark {
    n: i32,
    begun: Timestamp,
    acknowledged: Timestamp,
}

/// Commits marks for so long, ten in a second.
async fn mark(client: &Client, from: i32, seconds: i32) -> Vec<Mark> {
    client.batch_execute("create table if not exists marks (n integer primary key)").await.unwrap();
    let mut marks = Vec::new();
    for n in from..from + 10 * seconds {
        let begun = Clock::System.now();
        client.execute("insert into marks (n) values ($1)", &[&n]).await.unwrap();
        marks.push(Mark { n, begun, acknowledged: Clock::System.now() });
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    marks
}

#[tokio::test]
async fn what_was_acknowledged_before_an_instant_comes_back_and_nothing_after_it() {
    let archived = Archived::new("instant");
    let (mut server, client) = archived.serve().await;
    let marks = mark(&client, 0, 5).await;
    let middle = marks[25].begun;
    let at = Timestamp::from_second(middle.as_second()).unwrap();
    archived.covers(&client, marks[49].acknowledged).await;
    drop(client);
    kill(&mut server.child);

    let line = format!("restore --at {at}");
    assert!(archived.hub(&line).refused().contains("there is a database in"));
    archived.wreck();
    let early = archived.hub("restore --at 2020-02-03T10:15:00Z").refused();
    assert!(
        early.contains("3 Feb 2020 10:15:00 in London (2020-02-03T10:15:00Z) cannot be reached. What can:"),
        "{early}"
    );
    let late = archived.hub("restore --at 2199-07-03T10:15:00+01:00").refused();
    assert!(
        late.contains("3 Jul 2199 10:15:00 in London (2199-07-03T09:15:00Z) cannot be reached"),
        "{late}"
    );
    assert_eq!(archived.hub("restore --at yesterday").has_code(2).out(), "");

    let told = archived.hub(&line).ok();
    assert!(!told.contains("WRONG") && told.contains("Fenced: no mail and no refund leaves"), "{told}");
    assert!(told.contains(&format!("({at}), from ")), "{told}");
    let there = archived.marks().await;
    for Mark { n, begun, acknowledged } in &marks {
        assert!(
            *acknowledged > at || there.contains(n),
            "{n} of {acknowledged} was acknowledged before {at}"
        );
        assert!(*begun <= at || !there.contains(n), "{n} of {begun} came after {at}");
    }
    assert!((1..49).contains(&there.len()), "{there:?}");
    assert!(archived.hub("verify").ok().lines().all(|line| line.starts_with("ok")));
    assert!(archived.hub("fence show").ok().contains(&format!("shows the state of {at}")));
    archived.hub("audit seal").ok();
    assert!(archived.hub("audit verify").ok().ends_with("OK\n"));
    archived.hub("fence accept --reason Looked").ok();

    archived.wreck();
    archived.hub("restore --at latest").ok();
    assert_eq!(archived.marks().await.len(), 50);
}

#[tokio::test]
async fn killed_and_brought_back_it_holds_all_that_was_archived_and_goes_on() {
    let archived = Archived::new("instants-killed");
    let (mut server, client) = archived.serve().await;
    mark(&client, 0, 1).await;
    // PostgreSQL dies, comes back by itself, and its log goes on where it was.
    assert!(Command::new("kill").args(["-KILL", &archived.postmaster()]).status().unwrap().success());
    drop(client);
    let began = Instant::now();
    let client = loop {
        let text = fs::read_to_string(archived.desk.folder.join("database-url")).unwrap();
        if let Ok(client) = connect(&text.lines().nth(1).unwrap().parse().unwrap()).await {
            break client;
        }
        assert!(began.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let marks = mark(&client, 10, 1).await;
    archived.covers(&client, marks[9].acknowledged).await;
    drop(client);
    kill(&mut server.child);

    archived.wreck();
    let mut cut = restoring(&archived);
    let begun = archived.desk.folder.join("postgres/hub-unfinished");
    let began = Instant::now();
    while !begun.exists() {
        assert!(began.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(2));
    }
    kill(&mut cut);
    for line in ["serve", "work", "fence accept --reason Looked", "backup list", "verify", "restore x.backup"]
    {
        let said = archived.hub(line).has_code(1).err();
        assert!(said.contains("never finished") || line.starts_with("restore"), "{line}: {said}");
    }
    assert!(archived.hub("restore --at latest").refused().contains("there is a database in"));

    archived.wreck();
    archived.hub("restore --at latest").ok();
    assert_eq!(archived.marks().await, (0..20).collect::<Vec<_>>());
    archived.hub("fence accept --reason Looked").ok();
    // The life after begins with a base of its own, on a timeline of its own.
    let (mut server, client) = archived.serve().await;
    let marks = mark(&client, 20, 1).await;
    archived.covers(&client, marks[9].acknowledged).await;
    let timeline: i64 = client.query_one("select timeline from log_archive", &[]).await.unwrap().get(0);
    assert_eq!(timeline, 2);
    drop(client);
    kill(&mut server.child);
    archived.wreck();
    archived.hub("restore --at latest").ok();
    assert_eq!(archived.marks().await, (0..30).collect::<Vec<_>>());
}

fn restoring(archived: &Archived) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if (text.starts_with("HUB_") && text != "HUB_POSTGRES_BIN") || text == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    command.env("HUB_DATA_DIR", &archived.desk.folder).envs(archived.settings());
    command.args(["restore", "--at", "latest"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}
