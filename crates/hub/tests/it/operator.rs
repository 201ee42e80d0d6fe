//! The first day and the worst day of an operator, by docs/operations.md: a PostgreSQL of their own with TLS, production, the platform's data, and what comes after.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    cli::{Desk, Said},
    processes::Process,
    support::{Authority, OwnServer, program, project},
};

/// What a desk comes to: its people, what they booked, and what the books say.
const FIGURES: &[(&str, &str)] = &[
    ("customers", "select count(*) from customers"),
    ("bookings", "select count(*) from bookings"),
    ("tickets", "select count(*) from tickets"),
    ("captured", "select sum(captured) from payments"),
    ("refunded", "select sum(refunded) from payments"),
    ("ltv", "select sum(ltv) from customer_stats"),
    (
        "ltv of the imported",
        "select sum(ltv) from customer_stats where customer_id in (select our_id from external_links)",
    ),
    ("links", "select count(*) from external_links"),
    ("history", "select count(*) from imported_history"),
];

/// Settings in the order that they were found to be needed.
struct Operator {
    desk: Desk,
    server: OwnServer,
    settings: Vec<(String, String)>,
}

impl Operator {
    fn new() -> Self {
        let authority = Authority::new("the operator's own");
        let server = OwnServer::start("operator", Some(&authority.sign("localhost")));
        let desk = Desk::new("operator");
        let file = |name: &str, text: &str| server.file(name, text).display().to_string();
        let url = |role: &str, password: &str| {
            format!("postgres://{role}:{password}@localhost:{}/hub", server.port)
        };
        let key = |digit: &str| digit.repeat(64);
        let settings = [
            ("HUB_PROFILE", "production".to_owned()),
            ("HUB_PUBLIC_URL", "https://desk.example.com".to_owned()),
            ("HUB_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("HUB_DATABASE_CA", file("ca.pem", &authority.certificate)),
            ("HUB_DATABASE_URL_FILE", file("app_url", &url("hub_app", "app-secret"))),
            ("HUB_VAULT_KEY_FILE", file("vault_key", &key("a"))),
            ("HUB_AUDIT_KEY_FILE", file("audit_key", &key("b"))),
            ("HUB_BACKUP_KEY_FILE", file("backup_key", &backups::Key::make())),
            ("HUB_BACKUP_FOLDER", server.folder.join("copies").display().to_string()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value)).to_vec();
        file("owner_url", &url("hub_owner", "owner-secret"));
        Self { desk, server, settings }
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    fn hub(&self, line: &str) -> Said {
        self.desk.hub_with(line, &self.settings())
    }

    /// What only the owner of the database may.
    fn as_owner(&self, line: &str) -> Said {
        let owner = self.server.folder.join("owner_url").display().to_string();
        let mut settings = self.settings();
        settings.push(("HUB_DATABASE_OWNER_URL_FILE", &owner));
        self.desk.hub_with(line, &settings)
    }

    fn makes_the_database(&self) {
        let mut psql = program("psql");
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            "--username",
            "postgres",
            "--dbname",
            "postgres",
        ])
        .arg("--host")
        .arg(self.server.socket())
        .args(["--port", &self.server.port.to_string()])
        .args(["--set", "owner_password=owner-secret", "--set", "app_password=app-secret", "--file"])
        .arg(project().join("ops/roles.sql"));
        let output = psql.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The sample of the booking platform, on the same server, for somebody who may only read it; the address to take it in from.
    async fn has_a_platform(&self) -> String {
        let admin = self.server.admin("postgres").await;
        admin.batch_execute("create database platform").await.unwrap();
        let sample = project().join("crates/imports/tests/fixture");
        let platform = self.server.admin("platform").await;
        for file in ["schema.sql", "rows.sql"] {
            platform.batch_execute(&fs::read_to_string(sample.join(file)).unwrap()).await.unwrap();
        }
        platform
            .batch_execute(
                "create role platform_reader login password 'reader'; grant pg_read_all_data to platform_reader",
            )
            .await
            .unwrap();
        format!("postgres://platform_reader:reader@localhost:{}/platform?sslmode=require", self.server.port)
    }

    async fn figures(&self) -> BTreeMap<&'static str, i64> {
        let desk = self.server.admin("hub").await;
        let mut found = BTreeMap::new();
        for (name, sum) in FIGURES {
            let row = desk.query_one(&format!("select coalesce(({sum})::bigint, 0)"), &[]).await.unwrap();
            found.insert(*name, row.get(0));
        }
        found
    }

    async fn serving(&self) -> Process {
        let mut process = Process::start("operator", &self.desk.folder, &["serve"], &self.settings());
        process.is_ready().await;
        process
    }
}

/// How many rows an import says that it made.
fn created(told: &str) -> u64 {
    told.lines().filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum()
}

#[tokio::test]
async fn a_desk_is_set_up_filled_backed_up_wrecked_and_restored() {
    let operator = Operator::new();
    operator.makes_the_database();
    let mut settings = operator.settings();
    settings.push(("HUB_LISTEN", "127.0.0.1:0"));
    let refused = operator.desk.hub_with("serve", &settings).has_code(1).err();
    assert!(refused.contains("run `hub migrate` with `database_owner_url`"), "{refused}");
    assert!(operator.as_owner("migrate").ok().contains("applied 0001_text"));
    let told = operator.hub("config check").ok();
    assert!(told.contains("strong enough for production") && told.contains("over TLS"), "{told}");

    let mut first = operator.serving().await;
    let address = first.address.to_string();
    operator.desk.hub_with("health --ready", &[("HUB_LISTEN", &address)]).ok();
    let said = first.said();
    let link = said
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("https://desk.example.com/welcome#token="))
        .unwrap();
    let chosen = json!({
        "token": link.split_once("#token=").unwrap().1, "name": "Olivia Owner", "email": "olivia@example.com", "password": "correct horse battery"
    });
    let redeemed = first.try_ask(Method::POST, "/api/auth/links/redeem", None, Some(&chosen)).await.unwrap();
    // Signed in, for the second factor that production asks for first of all.
    assert_eq!(
        (redeemed.status, &redeemed.body["mustEnrol"]),
        (StatusCode::OK, &json!(true)),
        "{}",
        redeemed.body
    );
    first.stop();
    let told = operator.desk.hub_with("health", &[("HUB_LISTEN", &address)]).has_code(1).out();
    assert!(told.contains("does not answer"), "{told}");

    for made in ["seed customers", "seed bookings", "generate --customers 5"] {
        let refused = operator.hub(made).refused();
        assert!(refused.contains("`profile = \"staging\"`"), "{made}: {refused}");
    }
    assert_eq!(operator.figures().await["customers"], 0, "nobody was invented");
    let platform = operator.has_a_platform().await;
    let report = operator.server.folder.join("report.csv");
    let import = format!("import platform --from {platform} --report {}", report.display());
    let told = operator.hub(&import).ok();
    assert!(told.contains("nothing was written"), "{told}");
    assert_eq!(operator.figures().await["links"], 0);
    let told = operator.hub(&format!("{import} --apply")).ok();
    assert!(created(&told) > 30 && report.exists(), "{told}");
    let figures = operator.figures().await;
    assert_eq!(figures["ltv of the imported"], 85_000, "{figures:?}");
    operator.hub("audit seal").ok();
    let made = operator.hub("backup create").ok();
    let file = made.split("  ").next().unwrap();
    assert!(operator.hub("drill").ok().contains("every check holds"));

    // The worst day.
    operator.server.admin("postgres").await.batch_execute("drop database hub with (force)").await.unwrap();
    assert!(operator.hub("config check").has_code(1).out().contains("database \"hub\" does not exist"));
    let admin = operator.server.admin("postgres").await;
    admin
        .batch_execute("create database hub owner hub_owner encoding 'UTF8' template template0")
        .await
        .unwrap();
    let told = operator.as_owner(&format!("restore {file}")).ok();
    assert!(!told.contains("WRONG") && told.contains("Fenced"), "{told}");

    let mut again = operator.serving().await;
    assert!(!again.said().contains("#token="), "the first superadmin is there again");
    again.stop();
    operator.hub("fence accept --reason Looked").ok();
    assert_eq!(operator.figures().await, figures);
    let told = operator.hub(&format!("{import} --apply")).ok();
    assert_eq!(created(&told), 0, "what was taken in before is known again: {told}");
    assert_eq!(operator.figures().await, figures);
    assert!(operator.hub("verify").ok().lines().all(|line| line.starts_with("ok")));
    assert!(operator.hub("audit verify").ok().ends_with("OK\n"));
    let told = operator.hub("config check").ok();
    assert!(told.contains("vault_key: fits this database"), "{told}");
}

/// Whatever a person would type is spelled as the program understands it.
#[test]
fn commands_that_the_documents_name_are_there() {
    let mut found = 0;
    for name in ["operations.md", "backups.md", "scale.md", "audit.md"] {
        let text = fs::read_to_string(Path::new(&project()).join("docs").join(name)).unwrap();
        for code in text.split('`').skip(1).step_by(2) {
            let mut words = code.split_whitespace();
            if words.next() != Some("hub") {
                continue;
            }
            let plain = |word: &&str| {
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with("--")
            };
            let mut command = Command::new(env!("CARGO_BIN_EXE_hub"));
            command.args(words.take_while(plain).take(2)).arg("--help");
            let output = command.output().unwrap();
            assert!(output.status.success(), "{name}: `{code}`: {}", String::from_utf8_lossy(&output.stderr));
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}
