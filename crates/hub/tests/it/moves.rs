//! A desk that moves from its private database to a served one.

use std::{fs, path::PathBuf};

use crate::{
    cli::Desk,
    killed_restores::{Target, begin, kill, until},
};

/// A desk with some data.
fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.hub("seed bookings").ok();
    desk.hub("generate --customers 20 --seed 1").ok();
    desk.hub("audit seal").ok();
    desk
}

/// The settings of the served database, in a file.
fn file(desk: &Desk, target: &Target) -> PathBuf {
    let file = desk.folder.join("served.toml");
    let text =
        format!("database_url = \"{}\"\ndatabase_owner_url = \"{}\"\n", target.application, target.owner);
    fs::write(&file, text).unwrap();
    file
}

fn is_sound(desk: &Desk, settings: &[(&str, &str)]) {
    let told = desk.hub_with("verify", settings).ok();
    assert!(told.lines().all(|line| line.starts_with("ok")), "{told}");
}

async fn count(target: &Target, sql: &str) -> i64 {
    target.server.admin("desk").await.query_one(sql, &[]).await.unwrap().get(0)
}

const CUSTOMERS: &str = "select count(*) from customers";

#[tokio::test]
async fn a_desk_moves_with_one_command_and_nobody_works_on_what_it_left() {
    let (desk, target) = (desk("moves"), Target::start("moves"));
    let copies = desk.folder.join("copies");
    desk.hub_with("backup create", &[("HUB_BACKUP_FOLDER", copies.to_str().unwrap())]).ok();
    let key = fs::read_to_string(desk.folder.join("vault.key")).unwrap();
    let line = format!("move --to {}", file(&desk, &target).display());
    let told = desk.hub(&line).ok();
    assert!(!told.contains("WRONG") && told.contains("Moved to desk at localhost:"), "{told}");
    assert!(told.contains("accounts of the books, and the trail up to seal"), "{told}");
    assert!(!told.contains("desk_owner:"), "no password is told: {told}");
    assert!(!desk.folder.join("move").exists(), "the copy is gone");

    let settings = target.settings();
    is_sound(&desk, &settings);
    assert_eq!(desk.hub_with("fence show", &settings).ok(), "Not fenced.\n");
    desk.hub_with("audit seal", &settings).ok();
    assert!(desk.hub_with("audit verify", &settings).ok().ends_with("OK\n"), "with the anchor as it was");
    assert_eq!(count(&target, CUSTOMERS).await, 25);
    assert_eq!(count(&target, "select count(*) from events where action = 'database.moved'").await, 1);
    assert_eq!(fs::read_to_string(desk.folder.join("vault.key")).unwrap(), key, "the keys go along");

    for line in ["serve", "seed customers", &line] {
        let refused = desk.hub_with(line, &[("HUB_LISTEN", "127.0.0.1:0")]).has_code(1).err();
        assert!(refused.contains("is no longer used: it was moved on"), "{line}: {refused}");
    }
    // The way back that the refusal names; then there are two, and the served one is no place to move to any more.
    let mark = desk.folder.join("postgres/hub-moved");
    assert!(desk.hub("verify").refused().contains(mark.to_str().unwrap()));
    fs::remove_file(mark).unwrap();
    is_sound(&desk, &[]);
    assert!(desk.hub(&line).refused().contains("restore into an empty one"));
    is_sound(&desk, &[]);
}

#[tokio::test]
async fn a_desk_that_is_at_work_or_not_whole_does_not_move() {
    let (desk, target) = (desk("moves-not"), Target::start("moves-not"));
    let line = format!("move --to {}", file(&desk, &target).display());
    {
        let (_server, _client) = desk.sql().await;
        assert!(desk.hub(&line).refused().contains("is in use by another hub"));
    }
    let served = desk.hub_with(&line, &target.settings()).refused();
    assert!(served.contains("name a served database already"), "{served}");
    let empty = desk.folder.join("empty.toml");
    fs::write(&empty, "listen = \"127.0.0.1:8080\"\n").unwrap();
    assert!(desk.hub(&format!("move --to {}", empty.display())).refused().contains("needs `database_url`"));
    assert!(Desk::new("moves-nobody").hub(&line).refused().contains("there is no private database"));
    {
        let (_server, client) = desk.sql().await;
        let fence = "insert into epochs (number, began_at, taken_at, sha256) values (1, now(), now(), repeat('0', 64))";
        client.batch_execute(fence).await.unwrap();
    }
    let refused = desk.hub(&line).refused();
    assert!(refused.contains("never finished"), "{refused}");
    assert_eq!(target.tables().await, 0);
}

#[tokio::test]
async fn a_move_killed_while_it_writes_leaves_the_desk_where_it_was() {
    let (desk, target) = (desk("moves-writing"), Target::start("moves-writing"));
    let line = format!("move --to {}", file(&desk, &target).display());
    let holder = target.server.admin("desk").await;
    holder.batch_execute("begin; lock table pg_type in share mode").await.unwrap();
    let child = begin(&desk, &[], &line);
    let watcher = target.server.admin("desk").await;
    target.waits(&watcher, "relation = 'pg_type'::regclass").await;
    kill(child);
    holder.batch_execute("commit").await.unwrap();
    let idle = "select not exists (select from pg_stat_activity where application_name = 'hub backup')";
    until(async || watcher.query_one(idle, &[]).await.unwrap().get(0)).await;
    assert_eq!(target.tables().await, 0);
    is_sound(&desk, &[]);

    assert!(desk.hub(&line).ok().contains("Moved to"));
    assert_eq!(count(&target, CUSTOMERS).await, 25);
}

#[tokio::test]
async fn a_move_killed_after_it_wrote_leaves_the_desk_where_it_was_and_a_target_that_is_refused() {
    let (desk, target) = (desk("moves-after"), Target::start("moves-after"));
    let line = format!("move --to {}", file(&desk, &target).display());
    // The lock of the migrations, which come next.
    let holder = target.server.admin("desk").await;
    holder.execute("select pg_advisory_lock($1)", &[&0x48_55_42_4D_49_47_i64]).await.unwrap();
    let child = begin(&desk, &[], &line);
    target.waits(&holder, "locktype = 'advisory'").await;
    kill(child);
    holder.batch_execute("select pg_advisory_unlock_all()").await.unwrap();
    let settings = target.settings();
    let serving = [settings[0], settings[1], ("HUB_LISTEN", "127.0.0.1:0")];
    assert!(desk.hub_with("serve", &serving).has_code(1).err().contains("never finished"));
    is_sound(&desk, &[]);
    desk.hub("audit seal").ok();

    assert!(desk.hub(&line).refused().contains("restore into an empty one"));
    target.server.admin("desk").await.batch_execute("drop owned by desk_owner cascade").await.unwrap();
    assert!(desk.hub(&line).ok().contains("Moved to"));
    assert_eq!(count(&target, CUSTOMERS).await, 25);
    is_sound(&desk, &settings);
}
