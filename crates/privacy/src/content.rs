//! What the files of a copy say: pure text, made row by row.

pub(crate) mod cells;
pub(crate) mod html;
mod words;

use jiff::Timestamp;
use kernel::CustomerId;
use serde::Serialize;
use serde_json::{Value, json};

/// Raised when a field changes its meaning or goes; docs/personal-export.md describes it.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// What every file is told of the copy.
#[derive(Debug, Clone)]
pub(crate) struct Cover {
    pub company: String,
    pub customer: CustomerId,
    pub made_at: Timestamp,
    /// Rows of each section, in the order of [`crate::SECTIONS`].
    pub counts: Vec<i64>,
    pub head: Option<Head>,
}

/// The last seal of the audit trail that the snapshot saw.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub seal: i64,
    pub chain: Vec<u8>,
}

/// A file of the ZIP, as the manifest tells it.
#[derive(Debug, Serialize)]
pub(crate) struct FileEntry {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<i64>,
}

pub(crate) fn manifest(cover: &Cover, files: &[FileEntry]) -> String {
    let head = cover.head.as_ref().map(|head| json!({ "seal": head.seal, "chain": hex(&head.chain) }));
    let manifest = json!({
        "format": "customers-hub personal export",
        "version": FORMAT_VERSION,
        "customerId": cover.customer,
        "madeAt": cover.made_at,
        "files": files,
        "rows": cover.counts.iter().sum::<i64>(),
        "auditHead": head,
    });
    serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n"
}

/// How `data.json` begins; the sections follow, and [`JSON_END`].
pub(crate) fn json_start(cover: &Cover) -> String {
    format!(
        "{{\n\"format\": \"customers-hub personal export\",\n\"version\": {FORMAT_VERSION},\n\"customerId\": {},\n\"madeAt\": {},\n\"sections\": {{",
        json!(cover.customer),
        json!(cover.made_at)
    )
}

pub(crate) const JSON_END: &str = "\n}\n}\n";

/// One row, as the database has written it: what JSON holds is told apart from what is text by its column.
pub(crate) type Row = serde_json::Map<String, Value>;

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
