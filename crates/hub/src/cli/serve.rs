use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use audit::trail;
use axum_server::Handle;
use kernel::Clock;
use platform::{App, live::Hint, rights, settings::Settings};
use tokio::{
    sync::{broadcast, oneshot},
    task::JoinHandle,
};

use crate::{
    app::{Shared, handlers, router},
    database::{Database, For},
    keys,
};

/// How long requests that are under way may take after the server was asked to stop.
const DRAIN: Duration = Duration::from_secs(10);
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
const WAKE_EVERY: Duration = Duration::from_millis(50);
const FOLD_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn serve(settings: Settings) -> Result<()> {
    start_log(&settings)?;
    mail::check_settings(&settings).map_err(anyhow::Error::msg)?;
    staff::check_settings(&settings).map_err(anyhow::Error::msg)?;
    // Taken first: a second server on the same port must not touch the database.
    let listener = std::net::TcpListener::bind(settings.listen)
        .with_context(|| format!("cannot listen on {} (setting `listen`)", settings.listen))?;
    listener.set_nonblocking(true)?;
    let database = Database::open(&settings, For::Serving).await?;
    let outcome = run(&database, settings, listener).await;
    tracing::info!("stopping");
    database.stop().await?;
    outcome
}

async fn run(database: &Database, settings: Settings, listener: std::net::TcpListener) -> Result<()> {
    for name in database.migrate().await? {
        tracing::info!(name, "migration applied");
    }
    let mut client = database.connect().await?;
    for weakness in rights::weaknesses(&client).await? {
        tracing::warn!(
            weakness,
            "what is append-only is so by trigger only: give the hub a role that owns nothing (docs/audit.md)"
        );
    }
    let shared = Shared::default();
    let settings = keys::with_vault(settings, &client, Clock::System.now()).await?;
    let settings = keys::with_made_audit_key(settings)?;
    let app = App::new(database.db.clone(), Clock::System, settings);
    if app.settings.demo {
        prepare_demo(&app, &shared, &mut client).await?;
    } else {
        staff::refuse_demo_accounts(&client).await.map_err(described)?;
        offer_set_up(&app).await?;
    }
    drop(client);
    tokio::spawn(app.live.clone().listen(app.db.config().clone()));
    tokio::spawn(fold_totals(app.clone()));
    tokio::spawn(trail::sealer(&app.settings, app.clock.clone())?.run(app.db.dedicated()?));

    let handle = Handle::new();
    let (stop, stopped) = oneshot::channel();
    let worker = start_worker(&app, stopped)?;
    tokio::spawn(stop_on_signal(handle.clone(), shared.sockets.clone(), stop));
    announce(&app, database);
    let service = router(app.clone(), &shared).into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    server.http_builder().http1().header_read_timeout(HEADER_TIMEOUT);
    server.serve(service).await?;
    worker.await?;
    // So that what is verified while nothing runs is complete.
    let mut client = database.connect().await?;
    if let Err(error) = trail::sealer(&app.settings, app.clock.clone())?.seal(&mut client).await {
        tracing::error!(%error, "the audit trail was not sealed to its end");
    }
    Ok(())
}

/// Runs jobs until it is told to stop, looking at once when something was committed here or elsewhere.
fn start_worker(app: &App, stopped: oneshot::Receiver<()>) -> Result<JoinHandle<()>> {
    let pool = app.db.dedicated()?;
    let worker = jobs::Worker::new(pool, app.clock.clone(), handlers(), app.clone());
    tokio::spawn(wake_on_hints(app.live.subscribe(), worker.waker()));
    Ok(tokio::spawn(worker.run(async {
        // An error: nobody is left who could tell.
        let _ = stopped.await;
    })))
}

async fn wake_on_hints(mut hints: broadcast::Receiver<Hint>, waker: jobs::Waker) {
    while !matches!(hints.recv().await, Err(broadcast::error::RecvError::Closed)) {
        waker.wake();
        // Under a storm of commits one look serves many.
        tokio::time::sleep(WAKE_EVERY).await;
    }
}

fn start_log(settings: &Settings) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.log).context("setting `log`")?;
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    if settings.log_json {
        log.json().init()
    } else {
        log.init()
    }
    Ok(())
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

async fn stop_on_signal(handle: Handle<SocketAddr>, sockets: realtime::Sockets, worker: oneshot::Sender<()>) {
    wait_for_signal().await;
    let _ = worker.send(());
    sockets.close().await;
    handle.graceful_shutdown(Some(DRAIN));
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        tracing::error!("signals cannot be received; stop the server with SIGKILL");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Keeps the collected differences of the totals few; a failure waits for the next round.
async fn fold_totals(app: App) {
    loop {
        tokio::time::sleep(FOLD_EVERY).await;
        if let Ok(db) = app.db.client().await
            && let Err(problem) = customers::fold_totals(&db).await
        {
            tracing::warn!(detail = problem.detail, "the totals were not folded");
        }
    }
}

pub(super) fn described(problem: platform::Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", problem.detail)
}
