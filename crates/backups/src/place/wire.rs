//! How the storage is called: over the same rustls as everybody else, a connection for each call.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use hyper::{
    Request, Uri,
    body::{Body, Frame, Incoming, SizeHint},
    client::conn::http1,
    header,
};
use hyper_util::rt::TokioIo;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
        HttpService,
    },
};
use platform::call;
use tokio::time::{Instant, Sleep, sleep, timeout};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For a whole part to arrive, on a slow line too.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(180);
/// Without a byte of what is read.
const SILENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
pub(super) struct Wire;

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(*self))
    }
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (request, origin) = addressed(request)?;
        let mut span = call::span(request.method(), &origin);
        let answer = answered(request, &origin).await;
        match &answer {
            Ok(answer) => span.set("http.response.status_code", i64::from(answer.status().as_u16())),
            Err(_) => span.failed(),
        }
        answer
    }
}

/// Until the answer begins.
async fn answered(request: HttpRequest, origin: &str) -> Result<HttpResponse, HttpError> {
    let stream = timeout(CONNECT_TIMEOUT, call::connect(origin))
        .await
        .map_err(|_| told(HttpErrorKind::Connect, "connecting took too long"))?
        .map_err(|cause| told(HttpErrorKind::Connect, cause))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| HttpError::new(HttpErrorKind::Connect, error))?;
    // It ends with the answer's last byte, or when nobody wants the answer any more.
    tokio::spawn(connection);
    let response = timeout(ANSWER_TIMEOUT, sender.send_request(request))
        .await
        .map_err(|_| told(HttpErrorKind::Timeout, "no answer came"))?
        .map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error))?;
    Ok(response.map(|body| HttpResponseBody::new(Heard { body, limit: Box::pin(sleep(SILENCE)) })))
}

/// The request with a path for its address, as HTTP/1 has it, and where it goes.
fn addressed<B>(request: Request<B>) -> Result<(Request<B>, String), HttpError> {
    let (mut parts, body) = request.into_parts();
    let (Some(scheme), Some(authority)) = (parts.uri.scheme_str(), parts.uri.authority()) else {
        return Err(told(HttpErrorKind::Unknown, "its address is wrong"));
    };
    let origin = format!("{scheme}://{authority}");
    let host = authority.as_str().parse();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).parse::<Uri>();
    let (Ok(host), Ok(path)) = (host, path) else {
        return Err(told(HttpErrorKind::Unknown, "its address is wrong"));
    };
    parts.headers.insert(header::HOST, host);
    parts.uri = path;
    Ok((Request::from_parts(parts, body), origin))
}

fn told(kind: HttpErrorKind, cause: impl Into<String>) -> HttpError {
    HttpError::new(kind, std::io::Error::other(cause.into()))
}

/// An answer that is not waited for without end.
struct Heard {
    body: Incoming,
    limit: Pin<Box<Sleep>>,
}

impl Body for Heard {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.limit.as_mut().reset(Instant::now() + SILENCE);
            return Poll::Ready(
                frame.map(|frame| frame.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error))),
            );
        }
        self.limit.as_mut().poll(cx).map(|()| Some(Err(told(HttpErrorKind::Timeout, "nothing more came"))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
