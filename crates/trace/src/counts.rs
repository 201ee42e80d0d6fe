//! How many spans wait, went and were lost. The library says in a log how many it dropped, but hands out no number: so what waits is
//! bounded here, before its own queue could be full.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use opentelemetry::Context;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor},
};

#[derive(Debug, Default)]
pub(crate) struct Counts {
    waiting: AtomicU64,
    pub sent: AtomicU64,
    pub dropped: AtomicU64,
}

/// Lets so many wait; what comes beyond is dropped.
#[derive(Debug)]
pub(crate) struct Gate {
    pub inner: BatchSpanProcessor,
    pub most: u64,
    pub counts: Arc<Counts>,
}

impl SpanProcessor for Gate {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if self.counts.waiting.fetch_add(1, Relaxed) >= self.most {
            self.counts.waiting.fetch_sub(1, Relaxed);
            self.counts.dropped.fetch_add(1, Relaxed);
        } else {
            self.inner.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

/// Counts what the collector took, and says when that changes.
pub(crate) struct Counted<E> {
    pub inner: E,
    pub counts: Arc<Counts>,
    pub refused: AtomicBool,
}

impl<E> fmt::Debug for Counted<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is inside may know how the collector is let in.
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let many = batch.len() as u64;
        let outcome = self.inner.export(batch).await;
        let count = if outcome.is_ok() { &self.counts.sent } else { &self.counts.dropped };
        count.fetch_add(many, Relaxed);
        self.counts.waiting.fetch_sub(many, Relaxed);
        // Said once, not at every batch.
        match (&outcome, self.refused.swap(outcome.is_err(), Relaxed)) {
            (Err(error), false) => tracing::warn!(%error, "the collector takes no spans"),
            (Ok(()), true) => tracing::info!("the collector takes spans again"),
            _ => {}
        }
        outcome
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
