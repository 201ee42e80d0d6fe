//! TLS to PostgreSQL: a real one with a certificate, and one without.

use std::path::Path;

use platform::address::{Address, causes};

use crate::{
    cli::Desk,
    support::{Authority, OwnServer},
};

/// Whether the connection that this address leads to is encrypted; else why there is none.
async fn encrypted(url: &str, authority: Option<&Path>) -> Result<bool, String> {
    let address = Address::read(url, authority).map_err(|error| error.to_string())?;
    let client = address.connect().await.map_err(|error| causes(&error))?;
    let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    Ok(client.query_one(sql, &[]).await.unwrap().get(0))
}

#[tokio::test]
async fn the_right_authority_is_believed_and_no_other() {
    let (ours, strangers) = (Authority::new("ours"), Authority::new("a stranger"));
    let server = OwnServer::start("right", Some(&ours.sign("localhost")));
    let right = server.file("ca.pem", &ours.certificate);
    let wrong = server.file("stranger.pem", &strangers.certificate);
    let nobody = server.file("empty.pem", "no certificate\n");
    for mode in ["", "sslmode=require", "sslmode=verify-full"] {
        let url = server.url("desk_app", mode);
        assert_eq!(encrypted(&url, Some(&right)).await, Ok(true), "{mode}");
        let refused = encrypted(&url, Some(&wrong)).await.unwrap_err();
        assert!(refused.contains("invalid peer certificate"), "{mode}: {refused}");
        let refused = encrypted(&url, Some(&nobody)).await.unwrap_err();
        assert!(refused.contains("empty.pem"), "{mode}: {refused}");
        // Its certificate is in another name.
        let by_number = url.replace("localhost", "127.0.0.1");
        let refused = encrypted(&by_number, Some(&right)).await.unwrap_err();
        assert!(refused.contains("invalid peer certificate"), "{mode}: {refused}");
    }
    // This machine does not know who signed it.
    let refused = encrypted(&server.url("desk_app", "sslmode=verify-full"), None).await.unwrap_err();
    assert!(refused.contains("invalid peer certificate"), "{refused}");

    for mode in ["", "sslmode=prefer", "sslmode=require", "sslmode=require&channel_binding=require"] {
        assert_eq!(encrypted(&server.url("desk_app", mode), None).await, Ok(true), "{mode}");
    }
    assert_eq!(encrypted(&server.url("anybody", "sslmode=disable"), None).await, Ok(false));
    let refused = encrypted(&server.url("desk_app", "sslmode=disable"), None).await.unwrap_err();
    assert!(refused.contains("no encryption"), "{refused}");
    let unbound = server.url("anybody", "sslmode=disable&channel_binding=require");
    assert!(encrypted(&unbound, None).await.is_err(), "nothing to bind a password to");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let server = OwnServer::start("plain", None);
    let authority = server.file("ca.pem", &Authority::new("ours").certificate);
    for (mode, authority) in [
        ("sslmode=require", None),
        ("sslmode=verify-full", None),
        ("", Some(authority.as_path())),
        ("sslmode=require", Some(authority.as_path())),
    ] {
        let refused = encrypted(&server.url("desk_app", mode), authority).await.unwrap_err();
        assert!(refused.contains("server does not support TLS"), "{mode}: {refused}");
    }
    for mode in ["", "sslmode=prefer", "sslmode=disable"] {
        assert_eq!(encrypted(&server.url("desk_app", mode), None).await, Ok(false), "{mode}");
    }
}

#[test]
fn every_command_keeps_to_it_and_so_do_the_programs_of_postgresql() {
    let (ours, strangers) = (Authority::new("ours"), Authority::new("a stranger"));
    let server = OwnServer::start("commands", Some(&ours.sign("localhost")));
    let (right, wrong) =
        (server.file("ca.pem", &ours.certificate), server.file("stranger.pem", &strangers.certificate));
    let desk = Desk::new("tls");
    let copies = desk.folder.join("copies");
    let (application, owner) = (server.url("desk_app", ""), server.url("desk_owner", ""));
    let hub = |line: &str, authority: &Path| {
        let settings = [
            ("DATABASE_URL", application.as_str()),
            ("HUB_DATABASE_OWNER_URL", owner.as_str()),
            ("HUB_DATABASE_CA", authority.to_str().unwrap()),
            ("HUB_BACKUP_FOLDER", copies.to_str().unwrap()),
        ];
        desk.hub_with(line, &settings)
    };
    let refused = hub("migrate", &wrong).refused();
    assert!(refused.contains("invalid peer certificate"), "{refused}");
    assert!(hub("migrate", &right).ok().contains("applied 0001_text"));
    assert!(hub("seed bookings", &right).ok().starts_with("5 customers"));
    hub("audit seal", &right).ok();
    let made = hub("backup create", &right).ok();
    assert!(made.contains(", 5 customers, as of "), "{made}");
    assert!(hub("drill", &right).ok().contains("every check holds"));

    // A role that owns and migrates, in a database that is empty: what pg_restore does goes the same way.
    let file = made.split("  ").next().unwrap();
    let refused = hub(&format!("restore {file}"), &right).refused();
    assert!(refused.contains("restore into an empty one"), "{refused}");
    let client = Address::read(&owner, Some(&right)).unwrap();
    crate::support::block_on(async {
        let client = client.connect().await.unwrap();
        client
            .batch_execute("drop owned by desk_owner cascade; create schema if not exists public")
            .await
            .unwrap();
    });
    let told = hub(&format!("restore {file}"), &right).ok();
    assert!(told.contains("Fenced: no mail and no refund leaves"), "{told}");
    assert!(hub("verify", &right).ok().lines().all(|line| line.starts_with("ok")));
}
