use std::{
    borrow::Cow,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    trace::{
        SpanContext, SpanId, SpanKind, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
        TracerProvider as _,
    },
};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, SpanExporter},
};

use crate::{
    Span, Trace,
    counts::{Counted, Counts, Gate},
};

/// So many spans wait for the collector at most.
pub const WAITING: usize = 4_096;
/// So many go at once, or what has come within the time.
const BATCH: usize = 512;
const GATHERED_FOR: Duration = Duration::from_secs(1);

/// Takes the spans of one hub. Cheap to clone; the clones record together.
#[derive(Clone)]
pub struct Recorder(Arc<State>);

struct State {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    counts: Arc<Counts>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("counts", &self.0.counts).finish_non_exhaustive()
    }
}

impl Recorder {
    /// `share`: of the chains that begin here, how many of a whole are recorded; of others whoever began them has decided. `about` says
    /// whose the spans are. A thread of its own hands them to `exporter`.
    pub fn new<E: SpanExporter + 'static>(
        exporter: E,
        share: f64,
        about: &[(&'static str, &'static str)],
    ) -> Self {
        let counts = Arc::new(Counts::default());
        let exporter = Counted { inner: exporter, counts: counts.clone(), refused: AtomicBool::new(false) };
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(GATHERED_FOR)
            .build();
        let inner = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
        let about = about.iter().map(|(key, value)| KeyValue::new(*key, *value));
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Gate { inner, most: WAITING as u64, counts: counts.clone() })
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(share))))
            // Without what the library would read from the environment.
            .with_resource(Resource::builder_empty().with_attributes(about).build())
            .build();
        let tracer = provider.tracer("hub");
        Self(Arc::new(State { provider, tracer, counts }))
    }

    /// Something begins that stands in nothing else of ours: below `given`, if somebody asked for it.
    pub fn begin(&self, given: Option<Trace>, kind: SpanKind, name: impl Into<Cow<'static, str>>) -> Span {
        self.span(given, true, kind, name.into())
    }

    pub(crate) fn span(
        &self,
        below: Option<Trace>,
        remote: bool,
        kind: SpanKind,
        name: Cow<'static, str>,
    ) -> Span {
        let tracer = &self.0.tracer;
        let parent = below.map_or_else(Context::new, |trace| {
            let flags = if trace.sampled { TraceFlags::SAMPLED } else { TraceFlags::default() };
            let (id, parent) = (TraceId::from(trace.id), SpanId::from(trace.parent));
            let parent = SpanContext::new(id, parent, flags, remote, TraceState::NONE);
            Context::new().with_remote_span_context(parent)
        });
        Span::of(self, tracer.span_builder(name).with_kind(kind).start_with_context(tracer, &parent))
    }

    /// What is waiting goes now. It waits for it: not for those who serve.
    pub fn flush(&self) -> bool {
        self.0.provider.force_flush().is_ok()
    }

    /// The last that is done: what is waiting goes, unless that takes too long. Says whether it went.
    pub fn stop(&self, patience: Duration) -> bool {
        self.0.provider.shutdown_with_timeout(patience).is_ok()
    }

    pub fn sent(&self) -> u64 {
        self.0.counts.sent.load(Relaxed)
    }

    /// Those that the collector did not take, or that would have waited too long.
    pub fn dropped(&self) -> u64 {
        self.0.counts.dropped.load(Relaxed)
    }
}
