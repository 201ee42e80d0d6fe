//! One HTTP request to somebody else, on a connection of its own, so that what was not sent can be told from what may have been.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

pub use http_body_util::Full;
use http_body_util::{BodyExt, Limited};
use hyper::{Method, client::conn::http1, header};
pub use hyper::{Request, body::Bytes};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};
use trace::{Span, SpanKind};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The largest answer that is read.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

/// The authorities that this machine trusts, read once.
static TLS: LazyLock<Option<Arc<ClientConfig>>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(Arc::new(config))
});

/// Why there is no answer.
#[derive(Debug)]
pub enum CallError {
    /// Before the first byte left.
    NotSent(String),
    /// Afterwards: nobody knows what became of it.
    Lost(String),
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: Bytes,
}

pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Sends `request`, whose address is a path, to `origin`. Its caller sees to it that nobody in between can read along.
pub async fn send(origin: &str, request: Request<Full<Bytes>>, limit: Duration) -> Result<Answer, CallError> {
    let mut span = span(request.method(), origin);
    let answer = span.around(trace::current(), try_to_send(origin, request, limit)).await;
    match &answer {
        Ok(answer) => span.set("http.response.status_code", i64::from(answer.status)),
        Err(CallError::NotSent(_)) => span.set("error.type", "not_sent"),
        Err(CallError::Lost(_)) => span.set("error.type", "lost"),
    }
    if answer.as_ref().map_or(true, |answer| answer.status >= 400) {
        span.failed();
    }
    answer
}

/// Of a call that is made in another way too: by method and host, because a path may hold ids.
pub fn span(method: &Method, origin: &str) -> Span {
    Span::here(SpanKind::Client, || format!("{method} {}", host_of(origin)))
}

fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

async fn try_to_send(
    origin: &str,
    request: Request<Full<Bytes>>,
    limit: Duration,
) -> Result<Answer, CallError> {
    let connecting = timeout(CONNECT_TIMEOUT.min(limit), connect(origin));
    let stream = connecting
        .await
        .map_err(|_| CallError::NotSent("connecting took too long".to_owned()))?
        .map_err(CallError::NotSent)?;
    timeout(limit, exchange(stream, origin, request))
        .await
        .map_err(|_| CallError::Lost(format!("no answer within {limit:?}")))?
}

/// A connection to `origin`, in the clear only where it says http.
pub async fn connect(origin: &str) -> Result<Box<dyn Stream>, String> {
    let (secure, host) = match origin.split_once("://") {
        Some(("https", host)) => (true, host),
        Some(("http", host)) => (false, host),
        _ => return Err("its address is wrong".to_owned()),
    };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port.parse().ok()),
        _ => (host, None),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let port = port.unwrap_or(if secure { 443 } else { 80 });
    let tcp = TcpStream::connect((name, port)).await.map_err(|error| error.to_string())?;
    if !secure {
        return Ok(Box::new(tcp));
    }
    let config = TLS.clone().ok_or("TLS is not available")?;
    let server = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
    let tls = TlsConnector::from(config).connect(server, tcp).await.map_err(|error| error.to_string())?;
    Ok(Box::new(tls))
}

async fn exchange(
    stream: Box<dyn Stream>,
    origin: &str,
    mut request: Request<Full<Bytes>>,
) -> Result<Answer, CallError> {
    let lost = |error: &dyn std::fmt::Display| CallError::Lost(error.to_string());
    let host = host_of(origin).parse().map_err(|_| CallError::NotSent("its address is wrong".to_owned()))?;
    request.headers_mut().insert(header::HOST, host);
    if let Some(trace) = trace::current().and_then(|trace| trace.to_string().parse().ok()) {
        request.headers_mut().insert("traceparent", trace);
    }
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| lost(&error))?;
    let answered = async {
        let response = sender.send_request(request).await.map_err(|error| lost(&error))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, ANSWER_LIMIT).collect().await.map_err(|error| lost(&error))?;
        let retry_after = parts.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        Ok(Answer {
            status: parts.status.as_u16(),
            retry_after: retry_after.and_then(|text| text.parse().ok()).map(Duration::from_secs),
            body: body.to_bytes(),
        })
    };
    tokio::pin!(answered);
    // The connection has to be driven beside the request. When it ends first, the answer is what has come until then.
    tokio::select! {
        answer = &mut answered => answer,
        _ = connection => answered.await,
    }
}
