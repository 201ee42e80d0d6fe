//! What the hub shows of itself to those who watch it.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
use platform::{App, metrics::Figure};
use watch::{Gauge, Scrape};

use crate::app::Shared;

/// What each feature says of its own, read from the database.
pub const FIGURES: &[&[Figure]] =
    &[watch::FIGURES, audit::FIGURES, ledger::FIGURES, mail::FIGURES, backups::FIGURES];

/// Everything that is measured; `shared` of a process that serves.
pub fn scrape(app: &App, shared: Option<&Shared>) -> Result<Scrape> {
    let mut gauges = gauges(app);
    if let Some(sockets) = shared.map(|shared| shared.sockets.clone()) {
        let help = "Pages that are told of changes, by this process.";
        gauges.push(("hub_sockets", help, Arc::new(move || Some(sockets.count() as f64))));
    }
    Ok(Scrape::new(app, FIGURES, gauges)?)
}

/// What every process can tell of the machine it is on.
pub fn gauges(app: &App) -> Vec<Gauge> {
    let mut gauges: Vec<Gauge> = Vec::new();
    if let Some(folder) = app.settings.data_dir.clone() {
        let disk = Arc::new(move || rustix::fs::statvfs(&folder).ok());
        let help = "What is left of the disk that the data folder lies on.";
        let (free, used) = (disk.clone(), disk);
        let bytes = move || free().map(|disk| disk.f_bavail as f64 * disk.f_frsize as f64);
        gauges.push(("hub_disk_free_bytes", help, Arc::new(bytes)));
        let help = "How much of the disk that the data folder lies on is taken, in percent.";
        let percent =
            move || used().map(|disk| 100.0 - 100.0 * disk.f_bavail as f64 / (disk.f_blocks as f64).max(1.0));
        gauges.push(("hub_disk_used_percent", help, Arc::new(percent)));
    }
    gauges
}

/// Shows it where the settings say, for as long as the process lives.
pub(crate) struct MetricsPage(Option<std::net::TcpListener>);

impl MetricsPage {
    /// Taken before anything is begun: an address that is not to be had stops the start.
    pub fn bind(address: Option<SocketAddr>) -> Result<Self> {
        let Some(address) = address else { return Ok(Self(None)) };
        let listener = std::net::TcpListener::bind(address)
            .with_context(|| format!("cannot listen on {address} (setting `metrics_listen`)"))?;
        listener.set_nonblocking(true)?;
        Ok(Self(Some(listener)))
    }

    pub fn serve(self, app: &App, shared: Option<&Shared>) -> Result<()> {
        let Some(listener) = self.0 else { return Ok(()) };
        let page = watch::page(scrape(app, shared)?).into_make_service();
        let server = crate::cli::patient(axum_server::from_tcp(listener)?);
        tokio::spawn(async move {
            if let Err(error) = server.serve(page).await {
                tracing::error!(%error, "what is measured is not shown any more");
            }
        });
        Ok(())
    }
}
