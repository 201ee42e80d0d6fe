//! The commands of `hub`, as somebody types them: the very program, on a private PostgreSQL in a folder of its own.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use embedded::{Embedded, Options};
use tokio_postgres::Client;

use crate::support::{connect, document};

/// A data folder, removed afterwards; in the system's temporary folder, which PostgreSQL's account may enter too.
pub struct Desk {
    pub folder: PathBuf,
}

pub struct Said {
    line: String,
    output: Output,
}

impl Desk {
    pub fn new(name: &str) -> Self {
        let base = std::env::temp_dir().canonicalize().unwrap();
        Self { folder: base.join(format!("hub-cli-{name}-{}", std::process::id())) }
    }

    pub fn hub(&self, line: &str) -> Said {
        self.hub_with(line, &[])
    }

    /// With these settings in the environment, and none that the test itself was started with.
    pub fn hub_with(&self, line: &str, settings: &[(&str, &str)]) -> Said {
        let output = self.command(line, settings).output().unwrap();
        Said { line: line.to_owned(), output }
    }

    pub fn command(&self, line: &str, settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if (text.starts_with("HUB_") && text != "HUB_POSTGRES_BIN") || text == "DATABASE_URL" {
                command.env_remove(name);
            }
        }
        command.env("HUB_DATA_DIR", &self.folder).envs(settings.iter().copied());
        command.args(line.split(' '));
        command
    }

    /// The private database, without any command running.
    pub async fn sql(&self) -> (Embedded, Client) {
        let mut options = Options::new(&self.folder);
        options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
        let server = Embedded::start(options).unwrap();
        let client = connect(&server.connection_string("hub").parse().unwrap()).await.unwrap();
        (server, client)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Said {
    pub fn out(&self) -> String {
        String::from_utf8(self.output.stdout.clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.output.stderr.clone()).unwrap()
    }

    pub fn has_code(&self, code: i32) -> &Self {
        let (line, out, err) = (&self.line, self.out(), self.err());
        assert_eq!(self.output.status.code(), Some(code), "hub {line}\n{out}\n{err}");
        self
    }

    /// Exit code 0; what was printed.
    pub fn ok(&self) -> String {
        self.has_code(0).out()
    }

    /// Exit code 1 and one line that says why.
    pub fn refused(&self) -> String {
        let err = self.has_code(1).err();
        assert!(err.starts_with("hub: ") && err.trim_end().lines().count() == 1, "hub {}: {err}", self.line);
        err
    }
}

/// Tables, views, sequences, functions and types of ours that somebody else owns than the hub's owner.
async fn owned_by_others(client: &Client) -> Vec<String> {
    let sql = "
        select c.oid::regclass::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'S', 'c')
            and c.relowner <> 'hub_owner'::regrole and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
        union all
        select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace
            and p.proowner <> 'hub_owner'::regrole and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_database_of_before_the_roles_is_given_to_its_owner() {
    let desk = Desk::new("roles");
    desk.hub("seed customers").ok();
    let (server, client) = desk.sql().await;
    assert_eq!(owned_by_others(&client).await, [""; 0]);
    // As the releases before left it: all in the superuser's hands, and no other role.
    client
        .batch_execute(
            "reassign owned by hub_owner to postgres; drop owned by hub_app; drop role hub_app, hub_owner",
        )
        .await
        .unwrap();
    let owners = "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relowner = 'postgres'::regrole";
    assert!(client.query_one(owners, &[]).await.unwrap().get::<_, i64>(0) > 50);
    drop(client);
    server.stop().unwrap();

    desk.hub("seed bookings").ok();
    assert!(desk.hub("verify").ok().lines().all(|line| line.starts_with("ok")));
    let (server, client) = desk.sql().await;
    assert_eq!(owned_by_others(&client).await, [""; 0]);
    let application = connect(&server.connection_string_as("hub_app", "hub").parse().unwrap()).await.unwrap();
    assert_eq!(platform::rights::weaknesses(&application).await.unwrap(), [""; 0]);
    let denied = application.batch_execute("delete from events").await.unwrap_err();
    assert!(denied.to_string().contains("db error"), "{denied}");
}

#[tokio::test]
async fn a_configured_database_has_a_role_that_migrates_and_one_that_works() {
    let desk = Desk::new("two-roles");
    let mut options = Options::new(&desk.folder);
    options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
    let server = Embedded::start(options).unwrap();
    server.run_sql("postgres", "create role anna login; create role otto login").unwrap();
    server.run_sql("postgres", "create database shop owner otto").unwrap();
    let (application, owner) =
        (server.connection_string_as("anna", "shop"), server.connection_string_as("otto", "shop"));
    let working = [("DATABASE_URL", application.as_str())];
    let refused = desk.hub_with("seed customers", &working).refused();
    assert!(refused.contains("run `hub migrate` with `database_owner_url`"), "{refused}");
    let both = [working[0], ("HUB_DATABASE_OWNER_URL", owner.as_str())];
    assert!(desk.hub_with("migrate", &both).ok().contains("applied 0001_text"));
    assert!(desk.hub_with("seed bookings", &working).ok().starts_with("5 customers"));
    let told = desk.hub_with("config check", &working).ok();
    assert!(told.contains("\nok       database: what is append-only is so by right\n"), "{told}");
    let alone = [("DATABASE_URL", owner.as_str())];
    let told = desk.hub_with("config check", &alone).has_code(1).out();
    assert!(told.contains("by trigger only") && told.contains("otto owns"), "{told}");
    let application = connect(&application.parse().unwrap()).await.unwrap();
    assert_eq!(count(&application, "customers").await, 5);
}

async fn count(client: &Client, table: &str) -> i64 {
    client.query_one(&format!("select count(*) from {table}"), &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn every_command_works_on_a_private_database() {
    let desk = Desk::new("commands");
    assert!(desk.hub("migrate").ok().contains("applied 0001_text"));
    assert_eq!(desk.hub("migrate").ok(), "The database is at this release.\n");

    assert_eq!(desk.hub("seed customers").ok(), "5 customers, 0 bookings and 0 tickets added.\n");
    assert_eq!(desk.hub("seed customers").ok(), "0 customers, 0 bookings and 0 tickets added.\n");
    let added = desk.hub("seed bookings").ok();
    assert!(added.starts_with("0 customers, ") && !added.contains(" 0 bookings"), "{added}");
    assert_eq!(desk.hub("seed bookings").ok(), "0 customers, 0 bookings and 0 tickets added.\n");
    let generated = desk.hub("generate --customers 50 --seed 1").ok();
    assert!(generated.starts_with("50 customers added, "), "{generated}");
    let again = desk.hub("generate --customers 50 --seed 1").ok();
    assert_eq!(again, "0 customers added, 0 rows in all tables.\n");
    assert!(desk.hub("generate --customers 0").refused().contains("--customers must be from 1"));

    staff_come_and_go(&desk);
    verify_names_what_is_wrong(&desk).await;
}

fn staff_come_and_go(desk: &Desk) {
    let link = desk.hub("staff add emma@desk.example.com --name Emma --role support").ok();
    assert!(link.starts_with("http://localhost:8080/") && link.contains("#token="), "{link}");
    assert!(desk.hub("staff add emma@desk.example.com --name Emma --role ops").refused().contains("e-mail"));
    let usage = desk.hub("staff add tom@desk.example.com --name Tom --role king");
    assert!(usage.has_code(2).err().contains("must be one of superadmin, ops"), "{}", usage.err());

    let listed = |state: &str| {
        let list = desk.hub("staff list").ok();
        let words: Vec<&str> = list.split_whitespace().collect();
        assert_eq!(words, ["emma@desk.example.com", "support", state, "Emma"]);
    };
    listed("invited");
    let again = desk.hub("staff reset-password EMMA@desk.example.com").ok();
    assert!(again.contains("#token=") && again != link, "{again}");
    let disabled = desk.hub("staff disable emma@desk.example.com").ok();
    assert_eq!(disabled, "Emma is disabled and signed out everywhere.\n");
    listed("disabled");
    let unknown = desk.hub("staff reset-password tom@desk.example.com").refused();
    assert!(unknown.contains("tom@desk.example.com"), "{unknown}");
    desk.hub("staff disable tom@desk.example.com").refused();
}

async fn verify_names_what_is_wrong(desk: &Desk) {
    let sound = desk.hub("verify").ok();
    assert!(sound.lines().count() >= 4 && sound.lines().all(|line| line.starts_with("ok ")), "{sound}");

    let (server, client) = desk.sql().await;
    assert_eq!(count(&client, "customers").await, 55);
    assert_eq!(count(&client, "customer_stats").await, 55);
    // Triggers would put it right.
    let corrupt = "set session_replication_role = replica;
                   update customer_stats set orders = orders + 1
                   where customer_id = (select id from customers order by id limit 1)";
    client.batch_execute(corrupt).await.unwrap();
    let row = client.query_one("select id::text from customers order by id limit 1", &[]).await.unwrap();
    drop(client);
    server.stop().unwrap();

    let wrong = desk.hub("verify").has_code(1).out();
    let named = format!("       customer {}: kept ", row.get::<_, &str>(0));
    assert!(wrong.starts_with("WRONG  statistics of every customer") && wrong.contains(&named), "{wrong}");
}

#[tokio::test]
async fn one_old_amount_changed_by_hand_is_named() {
    let desk = Desk::new("trail");
    desk.hub("generate --customers 30").ok();
    let (server, client) = desk.sql().await;
    let credit = "insert into events (id, at, action, kind, actor_kind)
                  values ('01890a5d-ac96-774b-bcce-b302099a8057', '2026-01-01', 'credit.issued', 'change', 'system');
                  set hub.event = '01890a5d-ac96-774b-bcce-b302099a8057';
                  insert into credits (id, customer_id, amount, reason, created_at)
                  select gen_random_uuid(), id, 2500, 'goodwill', '2026-01-01' from customers limit 1";
    client.batch_execute(credit).await.unwrap();
    drop(client);
    server.stop().unwrap();
    let waits = desk.hub("audit verify").has_code(4).out();
    assert!(waits.contains("no key is known") && waits.ends_with("INCOMPLETE\n"), "{waits}");
    let anchor = desk.folder.join("anchors.txt");
    let settings = [("HUB_AUDIT_ANCHOR", anchor.to_str().unwrap())];
    let nothing = desk.hub_with("audit reanchor --reason fire", &settings).refused();
    assert!(nothing.contains("no anchor to begin anew"), "{nothing}");
    let sealed = desk.hub_with("audit seal", &settings).ok();
    assert!(sealed.starts_with("Sealed "), "{sealed}");
    let key = fs::metadata(desk.folder.join("audit.key")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
    let sound = desk.hub_with("audit verify", &settings).ok();
    assert!(sound.contains("1 anchors") && sound.ends_with("OK\n"), "{sound}");

    // With the password, without the key.
    for (table, column, id) in [
        ("transfers", "amount", "number"),
        ("payments", "captured", "id"),
        ("refunds", "amount", "id"),
        ("credits", "amount", "id"),
    ] {
        let (server, client) = desk.sql().await;
        let find = format!("select {id}::text from {table} order by {id} limit 1");
        let row: String = client.query_one(&find, &[]).await.unwrap().get(0);
        let change = async |client: &Client, by: i64| {
            let sql = format!(
                "alter table {table} disable trigger user;
                 update {table} set {column} = {column} + {by} where {id}::text = '{row}';
                 alter table {table} enable trigger user"
            );
            client.batch_execute(&sql).await.unwrap();
        };
        change(&client, -1).await;
        drop(client);
        server.stop().unwrap();
        let broken = desk.hub_with("audit verify", &settings).has_code(3).out();
        let named = format!("{} {row}", table.trim_end_matches('s'));
        assert!(broken.contains(&named) && broken.ends_with("BROKEN\n"), "{broken}");
        let (server, client) = desk.sql().await;
        change(&client, 1).await;
        drop(client);
        server.stop().unwrap();
    }
    desk.hub_with("audit verify", &settings).ok();
}

#[test]
fn settings_are_shown_without_their_secrets() {
    let desk = Desk::new("shown");
    let settings =
        [("DATABASE_URL", "postgres://hub:open-sesame@db.example.com/hub"), ("HUB_SESSION_HOURS", "8")];
    let shown = desk.hub_with("config show", &settings).ok();
    assert!(shown.contains("database_url = ********    [DATABASE_URL]"), "{shown}");
    assert!(shown.contains("session_hours = 8    [HUB_SESSION_HOURS]"), "{shown}");
    assert!(shown.contains("pool_size = 16    [default]"), "{shown}");
    assert!(!shown.contains("open-sesame"), "{shown}");
}

#[test]
fn a_wrong_setting_names_itself() {
    let desk = Desk::new("wrong");
    for (name, value, said) in [
        ("HUB_LISTEN", "everywhere", "HUB_LISTEN = \"everywhere\": must be"),
        ("HUB_POOL_SIZE", "0", "HUB_POOL_SIZE = \"0\": must be"),
        ("HUB_LISTNE", "127.0.0.1:80", "HUB_LISTNE: there is no such setting"),
    ] {
        for line in ["migrate", "config show"] {
            let err = desk.hub_with(line, &[(name, value)]).refused();
            assert!(err.contains(said), "{err}");
        }
    }
    fs::create_dir_all(&desk.folder).unwrap();
    let file = desk.folder.join("hub.toml");
    fs::write(&file, "pool_size = 8\nlog_format = \"verse\"\n").unwrap();
    let err = desk.hub(&format!("--config {} config show", file.display())).refused();
    assert!(
        err.contains(&format!("log_format in {} = \"verse\": must be text or json", file.display())),
        "{err}"
    );
    let err = desk.hub("--config /nowhere/hub.toml config show").refused();
    assert!(err.contains("/nowhere/hub.toml"), "{err}");
}

#[test]
fn the_document_is_printed_even_where_settings_are_wrong() {
    let desk = Desk::new("openapi");
    let printed = desk.hub_with("openapi", &[("HUB_LISTEN", "everywhere")]).ok();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), *document());
}

#[tokio::test]
async fn a_database_is_not_written_to_with_another_vault_key() {
    let desk = Desk::new("vault");
    desk.hub("staff add emma@desk.example.com --name Emma --role ops").ok();
    let file = desk.folder.join("vault.key");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );
    let (server, client) = desk.sql().await;
    let key = "insert into value_keys (id, kind, month, wrapped, created_at)
               values (gen_random_uuid(), 'access', '2026-11-01', decode(repeat('00', 60), 'hex'), now())";
    client.batch_execute(key).await.unwrap();
    drop(client);
    server.stop().unwrap();
    let fits = desk.hub("vault check").ok();
    assert!(fits.starts_with("The vault key fits (") && fits.contains("1 keys, 0 destroyed"), "{fits}");
    assert!(desk.hub("vault give-up").refused().contains("nothing is lost"));

    let key = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    for command in ["vault check", "staff list"] {
        assert!(desk.hub(command).refused().contains("the vault key is missing"), "{command}");
    }
    assert!(!file.exists(), "none is made in its place");
    let other = "ab".repeat(32);
    let wrong = desk.hub_with("vault check", &[("HUB_VAULT_KEY", other.as_str())]).refused();
    assert!(wrong.contains("this is not the vault key"), "{wrong}");
    assert!(
        desk.hub_with("vault check", &[("HUB_VAULT_KEY", "junk")])
            .refused()
            .contains("64 hexadecimal digits")
    );
    fs::write(&file, key).unwrap();
    desk.hub("vault check").ok();

    // Lost for good: said twice, then the hub goes on.
    fs::remove_file(&file).unwrap();
    assert!(desk.hub("vault give-up").refused().contains("1 keys were made"));
    let given_up = desk.hub("vault give-up --yes").ok();
    assert!(given_up.starts_with("1 keys were given up."), "{given_up}");
    assert!(desk.hub("vault check").ok().contains("0 keys, 1 destroyed"));
    desk.hub("staff add tom@desk.example.com --name Tom --role ops").ok();
    desk.hub("audit seal").ok();
    assert!(desk.hub("audit verify").ok().ends_with("OK\n"));
}
