//! Bad days: the database stopped, frozen, cut off or without room, the clock wrong, the outside away, work that cannot be done. Small
//! here, at full size with `make chaos` (SOAK=1). After each: nothing acknowledged is lost, nothing is done twice, every check
//! of the house holds, and whoever asked was told the truth. Kills are in `soak::kills`, faults of the provider in `providers`.

mod clock;
mod cut;
mod frozen;
mod full;
mod hour;
mod poison;
mod stopped;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use embedded::{Embedded, Options};
use tokio::runtime::{Builder, Runtime};

use crate::support::{APPLICATION, OWNER, Running, connect, make_roles};

/// The program on a PostgreSQL that it does not run itself.
struct Served {
    server: Option<Embedded>,
    folder: PathBuf,
    desk: Running,
    /// As the superuser.
    admin: String,
    runtime: Runtime,
}

impl Served {
    fn new(name: &str) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut desk = Running::new(name);
        let folder = desk.folder.join("served");
        let server = start(&folder);
        server.create_database_if_missing("hub").unwrap();
        let admin = server.connection_string("hub");
        runtime.block_on(async {
            let sql = connect(&admin.parse().unwrap()).await.unwrap();
            make_roles(&sql).await;
            sql.batch_execute(&format!("alter database hub owner to {OWNER}")).await.unwrap();
        });
        desk.set("HUB_DATABASE_URL", server.connection_string_as(APPLICATION, "hub"));
        desk.set("HUB_DATABASE_OWNER_URL", server.connection_string_as(OWNER, "hub"));
        desk.set("HUB_PUBLIC_URL", format!("http://{}", desk.line.address()));
        desk.start();
        Self { server: Some(server), folder, desk, admin, runtime }
    }

    fn stop(&mut self) {
        self.server.take().unwrap().stop().unwrap();
    }

    fn start(&mut self) {
        self.server = Some(start(&self.folder));
    }

    /// To PostgreSQL and all its processes.
    fn signal(&self, signal: &str) {
        let postmaster = self.server.as_ref().and_then(Embedded::pid).unwrap();
        let mut pids = vec![postmaster.to_string()];
        for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            // After the name, which may hold anything: the state, then the parent.
            let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
            if parent == Some(pids[0].as_str()) {
                pids.push(process.file_name().to_string_lossy().into_owned());
            }
        }
        assert!(pids.len() > 3, "PostgreSQL has more processes than {pids:?}");
        Command::new("kill").arg(signal).args(&pids).status().unwrap();
    }
}

impl Drop for Served {
    /// Or a test that fails would leave it frozen.
    fn drop(&mut self) {
        if self.server.is_some() {
            self.signal("-CONT");
        }
    }
}

fn start(folder: &Path) -> Embedded {
    let mut options = Options::new(folder);
    options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(Into::into);
    Embedded::start(options).unwrap()
}
