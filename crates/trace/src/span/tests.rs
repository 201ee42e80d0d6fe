use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};

use super::*;
use crate::WAITING;

/// What came. With a door it takes nothing before somebody opens it.
#[derive(Debug, Clone, Default)]
struct Taker {
    spans: Arc<Mutex<Vec<SpanData>>>,
    door: Option<Arc<Mutex<mpsc::Receiver<()>>>>,
    refuses: bool,
}

impl SpanExporter for Taker {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if let Some(door) = &self.door {
            let _ = door.lock().unwrap().recv();
        }
        if self.refuses {
            return Err(OTelSdkError::InternalFailure("full".to_owned()));
        }
        self.spans.lock().unwrap().extend(batch);
        Ok(())
    }
}

fn recorder(share: f64) -> (Recorder, Taker) {
    let taker = Taker::default();
    (Recorder::new(taker.clone(), share, &[("service.name", "hub")]), taker)
}

fn taken(recorder: &Recorder, taker: &Taker) -> Vec<SpanData> {
    assert!(recorder.flush());
    std::mem::take(&mut *taker.spans.lock().unwrap())
}

fn given(flags: &str) -> Option<Trace> {
    Trace::parse(&format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}"))
}

#[tokio::test]
async fn what_is_done_within_hangs_below() {
    let (recorder, taker) = recorder(0.0);
    let mut request = recorder.begin(given("01"), SpanKind::Server, "GET /x");
    let work = async {
        let mut inner = Span::here(SpanKind::Client, || "call");
        inner.set("status", 200);
        inner.failed();
        let passed_on = inner.around(None, async { crate::current() }).await;
        (inner.trace(), passed_on)
    };
    let (inner, passed_on) = request.around(None, work).await;
    assert!(inner.is_some() && inner == passed_on);
    request.rename(|| "GET /y");
    drop(request);
    let [call, request] = taken(&recorder, &taker).try_into().unwrap();
    assert_eq!(request.span_context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(request.parent_span_id.to_string(), "00f067aa0ba902b7");
    assert!(request.parent_span_is_remote && !call.parent_span_is_remote);
    assert_eq!(call.parent_span_id, request.span_context.span_id());
    assert_eq!((request.name.as_ref(), call.name.as_ref()), ("GET /y", "call"));
    assert_eq!((call.status, request.status), (Status::error(""), Status::Unset));
    assert_eq!(call.attributes, [KeyValue::new("status", 200)]);
    let told = passed_on.unwrap().to_string();
    assert_eq!(told, format!("00-{}-{}-01", call.span_context.trace_id(), call.span_context.span_id()));
    assert_eq!((recorder.sent(), recorder.dropped()), (2, 0));
}

#[tokio::test]
async fn a_chain_that_nobody_records_leaves_nothing_and_is_passed_on() {
    let (recorder, taker) = recorder(1.0);
    let request = recorder.begin(given("00"), SpanKind::Server, "GET /x");
    let work = async {
        let inner = Span::here(SpanKind::Client, || -> &'static str { panic!("nobody needs its name") });
        inner.around(crate::current(), async { crate::current() }).await
    };
    assert_eq!(request.around(given("00"), work).await, given("00"));
    drop(request);
    // Outside of everything a span is nothing.
    assert_eq!(Span::here(SpanKind::Internal, || "x").trace(), None);
    assert!(taken(&recorder, &taker).is_empty());
}

#[test]
fn of_the_chains_that_begin_here_a_share_is_recorded() {
    for (share, least, most) in [(0.0, 0, 0), (0.25, 150, 350), (1.0, 1_000, 1_000)] {
        let (recorder, taker) = recorder(share);
        let recorded =
            (0..1_000).filter(|_| recorder.begin(None, SpanKind::Consumer, "job").trace().is_some()).count();
        assert!((least..=most).contains(&recorded), "{share}: {recorded}");
        let spans = taken(&recorder, &taker);
        assert_eq!(spans.len(), recorded);
        assert!(spans.iter().all(|span| span.parent_span_id == opentelemetry::SpanId::INVALID));
    }
}

#[test]
fn what_nobody_takes_is_dropped_and_counted_and_nobody_waits() {
    let (open, door) = mpsc::channel();
    let taker = Taker { door: Some(Arc::new(Mutex::new(door))), ..Taker::default() };
    let recorder = Recorder::new(taker.clone(), 1.0, &[]);
    for _ in 0..WAITING + 10 {
        recorder.begin(None, SpanKind::Internal, "x");
    }
    assert_eq!((recorder.sent(), recorder.dropped()), (0, 10));
    assert!(!recorder.stop(Duration::from_millis(50)), "nobody is there to take them");
    drop(open);

    let recorder = Recorder::new(Taker { refuses: true, ..Taker::default() }, 1.0, &[]);
    recorder.begin(None, SpanKind::Internal, "x");
    assert!(!recorder.flush());
    assert_eq!((recorder.sent(), recorder.dropped()), (0, 1));
    // There is room again for what comes.
    for _ in 0..WAITING {
        recorder.begin(None, SpanKind::Internal, "x");
    }
    recorder.flush();
    assert_eq!((recorder.sent(), recorder.dropped()), (0, 1 + WAITING as u64));
}

#[test]
fn what_is_waiting_goes_before_the_end() {
    let (recorder, taker) = recorder(1.0);
    for _ in 0..1_300 {
        recorder.begin(None, SpanKind::Internal, "x");
    }
    assert!(recorder.stop(Duration::from_secs(20)));
    assert_eq!((taker.spans.lock().unwrap().len(), recorder.sent()), (1_300, 1_300));
    assert_eq!(recorder.begin(None, SpanKind::Internal, "late").trace(), None);
}

/// `cargo test --release -p trace -- --ignored --nocapture what_it_costs`
#[tokio::test]
#[ignore = "a measurement"]
async fn what_it_costs() {
    const TIMES: u32 = 1_000_000;
    let round = || {
        let began = std::time::Instant::now();
        for _ in 0..TIMES {
            drop(std::hint::black_box(Span::here(SpanKind::Client, || "query x::y")));
        }
        began.elapsed().as_nanos() / u128::from(TIMES)
    };
    println!("ns a span where nobody records: {}", round());
    let (recorder, _taker) = recorder(1.0);
    let request = recorder.begin(None, SpanKind::Server, "GET /x");
    println!("ns a span that is recorded: {}", request.around(None, async { round() }).await);
}
