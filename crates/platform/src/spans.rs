//! Spans for an OpenTelemetry collector (decision 0021). Whatever the collector does, nobody here waits for it: what it does not take is
//! dropped, and counted.

use std::{collections::HashMap, time::Duration};

use hyper::header;
use opentelemetry_http::{HttpClient, HttpError, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use tokio::runtime::Handle;
use trace::Recorder;

use crate::{
    call::{self, Bytes, CallError, Full, Request},
    metrics::{Family, Sample},
    settings::OtlpSettings,
};

/// A collector that takes longer, tries and all, has not taken them.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
#[error("spans cannot be sent (setting `otlp_endpoint`): {0}")]
pub struct SpansError(#[from] opentelemetry_otlp::ExporterBuildError);

/// Within a runtime, on which the calls of the collector are made.
pub(crate) fn recorder(to: &OtlpSettings) -> Result<Recorder, SpansError> {
    let headers: HashMap<String, String> =
        to.headers.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Collector { origin: to.origin.clone(), runtime: Handle::current() })
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}{}/v1/traces", to.origin, to.path))
        .with_timeout(PATIENCE)
        .with_headers(headers)
        .build()?;
    let about = [("service.name", "hub"), ("service.version", env!("CARGO_PKG_VERSION"))];
    Ok(Recorder::new(exporter, f64::from(to.percent) / 100.0, &about))
}

/// Whether the collector takes what it is sent: a message of its protocol without a span in it.
pub async fn try_out(to: &OtlpSettings) -> Result<(), String> {
    let mut request = Request::post(format!("{}/v1/traces", to.path))
        .header(header::CONTENT_TYPE, "application/x-protobuf")
        // Of an empty body it is not sent by itself, and not everybody takes that for none.
        .header(header::CONTENT_LENGTH, 0);
    for (name, value) in &to.headers {
        request = request.header(name, &value.0);
    }
    let request = request.body(Full::default()).map_err(|error| error.to_string())?;
    match call::send(&to.origin, request, PATIENCE).await {
        Ok(answer) if (200..300).contains(&answer.status) => Ok(()),
        Ok(answer) => Err(format!("it answers {}", answer.status)),
        Err(CallError::NotSent(why) | CallError::Lost(why)) => Err(why),
    }
}

pub fn family(recorder: Option<&Recorder>) -> Family {
    let sent = recorder.map(Recorder::sent).unwrap_or_default();
    let dropped = recorder.map(Recorder::dropped).unwrap_or_default();
    let outcome = |word: &'static str, count: u64| Sample::of(&[("outcome", word)], count as f64);
    Family::counter("hub_spans_total", "Spans that ended, by whether the collector took them.")
        .with([outcome("sent", sent), outcome("dropped", dropped)])
}

/// The library's way to the collector: as all calls of ours go.
#[derive(Debug)]
struct Collector {
    origin: String,
    runtime: Handle,
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    /// Asked by the library's own thread, which belongs to no runtime.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let mut request = Request::builder().method(parts.method).uri(path).body(Full::new(body))?;
        *request.headers_mut() = parts.headers;
        let origin = self.origin.clone();
        let calling = self.runtime.spawn(async move { call::send(&origin, request, PATIENCE).await });
        let answer = match calling.await? {
            Ok(answer) => answer,
            Err(CallError::NotSent(why) | CallError::Lost(why)) => return Err(why.into()),
        };
        let mut response = Response::builder().status(answer.status);
        if let Some(wait) = answer.retry_after {
            response = response.header(header::RETRY_AFTER, wait.as_secs());
        }
        Ok(response.body(answer.body)?)
    }
}
