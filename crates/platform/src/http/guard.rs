//! The outermost layer: gives each request an id, finds out where it came from and which chain of calls it belongs to, refuses what
//! another site started, and counts how it ended.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use trace::{Span, SpanKind, Trace};

use super::REQUEST;
use crate::{
    App, Problem, RequestInfo,
    metrics::{Failed, Under},
};

/// Puts a [`RequestInfo`] into the request's extensions and runs it under its id, in its chain of calls.
pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let under = app.metrics.requests().map(|requests| {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        requests.begin(route, request.method().as_str())
    });
    let id = kernel::EventId::new(app.clock.now()).0;
    let given = given_trace(request.headers());
    let mut span = span_of(&app, under.as_ref(), given);
    let trace = span.trace().or(given).unwrap_or_else(|| Trace::beginning(id.as_u128()));
    let id = id.simple().to_string();
    let info = RequestInfo {
        id: id.clone(),
        ip: client_address(&request, &app.settings.trusted_proxies),
        user_agent: request
            .headers()
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|agent| agent.chars().take(300).collect()),
    };
    request.extensions_mut().insert(info);
    let allowed = is_safe(request.method()) || origin_is_ours(request.headers(), &app.settings.public_url);
    let header = HeaderValue::from_str(&id).ok();
    let answering = async move {
        if allowed {
            next.run(request).await
        } else {
            Problem::forbidden("cross_site", "This request was started by another site and was refused.")
                .into_response()
        }
    };
    let mut response = REQUEST.scope(id, span.around(Some(trace), answering)).await;
    answered(&mut span, response.status(), header.as_ref());
    if let Some(under) = under {
        ended(&app, under, response.status(), header.as_ref(), trace);
    }
    if let Some(id) = header {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// By the pattern of its address: what was sent stands in no span.
fn span_of(app: &App, under: Option<&Under<'_>>, given: Option<Trace>) -> Span {
    let (Some(recorder), Some(under)) = (app.recorder(), under) else { return Span::default() };
    let (method, route) = (under.method(), under.route());
    let mut span = recorder.begin(given, SpanKind::Server, format!("{method} {route}"));
    span.set("http.request.method", method);
    span
}

fn answered(span: &mut Span, status: StatusCode, id: Option<&HeaderValue>) {
    span.set("http.response.status_code", i64::from(status.as_u16()));
    if let Some(id) = id.and_then(|id| id.to_str().ok()) {
        span.set("hub.request_id", id.to_owned());
    }
    if status.is_server_error() {
        span.failed();
    }
}

/// Counts it; a failure of ours is also said, whoever noticed it first.
fn ended(app: &App, under: Under<'_>, status: StatusCode, id: Option<&HeaderValue>, trace: Trace) {
    if status.is_server_error() {
        let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
        let (method, route) = (under.method(), under.route());
        tracing::warn!(
            request_id = id,
            trace_id = trace.id(),
            method,
            route,
            status = status.as_u16(),
            "a request failed"
        );
        if let Some(requests) = app.metrics.requests() {
            let (request_id, route) = (id.to_owned(), route.to_owned());
            let (at, status) = (app.clock.now(), status.as_u16());
            requests.note_failed(Failed { request_id, at, route, method, status });
        }
    }
    under.ended(status.as_u16());
}

/// What the header says, if it says it once and well (W3C trace context).
fn given_trace(headers: &HeaderMap) -> Option<Trace> {
    let mut given = headers.get_all("traceparent").iter();
    let first = given.next()?;
    if given.next().is_some() { None } else { Trace::parse(first.to_str().ok()?) }
}

/// The [`RequestInfo`] that [`guard`] left.
pub fn client(extensions: &axum::http::Extensions) -> RequestInfo {
    extensions.get::<RequestInfo>().cloned().unwrap_or_default()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Fetch metadata first; without it, `Origin` must be our own; with neither, only a request that carries no session passes.
pub fn origin_is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin" | "none"), _) => true,
        (Some(_), _) => false,
        (None, Some(origin)) => origin == public_url,
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

/// The peer, or, when the peer is a trusted proxy, the nearest address in X-Forwarded-For that is not one.
fn client_address(request: &Request, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip().to_canonical();
    if !proxies.contains(&peer) {
        return Some(peer);
    }
    let forwarded =
        request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    while let Some(hop) = hops.pop() {
        match hop.parse::<IpAddr>() {
            Ok(address) if proxies.contains(&address) => {}
            Ok(address) => return Some(address),
            // Beyond an unreadable hop nothing can be believed.
            Err(_) => break,
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_our_own_pages_may_write() {
        const OURS: &str = "http://localhost:8080";
        for (given, allowed) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site"), ("origin", OURS)], false),
            (vec![("origin", OURS)], true),
            (vec![("origin", "https://localhost:8080")], false),
            (vec![("origin", "null")], false),
            (vec![("cookie", "hub_session=x")], false),
            (vec![("cookie", "hub_session=x"), ("origin", OURS)], true),
            (vec![], true),
        ] {
            assert_eq!(origin_is_ours(&headers(&given), OURS), allowed, "{given:?}");
        }
    }

    #[test]
    fn a_forwarded_address_is_believed_from_a_proxy_only() {
        let request = |peer: &str, forwarded: &'static str| {
            let mut request = Request::new(axum::body::Body::empty());
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
            request.headers_mut().insert("x-forwarded-for", HeaderValue::from_static(forwarded));
            request
        };
        let proxies: Vec<IpAddr> = vec!["10.0.0.1".parse().unwrap()];
        let address =
            |peer, forwarded| client_address(&request(peer, forwarded), &proxies).unwrap().to_string();
        assert_eq!(address("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(address("10.0.0.1", "1.2.3.4, 198.51.100.1"), "198.51.100.1");
        assert_eq!(address("10.0.0.1", "198.51.100.1, 10.0.0.1"), "198.51.100.1");
        assert_eq!(address("10.0.0.1", "junk"), "10.0.0.1");
    }
}
