//! What a supervisor hears.

use staff::Role;

use crate::support::{TestApp, connect};

#[tokio::test]
async fn it_is_ready_when_the_database_answers_and_is_at_this_release() {
    let app = TestApp::new().await;
    let anybody = app.client();
    anybody.get("/healthz").await.has_status(200);
    assert_eq!(anybody.get("/readyz").await.ok()["ready"], true);

    let owner = connect(&app.database.owner_url().parse().unwrap()).await.unwrap();
    let newest = platform::migrate::newest();
    let forget = "delete from schema_migrations where name = $1 returning checksum";
    let checksum: Vec<u8> = owner.query_one(forget, &[&newest]).await.unwrap().get(0);
    anybody.get("/readyz").may_fail().await.problem(503, "not_migrated");
    owner
        .execute("insert into schema_migrations (name, checksum) values ($1, $2)", &[&newest, &checksum])
        .await
        .unwrap();
    // What a newer release has added does not keep this one from serving.
    owner
        .execute("insert into schema_migrations (name, checksum) values ('9999_newer', '')", &[])
        .await
        .unwrap();
    anybody.get("/readyz").await.ok();

    let emma = app.as_role(Role::Support).await;
    app.app.db.pool().close();
    anybody.get("/readyz").may_fail().await.problem(503, "database_unavailable");
    emma.get("/api/auth/me").may_fail().await.problem(503, "database_unavailable");
    anybody.get("/healthz").await.has_status(200);
    app.abandon();
}
