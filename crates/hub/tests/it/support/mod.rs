//! What every test stands on: a database of its own, the whole application without a socket, clients that are signed in,
//! builders, and the checks of the house that run when a test ends.

mod app;
mod authenticator;
mod build;
mod client;
mod cluster;
mod collector;
mod database;
mod dice;
mod document;
mod ledger;
pub mod oidc;
mod own_server;
mod provider;
mod proxy;
mod running;
mod s3;
mod schema;
mod smtp;
mod socket;
mod soft_key;
mod sources;
mod traffic;

pub use app::TestApp;
pub use authenticator::Authenticator;
pub use build::{fresh_key, id, id_of, uuid};
pub use client::{Answer, Client, Sending};
pub use cluster::{block_on, connect, program};
pub use collector::{Collector, all_to, hex, texts};
pub use database::{APPLICATION, Database, OWNER, make_roles};
pub use dice::Dice;
pub use document::{Operation, Place, acts, document, operations};
pub use ledger::Leaves;
pub use own_server::{Authority, OwnServer};
pub use provider::{Fault, TestProvider, WEBHOOK_SECRET};
pub use proxy::{Cut, Proxy};
pub use running::{Line, Running, wait_for};
pub use s3::ObjectStorage;
pub use schema::{kind, resolve};
pub use smtp::{Behaviour, MailServer, Received};
pub use socket::{Served, Socket};
pub use soft_key::{Kind, SoftKey};
pub use sources::{sources, sql_files};
pub use traffic::{Traffic, stored_in, stored_refunds};

use std::path::{Path, PathBuf};

/// The folder of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

pub fn read(path: &str) -> String {
    let path = project().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How much of it: in the suite, or at full size with `make soak`.
pub fn size(suite: usize, soak: usize) -> usize {
    if std::env::var_os("SOAK").is_some() { soak } else { suite }
}

/// Compares what the tests make with the file that is committed; with `UPDATE=1` in the environment writes it.
#[track_caller]
pub fn same_as_committed(path: &str, made: &str, remedy: &str) {
    let file = project().join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, made).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    if committed == made {
        return;
    }
    let line = committed.lines().zip(made.lines()).take_while(|(one, other)| one == other).count();
    panic!(
        "{path} is not what the code makes: {remedy}. They differ from line {}:\ncommitted: {}\nmade:      {}",
        line + 1,
        committed.lines().nth(line).unwrap_or("(nothing)"),
        made.lines().nth(line).unwrap_or("(nothing)"),
    );
}

/// As it stands in a URL (RFC 3986 2.1), everything but letters and digits encoded.
pub fn percent(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
