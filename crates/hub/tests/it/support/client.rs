//! A browser without a network: sends requests as our own pages do, and looks at every answer.

use std::{
    future::{Future, IntoFuture},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use kernel::{SessionId, StaffId};
use serde_json::Value;
use tower::ServiceExt;

use super::{
    document::{Operation, operation_at},
    ledger::{Leaves, Ledger},
};

#[derive(Clone)]
pub struct Client {
    router: Router,
    ledger: Arc<Ledger>,
    ip: IpAddr,
    headers: HeaderMap,
    pub staff: Option<StaffId>,
    pub session: Option<SessionId>,
}

impl Client {
    pub fn new(router: Router, ledger: Arc<Ledger>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static("Desk/1.0"));
        let ip = Ipv4Addr::new(192, 0, 2, 10).into();
        Self { router, ledger, ip, headers, staff: None, session: None }
    }

    pub fn with_session(mut self, token: &str, staff: StaffId, session: SessionId) -> Self {
        self.staff = Some(staff);
        self.session = Some(session);
        self.with(header::COOKIE, &format!("{}={token}", staff::SESSION_COOKIE))
    }

    /// The same browser, led to another process.
    pub fn through(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    pub fn with(mut self, name: impl TryInto<HeaderName>, value: &str) -> Self {
        let name = name.try_into().ok().unwrap();
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub fn cookie(&self) -> Option<HeaderValue> {
        self.headers.get(header::COOKIE).cloned()
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub fn at_ip(mut self, ip: &str) -> Self {
        self.ip = ip.parse().unwrap();
        self
    }

    pub fn request(&self, method: Method, path: &str) -> Sending {
        Sending { client: self.clone(), method, path: path.to_owned(), body: Bytes::new(), may_fail: false }
    }

    pub fn get(&self, path: &str) -> Sending {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Sending {
        self.request(Method::POST, path).json(body)
    }

    /// Without a body.
    pub fn act(&self, path: &str) -> Sending {
        self.request(Method::POST, path)
    }

    pub fn put(&self, path: &str, version: i64, body: &Value) -> Sending {
        self.request(Method::PUT, path).json(body).header("if-match", &format!("\"{version}\""))
    }

    pub fn delete(&self, path: &str) -> Sending {
        self.request(Method::DELETE, path)
    }

    /// The same browser with the session that this answer's cookie opened.
    pub fn after(&self, answer: &Answer) -> Self {
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        self.clone().with(header::COOKIE, &cookie)
    }
}

/// A request in the making; awaited, it is sent.
pub struct Sending {
    client: Client,
    method: Method,
    path: String,
    body: Bytes,
    may_fail: bool,
}

impl Sending {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.client = self.client.with(name, value);
        self
    }

    pub fn raw_header(mut self, name: &'static str, value: &[u8]) -> Self {
        self.client.headers.insert(name, HeaderValue::from_bytes(value).unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, kind: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// The test makes the server fail on purpose: a 5xx is no reason to stop.
    pub fn may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }

    /// The answer as it comes, piece by piece and unchecked.
    pub async fn open(self) -> Response<Body> {
        let mut request =
            Request::builder().method(self.method).uri(&self.path).body(Body::from(self.body)).unwrap();
        *request.headers_mut() = self.client.headers;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.client.ip, 50_000)));
        self.client.router.oneshot(request).await.unwrap()
    }

    async fn send(self) -> Answer {
        let label = format!("{} {}", self.method, self.path.chars().take(150).collect::<String>());
        let leaves = Leaves::expected(&self.method, &self.path);
        let (ledger, may_fail) = (self.client.ledger.clone(), self.may_fail);
        let (method, path) = (self.method.clone(), self.path.clone());
        let api = path.starts_with("/api/");
        let (parts, body) = self.open().await.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let answer = Answer { label, status: parts.status, headers: parts.headers, body, ledger };
        answer.check(api, may_fail);
        if let Some(operation) = operation_at(&method, &path) {
            answer.check_promise(operation);
        }
        if answer.status.is_success() {
            answer.ledger.note(answer.header("x-request-id").to_owned(), answer.label.clone(), leaves);
        }
        answer
    }
}

impl IntoFuture for Sending {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

pub struct Answer {
    label: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    ledger: Arc<Ledger>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.label, self.shown()))
    }

    fn shown(&self) -> String {
        format!(
            "{} {}",
            self.status,
            String::from_utf8_lossy(&self.body).chars().take(600).collect::<String>()
        )
    }

    #[track_caller]
    pub fn has_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} answered {}", self.label, self.shown());
        self
    }

    /// The JSON of a 200 or 201.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(matches!(self.status.as_u16(), 200 | 201), "{} answered {}", self.label, self.shown());
        self.json()
    }

    #[track_caller]
    pub fn no_content(&self) {
        self.has_status(204);
    }

    /// A success that found nothing to do, and left nothing in the audit trail.
    #[track_caller]
    pub fn changed_nothing(&self) -> Value {
        let json = self.ok();
        self.ledger.changed_nothing(self.header("x-request-id"));
        json
    }

    /// The problem, which must have this status and code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        self.has_status(status);
        let problem = self.json();
        assert_eq!(problem["code"], code, "{}: {problem}", self.label);
        problem
    }

    /// 422 that names the field.
    #[track_caller]
    pub fn invalid(&self, field: &str) -> Value {
        let problem = self.problem(422, "invalid_field");
        assert_eq!(problem["field"], field, "{}: {problem}", self.label);
        problem
    }

    /// What holds for every answer to anything.
    fn check(&self, api: bool, may_fail: bool) {
        let label = &self.label;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(self.header(name), value, "{label}: header {name}");
        }
        let policy = self.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{label}: {policy}"
        );
        assert!(!self.header("x-request-id").is_empty(), "{label}: no request id");
        if api {
            assert_eq!(self.header("cache-control"), "no-store", "{label}");
        }
        assert!(may_fail || !self.status.is_server_error(), "{label} answered {}", self.shown());
        if self.status.as_u16() >= 400 && (api || self.status != StatusCode::NOT_FOUND) {
            self.check_problem();
        }
    }

    /// What the document says of the operation is true of this answer.
    pub fn check_promise(&self, operation: &Operation) {
        let kinds = operation.promised(self.status.as_u16());
        let kinds = kinds.unwrap_or_else(|| panic!("{} is not documented: {}", self.label, self.shown()));
        let kind = self.header("content-type").split(';').next().unwrap_or_default();
        let kept = if kinds.is_empty() { self.body.is_empty() } else { kinds.contains(&kind) };
        assert!(kept, "{} came as {kind:?}, documented are {kinds:?}: {}", self.label, self.shown());
    }

    fn check_problem(&self) {
        let label = &self.label;
        assert_eq!(self.header("content-type"), "application/problem+json", "{label}: {}", self.shown());
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{label}: {problem}");
        assert_eq!(problem["requestId"], self.header("x-request-id"), "{label}: {problem}");
        let code = problem["code"].as_str().unwrap_or_default();
        let plain = !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(plain, "{label}: {problem}");
        for field in ["type", "title", "detail"] {
            assert!(
                problem[field].as_str().is_some_and(|text| !text.is_empty()),
                "{label}: {field} of {problem}"
            );
        }
    }
}
