use anyhow::{Context, Result};
use axum::{Router, routing::get};
use platform::settings::Settings;

use super::process::{Work, open_app, start_log, wait_for_signal};
use crate::{
    app::ready,
    database::{Database, For},
};

/// Until it is told to stop. The database may be the private one of a server that runs beside it.
pub(super) async fn work(settings: Settings) -> Result<()> {
    start_log(&settings)?;
    mail::check_settings(&settings).map_err(anyhow::Error::msg)?;
    let listener = tokio::net::TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {} (setting `listen`)", settings.listen))?;
    let database = Database::open(&settings, For::Command).await?;
    let outcome = run(&database, settings, listener).await;
    tracing::info!("stopping");
    database.stop().await?;
    outcome
}

async fn run(database: &Database, settings: Settings, listener: tokio::net::TcpListener) -> Result<()> {
    for name in database.migrate().await? {
        tracing::info!(name, "migration applied");
    }
    let client = database.connect().await?;
    let app = open_app(database, settings, &client).await?;
    drop(client);
    let work = Work::start(&app, database)?;
    println!("Working on the jobs of {}. Ctrl-C stops it.", database.describe());
    let health = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .with_state(app);
    axum::serve(listener, health).with_graceful_shutdown(wait_for_signal()).await?;
    work.end(database).await
}
