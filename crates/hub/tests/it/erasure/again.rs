use std::process::Stdio;

use erasure::Again;
use platform::{App, db::Db};

use super::{CANARY, Desk, dump};
use crate::support::{Database, program};

/// Into a database of its own.
fn restored(backup: &str) -> Database {
    use std::io::Write;
    let database = Database::empty();
    let mut psql = program("psql")
        .args(["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", &database.admin_url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    psql.stdin.take().unwrap().write_all(backup.as_bytes()).unwrap();
    assert!(psql.wait().unwrap().success());
    database
}

#[tokio::test]
async fn yesterdays_backup_does_not_bring_anybody_back() {
    let desk = Desk::new().await.planted().await;
    let output = program("pg_dump").args(["--dbname", &desk.app.database.admin_url()]).output().unwrap();
    let yesterday = String::from_utf8(output.stdout).unwrap();
    assert_eq!(desk.erased().await["state"], "done");

    let database = restored(&yesterday);
    let data = || dump(&database.admin_url(), &["--data-only", "--exclude-table-data=invoices"]);
    assert!(data().matches(CANARY).count() > 50, "the control: she is back");
    let settings = desk.app.app.settings.clone();
    let app = App::new(Db::new(&database.url(), 4).unwrap(), desk.app.app.clock.clone(), settings);
    let entries = erasure::read_ledger(app.settings.erasure_ledger.as_ref().unwrap()).unwrap();
    assert_eq!(entries.len(), 2, "hers, and that of the record that was merged into hers");
    assert_eq!(erasure::apply(&app, &entries[0]).await.unwrap(), Again::ErasedAgain);
    assert_eq!(data().matches(CANARY).count(), 0, "and gone again");
    let sql = database.connect().await;
    let living = "select count(*) from value_keys where customer_id = $1 and destroyed_at is null";
    assert_eq!(sql.query_one(living, &[&desk.emma]).await.unwrap().get::<_, i64>(0), 0);
    assert_eq!(erasure::apply(&app, &entries[0]).await.unwrap(), Again::StillErased);
    assert_eq!(
        erasure::apply(&desk.app.app, &entries[0]).await.unwrap(),
        Again::StillErased,
        "nor where nothing was lost"
    );
    for (name, check) in hub::cli::verify::checks() {
        assert!(sql.query(*check, &[]).await.unwrap().is_empty(), "{name}");
    }
    desk.app.finish().await;
}
