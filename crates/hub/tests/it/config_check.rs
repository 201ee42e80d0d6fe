//! `hub config check`: each thing that it looks at, right and really wrong.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::{
    cli::Desk,
    support::{Behaviour, Collector, MailServer, OwnServer, TestProvider},
};

/// The lines that are not in order.
fn complaints(told: &str) -> Vec<&str> {
    told.lines().filter(|line| line.starts_with("WRONG") || line.starts_with("warning")).collect()
}

#[track_caller]
fn complains(desk: &Desk, settings: &[(&str, &str)], of: &str) {
    let told = desk.hub_with("config check", settings).has_code(1).out();
    assert!(
        complaints(&told).iter().any(|line| line.starts_with("WRONG") && line.contains(of)),
        "{of}: {told}"
    );
}

#[test]
fn a_desk_of_its_own_is_in_order() {
    let desk = Desk::new("check");
    let told = desk.hub("config check").ok();
    for good in [
        "database: no private database yet; it is made at the first start",
        "PostgreSQL's programs: in /",
        "vault_key: will be made at the first start",
    ] {
        assert!(told.lines().any(|line| line.starts_with("ok") && line.contains(good)), "{good}: {told}");
    }
    assert!(!desk.folder.exists(), "to look is not to make one");
    complains(&desk, &[("HUB_POSTGRES_BIN", "/nowhere")], "PostgreSQL's programs: ");
    complains(&desk, &[("HUB_VAULT_KEY", "junk")], "vault_key: the vault key must be 64");
    assert!(!desk.folder.exists());
    desk.hub("migrate").ok();
    let told = desk.hub("config check").ok();
    assert!(complaints(&told).iter().all(|line| line.contains("smtp_url") || line.contains("GiB")), "{told}");
    for good in [
        "database: private PostgreSQL",
        "at this release",
        "by right",
        "Europe/London",
        "clock:",
        "PostgreSQL's programs",
    ] {
        assert!(told.lines().any(|line| line.starts_with("ok") && line.contains(good)), "{good}: {told}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_database_is_named() {
    let desk = Desk::new("check-database");
    let nowhere = [("DATABASE_URL", "postgres://desk:hush@127.0.0.1:1/desk")];
    complains(&desk, &nowhere, "database: the database cannot be reached");
    let server = OwnServer::start("check", None);
    let (application, owner) = (server.url("desk_app", ""), server.url("desk_owner", ""));
    let both = [("DATABASE_URL", application.as_str()), ("HUB_DATABASE_OWNER_URL", owner.as_str())];
    let wrong_password = application.replace(":desk_app@", ":guess@");
    complains(&desk, &[("DATABASE_URL", &wrong_password)], "password authentication failed");
    complains(&desk, &both, "Run `hub migrate`");
    desk.hub_with("migrate", &both).ok();
    let told = desk.hub_with("config check", &both).ok();
    assert!(told.contains("its owner can connect"), "{told}");
    complains(&desk, &[("DATABASE_URL", &owner)], "by trigger only, since desk_owner owns");
    let wrong_owner = owner.replace(":desk_owner@", ":guess@");
    complains(&desk, &[both[0], ("HUB_DATABASE_OWNER_URL", &wrong_owner)], "database_owner_url");

    // A database that lies about the time, and about London's.
    let admin = server.admin("desk").await;
    let lies = "create schema late; create schema moved; grant usage on schema late, moved to desk_app;
        create function late.clock_timestamp() returns timestamptz language sql as 'select now() - interval ''1 hour''';
        create function moved.to_char(timestamp, text) returns text language sql as
            'select pg_catalog.to_char($1 + interval ''1 hour'', $2)'";
    admin.batch_execute(lies).await.unwrap();
    for (schema, of) in [("late", " s apart"), ("moved", "Update the database's time zones")] {
        let options = format!("options=-c%20search_path%3D{schema},pg_catalog,public");
        complains(&desk, &[("DATABASE_URL", &server.url("desk_app", &options))], of);
    }
    admin
        .batch_execute("create database latin encoding 'LATIN1' locale 'C' template template0")
        .await
        .unwrap();
    complains(
        &desk,
        &[("DATABASE_URL", &application.replace("/desk?", "/latin?"))],
        "its encoding is LATIN1",
    );

    admin
        .batch_execute("insert into vault (fingerprint, since) values ('0123456789abcdef', now())")
        .await
        .unwrap();
    complains(&desk, &both, "vault_key: this database was written with the one named 0123456789abcdef");
}

#[test]
fn programs_that_are_older_than_the_server_are_named() {
    let desk = Desk::new("check-programs");
    let server = OwnServer::start("check-programs", None);
    let folder = server.folder.join("old");
    fs::create_dir(&folder).unwrap();
    for (name, says) in [
        ("postgres", "postgres (PostgreSQL) 15.1"),
        ("initdb", ""),
        ("psql", ""),
        ("pg_dump", "pg_dump (PostgreSQL) 9.6.24"),
    ] {
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\necho '{says}'\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let application = server.url("desk_app", "");
    let settings = [("DATABASE_URL", application.as_str()), ("HUB_POSTGRES_BIN", folder.to_str().unwrap())];
    complains(&desk, &settings, "pg_dump is of version 9");
    let settings = [settings[0], ("HUB_POSTGRES_BIN", "/nowhere"), ("HUB_BACKUP_FOLDER", "/tmp")];
    complains(&desk, &settings, "Without them no copies are made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_mail_and_payments_is_named() {
    let desk = Desk::new("check-services");
    desk.hub("migrate").ok();
    let taking = MailServer::start(&[Behaviour::Accept]).await;
    let told = desk.hub_with("config check", &[("HUB_SMTP_URL", &taking.url())]).ok();
    assert!(told.contains("ok       mail: the server takes us; nothing was sent"), "{told}");
    assert_eq!(taking.received().len(), 0);
    let silent = MailServer::start(&[Behaviour::Hang]).await;
    let slow = [("HUB_SMTP_URL", silent.url()), ("HUB_SMTP_TIMEOUT_SECONDS", "1".to_owned())];
    complains(
        &desk,
        &slow.each_ref().map(|(name, value)| (*name, value.as_str())),
        "mail: the server does not take us",
    );
    complains(&desk, &[("HUB_SMTP_URL", "smtp://127.0.0.1:1")], "mail: the server does not take us");
    // It offers no TLS, and no way to sign in.
    let secured = format!("{}?tls=required", taking.url());
    complains(&desk, &[("HUB_SMTP_URL", &secured)], "mail: the server does not take us");
    let with_password = taking.url().replace("smtp://", "smtp://desk:hush@");
    let told = desk.hub_with("config check", &[("HUB_SMTP_URL", &with_password)]).has_code(1).out();
    assert!(told.contains("mail: the server does not take us") && !told.contains("hush"), "{told}");
    complains(&desk, &[("HUB_SMTP_URL", "https://mail.example.com")], "smtp_url: must be");

    let provider = TestProvider::start().await;
    let stripe = provider.settings();
    let with_key =
        |key: &str| [("HUB_STRIPE_API_KEY", key.to_owned()), ("HUB_STRIPE_API_URL", stripe.api_url.clone())];
    let told = |settings: &[(&str, String); 2]| {
        desk.hub_with("config check", &settings.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    let right = told(&with_key(&stripe.api_key.0)).ok();
    assert!(right.contains("ok       payments: Stripe takes the key"), "{right}");
    assert_eq!(provider.asked(), ["GET /v1/refunds?limit=1"], "nothing that changes anything");
    let wrong = told(&with_key("rk_test_guess")).has_code(1).out();
    assert!(wrong.contains("WRONG    payments: Stripe does not take the key: it refuses our key"), "{wrong}");
    assert!(!wrong.contains("rk_test_guess"), "{wrong}");
    provider.down().await;
    told(&with_key(&stripe.api_key.0)).has_code(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_a_collector_takes_spans_is_tried_without_one() {
    let desk = Desk::new("check-spans");
    desk.hub("migrate").ok();
    let (taking, to) = Collector::start().await;
    let settings = [("HUB_OTLP_ENDPOINT", to.origin.as_str()), ("HUB_OTLP_HEADERS", "x-team=hush")];
    let told = desk.hub_with("config check", &settings).ok();
    assert!(told.contains("ok       spans: the collector takes them; none was sent"), "{told}");
    assert!(taking.spans().is_empty() && taking.headers().iter().all(|headers| headers["x-team"] == "hush"));
    assert_eq!(taking.headers().len(), 1);
    assert_eq!(taking.headers()[0]["content-length"], "0");
    let (_refusing, to) = Collector::answering(401).await;
    complains(
        &desk,
        &[("HUB_OTLP_ENDPOINT", &to.origin)],
        "spans: the collector does not take them: it answers 401",
    );
    complains(
        &desk,
        &[("HUB_OTLP_ENDPOINT", "http://127.0.0.1:1")],
        "spans: the collector does not take them",
    );
}

#[test]
fn files_that_cannot_be_written_are_named() {
    let desk = Desk::new("check-files");
    desk.hub("migrate").ok();
    for name in ["HUB_AUDIT_ANCHOR", "HUB_ERASURE_LEDGER", "HUB_BACKUP_FOLDER"] {
        complains(
            &desk,
            &[(name, "/dev/null/there")],
            &format!("{}:", name.trim_start_matches("HUB_").to_lowercase()),
        );
    }
    complains(&desk, &[("HUB_BACKUP_KEY", "no age identity")], "backup_key: ");
    let copies = desk.folder.join("copies");
    let told = desk.hub_with("config check", &[("HUB_BACKUP_FOLDER", copies.to_str().unwrap())]).ok();
    assert!(told.contains("warning  backup_folder: is on the same disk as the database"), "{told}");
    assert!(!copies.exists(), "nothing was made");
}

#[test]
fn a_production_with_weak_settings_does_not_start() {
    let desk = Desk::new("production");
    for line in ["serve", "work"] {
        let refused = desk.hub_with(line, &[("HUB_PROFILE", "production")]).has_code(1).err();
        for name in ["public_url:", "trusted_proxies:", "audit_key:", "vault_key:", "backup_folder:"] {
            assert!(refused.contains(&format!("\n    {name}")), "{name}: {refused}");
        }
        assert!(
            refused.contains("(HUB_AUDIT_KEY_FILE in the environment names a file with it)"),
            "{refused}"
        );
    }
    complains(&desk, &[("HUB_PROFILE", "production")], "public_url: must be https://");
    let refused = desk.hub_with("serve", &[("HUB_PROFILE", "staging"), ("HUB_STRIPE_API_KEY", "rk_live_1")]);
    assert!(refused.has_code(1).err().contains("this is a live key"), "{}", refused.err());
    assert!(!desk.folder.exists(), "no data was touched");
    assert!(
        desk.hub_with("config show", &[("HUB_PROFILE", "live")])
            .refused()
            .contains("HUB_PROFILE = \"live\": must be")
    );
}

#[test]
fn a_key_that_the_trail_does_not_trust_is_wrong() {
    let desk = Desk::new("check-audit-key");
    desk.hub("seed customers").ok();
    let told = desk.hub("config check").ok();
    assert!(told.contains("ok       audit_key: will be made at the first start"), "{told}");
    desk.hub("audit seal").ok();
    let told = desk.hub("config check").ok();
    assert!(told.contains("ok       audit_key: the trail takes it"), "{told}");
    let own = desk.hub("audit key").ok();
    let other = "c".repeat(64);
    let other = [("HUB_AUDIT_KEY", other.as_str())];
    complains(&desk, &other, &format!("audit trail: the trail was signed with the key {}", own.trim()));
    complains(&desk, &other, "Put it back as audit_key, or");
    let told = desk.hub_with("config check", &[other[0], ("HUB_AUDIT_TRUSTED_KEYS", own.trim())]).ok();
    assert!(told.contains("ok       audit_key: the trail takes it"), "{told}");
    // The next start would make another.
    fs::remove_file(desk.folder.join("audit.key")).unwrap();
    complains(&desk, &[], "audit trail: the trail was signed with the key");
    assert!(!desk.folder.join("audit.key").exists(), "nothing was made");
}

#[tokio::test]
async fn a_key_that_opens_no_copy_and_a_fence_are_warned_of() {
    let (desk, file) = crate::backups::with_copy("check-copies");
    let folder = file.parent().unwrap().to_str().unwrap();
    let place = ("HUB_BACKUP_FOLDER", folder);
    let told = desk.hub_with("config check", &[place]).ok();
    assert!(told.contains("ok       backup_key: opens copies that lie in the place"), "{told}");
    assert!(!told.contains("fenced"), "{told}");
    let warns = |settings: &[(&str, &str)], of: &str| {
        let told = desk.hub_with("config check", settings).ok();
        assert!(
            complaints(&told).iter().any(|line| line.starts_with("warning") && line.contains(of)),
            "{told}"
        );
    };
    let other = backups::Key::make();
    warns(&[place, ("HUB_BACKUP_KEY", &other)], "backup_key: opens none of the 1 copies");
    fs::rename(desk.folder.join("backup.key"), desk.folder.join("away")).unwrap();
    warns(&[place], "backup_key: is missing, and the one that is made at the next start opens none");
    assert!(!desk.folder.join("backup.key").exists(), "nothing was made");
    let (server, client) = desk.sql().await;
    let close =
        "insert into epochs (number, began_at, taken_at, sha256) values (1, now(), now(), repeat('0', 64))";
    client.batch_execute(close).await.unwrap();
    drop(client);
    server.stop().unwrap();
    warns(&[], "database: fenced since");
    warns(&[], "then `hub fence accept --reason …`");
}
