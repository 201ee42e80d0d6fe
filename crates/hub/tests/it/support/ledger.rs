//! What the requests of a test have promised: every write an event, every read of personal data an access event.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::Method;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// An event of a change, or of signing in or out.
    Change,
    Access,
    Nothing,
}

/// Questions that are asked by POST, because they carry or answer with a secret.
const QUESTIONS: [&str; 5] = [
    // Counted, of nobody.
    "/api/page-timings",
    "/api/auth/links/read",
    "/api/auth/totp/begin",
    "/api/auth/passkeys/begin",
    "/api/auth/sign-in/passkey/begin",
];

/// Successful requests by their id.
#[derive(Default)]
pub struct Ledger(Mutex<HashMap<String, (String, Leaves)>>);

/// Reads that show nobody's personal data but one's own.
const UNRECORDED: &[&str] = &[
    "/api/auth/welcome",
    "/api/auth/me",
    "/api/auth/sessions",
    "/api/auth/factors",
    "/api/auth/api-keys",
    "/api/auth/passkeys",
    "/api/auth/sign-ins",
    "/api/admin/roles",
    "/api/admin/audit/actions",
    "/api/admin/audit/trail",
    "/api/admin/limits",
    "/api/admin/sight-limits",
    "/api/admin/refund-reasons",
    "/api/admin/retention",
    "/api/admin/backups",
    "/api/admin/saved-views",
    "/api/admin/list-layout",
    "/api/admin/bulk-runs",
    "/api/admin/presences",
    "/api/admin/page-timings",
    "/api/admin/system",
    "/api/admin/response-times",
    "/api/admin/slow-statements",
    "/api/openapi.json",
    "/api/docs",
];

impl Leaves {
    pub fn expected(method: &Method, path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        // Whom it was about stands one level below the runs, which only count.
        if path.starts_with("/api/admin/bulk-runs/") && path.ends_with("/customers")
            || path.ends_with("/preview")
        {
            Self::Access
        } else if !path.starts_with("/api/")
            || UNRECORDED.iter().any(|start| {
                *method == Method::GET && (path == *start || path.starts_with(&format!("{start}/")))
            })
            || QUESTIONS.contains(&path)
        {
            Self::Nothing
        } else if *method == Method::GET || path.ends_with("/export") {
            Self::Access
        } else {
            Self::Change
        }
    }
}

impl Ledger {
    pub fn note(&self, request: String, label: String, leaves: Leaves) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(request, (label, leaves));
    }

    /// The request was right and changed nothing, so it must have left nothing either.
    pub fn changed_nothing(&self, request: &str) {
        if let Some((_, leaves)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(request) {
            *leaves = Leaves::Nothing;
        }
    }

    pub async fn check(&self, sql: &tokio_postgres::Client) {
        let rows =
            sql.query("select request_id, kind from events where request_id is not null", &[]).await.unwrap();
        let mut left: HashMap<String, Vec<String>> = HashMap::new();
        for row in &rows {
            left.entry(row.get(0)).or_default().push(row.get(1));
        }
        for (request, (label, leaves)) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let kinds = left.get(request).cloned().unwrap_or_default();
            let right = match leaves {
                Leaves::Change => kinds.iter().any(|kind| kind == "change" || kind == "sign_in"),
                Leaves::Access => kinds.iter().any(|kind| kind == "access"),
                Leaves::Nothing => kinds.is_empty(),
            };
            assert!(right, "{label} should have left {leaves:?} in the audit trail and left {kinds:?}");
        }
    }
}
