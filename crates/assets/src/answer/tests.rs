use std::collections::BTreeMap;

use axum::{Router, extract::Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use super::*;

const INDEX: &str =
    r#"<style nonce="__CSP_NONCE__"></style><script nonce="__CSP_NONCE__" src="/assets/index-B1.js">"#;

const BUILT: &[(&str, &str)] = &[
    ("index.html", INDEX),
    ("favicon.svg", "<svg>"),
    (".vite/manifest.json", "{}"),
    ("assets/index-B1.js", "plain"),
    ("assets/index-B1.js.br", "brotli"),
    ("assets/index-B1.js.gz", "gzip"),
    ("assets/inter-C2.woff2", "font"),
    ("assets/late-D3.css", "css"),
    ("assets/late-D3.css.gz", "css gzip"),
];

struct Answer {
    status: u16,
    headers: HeaderMap,
    nonce: Option<String>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        serde_json::from_str::<Value>(&self.body).unwrap()["code"].as_str().unwrap().to_owned()
    }
}

async fn ask_of(
    built: &'static [(&str, &str)],
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let files: BTreeMap<&str, &str> = built.iter().copied().collect();
    let router: Router = Router::new().fallback(async move |request: Request| {
        let find = |path: &str| {
            let bytes = Bytes::from_static(files.get(path)?.as_bytes());
            Some(File { bytes, tag: format!("\"{path}\"") })
        };
        answer(request.method(), request.uri().path(), request.headers(), find)
            .unwrap_or_else(IntoResponse::into_response)
    });
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: parts.status.as_u16(),
        nonce: parts.extensions.get::<Nonce>().map(|nonce| nonce.0.clone()),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

async fn get(path: &str, headers: &[(&str, &str)]) -> Answer {
    ask_of(BUILT, "GET", path, headers).await
}

#[tokio::test]
async fn every_address_of_the_app_is_the_page_under_a_nonce_of_its_own() {
    let mut seen = Vec::new();
    for path in [
        "/",
        "/index.html",
        "/admin/customers",
        "/admin/customers/0198/money",
        "/sign-in/",
        "//evil",
        "/apis",
    ] {
        let page = get(path, &[]).await;
        let nonce = page.nonce.clone().expect(path);
        assert_eq!((page.status, page.header("cache-control")), (200, "no-cache"), "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.body, INDEX.replace("__CSP_NONCE__", &nonce));
        assert_eq!(page.header("content-length"), page.body.len().to_string());
        assert!(page.header("etag").is_empty());
        assert!(!seen.contains(&nonce));
        seen.push(nonce);
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_others_asked_for_again() {
    let script = get("/assets/index-B1.js", &[]).await;
    assert_eq!((script.status, script.body.as_str()), (200, "plain"));
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("vary"), "accept-encoding");
    assert_eq!(script.nonce, None);
    let icon = get("/favicon.svg", &[]).await;
    assert_eq!((icon.header("cache-control"), icon.header("content-type")), ("no-cache", "image/svg+xml"));
    assert_eq!(icon.header("vary"), "");
}

#[tokio::test]
async fn what_was_compressed_beforehand_is_sent_to_those_who_take_it() {
    for (path, accept, body, encoding) in [
        ("/assets/index-B1.js", "gzip, deflate, br", "brotli", "br"),
        ("/assets/index-B1.js", "br;q=0.1, gzip", "gzip", "gzip"),
        ("/assets/index-B1.js", "identity", "plain", ""),
        ("/assets/late-D3.css", "gzip, br", "css gzip", "gzip"),
        ("/assets/inter-C2.woff2", "gzip, br", "font", ""),
    ] {
        let answer = get(path, &[("accept-encoding", accept)]).await;
        assert_eq!(
            (answer.body.as_str(), answer.header("content-encoding")),
            (body, encoding),
            "{path} {accept}"
        );
    }
    let script = get("/assets/index-B1.js", &[("accept-encoding", "br")]).await;
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(script.header("etag"), "\"assets/index-B1.js.br\"");
}

#[tokio::test]
async fn who_has_the_file_is_not_sent_it_again() {
    for known in ["\"favicon.svg\"", "W/\"favicon.svg\"", "\"other\", \"favicon.svg\"", "*"] {
        let answer = get("/favicon.svg", &[("if-none-match", known)]).await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
        assert_eq!((answer.header("etag"), answer.header("cache-control")), ("\"favicon.svg\"", "no-cache"));
    }
    assert_eq!(get("/favicon.svg", &[("if-none-match", "\"other\"")]).await.status, 200);
    let other_form = [("if-none-match", "\"assets/index-B1.js\""), ("accept-encoding", "br")];
    assert_eq!(get("/assets/index-B1.js", &other_form).await.status, 200);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_and_not_the_page() {
    for path in [
        "/assets/gone-A1.js",
        "/assets/gone",
        "/assets/",
        "/robots.txt",
        "/api",
        "/api/admin/nothing",
        "/.vite/manifest.json",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/..%2fCargo.toml",
        "//etc/shadow.conf",
        "/assets//index-B1.js",
        "/assets/..\\x.js",
    ] {
        let answer = get(path, &[]).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    for path in ["/", "/favicon.svg", "/assets/index-B1.js"] {
        let (head, get) = (ask_of(BUILT, "HEAD", path, &[]).await, get(path, &[]).await);
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-length"), get.header("content-length"));
        assert_eq!(head.header("content-type"), get.header("content-type"));
    }
}

#[tokio::test]
async fn pages_are_only_read_and_unknown_endpoints_are_unknown_to_every_method() {
    let answer = ask_of(BUILT, "POST", "/admin/customers", &[]).await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"));
    assert_eq!(answer.code(), "method_not_allowed");
    assert_eq!(ask_of(BUILT, "DELETE", "/api/admin/nothing", &[]).await.status, 404);
}

#[tokio::test]
async fn without_a_build_the_page_says_how_to_make_one() {
    let answer = ask_of(&[], "GET", "/admin/customers", &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (503, "text/plain; charset=utf-8"));
    assert!(answer.body.contains("make web"));
    assert_eq!(ask_of(&[], "GET", "/assets/index-B1.js", &[]).await.status, 404);
}
