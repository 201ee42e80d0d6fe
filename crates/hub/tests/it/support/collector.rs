//! A collector that keeps what it is sent, and reads it by OpenTelemetry's own definition.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
    trace::v1::Span,
};
use platform::settings::OtlpSettings;
use prost::Message;

#[derive(Clone)]
pub struct Collector {
    came: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    answer: StatusCode,
}

impl Collector {
    pub async fn start() -> (Self, OtlpSettings) {
        Self::answering(200).await
    }

    pub async fn answering(status: u16) -> (Self, OtlpSettings) {
        let collector = Self { came: Arc::default(), answer: StatusCode::from_u16(status).unwrap() };
        let take = async |State(collector): State<Self>, headers: HeaderMap, body: Bytes| {
            collector.came.lock().unwrap().push((headers, body));
            collector.answer
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = all_to(listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, settings)
    }

    pub fn headers(&self) -> Vec<HeaderMap> {
        self.came.lock().unwrap().iter().map(|(headers, _)| headers.clone()).collect()
    }

    pub fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for (headers, body) in &*self.came.lock().unwrap() {
            assert_eq!(headers["content-type"], "application/x-protobuf");
            let request = ExportTraceServiceRequest::decode(body.clone()).unwrap();
            for resource in request.resource_spans {
                let whose = texts(&resource.resource.unwrap().attributes);
                assert_eq!(whose.keys().collect::<Vec<_>>(), ["service.name", "service.version"]);
                assert_eq!(whose["service.name"], "hub");
                spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
            }
        }
        spans
    }

    /// Anywhere in what came, however it is written.
    pub fn has_seen(&self, word: &str) -> bool {
        let came = self.came.lock().unwrap();
        let word = word.to_ascii_lowercase();
        came.iter().any(|(headers, body)| {
            let text = format!("{headers:?}{}", String::from_utf8_lossy(body)).to_ascii_lowercase();
            text.contains(&word)
        })
    }
}

pub fn all_to(address: SocketAddr) -> OtlpSettings {
    OtlpSettings {
        origin: format!("http://{address}"),
        path: String::new(),
        headers: Vec::new(),
        percent: 100,
    }
}

pub fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => panic!("{other:?}"),
    };
    attributes
        .iter()
        .map(|one| (one.key.clone(), text(one.value.as_ref().unwrap().value.as_ref().unwrap())))
        .collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
