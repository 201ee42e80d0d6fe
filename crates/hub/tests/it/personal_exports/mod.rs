//! Copies of everything about a customer: made by a job, fetched once by a link, complete by the map of columns.

mod link;
mod made;
mod map;
mod plants;

use std::{collections::BTreeMap, io::Read};

use axum::http::{Method, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Answer, Client, TestApp, id};

/// The files of a ZIP by their names.
type Files = BTreeMap<String, Vec<u8>>;

struct Desk {
    app: TestApp,
    ops: Client,
    customer: Value,
}

impl Desk {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let ops = app.as_role(Role::Ops).await;
        let customer = ops.create_customer("Emma Davis", "emma@example.com").await;
        Self { app, ops, customer }
    }

    /// The answer to asking for a copy.
    async fn asked(&self) -> Value {
        // Days may have passed since somebody signed in.
        let ops = self.app.as_role(Role::Ops).await;
        ask(&ops, &self.customer, &platform::random::token()).await.ok()["asked"].clone()
    }

    /// The path of the link to a copy that is ready.
    async fn ready(&self) -> String {
        let asked = self.asked().await;
        self.app.run_jobs().await;
        self.path(&asked)
    }

    fn path(&self, asked: &Value) -> String {
        let url = asked["link"]["url"].as_str().unwrap();
        url.strip_prefix(&self.app.app.settings.public_url).unwrap().to_owned()
    }

    /// The latest copy, as the desk sees it.
    async fn latest(&self) -> Value {
        let ops = self.app.as_role(Role::Ops).await;
        list(&ops, &self.customer).await["exports"][0].clone()
    }
}

async fn ask(client: &Client, customer: &Value, key: &str) -> Answer {
    client
        .post(&format!("/api/admin/customers/{}/actions", id(customer)), &json!({ "action": "export_data" }))
        .header("idempotency-key", key)
        .await
}

async fn list(client: &Client, customer: &Value) -> Value {
    client.get(&format!("/api/admin/customers/{}/exports", id(customer))).await.ok()
}

/// Presses the button behind the link, to the last byte.
async fn fetch(app: &TestApp, path: &str) -> (StatusCode, Vec<u8>) {
    let answer = app.client().request(Method::POST, path).open().await;
    let status = answer.status();
    (status, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn fetched(app: &TestApp, path: &str) -> Files {
    let (status, bytes) = fetch(app, path).await;
    assert_eq!(status, StatusCode::OK);
    unzipped(&bytes)
}

fn unzipped(bytes: &[u8]) -> Files {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn text(files: &Files, name: &str) -> String {
    String::from_utf8(files.get(name).unwrap_or_else(|| panic!("no {name}")).clone()).unwrap()
}

fn data(files: &Files) -> Value {
    serde_json::from_slice(&files["data.json"]).unwrap()
}
