use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use axum_server::Handle;
use platform::{App, rights, settings::Settings};
use tokio::sync::oneshot;

use super::{
    backup::refuse_unfinished,
    process::{Work, open_app, patient, start_log, wait_for_signal},
};
use crate::{
    app::{Shared, router},
    database::{Database, For},
    strictness,
    watching::MetricsPage,
};

/// A lock of the database: any number, as long as nothing else uses it.
const PREPARING: i64 = 0x48_55_42_44_45_4D_4F;

pub(super) async fn serve(settings: Settings) -> Result<()> {
    start_log(&settings)?;
    mail::check_settings(&settings).map_err(anyhow::Error::msg)?;
    staff::check_settings(&settings).map_err(anyhow::Error::msg)?;
    strictness::check(&settings)?;
    // Taken first: a second server on the same port must not touch the database.
    let listener = std::net::TcpListener::bind(settings.listen)
        .with_context(|| format!("cannot listen on {} (setting `listen`)", settings.listen))?;
    listener.set_nonblocking(true)?;
    let metrics = MetricsPage::bind(settings.metrics_listen)?;
    let database = Database::open(&settings, For::Serving).await?;
    let outcome = run(&database, settings, listener, metrics).await;
    tracing::info!("stopping");
    database.stop().await?;
    outcome
}

async fn run(
    database: &Database,
    settings: Settings,
    listener: std::net::TcpListener,
    metrics: MetricsPage,
) -> Result<()> {
    for name in database.migrate().await? {
        tracing::info!(name, "migration applied");
    }
    let mut client = database.connect().await?;
    refuse_unfinished(&client).await?;
    let weaknesses = rights::weaknesses(&client).await?;
    strictness::check_rights(settings.profile, &weaknesses)?;
    for weakness in weaknesses {
        tracing::warn!(
            weakness,
            "what is append-only is so by trigger only: give the hub a role that owns nothing (docs/audit.md)"
        );
    }
    let shared = Shared::new(&settings);
    let app = open_app(database, settings, &client).await?;
    if app.settings.demo {
        // Of several that start at once, one makes what is missing.
        client.execute("select pg_advisory_lock($1)", &[&PREPARING]).await?;
        prepare_demo(&app, &shared, &mut client).await?;
    } else {
        staff::refuse_demo_accounts(&client).await.map_err(described)?;
        offer_set_up(&app).await?;
    }
    drop(client);
    let mut work = if app.settings.run_jobs { Some(Work::start(&app, database)?) } else { None };

    let handle = Handle::new();
    let stop = work.as_mut().and_then(Work::stop);
    tokio::spawn(stop_on_signal(app.clone(), handle.clone(), shared.sockets.clone(), stop));
    announce(&app, database);
    let service = router(app.clone(), &shared).into_make_service_with_connect_info::<SocketAddr>();
    metrics.serve(&app, Some(&shared))?;
    let recorder = Arc::new(watch::Recorder::new(&app));
    let recording = recorder.clone();
    tokio::spawn(async move { recording.run().await });
    patient(axum_server::from_tcp(listener)?.handle(handle)).serve(service).await?;
    if let Err(problem) = recorder.flush().await {
        tracing::warn!(detail = problem.detail, "what was measured last is not written down");
    }
    let ended = match work {
        Some(work) => work.end(database).await,
        None => Ok(()),
    };
    app.stop_recording().await;
    ended
}

async fn prepare_demo(app: &App, shared: &Shared, client: &mut tokio_postgres::Client) -> Result<()> {
    let mut db = app.db.client().await.map_err(described)?;
    staff::seed_demo(app, &shared.gate, &mut db).await.map_err(described)?;
    let empty: bool = client.query_one("select not exists (select from customers)", &[]).await?.get(0);
    if empty {
        samples::seed_customers(client, app.clock.now()).await?;
        samples::seed_bookings(client, app.clock.now()).await?;
    }
    Ok(())
}

async fn offer_set_up(app: &App) -> Result<()> {
    let mut db = app.db.client().await.map_err(described)?;
    if let Some(link) = staff::set_up_link(app, &mut db).await.map_err(described)? {
        println!(
            "Nobody can sign in yet. Create the first superadmin here, within two days:\n\n    {}\n",
            link.url
        );
    }
    Ok(())
}

fn announce(app: &App, database: &Database) {
    println!("Customers Hub: {}", app.settings.public_url);
    println!("Data: {}", database.describe());
    if app.settings.demo {
        println!("Demo mode. Sign in with any of these, password \"{}\":", staff::DEMO_PASSWORD);
        for role in staff::Role::ALL {
            println!("    {:<34} {}", staff::demo_email(role), role.title());
        }
    }
    println!("Ctrl-C stops everything.");
}

/// First it is said, to whoever looks at /readyz; then nobody new is let in; then what is under way may end.
async fn stop_on_signal(
    app: App,
    handle: Handle<SocketAddr>,
    sockets: realtime::Sockets,
    work: Option<oneshot::Sender<()>>,
) {
    wait_for_signal().await;
    app.announce_stop();
    drop(work);
    tokio::time::sleep(app.settings.stop_notice).await;
    handle.graceful_shutdown(Some(app.settings.stop));
    sockets.close().await;
}

pub(super) fn described(problem: platform::Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.detail)
}
