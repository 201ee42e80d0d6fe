use anyhow::{Context, Result};
use platform::{rights, settings::Settings};

use super::{
    backup::refuse_unfinished,
    process::{Work, open_app, start_log, wait_for_signal},
};
use crate::{
    app::health,
    database::{Database, For},
    strictness,
    watching::MetricsPage,
};

/// Until it is told to stop. The database may be the private one of a server that runs beside it.
pub(super) async fn work(settings: Settings) -> Result<()> {
    start_log(&settings)?;
    mail::check_settings(&settings).map_err(anyhow::Error::msg)?;
    strictness::check(&settings)?;
    let listener = tokio::net::TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {} (setting `listen`)", settings.listen))?;
    let metrics = MetricsPage::bind(settings.metrics_listen)?;
    let database = Database::open(&settings, For::Command).await?;
    let outcome = run(&database, settings, listener, metrics).await;
    tracing::info!("stopping");
    database.stop().await?;
    outcome
}

async fn run(
    database: &Database,
    settings: Settings,
    listener: tokio::net::TcpListener,
    metrics: MetricsPage,
) -> Result<()> {
    for name in database.migrate().await? {
        tracing::info!(name, "migration applied");
    }
    let client = database.connect().await?;
    refuse_unfinished(&client).await?;
    strictness::check_rights(settings.profile, &rights::weaknesses(&client).await?)?;
    let app = open_app(database, settings, &client).await?;
    drop(client);
    let mut work = Work::start(&app, database)?;
    println!("Working on the jobs of {}. Ctrl-C stops it.", database.describe());
    metrics.serve(&app, None)?;
    let recorder = watch::Recorder::new(&app);
    tokio::spawn(async move { recorder.run().await });
    let health = health().with_state(app.clone());
    let (stop, stopping) = (work.stop(), app.clone());
    let told = async move {
        wait_for_signal().await;
        stopping.announce_stop();
        drop(stop);
        tokio::time::sleep(stopping.settings.stop_notice).await;
    };
    axum::serve(listener, health).with_graceful_shutdown(told).await?;
    let ended = work.end(database).await;
    app.stop_recording().await;
    ended
}
